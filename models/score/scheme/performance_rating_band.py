from odoo import fields, models


class PerformanceRatingBand(models.Model):
    """One grade of a rating scale, and the scores that get it."""

    _name = "performance.rating.band"
    _description = "Grade of a Rating Scale"
    _inherit = ["performance.band.mixin"]
    _order = "scale_id, lower desc"
    _band_owner = "scale_id"

    scale_id = fields.Many2one(
        comodel_name="performance.rating.scale",
        required=True,
        ondelete="cascade",
        index=True,
    )
    name = fields.Char(string="Grade", required=True, translate=True)
    description = fields.Char(translate=True)
    color = fields.Integer()
