from odoo import fields, models
from odoo.exceptions import ValidationError

from ....tools.bands import check_bands, find_band


class PerformanceRatingScale(models.Model):
    """Grades for scores: every score from 0 up has exactly one grade.

    The bands leave no gap and do not overlap, the first begins at 0, the last is open
    upwards. Scorecards and verdicts keep the name of the grade they got, so a change of
    the scale changes no past result.
    """

    _name = "performance.rating.scale"
    _description = "Rating Scale"
    _inherit = ["performance.band.owner.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", help="Empty: for all companies."
    )
    improvement_threshold = fields.Float(
        default=70.0,
        digits=(5, 2),
        help="A published result below it proposes an improvement plan.",
    )
    band_ids = fields.One2many(
        comodel_name="performance.rating.band",
        inverse_name="scale_id",
        string="Grades",
        copy=True,
    )

    _threshold_range = models.Constraint(
        "CHECK (improvement_threshold BETWEEN 0 AND 120)",
        "The threshold for improvement lies between 0 and 120.",
    )

    # === CONSTRAINT METHODS ===#

    def _check_bands(self):
        for scale in self:
            bands = scale._bands()
            if problem := check_bands(bands):
                raise ValidationError(
                    self.env["performance.band.mixin"]._problem_text(
                        scale.name, *problem
                    )
                )
            lowest = min(lower for lower, _upper, _grade in bands)
            if lowest:
                raise ValidationError(
                    self.env._(
                        "“%(scale)s”: the lowest grade begins at %(lowest)s; "
                        "let it begin at 0, so that every score has a grade.",
                        scale=scale.name,
                        lowest=lowest,
                    )
                )
            if not any(upper is None for _lower, upper, _grade in bands):
                raise ValidationError(
                    self.env._(
                        "“%s”: leave the end of the highest grade empty, so that every "
                        "score has a grade.",
                        scale.name,
                    )
                )

    # === BUSINESS METHODS ===#

    def _bands(self):
        """The bands as data: ``[(lower, upper or None, band record)]``."""
        self.ensure_one()
        return [(band.lower, band._upper_bound(), band) for band in self.band_ids]

    def _grade(self, score):
        """The band a score lies in.

        :param float score: 0 and above
        :return: ``performance.rating.band``
        """
        self.ensure_one()
        return find_band(self._bands(), score)[2]
