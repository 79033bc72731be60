from odoo import api, fields, models
from odoo.exceptions import AccessError


class PerformanceVoice(models.Model):
    """Tells what the customer wrote with an answer, and shows the hint on it."""

    _inherit = "performance.voice"

    hint_ids = fields.One2many(
        comodel_name="performance.text.hint",
        inverse_name="voice_id",
        string="Text Hints",
        readonly=True,
    )
    is_hint_shown = fields.Boolean(
        compute="_compute_is_hint_shown", export_string_translation=False
    )
    can_look = fields.Boolean(
        compute="_compute_is_hint_shown", export_string_translation=False
    )

    # === COMPUTE METHODS ===#

    @api.depends("company_id")
    @api.depends_context("uid")
    def _compute_is_hint_shown(self):
        officer = self.env.user.has_group("customer_performance.group_officer")
        for voice in self:
            # sudo: a setting of the company
            voice.is_hint_shown = voice.sudo().company_id.is_performance_hint
            voice.can_look = voice.is_hint_shown and officer

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        voices = super().create(vals_list)
        voices._look_for_hints()
        return voices

    def write(self, vals):
        result = super().write(vals)
        if "comment" in vals:
            self._look_for_hints()
        return result

    # === BUSINESS METHODS ===#

    def _look_for_hints(self):
        """Let the hints follow what customers wrote, where these are wanted."""
        sayings = self._performance_sayings()
        if sayings:
            self.env["performance.text.hint"]._look_quietly(sayings)

    def _performance_sayings(self):
        """Comments by customers themselves: text and values of a hint.

        What mystery shoppers and interviewers note, and what somebody of the own
        company answered, is nobody's word but theirs.
        """
        # sudo: the engine makes hints of answers that few may read
        own = self.sudo().filtered("company_id.is_performance_hint")
        return [
            {
                "voice_id": voice.id,
                "source": "answer",
                "company_id": voice.company_id.id,
                "commercial_partner_id": voice.commercial_partner_id.id,
                "employee_id": voice.employee_id.id,
                "department_id": voice.department_id.id,
                "lead_id": voice.lead_id.id,
                "said_at": voice.answered_at,
                "lang": voice.partner_id.lang,
                "text": voice.comment or "",
            }
            for voice in own
            if voice.method == "customer" and voice.invalid_reason != "internal"
        ]

    # === ACTIONS ===#

    def action_look_for_hints(self):
        """Look through the comments of these answers.

        :raise AccessError: for everybody but officers
        """
        self.check_access("read")
        if not self.env.user.has_group("customer_performance.group_officer"):
            raise AccessError(
                self.env._("Only a performance officer looks for hints in answers.")
            )
        return self.env["performance.text.hint"]._look_by_hand(self)
