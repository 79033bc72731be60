import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import SQL

from ...shared.guards import exactly_one
from ...shared.workflow import Transition

_logger = logging.getLogger(__name__)


class PerformanceVoiceRequest(models.Model):
    """One contact who is asked one survey, by a link of his own without a login.

    The system draws it (``planned``), sends it, reminds once, and closes it: answered,
    declined by the customer, or expired. No person creates, changes or deletes one, and
    the link is shown to nobody: whoever knew it could answer in the customer's place.
    Leads read what their line is asked about once it was sent, officers and auditors
    all.
    """

    _name = "performance.voice.request"
    _description = "Customer Survey Request"
    _inherit = ["performance.workflow.mixin", "performance.voice.mixin"]
    _order = "drawn_at desc, id desc"

    _workflow = {
        "send": Transition(("planned",), "sent"),
        # an answer given in time may be noted late
        "answer": Transition(("sent", "expired"), "answered"),
        "decline": Transition(("sent",), "declined"),
        "expire": Transition(("planned", "sent"), "expired"),
    }
    _workflow_protected = (
        "sent_at",
        "answered_at",
        "reminded_at",
        "expires_at",
        "user_input_id",
    )

    program_id = fields.Many2one(
        comodel_name="performance.voice.program",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    survey_id = fields.Many2one(
        comodel_name="survey.survey", required=True, readonly=True, ondelete="restrict"
    )
    email = fields.Char(readonly=True, index="btree_not_null")
    source_id = fields.Many2oneReference(
        string="Asked After", model_field="source_model", readonly=True
    )
    drawn_by = fields.Selection(
        selection=[("system", "System"), ("person", "Person")],
        required=True,
        readonly=True,
        default="system",
    )
    drawn_at = fields.Datetime(
        string="Drawn On", required=True, readonly=True, default=fields.Datetime.now
    )
    sent_at = fields.Datetime(string="Sent On", readonly=True, copy=False)
    reminded_at = fields.Datetime(string="Reminded On", readonly=True, copy=False)
    expires_at = fields.Datetime(string="Link Ends On", readonly=True, copy=False)
    answered_at = fields.Datetime(string="Answered On", readonly=True, copy=False)
    answer_days = fields.Float(
        string="Days to Answer",
        compute="_compute_answer",
        store=True,
        aggregator="avg",
    )
    response_percent = fields.Float(
        string="Response Rate (%)",
        compute="_compute_answer",
        store=True,
        aggregator="avg",
    )
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("sent", "Sent"),
            ("answered", "Answered"),
            ("expired", "Expired"),
            ("declined", "Declined"),
        ],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
    )
    error = fields.Text(readonly=True, copy=False, help="Why it could not be sent.")
    user_input_id = fields.Many2one(
        comodel_name="survey.user_input",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=NO_ACCESS,
    )
    token = fields.Char(
        related="user_input_id.access_token", groups=NO_ACCESS, string="Link Token"
    )

    _source_uniq = models.UniqueIndex(
        "(program_id, source_model, source_id) WHERE program_id IS NOT NULL",
        "A program asks about the same event once.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("sent_at", "answered_at", "state")
    def _compute_answer(self):
        for request in self:
            sent, answered = request.sent_at, request.answered_at
            waited = answered - sent if sent and answered else timedelta()
            request.answer_days = max(waited.total_seconds(), 0) / 86400
            request.response_percent = 100 if request.state == "answered" else 0

    @api.depends("partner_id", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for request in self:
            # sudo: who may read the request may read who was asked
            name = request.sudo().partner_id.display_name or request.email
            parts = [name, kinds.get(request.kind)]
            request.display_name = ", ".join(part for part in parts if part)

    # === AGGREGATION ===#

    def _read_group_select(self, aggregate_spec, query):
        """Those who are silent have no days to answer: no data, not 0."""
        if aggregate_spec != "answer_days:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "AVG(%s) FILTER (WHERE %s IS NOT NULL)",
            self._field_to_sql(self._table, "answer_days", query),
            self._field_to_sql(self._table, "answered_at", query),
        )

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        if self.env.su:
            return False
        return self.env._(
            "The system asks customers and closes its questions; no person does."
        )

    @api.model
    def _plan(self, vals_list):
        """Make requests that were drawn."""
        quiet = {"tracking_disable": True, "mail_create_nolog": True}
        return self._workflow_engine().with_context(**quiet).create(vals_list)

    def _note_answer(self, answered_at):
        """The customer answered."""
        waiting = self.filtered(lambda r: r.state in ("sent", "expired"))
        waiting._workflow_engine().write({"answered_at": answered_at})
        # sudo: the customer answers, who has no rights here
        waiting.sudo()._workflow_apply("answer")

    @api.model
    def _expire_due(self):
        """Close what nobody answered in time."""
        now = fields.Datetime.now()
        sent = Domain("state", "=", "sent") & Domain("expires_at", "<", now)
        # drawn, and it could not be sent for a week: what happened is long ago
        stuck = Domain("state", "=", "planned") & Domain(
            "drawn_at", "<", now - timedelta(days=7)
        )
        self.search(sent | stuck)._workflow_apply("expire")

    # === MAILS ===#

    @api.model
    def _send_due(self, progress):
        """Send what was drawn, and remind those who are silent; one mail at a time.

        :param progress: called with the number done, returns whether there is time left
        """
        now = fields.Datetime.now()
        silent = self.search(
            [
                ("state", "=", "sent"),
                ("reminded_at", "=", False),
                ("program_id.reminder_days", ">", 0),
            ]
        ).filtered(
            lambda r: r.sent_at + timedelta(days=r.program_id.reminder_days) <= now
        )
        planned = self.search([("state", "=", "planned")], order="id")
        progress(0, remaining=len(silent) + len(planned))
        for request in planned + silent:
            request._send_safely()
            if not progress(1):
                return

    def _send_safely(self):
        """One mail; an error stays on the request and the night goes on."""
        try:
            with self.env.cr.savepoint():
                if self.state == "planned":
                    self._send()
                else:
                    self._remind()
        except Exception as error:
            _logger.exception("%s could not be sent", self)
            self._workflow_engine().write({"error": str(error)})

    def _send(self):
        """Make the link and mail it."""
        self.ensure_one()
        now = fields.Datetime.now()
        ends = now + timedelta(days=self.program_id.expiry_days or 14)
        # sudo: the system makes the customer's sheet, not a survey officer
        filled = self.survey_id.sudo()._create_answer(
            partner=self.partner_id, check_attempts=False, deadline=ends
        )
        self._workflow_engine().write(
            {
                "user_input_id": filled.id,
                "sent_at": now,
                "expires_at": ends,
                "error": False,
            }
        )
        self._workflow_apply("send")
        self._mail("customer_performance.mail_template_voice_request")

    def _remind(self):
        self.ensure_one()
        self._workflow_engine().write({"reminded_at": fields.Datetime.now()})
        self._mail("customer_performance.mail_template_voice_reminder")

    def _mail(self, template):
        """Send the link, and keep it out of every list of messages people can read."""
        # sudo: the link in it is for the customer, not for whoever sends it
        self.sudo().env.ref(template).send_mail(
            self.id,
            email_layout_xmlid="mail.mail_notification_light",
            email_values={"model": False, "res_id": False, "auto_delete": True},
        )

    def _start_url(self):
        """The customer's link; for the mail only, no preview of it."""
        self.ensure_one()
        if not self.env.su:
            return "#"
        # sudo: nobody may read the link; the engine that renders the mail does
        return f"{self.get_base_url()}{self.sudo().user_input_id.get_start_url()}"

    def _decline_url(self):
        """Where the customer says that he does not want to answer; as above."""
        self.ensure_one()
        if not self.env.su:
            return "#"
        # sudo: as for the link itself
        token = self.sudo().user_input_id.access_token
        return f"{self.get_base_url()}/performance/voice/decline/{token}"

    # === ACTIONS ===#

    def action_open_answer(self):
        """The answer to this request, for those who may read it."""
        exactly_one(self)
        answer = self.env["performance.voice"].search([("request_id", "=", self.id)])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer"),
            "res_model": "performance.voice",
            "view_mode": "list,form",
            "domain": [("id", "in", answer.ids)],
        }
