from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Whether a company wants hints on what its customers write."""

    _inherit = "res.config.settings"

    performance_hint_provider = fields.Selection(
        related="company_id.performance_hint_provider", readonly=False
    )
