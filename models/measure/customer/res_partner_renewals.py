from odoo import api, fields, models
from odoo.fields import Domain

from ...shared.guards import exactly_one
from .res_partner_facts import OURS


class ResPartnerRenewals(models.Model):
    """Which deals of a customer renew others, and how they ended.

    One query for any number of customers; deals that the user may not see do not count.
    """

    _inherit = "res.partner"

    renewal_count = fields.Integer(
        string="Renewals", compute="_compute_renewals", groups=OURS
    )
    renewal_summary = fields.Char(
        string="How Renewals Stand", compute="_compute_renewals", groups=OURS
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("uid", "lang")
    def _compute_renewals(self):
        found = self._renewals_by_customer()
        for partner in self:
            counts = found.get(partner.commercial_partner_id, {})
            partner.renewal_count = sum(counts.values())
            parts = [
                (counts.get("won", 0), self.env._("won")),
                (counts.get("pending", 0), self.env._("due")),
                (counts.get("lost", 0), self.env._("lost")),
            ]
            partner.renewal_summary = ", ".join(f"{n} {what}" for n, what in parts if n)

    def _renewals_by_customer(self):
        """``{customer: {won_status: number}}`` of those that have any."""
        leads = self.env["crm.lead"].with_context(active_test=False)
        if not leads.has_access("read"):
            return {}
        found = {}
        for contact, status, number in leads._read_group(
            self.commercial_partner_id._renewals_domain(),
            ["partner_id", "won_status"],
            ["__count"],
        ):
            # sudo: to which customer a contact of one's deal belongs
            counts = found.setdefault(contact.sudo().commercial_partner_id, {})
            counts[status] = counts.get(status, 0) + number
        return {
            customer.with_env(self.env): counts for customer, counts in found.items()
        }

    def _renewals_domain(self):
        """The deals of these customers that renew another one, lost ones too."""
        renewals = Domain("renewed_lead_id", "!=", False)
        return renewals & Domain("partner_id.commercial_partner_id", "in", self.ids)

    # === ACTIONS ===#

    def action_open_renewals(self):
        """The deals that renew others of this customer."""
        exactly_one(self)
        self.env["crm.lead"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Renewals"),
            "res_model": "crm.lead",
            "views": [(False, "list"), (False, "form")],
            "domain": list(self.commercial_partner_id._renewals_domain()),
            # lost deals are archived
            "context": {"active_test": False, "create": False},
        }
