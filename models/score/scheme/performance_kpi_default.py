from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ....tools.bands import check_bands
from .performance_band_mixin import TOGETHER


class PerformanceKpi(models.Model):
    """The target and the bands that a KPI usually has: a starting point for schemes."""

    _inherit = "performance.kpi"

    is_customer_vote = fields.Boolean(
        string="Customer's Vote",
        help="By this KPI customers rate people. Its weight in a scheme is limited, "
        "15 % at most.",
    )
    default_target = fields.Float(
        digits=(16, 4), help="Zero: there is none, it is set in the scheme."
    )
    default_target_upper = fields.Float(
        string="Default Upper Target",
        digits=(16, 4),
        help="Upper end of a range target.",
    )
    default_tolerance = fields.Float(
        digits=(16, 4),
        help="Distance outside the range at which the points fall to zero.",
    )
    band_ids = fields.One2many(
        comodel_name="performance.kpi.band",
        inverse_name="kpi_id",
        string="Default Bands",
        copy=True,
    )

    # === CONSTRAINT METHODS ===#

    @api.constrains(
        "direction", "default_target", "default_target_upper", "default_tolerance"
    )
    def _check_default_range(self):
        for kpi in self.filtered("default_target_upper"):
            if (
                kpi.default_target_upper < kpi.default_target
                or kpi.default_tolerance < 0
            ):
                raise ValidationError(
                    self.env._(
                        "“%s”: the range needs an upper target above the target and a "
                        "tolerance of zero or more.",
                        kpi.name,
                    )
                )

    def _check_bands(self):
        """The bands of a KPI, if it has any, leave no gap and do not overlap."""
        band = self.env["performance.kpi.band"]
        for kpi in self.filtered("band_ids"):
            bands = [(b.lower, b._upper_bound(), b.points) for b in kpi.band_ids]
            if problem := check_bands(bands):
                raise ValidationError(band._problem_text(kpi.name, *problem))

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        kpis = super(
            PerformanceKpi, self.with_context(performance_bands=TOGETHER)
        ).create(vals_list)
        kpis = kpis.with_env(self.env)
        kpis._check_bands()
        return kpis

    def write(self, vals):
        if "band_ids" not in vals:
            return super().write(vals)
        result = super(
            PerformanceKpi, self.with_context(performance_bands=TOGETHER)
        ).write(vals)
        self._check_bands()
        return result
