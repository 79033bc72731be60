from odoo import api, fields, models

from ...shared.workflow import EngineToken

# Proof that the owner of the bands edits them together and will check the whole after.
TOGETHER = EngineToken()


class PerformanceBandMixin(models.AbstractModel):
    """A half-open interval of values that belongs to a gapless set of them.

    It holds values from its beginning up to, not including, its end; the last one may
    be open. A single band that is changed by itself is checked at once; bands edited
    through their owner are checked when all of them are written.
    """

    _name = "performance.band.mixin"
    _description = "Band of Values"

    _band_owner = None  # name of the many2one to the record that owns the bands

    lower = fields.Float(string="From", digits=(16, 4), required=True)
    upper = fields.Float(string="To (excluded)", digits=(16, 4))
    is_open = fields.Boolean(string="And above")

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        bands = super().create(vals_list)
        bands._check_alone(bands[self._band_owner])
        return bands

    def write(self, vals):
        result = super().write(vals)
        self._check_alone(self[self._band_owner])
        return result

    def unlink(self):
        owners = self[self._band_owner]
        result = super().unlink()
        self._check_alone(owners.exists())
        return result

    @api.model
    def _check_alone(self, owners):
        if self.env.context.get("performance_bands") is not TOGETHER:
            owners._check_bands()

    # === BUSINESS METHODS ===#

    def _upper_bound(self):
        """End of the band, or None when it is open upwards."""
        self.ensure_one()
        return None if self.is_open else self.upper

    @api.model
    def _problem_text(self, where, code, bound, other):
        """A sentence for what ``check_bands`` found.

        :param str where: name of the record whose bands these are
        """
        bound, other = (f"{x:g}" if x is not None else "" for x in (bound, other))
        texts = {
            "empty": self.env._("“%(where)s”: enter at least one band.", where=where),
            "reversed": self.env._(
                "“%(where)s”: a band runs from %(bound)s to %(other)s; "
                "its end has to be above its beginning.",
                where=where,
                bound=bound,
                other=other,
            ),
            "gap": self.env._(
                "“%(where)s”: nothing covers the values from %(bound)s to %(other)s.",
                where=where,
                bound=bound,
                other=other,
            ),
            "overlap": self.env._(
                "“%(where)s”: two bands cover the values from %(bound)s to %(other)s.",
                where=where,
                bound=bound,
                other=other,
            ),
            "open": self.env._(
                "“%(where)s”: the band from %(bound)s has no end, "
                "but another begins at %(other)s.",
                where=where,
                bound=bound,
                other=other,
            ),
        }
        return texts[code]
