from odoo import api, fields, models
from odoo.exceptions import UserError

from ...shared.guards import exactly_one


class CrmLead(models.Model):
    """A deal whose deliverables the customer accepts."""

    _inherit = "crm.lead"

    acceptance_count = fields.Integer(
        compute="_compute_acceptance_count",
        groups="customer_performance.group_user,customer_performance.group_auditor",
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("uid")
    def _compute_acceptance_count(self):
        counts = dict(
            self.env["performance.acceptance"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.acceptance_count = counts.get(lead._origin, 0)

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_acceptances(self):
        # sudo: what hangs on the deal counts, whoever may see it
        acceptance = (
            self.env["performance.acceptance"]
            .sudo()
            .search([("lead_id", "in", self.ids)], limit=1)
        )
        if acceptance:
            raise UserError(
                self.env._(
                    "“%s” has acceptances, so it can be neither deleted nor merged "
                    "into another one. Mark it as lost or archive it instead.",
                    acceptance.lead_id.name,
                )
            )

    # === ACTIONS ===#

    def action_request_acceptance(self):
        """Prepare what the customer of this deal is to accept.

        :return: the form of a new acceptance, filled from the deal
        """
        exactly_one(self)
        self.env["performance.acceptance"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Request Acceptance"),
            "res_model": "performance.acceptance",
            "views": [(False, "form")],
            "context": {"default_lead_id": self.id},
        }

    def action_open_acceptances(self):
        """The acceptances of these deals that the user may see."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_acceptance_action"
        )
        context = {"default_lead_id": self.id} if len(self) == 1 else {}
        return {
            **action,
            "domain": [("lead_id", "in", self.ids)],
            "context": context,
        }
