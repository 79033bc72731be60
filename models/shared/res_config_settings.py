from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The settings page of the addon."""

    _inherit = "res.config.settings"

    performance_tz = fields.Selection(
        related="company_id.performance_tz", readonly=False
    )
    group_performance_everyone = fields.Boolean(
        string="All Employees Use Performance",
        group="base.group_user",
        implied_group="customer_performance.group_user",
    )
