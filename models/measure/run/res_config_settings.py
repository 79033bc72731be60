from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How many scheduler records measure at the same time."""

    _inherit = "res.config.settings"

    performance_lanes = fields.Integer(
        string="Measuring Lanes",
        default=1,
        config_parameter="customer_performance.lanes",
    )

    def set_values(self):
        result = super().set_values()
        self.env["performance.run"]._set_lanes(self.performance_lanes)
        return result
