from odoo import api, fields, models


class PerformanceSchemeBand(models.Model):
    """One band of values of a scheme line, and the points it gives."""

    _name = "performance.scheme.band"
    _description = "Band of a Scheme Line"
    _inherit = ["performance.band.mixin"]
    _order = "line_id, lower"
    _band_owner = "line_id"

    line_id = fields.Many2one(
        comodel_name="performance.scheme.line",
        required=True,
        ondelete="cascade",
        index=True,
    )
    points = fields.Float(digits=(5, 2), required=True)

    _points_positive = models.Constraint(
        "CHECK (points >= 0)", "Points cannot be negative."
    )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        bands = super().create(vals_list)
        bands.line_id._check_unlocked()
        return bands

    def write(self, vals):
        self.line_id._check_unlocked()
        result = super().write(vals)
        self.line_id._check_unlocked()
        return result

    def unlink(self):
        self.line_id._check_unlocked()
        return super().unlink()
