from odoo import api, fields, models

from ..models.shared.guards import exactly_one


class PerformanceHealthWizard(models.TransientModel):
    """Another score for the health of a customer: which, why, until when.

    It decides nothing: the health checks who may and what is complete.
    """

    _name = "performance.health.wizard"
    _description = "Override Customer Health"

    health_id = fields.Many2one(
        comodel_name="performance.customer.health", required=True, readonly=True
    )
    score = fields.Float(digits=(6, 2), required=True)
    reason = fields.Text()
    until = fields.Date(string="Last Day")

    # === DEFAULT METHODS ===#

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        health = self.env["performance.customer.health"].browse(
            values.get("health_id", [])
        )
        if health and "score" in fields_list:
            values.setdefault("score", health.shown_score)
        return values

    # === ACTIONS ===#

    def action_confirm(self):
        """Override the calculated score.

        :raise AccessError: for whoever may not override it
        :raise UserError: without a score of 0 to 100, a reason and a last day
        """
        exactly_one(self)
        self.health_id._give(self.score, self.reason, self.until)
        return {"type": "ir.actions.act_window_close"}
