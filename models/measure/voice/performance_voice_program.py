from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...shared.guards import exactly_one
from .performance_voice_mixin import KINDS


class PerformanceVoiceProgram(models.Model):
    """Whom the system asks what: a random share of the customers something happened to.

    Every night the customers of deals won, complaints closed or acceptances decided in
    the last days are looked at. Chance alone decides who is in the sample: it hangs on
    a secret seed of the program and the number of the record (``tools/voice.py``), so
    nobody can foresee it, pick or leave out anybody, and an auditor who knows the seed
    can draw it again. A contact whom any program asked within the rest period is left
    in peace. Administrators write programs, officers and auditors read them.
    """

    _name = "performance.voice.program"
    _description = "Customer Survey Program"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    kind = fields.Selection(selection=KINDS, required=True, default="nps")
    survey_id = fields.Many2one(
        comodel_name="survey.survey",
        required=True,
        ondelete="restrict",
        domain="[('voice_kind', '=', kind)]",
    )
    trigger = fields.Selection(
        selection=[
            ("deal_won", "Deal Won"),
            ("complaint_closed", "Complaint Closed"),
            ("acceptance_decided", "Acceptance Decided"),
        ],
        string="Asked After",
        required=True,
        default="deal_won",
    )
    share = fields.Float(
        string="Share Asked (%)",
        default=25,
        required=True,
        help="How many of those it happened to are asked, by chance.",
    )
    window_days = fields.Integer(
        string="Look Back (Days)",
        default=7,
        required=True,
        help="What happened longer ago is not asked about any more.",
    )
    rest_days = fields.Integer(
        string="Rest Period (Days)",
        default=90,
        required=True,
        help="A contact whom any program asked in this time is not asked again.",
    )
    reminder_days = fields.Integer(
        string="Remind After (Days)",
        default=4,
        required=True,
        help="Once. 0: no reminder.",
    )
    expiry_days = fields.Integer(
        string="Link Ends After (Days)", default=14, required=True
    )
    daily_limit = fields.Integer(
        string="Asked per Night at Most", default=200, required=True
    )
    seed = fields.Char(
        default=lambda self: uuid4().hex,
        required=True,
        readonly=True,
        copy=False,
        groups="customer_performance.group_auditor,base.group_system",
        help="With it the sample can be drawn again.",
    )
    last_run_at = fields.Datetime(string="Last Drawn", readonly=True, copy=False)
    last_message = fields.Text(string="Last Result", readonly=True, copy=False)
    request_ids = fields.One2many(
        comodel_name="performance.voice.request", inverse_name="program_id"
    )
    sent_count = fields.Integer(string="Sent", compute="_compute_counts")
    answered_count = fields.Integer(string="Answered", compute="_compute_counts")
    response_rate = fields.Float(
        string="Response Rate (%)",
        compute="_compute_counts",
        help="Answered of all that were sent.",
    )

    _share_fits = models.Constraint(
        "CHECK (share > 0 AND share <= 100)",
        "The share lies above 0 and goes up to 100 %.",
    )
    _days_fit = models.Constraint(
        "CHECK (window_days BETWEEN 1 AND 366 AND rest_days BETWEEN 1 AND 3660"
        " AND reminder_days BETWEEN 0 AND 365 AND expiry_days BETWEEN 1 AND 365"
        " AND daily_limit BETWEEN 1 AND 10000)",
        "Days are between 1 and 365; from 1 to 10000 are asked in one night.",
    )

    # === COMPUTE METHODS ===#

    def _compute_counts(self):
        counts = {
            program: (sent, answered)
            for program, sent, answered in self.env[
                "performance.voice.request"
            ]._read_group(
                [("program_id", "in", self.ids), ("sent_at", "!=", False)],
                ["program_id"],
                ["__count", "answered_at:count"],
            )
        }
        for program in self:
            sent, answered = counts.get(program, (0, 0))
            program.sent_count, program.answered_count = sent, answered
            program.response_rate = 100 * answered / sent if sent else 0

    # === CONSTRAINTS ===#

    @api.constrains("survey_id", "kind")
    def _check_survey(self):
        for program in self:
            # sudo: the survey's settings, whoever owns the survey
            survey = program.survey_id.sudo()
            if survey.voice_kind != program.kind:
                raise ValidationError(
                    self.env._(
                        "“%s” is not a customer survey of this kind.", survey.title
                    )
                )
            if survey.users_login_required or survey.access_mode != "token":
                raise ValidationError(
                    self.env._(
                        "Customers answer by a link of their own and without a login: "
                        "set “%s” to “Invited people only” and require no login.",
                        survey.title,
                    )
                )
            if not survey._voice_questions():
                raise ValidationError(
                    self.env._("“%s” has no scale to answer on.", survey.title)
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_seed(vals)
        return super(PerformanceVoiceProgram, self._without_default_seed()).create(
            vals_list
        )

    def write(self, vals):
        self._check_seed(vals)
        return super().write(vals)

    def _without_default_seed(self):
        """The seed does not come from a client's context either."""
        kept = {k: v for k, v in self.env.context.items() if k != "default_seed"}
        return self.with_env(self.env(context=kept))

    def _check_seed(self, vals):
        """Nobody chooses the sample by choosing the seed."""
        if "seed" in vals and not self.env.su:
            raise AccessError(self.env._("The system chooses the seed of a sample."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: whoever was asked counts, whoever may read it
        if (
            self.env["performance.voice.request"]
            .sudo()
            .search_count([("program_id", "in", self.ids)], limit=1)
        ):
            raise UserError(
                self.env._(
                    "Customers were asked by this program. Archive it instead: no more "
                    "are asked then."
                )
            )

    # === ACTIONS ===#

    def action_open_requests(self):
        """Whom this program asked."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_voice_request_action"
        )
        return {**action, "domain": [("program_id", "=", self.id)], "context": {}}
