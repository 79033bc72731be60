from dataclasses import replace

from odoo import models

from ...shared.workflow import ENGINE


class PerformanceKpiVersion(models.Model):
    """One record of a customer is enough for his health.

    The minimum sample of a KPI keeps people from being judged by chance; a customer
    with two complaints has no more of them, and his renewal is a sample of one.
    """

    _inherit = "performance.kpi.version"

    def _definition(self):
        definition = super()._definition()
        # the token cannot come from a client
        if self.env.context.get("performance_health") is not ENGINE:
            return definition
        return replace(definition, minimum_sample=min(definition.minimum_sample, 1))
