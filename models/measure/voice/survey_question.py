from odoo import models

from ....tools.voice import LONGEST_COMMENT


class SurveyQuestion(models.Model):
    """Questions of customer surveys take what can be kept, and no less than a score."""

    _inherit = "survey.question"

    def validate_question(self, answer, comment=None):
        errors = super().validate_question(answer, comment)
        if errors or not self.survey_id.voice_kind:
            return errors
        if self.constr_mandatory and not answer:
            # Odoo lets it pass where one can go back
            return {
                self.id: self.constr_error_msg
                or self.env._("This question requires an answer.")
            }
        if any(
            isinstance(text, str) and len(text) > LONGEST_COMMENT
            for text in (answer, comment)
        ):
            return {
                self.id: self.env._(
                    "Your text is too long: please use at most %s characters.",
                    LONGEST_COMMENT,
                )
            }
        if self.question_type == "scale" and not self._voice_fits(answer):
            return {self.id: self.env._("Please choose one of the steps.")}
        return errors

    def _voice_fits(self, answer):
        """Whether an answer is a step of the scale; a client may send anything."""
        if not answer:
            return True
        try:
            return self.scale_min <= int(answer) <= self.scale_max
        except (TypeError, ValueError):
            return False
