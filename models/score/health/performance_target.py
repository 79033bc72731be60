from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PerformanceTarget(models.Model):
    """A target is for a period that ends, not for the rolling window."""

    _inherit = "performance.target"

    period_id = fields.Many2one(domain=[("kind", "!=", "rolling")])

    @api.constrains("period_id")
    def _check_rolling(self):
        for target in self:
            # sudo: which kind of period it is, is no secret to whoever may enter it
            period = target.sudo().period_id
            if period.kind == "rolling":
                raise ValidationError(
                    self.env._(
                        "“%s” moves on every day: enter the target for a period that "
                        "ends, or in the scheme.",
                        period.name,
                    )
                )
