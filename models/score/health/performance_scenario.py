from odoo import fields, models


class PerformanceScenario(models.Model):
    """Schemes are tried on a period that ends, not on the rolling window."""

    _inherit = "performance.scenario"

    period_id = fields.Many2one(domain=[("kind", "!=", "rolling")])
