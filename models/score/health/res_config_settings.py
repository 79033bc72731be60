from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Customer health on the settings page."""

    _inherit = "res.config.settings"

    performance_health = fields.Boolean(
        related="company_id.performance_health", readonly=False
    )
    performance_health_days = fields.Integer(
        related="company_id.performance_health_days", readonly=False
    )
