from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.shared.guards import exactly_one


class PerformanceHoldWizard(models.TransientModel):
    """Why money waits, and until when somebody looks at it again.

    The wizard decides nothing: the workflow of the milestones says who may hold.
    """

    _name = "performance.hold.wizard"
    _description = "Hold of Milestones"

    milestone_ids = fields.Many2many(
        comodel_name="performance.milestone", string="Milestones", required=True
    )
    reason = fields.Text(required=True)
    review_date = fields.Date(
        required=True,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), days=30),
        help="Until then, whoever decides gets an activity.",
    )

    # === ACTIONS ===#

    def action_confirm(self):
        """Hold the milestones.

        :return: a notification when several milestones were chosen, else close the
        dialog
        :raise UserError: when the one milestone chosen cannot be held
        """
        exactly_one(self)
        if self.review_date < fields.Date.context_today(self):
            raise ValidationError(self.env._("The review date lies in the past."))
        milestones = self.milestone_ids
        moved, left = milestones._hold(self.reason, self.review_date)
        if len(milestones) > 1:
            return milestones._workflow_notify(moved, left)
        if left:
            raise UserError(left[milestones])
        return {"type": "ir.actions.act_window_close"}
