from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.periods import period_name
from .ledger import ACCOUNTS


class PerformanceBonusStatement(models.Model):
    """What one employee has in one quarter, company and currency: a view of the ledger.

    Earned, released and taken back are what happened in the quarter; forecast and on
    hold are what stood at its end. A quarter without entries has no statement. Amounts
    of two currencies are never added, so an employee paid in two has two statements.

    Read like the ledger: one's own, a team lead's line, all for officers and auditors.
    """

    _name = "performance.bonus.statement"
    _description = "Bonus Statement"
    _auto = False
    _order = "date_start desc, employee_id, id"
    _depends = {
        "performance.bonus.entry": [
            "date",
            "employee_id",
            "company_id",
            "currency_id",
            "kind",
            "amount",
        ]
    }

    employee_id = fields.Many2one(comodel_name="hr.employee", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    date_start = fields.Date(string="Quarter", readonly=True)
    date_end = fields.Date(string="Last Day", readonly=True)
    forecast = fields.Monetary(
        readonly=True,
        aggregator=None,
        help="Not decided yet, at the end of the quarter.",
    )
    earned = fields.Monetary(
        readonly=True, help="Approved in the quarter, less what was taken back."
    )
    clawback = fields.Monetary(
        string="Taken Back", readonly=True, help="Part of what is earned."
    )
    held = fields.Monetary(
        string="On Hold",
        readonly=True,
        aggregator=None,
        help="Waiting for a decision, at the end of the quarter.",
    )
    released = fields.Monetary(
        readonly=True, help="Released for payment in the quarter."
    )
    entry_ids = fields.Many2many(
        comodel_name="performance.bonus.entry",
        string="Entries",
        compute="_compute_entry_ids",
    )

    # === COMPUTE METHODS ===#

    @api.depends("employee_id", "date_start", "currency_id")
    def _compute_display_name(self):
        for statement in self:
            # sudo: who may see the statement may see whose it is
            name = statement.sudo().employee_id.name
            quarter = period_name("quarter", statement.date_start)
            currency = statement.currency_id.name
            statement.display_name = f"{name} · {quarter} · {currency}"

    @api.depends("employee_id", "company_id", "currency_id", "date_start", "date_end")
    def _compute_entry_ids(self):
        for statement in self:
            statement.entry_ids = self.env["performance.bonus.entry"].search(
                Domain("employee_id", "=", statement.employee_id.id)
                & Domain("company_id", "=", statement.company_id.id)
                & Domain("currency_id", "=", statement.currency_id.id)
                & Domain("date", ">=", statement.date_start)
                & Domain("date", "<=", statement.date_end),
                order="date, id",
            )

    # === ACTIONS ===#

    def action_open_entries(self):
        """The ledger entries behind these figures."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_bonus_entry_action"
        )
        return {
            **action,
            "domain": [("id", "in", self.entry_ids.ids)],
            "context": {},
        }

    # === QUERY ===#

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(entry.id) AS id,
                   entry.employee_id,
                   entry.company_id,
                   entry.currency_id,
                   %(quarter)s::date AS date_start,
                   (%(quarter)s + INTERVAL '3 months' - INTERVAL '1 day')::date
                       AS date_end,
                   %(forecast)s AS forecast,
                   %(earned)s AS earned,
                   %(clawback)s AS clawback,
                   %(held)s AS held,
                   %(released)s AS released
              FROM performance_bonus_entry AS entry
             GROUP BY entry.employee_id, entry.company_id, entry.currency_id,
                      %(quarter)s
            """,
            quarter=self._quarter(),
            forecast=self._standing("forecast"),
            earned=self._movement(*ACCOUNTS["earned"]),
            clawback=self._movement(("clawback",), 1),
            held=self._standing("held"),
            released=self._movement(*ACCOUNTS["released"]),
        )

    @api.model
    def _quarter(self):
        return SQL("DATE_TRUNC('quarter', entry.date::timestamp)")

    @api.model
    def _movement(self, kinds, sign):
        """What some kinds of entries add up to in the quarter."""
        return SQL(
            "%s * COALESCE(SUM(entry.amount) FILTER (WHERE entry.kind IN %s), 0)",
            sign,
            kinds,
        )

    @api.model
    def _standing(self, account):
        """What an account shows at the end of the quarter: all movements until then."""
        return SQL(
            "SUM(%s) OVER (PARTITION BY entry.employee_id, entry.company_id, "
            "entry.currency_id ORDER BY %s)",
            self._movement(*ACCOUNTS[account]),
            self._quarter(),
        )
