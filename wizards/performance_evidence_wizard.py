from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..models.shared.guards import exactly_one


class PerformanceEvidenceWizard(models.TransientModel):
    """What shows that a stage was reached: a text, and files where there are any.

    The wizard decides nothing: it hands the evidence to the milestones, whose workflow
    says who may submit.
    """

    _name = "performance.evidence.wizard"
    _description = "Evidence of a Milestone"

    milestone_ids = fields.Many2many(
        comodel_name="performance.milestone", string="Milestones", required=True
    )
    evidence = fields.Text(required=True)
    attachment_ids = fields.Many2many(comodel_name="ir.attachment", string="Files")

    # === ACTIONS ===#

    def action_confirm(self):
        """Submit the evidence.

        :return: a notification when several milestones were chosen, else close the
        dialog
        :raise UserError: when the one milestone chosen cannot be submitted
        """
        exactly_one(self)
        self._check_files()
        milestones = self.milestone_ids
        moved, left = milestones._submit(self.evidence, self.attachment_ids)
        if len(milestones) > 1:
            return milestones._workflow_notify(moved, left)
        if left:
            raise UserError(left[milestones])
        return {"type": "ir.actions.act_window_close"}

    def _check_files(self):
        """A client can name any file; only those uploaded here go to the milestone."""
        # sudo: to see where a file lies that the user may not read
        for attachment in self.attachment_ids.sudo():
            elsewhere = attachment.res_id and attachment.res_model != self._name
            if elsewhere or attachment.create_uid != self.env.user:
                raise AccessError(
                    self.env._("Upload the files that prove the milestone.")
                )
