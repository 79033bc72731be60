from odoo import api, fields, models

from .performance_complaint import INTERNAL, OPEN_STATES
from .service_calendars import ServiceCalendars

# the two promises: {name: field of the instant at which it is kept}
PROMISES = {"response": "first_response_at", "resolution": "resolved_at"}


class PerformanceComplaintClock(models.Model):
    """The clocks of a complaint: when it is due, what is late, how long it took.

    Everything here follows from facts (when it was filed, answered, resolved, paused)
    and the service level, and is written whenever one of them changes and when the next
    deadline comes. A first breach is remembered, whatever happens later.
    """

    _inherit = "performance.complaint"

    level_id = fields.Many2one(
        comodel_name="performance.service.level",
        string="Service Level",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups=INTERNAL,
    )
    pause_ids = fields.One2many(
        comodel_name="performance.complaint.pause",
        inverse_name="complaint_id",
        string="Pauses",
        readonly=True,
        copy=False,
        groups=INTERNAL,
    )
    response_deadline = fields.Datetime(readonly=True, copy=False, groups=INTERNAL)
    response_warning_at = fields.Datetime(
        string="Response Warning", readonly=True, copy=False, groups=INTERNAL
    )
    response_breached_at = fields.Datetime(
        string="Response Late Since",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="When the deadline was first missed; remembered.",
    )
    response_hours = fields.Float(
        string="Response (Hours)",
        readonly=True,
        copy=False,
        aggregator="avg",
        groups=INTERNAL,
    )
    response_working_hours = fields.Float(
        string="Response (Working Hours)",
        readonly=True,
        copy=False,
        aggregator="avg",
        groups=INTERNAL,
    )
    is_response_in_time = fields.Boolean(
        string="Answered in Time", readonly=True, copy=False, groups=INTERNAL
    )
    resolution_deadline = fields.Datetime(readonly=True, copy=False, groups=INTERNAL)
    resolution_warning_at = fields.Datetime(
        string="Resolution Warning", readonly=True, copy=False, groups=INTERNAL
    )
    resolution_breached_at = fields.Datetime(
        string="Resolution Late Since",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="When the deadline was first missed; remembered.",
    )
    resolution_hours = fields.Float(
        string="Resolution (Hours)",
        readonly=True,
        copy=False,
        aggregator="avg",
        groups=INTERNAL,
        help="Pauses are taken out.",
    )
    resolution_working_hours = fields.Float(
        string="Resolution (Working Hours)",
        readonly=True,
        copy=False,
        aggregator="avg",
        groups=INTERNAL,
        help="Pauses are taken out.",
    )
    is_resolution_in_time = fields.Boolean(
        string="Resolved in Time", readonly=True, copy=False, groups=INTERNAL
    )
    next_deadline = fields.Datetime(
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="Of the first response until it is given, then of the resolution.",
    )
    clock_state = fields.Selection(
        selection=[
            ("in_time", "In time"),
            ("warning", "Due soon"),
            ("late", "Late"),
            ("paused", "Paused"),
            ("done", "Done"),
        ],
        string="Clock",
        compute="_compute_clock_state",
        groups=INTERNAL,
    )

    _calendar_idx = models.Index("(next_deadline) WHERE next_deadline IS NOT NULL")

    # === COMPUTE METHODS ===#

    @api.depends(
        "state", "next_deadline", "response_warning_at", "resolution_warning_at"
    )
    def _compute_clock_state(self):
        now = fields.Datetime.now()
        for complaint in self:
            complaint.clock_state = complaint._clock_state_at(now)

    def _clock_state_at(self, now):
        if self.state not in OPEN_STATES:
            return "done"
        if self.next_deadline and self.next_deadline < now:
            return "late"
        if self.state == "waiting":
            return "paused"
        promise = "resolution" if self.first_response_at else "response"
        warning = self[f"{promise}_warning_at"]
        return "warning" if warning and warning <= now else "in_time"

    # === BUSINESS METHODS ===#

    def _apply_level(self):
        """Give open complaints the service level that fits them now."""
        # sudo: levels apply to complaints whoever made them due
        running = self.sudo().filtered(lambda c: c.state in OPEN_STATES)
        levels = self.env["performance.service.level"]._for_complaints(running)
        for complaint, level in levels.items():
            if complaint.level_id != level:
                complaint._workflow_engine().write({"level_id": level.id})

    def _refresh_clock(self):
        """Write what follows from facts and service level as of now."""
        # sudo: clocks run whoever looks at them
        complaints = self.sudo()
        if not complaints:
            return
        now = fields.Datetime.now()
        calendars = ServiceCalendars(min(complaints.mapped("filed_at")), now)
        for complaint in complaints:
            values = complaint._clock_values(calendars, now)
            changed = {k: v for k, v in values.items() if complaint[k] != v}
            if changed:
                complaint._workflow_engine().write(changed)

    def _clock_values(self, calendars, now):
        """What the clocks of one complaint show."""
        self.ensure_one()
        values = {}
        for promise in PROMISES:
            values |= self._promise_values(promise, calendars, now)
        values |= self._escalation_values(calendars)
        name = "resolution" if self.first_response_at else "response"
        running = self.state in OPEN_STATES
        values["next_deadline"] = running and values.get(
            f"{name}_deadline", self[f"{name}_deadline"]
        )
        values["next_check_at"] = self._next_check({**values}, now)
        return values

    def _promise_values(self, promise, calendars, now):
        """Deadline, breach and duration of one promise."""
        kept_at = self[PROMISES[promise]]
        if kept_at and self[f"{promise}_hours"] and self[f"{promise}_deadline"]:
            # what was kept is settled: a level that changes later does not touch it
            return {}
        # a question to the customer is a response; what follows it does not delay it
        pauses = [p for p in self._pauses() if not kept_at or p[0] < kept_at]
        due, warning = self._due(promise, calendars, pauses)
        end = kept_at or self.rejected_at or now
        late = self[f"{promise}_breached_at"] or (due and due < end and due) or False
        values = {
            f"{promise}_deadline": due or False,
            f"{promise}_warning_at": warning or False,
            f"{promise}_breached_at": late,
            f"is_{promise}_in_time": bool(kept_at and due and not late),
            f"{promise}_hours": 0.0,
            f"{promise}_working_hours": 0.0,
        }
        if kept_at:
            company, filed = self.company_id, self.filed_at
            none, own = self.env["resource.calendar"], self._working_calendar()
            values[f"{promise}_hours"] = calendars.hours(
                none, company, filed, kept_at, pauses
            )
            values[f"{promise}_working_hours"] = calendars.hours(
                own, company, filed, kept_at, pauses
            )
        return values

    def _due(self, promise, calendars, pauses):
        """Deadline of a promise and when to warn of it; None where there is none."""
        level, company = self.level_id, self.company_id
        if not level:
            return None, None
        elapsed = level.clock == "elapsed"
        calendar = self._working_calendar()
        if elapsed:
            calendar = calendar.browse()
        hours = level[f"{promise}_hours"]
        due = calendars.due(calendar, company, self.filed_at, hours, pauses)
        share = hours * level.warn_percent / 100
        return due, calendars.due(calendar, company, self.filed_at, share, pauses)

    def _escalation_values(self, calendars):
        """How long a solved escalation took, in working hours."""
        if not (self.escalated_at and self.escalation_solved_at):
            return {"escalation_hours": 0.0}
        return {
            "escalation_hours": calendars.hours(
                self._working_calendar(),
                self.company_id,
                self.escalated_at,
                self.escalation_solved_at,
                self._pauses(),
            )
        }

    def _working_calendar(self):
        """Whose working hours count: the service level's, else the company's."""
        return self.level_id.calendar_id or self.company_id.resource_calendar_id

    def _pauses(self):
        """When the clocks stood still: ``[(from, until or None)]``."""
        return [(pause.started_at, pause.ended_at or None) for pause in self.pause_ids]

    def _open_pause(self, kind, started_at=None):
        """The clocks stand still from now on, or did from then until now."""
        now = fields.Datetime.now()
        # sudo: pauses are the engine's
        self.env["performance.complaint.pause"].sudo().create(
            [
                {
                    "complaint_id": complaint.id,
                    "kind": kind,
                    "started_at": started_at or now,
                    "ended_at": started_at and now,
                }
                for complaint in self
            ]
        )

    def _end_pause(self):
        """The clocks run again."""
        # sudo: pauses are the engine's
        lasting = self.sudo().pause_ids.filtered(lambda pause: not pause.ended_at)
        lasting.write({"ended_at": fields.Datetime.now()})
