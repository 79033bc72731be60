from odoo import api, fields, models
from odoo.fields import Domain

from ...shared.guards import exactly_one

OURS = "customer_performance.group_user,customer_performance.group_auditor"
# {field: (model, its list, what counts)}
FACTS = {
    "open_complaint_count": (
        "performance.complaint",
        "performance_complaint_action",
        [("state", "in", ("new", "open", "waiting"))],
    ),
    "acceptance_count": (
        "performance.acceptance",
        "performance_acceptance_action",
        [],
    ),
    "voice_count": (
        "performance.voice",
        "performance_voice_action",
        [("is_valid", "=", True)],
    ),
}


class ResPartnerFacts(models.Model):
    """What speaks for the health of a customer: counts that open their records.

    One query for each kind and any number of customers; what the user may not see does
    not count.
    """

    _inherit = "res.partner"

    open_complaint_count = fields.Integer(
        string="Open Complaints", compute="_compute_facts", groups=OURS
    )
    acceptance_count = fields.Integer(
        string="Acceptances", compute="_compute_facts", groups=OURS
    )
    voice_count = fields.Integer(
        string="Answers", compute="_compute_facts", groups=OURS
    )

    @api.depends_context("uid")
    def _compute_facts(self):
        customers = self.commercial_partner_id
        for name, (model, _action, domain) in FACTS.items():
            ours = Domain("commercial_partner_id", "in", customers.ids)
            counts = dict(
                self.env[model]._read_group(
                    ours & Domain(domain), ["commercial_partner_id"], ["__count"]
                )
            )
            for partner in self:
                partner[name] = counts.get(partner.commercial_partner_id, 0)

    # === ACTIONS ===#

    def action_open_complaints(self):
        """The complaints of this customer that are open."""
        return self._open_facts("open_complaint_count")

    def action_open_acceptances(self):
        """What this customer was asked to accept."""
        return self._open_facts("acceptance_count")

    def action_open_answers(self):
        """What this customer answered when he was asked."""
        return self._open_facts("voice_count")

    def _open_facts(self, name):
        exactly_one(self)
        model, action, domain = FACTS[name]
        self.env[model].check_access("read")
        found = self.env["ir.actions.act_window"]._for_xml_id(
            f"customer_performance.{action}"
        )
        customer = self.commercial_partner_id.id
        domain = [("commercial_partner_id", "=", customer), *domain]
        return {**found, "domain": domain, "context": {}}
