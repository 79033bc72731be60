from odoo import fields, models

from ...shared.guards import exactly_one
from ...shared.workflow import ENGINE, Transition
from .performance_complaint import OPEN_STATES

ENDED = ("resolved", "closed")
REJECTED = ("duplicate", "invalid")
# these improve the numbers of the responsible person
LEADING = (*REJECTED, "reconsider")
CLOCKS = (
    "level_id",
    "pause_ids",
    "next_deadline",
    "next_check_at",
    "last_customer_message_at",
    "escalated_at",
    "escalated_to_id",
    "escalation_solved_at",
    "escalation_hours",
    *(
        field
        for promise in ("response", "resolution")
        for field in (
            f"{promise}_deadline",
            f"{promise}_warning_at",
            f"{promise}_warned_at",
            f"{promise}_breached_at",
            f"{promise}_hours",
            f"{promise}_working_hours",
            f"is_{promise}_in_time",
        )
    ),
)


class PerformanceComplaintWorkflow(models.Model):
    """The moves of a complaint: who may make which, and what each writes."""

    _inherit = "performance.complaint"

    _workflow = {
        "respond": Transition(("new",), "open"),
        "wait": Transition(("new", "open"), "waiting", needs_reason=True),
        "resume": Transition(("waiting",), "open"),
        "resolve": Transition(OPEN_STATES, "resolved"),
        "close": Transition(("resolved",), "closed"),
        "reopen": Transition(ENDED, "open", needs_reason=True),
        "duplicate": Transition((*OPEN_STATES, *ENDED), "duplicate", needs_reason=True),
        "invalid": Transition((*OPEN_STATES, *ENDED), "invalid", needs_reason=True),
        "reconsider": Transition(REJECTED, "open", needs_reason=True),
    }
    _workflow_activities = {
        "new": "customer_performance.activity_complaint_answer",
        "open": "customer_performance.activity_complaint_resolve",
    }
    _workflow_protected = (
        "number",
        "filed_by_id",
        "commercial_partner_id",
        "department_id",
        "is_valid",
        "duplicate_of_id",
        "reject_reason",
        "first_response_at",
        "resolved_at",
        "closed_at",
        "rejected_at",
        "reopen_count",
        "last_reopened_at",
        "rating_last_value",
        # of a complaint that is kept in another app
        "feed_id",
        "res_model",
        "res_id",
        "source_resolved_at",
        "source_employee_id",
        *CLOCKS,
    )

    # === GUARDS ===#

    def _workflow_guard(self, verb):
        if self.env.context.get("performance_workflow") is ENGINE:
            return False
        user = self.env.user
        if not self.with_user(user).has_access("write"):
            return self.env._("You cannot work on “%s”.", self.display_name)
        if verb not in LEADING:
            return False
        if self._is_responsible(user):
            return self.env._(
                "You are responsible for “%s”: your manager or a performance officer "
                "decides whether it counts.",
                self.display_name,
            )
        if not self._may_lead(user):
            return self.env._(
                "Whether “%s” counts is decided by a manager of the responsible "
                "person or a performance officer.",
                self.display_name,
            )
        return False

    def _workflow_missing(self, verb):
        if verb == "wait" and not self.partner_id:
            return self.env._(
                "“%s” has no contact whom a question could be sent.", self.display_name
            )
        if verb == "duplicate":
            return self._duplicate_error(self._original())
        return False

    def _original(self):
        """Of which complaint this is said to be a duplicate."""
        chosen = self.env.context.get("performance_original")
        return self.browse(chosen if isinstance(chosen, int) else []).exists()

    def _duplicate_error(self, original):
        """Why it is no duplicate of that complaint; False when it can be."""
        if not original or not original.has_access("read"):
            return self.env._("Choose the complaint that “%s” repeats.", self.name)
        # sudo: facts of both, for whoever reads both
        own, other = self.sudo(), original.sudo()
        if other == own or not other.is_valid:
            return self.env._(
                "“%s” is a duplicate or invalid itself, or the same complaint.",
                original.display_name,
            )
        same = own.commercial_partner_id == other.commercial_partner_id
        if not same or own.company_id != other.company_id:
            return self.env._(
                "“%s” is of another customer or company.", original.display_name
            )
        if self.search_count([("duplicate_of_id", "=", own.id)], limit=1):
            return self.env._(
                "Other complaints are duplicates of “%s”; it is the original.",
                self.display_name,
            )
        return False

    # === MOVES ===#

    def _workflow_values(self, verb, reason):
        now = self._moment()
        answered = self.first_response_at or now
        if verb in ("respond", "wait"):
            return {"first_response_at": answered}
        if verb == "resolve":
            return {
                "first_response_at": answered,
                "resolved_at": now,
                # sudo: the engine's
                "escalation_solved_at": self.sudo().escalated_at and now,
            }
        if verb == "close":
            return {"closed_at": now}
        if verb == "reopen":
            return {
                "resolved_at": False,
                "closed_at": False,
                "escalation_solved_at": False,
                # sudo: the customer reopens too
                "reopen_count": self.sudo().reopen_count + 1,
                "last_reopened_at": now,
            }
        if verb in REJECTED:
            original = self._original() if verb == "duplicate" else self.browse()
            return {
                "rejected_at": now,
                "reject_reason": reason,
                "duplicate_of_id": original.id,
            }
        if verb == "reconsider":
            return {
                "rejected_at": False,
                "reject_reason": False,
                "duplicate_of_id": False,
                # nobody answered by saying that it does not count
                "state": "open" if self.first_response_at else "new",
                "resolved_at": False,
                "closed_at": False,
                "escalation_solved_at": False,
            }
        return {}

    def _workflow_write(self, verb, reason):
        """What is late before the move stays late; then the clocks follow the move."""
        self._refresh_clock()
        self._pause_for(verb)
        result = super()._workflow_write(verb, reason)
        self._apply_level()
        self._refresh_clock()
        return result

    def _pause_for(self, verb):
        """Stop the clocks, or let them run again, as the move asks for."""
        if verb == "wait":
            self._open_pause("waiting")
        elif verb in ("resume", "resolve", *REJECTED):
            self._end_pause()
        elif verb in ("reopen", "reconsider"):
            kind = "resolved" if verb == "reopen" else "rejected"
            for complaint in self.sudo():  # sudo: the engine's times
                ended = (complaint.resolved_at, complaint.rejected_at)
                complaint._open_pause(kind, min(time for time in ended if time))

    def _workflow_log(self, verb, reason):
        """A question goes to the customer; other reasons stay inside."""
        if verb != "wait":
            return super()._workflow_log(verb, reason)
        for complaint in self.sudo():  # sudo: who may ask may not edit
            complaint.with_context(mail_post_autofollow=False).message_post(
                body=reason,
                author_id=self.env.user.partner_id.id,
                partner_ids=complaint.partner_id.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        return None

    def _workflow_next_users(self):
        # sudo: logins of employees
        return self.sudo().employee_id.user_id.filtered("active")

    def _workflow_deadline(self):
        deadline = self.sudo().next_deadline  # sudo: the clock is the engine's
        if not deadline:
            return False
        tz = self.company_id.sudo().performance_tz or "UTC"
        return fields.Datetime.context_timestamp(
            self.with_context(tz=tz), deadline
        ).date()

    def _after_close(self):
        """The customer is asked how satisfied he is."""
        self._request_rating()

    # === ACTIONS ===#

    def action_respond(self):
        """The customer was answered, in another way than by a message here."""
        return self._workflow_run("respond")

    def action_wait(self):
        """Ask the customer; the clocks stand still until he answers."""
        action = self._workflow_run("wait")
        return {**action, "name": self.env._("Question to the Customer")}

    def action_resume(self):
        """Go on without waiting any longer, or with the answer in hand."""
        return self._workflow_run("resume")

    def action_resolve(self):
        """The problem is solved."""
        return self._workflow_run("resolve")

    def action_close(self):
        """Finish it; the customer is asked how satisfied he is."""
        return self._workflow_run("close")

    def action_reopen(self):
        """It was not solved after all."""
        return self._workflow_run("reopen")

    def action_invalid(self):
        """It is no complaint."""
        return self._workflow_run("invalid")

    def action_reconsider(self):
        """It counts after all."""
        return self._workflow_run("reconsider")

    def action_duplicate(self):
        """Ask of which complaint it is a duplicate, and why."""
        complaint = exactly_one(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Duplicate"),
            "res_model": "performance.complaint.duplicate.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_complaint_id": complaint.id},
        }
