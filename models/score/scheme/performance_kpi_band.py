from odoo import fields, models


class PerformanceKpiBand(models.Model):
    """One band of the values of a KPI, and the points it usually gives.

    A proposal for schemes: what a scheme line holds counts, not this. Administrators
    edit it with the KPI; everybody who reads the KPI reads it.
    """

    _name = "performance.kpi.band"
    _description = "Default Band of a KPI"
    _inherit = ["performance.band.mixin"]
    _order = "kpi_id, lower"
    _band_owner = "kpi_id"

    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="KPI",
        required=True,
        ondelete="cascade",
        index=True,
    )
    points = fields.Float(digits=(5, 2), required=True)

    _points_positive = models.Constraint(
        "CHECK (points >= 0)", "Points cannot be negative."
    )
