from odoo import fields, models


class PerformanceScorecard(models.Model):
    """A scorecard knows the appraisals that conclude on it.

    This lets the manager of an appraisal read the evidence, also when the employee
    moved to another line since the launch (record rule of this stage).
    """

    _inherit = "performance.scorecard"

    appraisal_ids = fields.One2many(
        comodel_name="performance.appraisal", inverse_name="scorecard_id"
    )
