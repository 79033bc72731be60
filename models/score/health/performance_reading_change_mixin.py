from odoo import models


class PerformanceReadingChangeMixin(models.AbstractModel):
    """Numbers of the rolling window are neither overridden nor corrected."""

    _inherit = "performance.reading.change.mixin"

    def _proposal_error(self):
        # sudo: which kind of period it is, is no secret to whoever reads the number
        period = self.sudo().reading_id.period_id
        if period.kind == "rolling":
            return self.env._(
                "“%s” moves on every day, so its numbers stay as they are measured. "
                "The health of the customer can be overridden instead.",
                period.name,
            )
        return super()._proposal_error()
