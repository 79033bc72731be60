from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..shared.workflow import ENGINE
from .ledger import ACCOUNTS, ENTRY_KINDS


class PerformanceBonusEntry(models.Model):
    """One signed booking in the ledger of bonuses; it is never changed nor deleted.

    Written by the engine only. A correction is another entry. What somebody has in
    forecast, earned, on hold and released are sums of entries by kind, always of one
    currency.

    Employees read their own entries, team leads those of their line, officers and
    auditors those of the company.
    """

    _name = "performance.bonus.entry"
    _description = "Bonus Ledger Entry"
    _order = "date desc, id desc"
    _check_company_auto = True

    date = fields.Date(required=True, readonly=True, index=True)
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
        index=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, readonly=True, ondelete="restrict"
    )
    kind = fields.Selection(selection=ENTRY_KINDS, required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    milestone_id = fields.Many2one(
        comodel_name="performance.milestone",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    plan_id = fields.Many2one(
        comodel_name="performance.bonus.plan",
        string="Bonus Plan",
        readonly=True,
        ondelete="restrict",
    )
    reason = fields.Char(readonly=True)
    create_uid = fields.Many2one(
        comodel_name="res.users", string="Booked By", readonly=True
    )

    _amount_not_zero = models.Constraint(
        "CHECK (amount <> 0)", "A ledger entry moves money; it cannot be zero."
    )

    # === COMPUTE METHODS ===#

    @api.depends("date", "kind", "milestone_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for entry in self:
            # sudo: who may see the entry may see what it is about
            about = entry.sudo().milestone_id.display_name or ""
            entry.display_name = (
                f"{entry.date} {kinds.get(entry.kind, '')} {about}".strip()
            )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("performance_workflow") is not ENGINE:
            raise AccessError(
                self.env._("Ledger entries are booked by the system, not by hand.")
            )
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_change()
        return super().write(vals)

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "A ledger entry is never changed; a correction is another entry."
            )
        )

    # at_uninstall: no context talks its way round this; tables are dropped without it
    @api.ondelete(at_uninstall=True)
    def _unlink_except_never(self):
        raise UserError(
            self.env._(
                "A ledger entry is never deleted; a correction is another entry."
            )
        )

    def copy_data(self, default=None):
        raise UserError(self.env._("A ledger entry is not copied."))

    # === BUSINESS METHODS ===#

    @api.model
    def _book(self, milestones, reason=None):
        """Book what the ledger of some milestones lacks.

        :param milestones: records whose state or amount may have changed
        :param str reason: why, for people who read the ledger
        :return: the new entries; none when the ledger is right already
        """
        # sudo: the ledger belongs to nobody; the guard of the move was asked before
        engine = self.sudo().with_context(performance_workflow=ENGINE)
        booked = engine._balances(milestones)
        values = []
        for milestone in milestones.sudo().union():
            for account, due in milestone._due_balances().items():
                currency = milestone.currency_id
                difference = currency.round(due - booked[milestone.id, account])
                if not currency.is_zero(difference):
                    values.append(
                        milestone._prepare_entry_values(account, difference, reason)
                    )
        return engine.create(values)

    @api.model
    def _balances(self, milestones):
        """What the engine booked so far, without the adjustments that people decided.

        :return: ``{(milestone id, account): balance}`` with zero for what is missing
        """
        account_of = {
            kind: (account, sign)
            for account, (kinds, sign) in ACCOUNTS.items()
            for kind in kinds
        }
        balances = defaultdict(float)
        for milestone, kind, amount in self._read_group(
            Domain("milestone_id", "in", milestones.ids)
            & Domain("kind", "!=", "adjustment"),
            ["milestone_id", "kind"],
            ["amount:sum"],
        ):
            account, sign = account_of[kind]
            balances[milestone.id, account] += sign * amount
        return balances
