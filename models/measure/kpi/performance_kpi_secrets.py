from odoo import api, models
from odoo.exceptions import ValidationError

from ..engine import Definition, may_ask_anything, secrets


class PerformanceKpi(models.Model):
    """Numbers are measured for everybody, but nobody learns secrets by counting."""

    _inherit = "performance.kpi"

    @api.constrains("required_module", *Definition.names())
    def _check_secrets(self):
        if may_ask_anything(self.env):
            return
        for kpi in self.filtered(lambda kpi: kpi.is_measured and kpi.is_available):
            if what := secrets(self.env, Definition.of(kpi)):
                raise ValidationError(
                    self.env._(
                        "“%(kpi)s”: only system administrators read %(what)s; they "
                        "can define this KPI.",
                        kpi=kpi.name,
                        what=what,
                    )
                )
