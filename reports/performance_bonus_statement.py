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
        """The accounts: ``[(name, what it means, amount, whether it is part of the former)]``."""
        _ = self.env._
        rows = [
            (
                _("Forecast"),
                _("May be earned: milestones that are not decided yet, at the end."),
                self.forecast,
                False,
            ),
            (
                _("Earned"),
                _("Approved in the quarter, less what was taken back."),
                self.earned,
                False,
            ),
            (
                _("Taken back"),
                _("Earned before and lost with the deal; part of what is earned."),
                self.clawback,
                True,
            ),
            (
                _("On hold"),
                _("Set aside until somebody decides, at the end of the quarter."),
                self.held,
                False,
            ),
            (
                _("Released"),
                _("Given free for payment in the quarter."),
                self.released,
                False,
            ),
        ]
        return [row for row in rows if not (row[3] and not row[2])]

    def _document_entries(self):
        """The ledger of the quarter, ready to print."""
        kinds = dict(
            self.env["performance.bonus.entry"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        rows = []
        for entry in self.entry_ids:
            # sudo: who may read the entry may read what it is about
            milestone = entry.sudo().milestone_id
            rows.append(
                {
                    "date": entry.date,
                    "deal": entry.sudo().lead_id.name,
                    "customer": milestone.partner_id.display_name,
                    "stage": milestone.stage_id.name,
                    "kind": kinds[entry.kind],
                    "reason": entry.reason,
                    "amount": self._document_amount(entry.amount),
                }
            )
        return rows

    def _document_milestones(self):
        """Milestones of the employee that are still open today."""
        milestones = self.env["performance.milestone"].search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("company_id", "=", self.company_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("state", "in", OPEN_STATES),
            ]
        )
        states = dict(milestones._fields["state"]._description_selection(self.env))
        return [
            {
                # sudo: who may read the milestone may read what it is about
                "deal": milestone.sudo().lead_id.name,
                "customer": milestone.sudo().partner_id.display_name,
                "stage": milestone.sudo().stage_id.name,
                "state": states[milestone.state],
                "reason": self._document_reason(milestone),
                "amount": self._document_amount(milestone.amount),
            }
            for milestone in milestones
        ]

    def _document_reason(self, milestone):
        """Why it is not decided yet."""
        if milestone.state == "held":
            return milestone.hold_reason
        return milestone.measure_note if milestone.state == "pending" else False
