from odoo import fields, models

from ..models.shared.guards import exactly_one


class PerformanceComplaintDuplicateWizard(models.TransientModel):
    """The questions "of which one?" and "why?" before a complaint is a duplicate.

    One record is one answer. It decides nothing: the guards of the complaint apply.
    """

    _name = "performance.complaint.duplicate.wizard"
    _description = "Duplicate of a Complaint"

    complaint_id = fields.Many2one(
        comodel_name="performance.complaint", required=True, ondelete="cascade"
    )
    commercial_partner_id = fields.Many2one(
        related="complaint_id.commercial_partner_id", related_sudo=False
    )
    original_id = fields.Many2one(
        comodel_name="performance.complaint",
        string="Repeats",
        required=True,
        ondelete="cascade",
        domain="[('id', '!=', complaint_id), ('is_valid', '=', True),"
        " ('commercial_partner_id', '=', commercial_partner_id)]",
    )
    reason = fields.Text(required=True)

    # === ACTIONS ===#

    def action_confirm(self):
        """Make the move.

        :raise UserError: when it is no duplicate of that one, or not for this user
        """
        wizard = exactly_one(self)
        wizard.complaint_id.with_context(
            performance_original=wizard.original_id.id
        )._workflow_apply("duplicate", wizard.reason)
        return {"type": "ir.actions.act_window_close"}
