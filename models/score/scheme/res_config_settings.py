from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The limits of schemes on the settings page."""

    _inherit = "res.config.settings"

    performance_kpis_advised = fields.Integer(
        related="company_id.performance_kpis_advised", readonly=False
    )
    performance_kpis_most = fields.Integer(
        related="company_id.performance_kpis_most", readonly=False
    )
    performance_finance_most = fields.Float(
        related="company_id.performance_finance_most", readonly=False
    )
    performance_vote_most = fields.Float(
        related="company_id.performance_vote_most", readonly=False
    )
