from odoo import fields, models

from odoo.addons.base.models.res_partner import _tz_get


class ResCompany(models.Model):
    """A company's own settings of performance."""

    _inherit = "res.company"

    performance_tz = fields.Selection(
        selection=_tz_get,
        string="Performance Time Zone",
        default=lambda self: self.env.user.tz or "UTC",
        help="Periods begin and end at midnight of this time zone.",
    )
