from odoo import api, models

from .performance_band_mixin import TOGETHER


class PerformanceBandOwnerMixin(models.AbstractModel):
    """A record with bands: they are written together and then checked as a whole."""

    _name = "performance.band.owner.mixin"
    _description = "Owner of Bands"

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        records = super(
            PerformanceBandOwnerMixin, self.with_context(performance_bands=TOGETHER)
        ).create(vals_list)
        records = records.with_env(self.env)
        records._check_bands()
        return records

    def write(self, vals):
        result = super(
            PerformanceBandOwnerMixin, self.with_context(performance_bands=TOGETHER)
        ).write(vals)
        self._check_bands()
        return result

    def _check_bands(self):
        """Raise a ValidationError when the bands leave a gap or overlap."""
        raise NotImplementedError
