from odoo import fields, models

from ...shared.guards import exactly_one
from ...shared.workflow import Transition
from ..scheme.performance_scheme_audience import SUBJECT_MODELS


class PerformanceObjectiveWorkflow(models.Model):
    """Who moves an objective, what has to be there, and what follows."""

    _inherit = "performance.objective"

    _workflow = {
        "activate": Transition(("draft",), "active"),
        "revise": Transition(("active",), "draft", needs_reason=True),
        "close": Transition(("active",), "closed", needs_reason=True),
        "cancel": Transition(("draft", "active"), "cancelled", needs_reason=True),
    }
    _workflow_protected = (
        "result",
        "closed_at",
        "has_final",
        "final_progress",
        "final_coverage",
        "reminded_on",
        # computed and stored: rights stand on them
        "level",
        "subject_type",
        "answerable_id",
        "confidence",
    )

    can_activate = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_revise = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_close = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_cancel = fields.Boolean(compute="_compute_can", export_string_translation=False)

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        if verb == "cancel" and self.state == "draft":
            return self._edit_error()
        return self._decider_error()

    def _workflow_missing(self, verb):
        # sudo: what is missing is told to whoever decides
        known = self.sudo()
        if verb == "close":
            open_ones = known.child_ids.filtered(lambda child: child.state == "active")
            if open_ones:
                return self.env._(
                    "Close the %(count)s objectives below “%(objective)s” first.",
                    count=len(open_ones),
                    objective=self.name,
                )
        if verb != "activate":
            return False
        if not (known.key_result_ids or known.child_ids):
            return self.env._(
                "“%s” needs a key result, or an objective below it.", self.name
            )
        if problem := known.responsibility_ids._problem():
            return self.env._(
                "“%(objective)s”: %(problem)s", objective=self.name, problem=problem
            )
        return False

    def _workflow_values(self, verb, reason):
        if verb == "close":
            return {
                "result": reason,
                "closed_at": fields.Datetime.now(),
                "has_final": self.has_progress,
                "final_progress": self.progress,
                "final_coverage": self.coverage,
            }
        if verb == "cancel":
            return {"result": reason, "closed_at": fields.Datetime.now()}
        return {}

    # === ACTIONS ===#

    def action_activate(self):
        """Put the objective into force; everybody concerned follows it."""
        return self._workflow_run("activate")

    def action_revise(self):
        """Back to draft, to agree anew; asks for the reason."""
        return self._workflow_run("revise")

    def action_close(self):
        """End it with its final figures; asks for the result."""
        return self._workflow_run("close")

    def action_cancel(self):
        """Drop it; asks for the reason."""
        return self._workflow_run("cancel")

    def action_check_in(self):
        """A dialog for the check-in of the week."""
        exactly_one(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check-in"),
            "res_model": "performance.objective.checkin",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_objective_id": self.id,
                "default_confidence": self.confidence or "on_track",
            },
        }

    # === AFTER A MOVE ===#

    def _after_activate(self):
        """Those with a part in it follow it; its KPIs are measured for its subject."""
        self._follow()
        self._measure()

    def _measure(self):
        """Measure the KPIs of these objectives for their subjects, in open periods."""
        # sudo: whoever puts an objective into force need not be allowed to measure
        known = self.sudo()
        groups = known.grouped(lambda one: (one.period_id, one.subject_type))
        for (period, kind), objectives in groups.items():
            kpis = objectives.key_result_ids.kpi_id.filtered(
                lambda kpi: kpi.source != "manual" and kpi.is_available
            )
            if kpis and period.state == "open":
                subjects = self.env[SUBJECT_MODELS[kind]].browse(
                    [objective._subject().id for objective in objectives]
                )
                kpis._measure(period, {kind: subjects})

    def _after_close(self):
        """The key results keep their final values; nobody is reminded any more."""
        # sudo: whoever closes may not edit what was agreed
        self.sudo().key_result_ids._freeze()
        self._drop_reminders()

    def _after_cancel(self):
        """Nobody is reminded any more."""
        self._drop_reminders()

    _after_revise = _after_cancel

    def _follow(self):
        """Make followers of those with a part in it; drop who may not read it now."""
        for objective in self:
            # sudo: logins of employees, and followers are added for others
            known = objective.sudo()
            users = known.responsibility_ids.employee_id.user_id.filtered("active")
            readers = users.filtered(
                lambda user, known=known: known.with_user(user).has_access("read")
            )
            known.message_subscribe(partner_ids=readers.partner_id.ids)
            known.message_unsubscribe(partner_ids=(users - readers).partner_id.ids)
