from odoo import models

# States in which a milestone is still to be decided on
OPEN_STATES = ["pending", "review", "held"]


class PerformanceBonusStatement(models.Model):
    """What a bonus statement says on paper.

    Entries and milestones are searched with the rights of the printing person; names of
    deals and customers come with more rights, because who may read what somebody earned
    may read by which deal.
    """

    _name = "performance.bonus.statement"
    _inherit = ["performance.bonus.statement", "performance.document.mixin"]

    # === BUSINESS METHODS ===#

    def _document_title(self):
        return self.env._("Bonus Statement")

    def _document_amount(self, amount):
        return self.currency_id.format(amount)

    def _document_accounts(self):
        """The accounts: ``[(name, meaning, amount, part of the one before)]``."""
        rows = [
            (
                self.env._("Forecast"),
                self.env._(
                    "May still be earned: milestones that are not decided yet, at the "
                    "end of the quarter."
                ),
                self.forecast,
                False,
            ),
            (
                self.env._("Earned"),
                self.env._("Approved in the quarter, less what was taken back."),
                self.earned,
                False,
            ),
            (
                self.env._("Taken back"),
                self.env._("Earned before and lost with the deal; part of “Earned”."),
                self.clawback,
                True,
            ),
            (
                self.env._("On hold"),
                self.env._(
                    "Set aside until somebody decides, at the end of the quarter."
                ),
                self.held,
                False,
            ),
            (
                self.env._("Released"),
                self.env._("Given free for payment in the quarter."),
                self.released,
                False,
            ),
        ]
        return [row for row in rows if row[2] or not row[3]]

    def _document_entries(self):
        """The ledger of the quarter by deal, ready to print.

        The first row of a deal also names deal and customer.
        """
        kinds = dict(
            self.env["performance.bonus.entry"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        rows = []
        # sudo: who may read the entry may read what it is about
        for deal, entries in self.entry_ids.sudo().grouped("lead_id").items():
            for entry in entries.sorted(lambda e: (e.date, e.id)):
                milestone = entry.milestone_id
                first = entry == entries[0]
                rows.append(
                    {
                        "deal": first and (deal.name or self.env._("Without a deal")),
                        "customer": first and milestone.partner_id.display_name,
                        "date": entry.date,
                        "stage": milestone.stage_id.name or "",
                        "kind": kinds[entry.kind],
                        "reason": entry.reason or "",
                        "amount": self._document_amount(entry.amount),
                    }
                )
        return rows

    def _document_milestones(self):
        """Milestones of the employee that are open today, by deal."""
        milestones = (
            self.env["performance.milestone"]
            .search(
                [
                    ("employee_id", "=", self.employee_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("currency_id", "=", self.currency_id.id),
                    ("state", "in", OPEN_STATES),
                ]
            )
            .sorted(lambda m: (m.date_won, m.lead_id.id, m.sequence, m.id))
        )
        states = dict(milestones._fields["state"]._description_selection(self.env))
        rows, former = [], None
        # sudo: who may read the milestone may read what it is about
        for milestone in milestones.sudo():
            first = milestone.lead_id != former
            former = milestone.lead_id
            rows.append(
                {
                    "deal": first and milestone.lead_id.name,
                    "customer": first and milestone.partner_id.display_name,
                    "stage": milestone.stage_id.name or "",
                    "state": states[milestone.state],
                    "reason": self._document_reason(milestone),
                    "amount": self._document_amount(milestone.amount),
                }
            )
        return rows

    def _document_reason(self, milestone):
        """Why it is not decided yet."""
        if milestone.state == "held":
            return milestone.hold_reason or ""
        return (milestone.state == "pending" and milestone.measure_note) or ""
