import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...shared.guards import exactly_one
from ...shared.workflow import ENGINE
from .performance_complaint import INTERNAL, OPEN_STATES

_logger = logging.getLogger(__name__)

BATCH = 200
SECOND = timedelta(seconds=1)
RETRY = timedelta(hours=1)


class PerformanceComplaintWatch(models.Model):
    """Deadlines are watched: a warning before, an escalation after.

    ``next_check_at`` is the next instant at which something has to happen; a scheduled
    action takes those complaints, and no other. A resolved one has no deadline any
    more: it is looked at to be closed, see performance_complaint_closing.py.
    """

    _inherit = "performance.complaint"

    next_check_at = fields.Datetime(readonly=True, copy=False, groups=INTERNAL)
    response_warned_at = fields.Datetime(
        string="Warned of the Response On", readonly=True, copy=False, groups=INTERNAL
    )
    resolution_warned_at = fields.Datetime(
        string="Warned of the Resolution On",
        readonly=True,
        copy=False,
        groups=INTERNAL,
    )
    escalated_at = fields.Datetime(
        string="Escalated On", readonly=True, copy=False, groups=INTERNAL
    )
    escalated_to_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups=INTERNAL,
    )
    escalation_solved_at = fields.Datetime(
        string="Escalation Solved On", readonly=True, copy=False, groups=INTERNAL
    )
    escalation_hours = fields.Float(
        string="Escalation (Working Hours)",
        readonly=True,
        copy=False,
        aggregator="avg",
        groups=INTERNAL,
    )
    can_escalate = fields.Boolean(
        compute="_compute_can_escalate",
        export_string_translation=False,
        groups=INTERNAL,
    )

    _watch_idx = models.Index("(next_check_at) WHERE next_check_at IS NOT NULL")

    # === COMPUTE METHODS ===#

    @api.depends("state", "escalated_at")
    @api.depends_context("uid")
    def _compute_can_escalate(self):
        for complaint in self:
            complaint.can_escalate = not complaint._escalation_error()

    # === BUSINESS METHODS ===#

    def _next_check(self, values, now):
        """When the watch looks at this complaint again; False for never."""
        if self.state not in OPEN_STATES:
            return self._closing_due()
        moments = []
        for promise, kept_at in (
            ("response", self.first_response_at),
            ("resolution", self.resolved_at),
        ):
            current = {
                name: values.get(f"{promise}_{name}", self[f"{promise}_{name}"])
                for name in ("deadline", "warning_at", "breached_at")
            }
            if current["breached_at"]:
                moments += [] if self.escalated_at else [now]
            elif not kept_at and current["deadline"]:
                # late is what is not done when the deadline is over
                moments.append(current["deadline"] + SECOND)
                if not self[f"{promise}_warned_at"]:
                    moments.append(current["warning_at"])
        return min((time for time in moments if time), default=False)

    @api.model
    def _cron_watch(self, limit=BATCH):
        """Warn of deadlines that come near, escalate those missed, close the silent."""
        due = [("next_check_at", "<=", fields.Datetime.now())]
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=self.search_count(due))
        # a change of the settings makes thousands to close due: deadlines come first
        order = "resolved_at NULLS FIRST, next_check_at, id"
        for complaint in self.search(due, limit=limit, order=order):
            mine = complaint.try_lock_for_update().filtered_domain(due)
            if mine:
                mine._watch_one()
            if not progress._commit_progress(1):
                break

    def _watch_one(self):
        """Watch one complaint; what fails is tried again later."""
        try:
            with self.env.cr.savepoint():
                if self.state in OPEN_STATES:
                    self._watch()
                else:
                    self._close_silent()
                self.env.flush_all()
        except Exception:
            _logger.exception("Complaint %s could not be watched", self.id)
            self.invalidate_recordset()
            again = fields.Datetime.now() + RETRY
            self._workflow_engine().write({"next_check_at": again})

    def _watch(self):
        """Record what is late, warn and escalate; then say when to look again."""
        for complaint in self:
            complaint._refresh_clock()
            late = complaint.response_breached_at or complaint.resolution_breached_at
            if late and not complaint.escalated_at:
                complaint._escalate()
            # the other deadline comes near all the same
            complaint._warn()
            complaint._refresh_clock()

    def _warn(self):
        """Tell the responsible person that a deadline comes near."""
        now, values = fields.Datetime.now(), {}
        for promise, kept_at in (
            ("response", self.first_response_at),
            ("resolution", self.resolved_at),
        ):
            warning = self[f"{promise}_warning_at"]
            warned = self[f"{promise}_warned_at"]
            over = kept_at or self[f"{promise}_breached_at"]
            if not over and warning and warning <= now and not warned:
                values[f"{promise}_warned_at"] = now
        if values:
            self._workflow_engine().write(values)
            users = self.employee_id.user_id.filtered("active")
            self._plan("customer_performance.activity_complaint_warning", users)

    def _plan(self, xmlid, users):
        """One activity for each user, until the next deadline."""
        for user in users:
            self.activity_schedule(
                xmlid,
                date_deadline=self._workflow_deadline() or fields.Date.today(),
                user_id=user.id,
                automated=True,
            )

    def _escalate(self):
        """Whoever leads the responsible person has to see to it, from now on."""
        manager = self._escalation_user()
        self._workflow_engine().write(
            {"escalated_at": fields.Datetime.now(), "escalated_to_id": manager.id}
        )
        self.message_subscribe(manager.partner_id.ids)
        self._plan("customer_performance.activity_complaint_escalated", manager)

    def _escalation_user(self):
        """The nearest manager with a login: line, department, else an officer."""
        own = self.employee_id.user_id
        manager = self.employee_id.parent_id
        seen = self.employee_id
        while manager and manager not in seen:
            if manager.user_id.active and manager.user_id != own:
                return manager.user_id
            seen |= manager
            manager = manager.parent_id
        head = self.department_id.manager_id.user_id
        if head.active and head != own:
            return head
        officers = self.env.ref("customer_performance.group_officer").all_user_ids
        return officers.filtered(
            lambda user: (
                user.active
                and not user.share
                and user != own
                and not user._is_superuser()
                and self.company_id in user.company_ids
            )
        ).sorted("id")[:1]

    def _escalation_error(self):
        """Why the user at work cannot escalate; False when he can."""
        # sudo: who may work on it may ask whether it was escalated
        own = self.sudo()
        if own.state not in OPEN_STATES:
            return self.env._("“%s” is not open any more.", own.display_name)
        if own.escalated_at:
            return self.env._("“%s” was escalated already.", own.display_name)
        if self.env.context.get("performance_workflow") is ENGINE:
            return False
        if not self.with_user(self.env.user).has_access("write"):
            return self.env._("You cannot work on “%s”.", own.display_name)
        return False

    # === ACTIONS ===#

    def action_escalate(self):
        """Hand it to the manager before it is late.

        :raise UserError: when it was, or when the user may not work on it
        """
        complaint = exactly_one(self)
        if error := complaint._escalation_error():
            raise UserError(error)
        # sudo: employees and their managers; the guard was asked before
        complaint.sudo()._escalate()
        complaint.sudo()._refresh_clock()
        return True
