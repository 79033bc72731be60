from odoo import fields, models
from odoo.exceptions import UserError

from ..models.shared.guards import exactly_one


class PerformanceReasonWizard(models.TransientModel):
    """The question "why?" before a move that needs a reason.

    One record is one answer for one or many records. The wizard decides nothing: it
    hands verb and reason to the workflow engine, whose guards apply.
    """

    _name = "performance.reason.wizard"
    _description = "Reason for a Step"

    res_model = fields.Char(required=True)
    res_ids = fields.Char(required=True)
    verb = fields.Char(required=True)
    reason = fields.Text(required=True)

    # === ACTIONS ===#

    def action_confirm(self):
        """Make the move for the records chosen.

        :return: a notification when several records were chosen, else close the dialog
        :raise UserError: when the records cannot move
        """
        exactly_one(self)
        records = self._target_records()
        if len(records) == 1:
            records._workflow_apply(self.verb, self.reason)
            return {"type": "ir.actions.act_window_close"}
        result = records._workflow_apply_each(self.verb, self.reason)
        return records._workflow_notify(*result)

    def _target_records(self):
        """The records chosen, checked: an RPC client can put anything here."""
        model = self.env.get(self.res_model)
        ids = [int(i) for i in self.res_ids.split(",") if i.strip().isdigit()]
        known = (
            model is not None
            and not model._abstract
            and "_workflow" in dir(model)
            and self.verb in model._workflow
        )
        if not known or not ids:
            raise UserError(self.env._("This step does not exist for these records."))
        return model.browse(ids).exists()
