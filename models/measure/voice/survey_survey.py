from odoo import api, fields, models
from odoo.exceptions import AccessError

from .performance_voice_mixin import KINDS

# what decides on who counts
OURS = {"voice_kind", "voice_accept_unasked"}


class SurveySurvey(models.Model):
    """A survey may be one that customers answer about us; officers say so."""

    _inherit = "survey.survey"

    voice_kind = fields.Selection(
        selection=KINDS,
        string="Customer Survey",
        copy=False,
        help="Its first scale counts as the answer; of an evaluation form the mean of "
        "all its scales.",
    )
    voice_accept_unasked = fields.Boolean(
        string="Count Answers Not Drawn by the System",
        copy=False,
        help="Off: an answer counts only when the system chose whom to ask. On: also "
        "when a person sent the link.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        surveys = super().create(vals_list)
        if any(any(vals.get(name) for name in OURS) for vals in vals_list):
            self._check_voice_officer()
        return surveys

    def write(self, vals):
        if OURS & vals.keys():
            self._check_voice_officer()
        return super().write(vals)

    def _check_voice_officer(self):
        """Refuse that whoever makes surveys decides what counts as an answer."""
        if not self.env.su and not self.env.user.has_group(
            "customer_performance.group_officer"
        ):
            raise AccessError(
                self.env._(
                    "Only a performance officer decides which surveys count as answers "
                    "of customers."
                )
            )

    def _voice_questions(self):
        """The scales that make the score, in their order."""
        self.ensure_one()
        scales = self.question_ids.filtered(lambda q: q.question_type == "scale")
        scales = scales.sorted(lambda q: (q.sequence, q.id))
        return scales if self.voice_kind == "evaluation" else scales[:1]
