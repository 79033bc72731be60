from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How a company takes complaints."""

    _inherit = "res.config.settings"

    performance_complaint_rating = fields.Boolean(
        related="company_id.performance_complaint_rating", readonly=False
    )
    performance_complaint_close_days = fields.Integer(
        related="company_id.performance_complaint_close_days", readonly=False
    )
    performance_complaint_form = fields.Boolean(
        related="company_id.performance_complaint_form", readonly=False
    )
    performance_complaint_form_url = fields.Char(
        related="company_id.performance_complaint_form_url"
    )
    performance_complaint_alias_name = fields.Char(
        related="company_id.performance_complaint_alias_name", readonly=False
    )
