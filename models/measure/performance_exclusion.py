from odoo import fields, models


class PerformanceExclusion(models.Model):
    """One record that is left out of a KPI, or of all KPIs on its model, and why."""

    _name = "performance.exclusion"
    _description = "Record Left Out of KPIs"

    res_model = fields.Char(string="Model", required=True, readonly=True, index=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )
    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="KPI",
        ondelete="cascade",
        help="Empty: left out of all KPIs that count records of this model.",
    )
    is_applied = fields.Boolean(readonly=True)

    _applied_idx = models.Index("(res_model, res_id) WHERE is_applied")
