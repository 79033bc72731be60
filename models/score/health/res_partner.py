from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...measure.customer.res_partner_facts import OURS
from ...shared.guards import exactly_one
from .states import HEALTH_STATES


class ResPartner(models.Model):
    """The health of a customer on his page; contacts show that of their company."""

    _inherit = "res.partner"

    health_state = fields.Selection(
        selection=HEALTH_STATES,
        string="Health",
        compute="_compute_health",
        search="_search_health_state",
        groups=OURS,
    )
    health_score = fields.Float(
        digits=(6, 2), compute="_compute_health", aggregator=None, groups=OURS
    )
    health_reason = fields.Char(
        string="What Costs the Most", compute="_compute_health", groups=OURS
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("uid", "company", "lang")
    def _compute_health(self):
        """One query for all of them; what the user may not see is not shown."""
        found = {
            health.commercial_partner_id: health
            for health in self.env["performance.customer.health"].search_fetch(
                Domain("commercial_partner_id", "in", self.commercial_partner_id.ids)
                & Domain("company_id", "=", self.env.company.id)
            )
        }
        for partner in self:
            health = found.get(partner.commercial_partner_id)
            partner.health_state = health.shown_state if health else False
            partner.health_score = health.shown_score if health else 0.0
            partner.health_reason = health.worst_explanation if health else False

    def _search_health_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        rows = self.env["performance.customer.health"]
        ours = Domain("company_id", "=", self.env.company.id)
        states = [state for state in value if state]
        # named in full: the column stands in the query around this one, too
        field = rows._fields["commercial_partner_id"]
        column = SQL.identifier(rows._table, field.name, to_flush=field)
        chosen = rows._search(ours & Domain("shown_state", "in", states))
        domain = Domain("commercial_partner_id", "in", chosen.subselect(column))
        if len(states) != len(value):
            every = rows._search(ours).subselect(column)
            domain |= Domain("commercial_partner_id", "not in", every)
        return domain

    # === ACTIONS ===#

    def action_open_health(self):
        """The health of this customer in the company in use."""
        exactly_one(self)
        health = self.env["performance.customer.health"].search(
            Domain("commercial_partner_id", "=", self.commercial_partner_id.id)
            & Domain("company_id", "=", self.env.company.id)
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer Health"),
            "res_model": "performance.customer.health",
            "res_id": health.id,
            "views": [(False, "form")],
        }
