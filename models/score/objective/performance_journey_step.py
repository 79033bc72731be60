from odoo import api, fields, models


class PerformanceJourneyStep(models.Model):
    """Who does what in a step of the customer journey."""

    _inherit = "performance.journey.step"

    responsibility_ids = fields.One2many(
        comodel_name="performance.responsibility",
        inverse_name="step_id",
        string="Responsibilities",
    )
    responsibility_problem = fields.Char(
        string="Still Missing", compute="_compute_responsibility_problem"
    )

    @api.depends("responsibility_ids.role")
    def _compute_responsibility_problem(self):
        for step in self:
            step.responsibility_problem = step.responsibility_ids._problem()
