from odoo import fields, models

from ...shared.guards import exactly_one
from ...shared.workflow import ENGINE, Transition

OFFICER = "customer_performance.group_officer"


class PerformanceTextHintWorkflow(models.Model):
    """Who decides on a hint, and what each decision writes."""

    _inherit = "performance.text.hint"

    _workflow = {
        "confirm": Transition(("suggested",), "confirmed"),
        "reject": Transition(("suggested",), "rejected"),
        "reconsider": Transition(("confirmed", "rejected"), "suggested"),
    }
    _workflow_protected = (
        "company_id",
        "source",
        "complaint_id",
        "message_id",
        "voice_id",
        "said_at",
        "commercial_partner_id",
        "employee_id",
        "department_id",
        "lead_id",
        "provider",
        "found",
        "digest",
        "suggested_tone",
        "is_corrected",
        "decided_by_id",
        "decided_at",
    )

    # === GUARDS ===#

    def _workflow_guard(self, verb):
        if self.env.context.get("performance_workflow") is ENGINE:
            return False
        return self._decide_error()

    def _decide_error(self):
        """Why the user at work may not decide on this hint; False when he may."""
        user = self.env.user
        # sudo: logins of employees, for whoever may read the hint
        own = self.sudo()
        if not own.company_id.is_performance_hint:
            return self.env._(
                "“%s” stays as it is: text hints are switched off in the settings of "
                "the company.",
                own.display_name,
            )
        about = (
            own.employee_id | own.complaint_id.employee_id | own.voice_id.employee_id
        )
        if user in about.user_id:
            return self.env._(
                "“%s” is about you: somebody else decides what the customer meant.",
                own.display_name,
            )
        if own.complaint_id:
            if own.complaint_id.with_user(user).has_access("write"):
                return False
            return self.env._("You cannot work on “%s”.", own.display_name)
        if user.has_group(OFFICER) and own.voice_id.with_user(user).has_access("read"):
            return False
        return self.env._(
            "On “%s”, an answer of a customer, a performance officer decides.",
            own.display_name,
        )

    # === MOVES ===#

    def _workflow_values(self, verb, reason):
        if verb == "reconsider":
            return {"decided_by_id": False, "decided_at": False, "is_corrected": False}
        topics = set((self.found or {}).get("topics", ()))
        # a topic that was archived since was not taken away by anybody
        chosen = set(self.with_context(active_test=False).topic_ids.ids)
        same = self.tone == self.suggested_tone and chosen == topics
        return {
            "decided_by_id": self.env.uid,
            "decided_at": fields.Datetime.now(),
            "is_corrected": verb == "confirm" and not same,
        }

    # === ACTIONS ===#

    def action_confirm(self):
        """The customer meant it so."""
        return self._workflow_run("confirm")

    def action_reject(self):
        """The customer did not mean it so."""
        return self._workflow_run("reject")

    def action_reconsider(self):
        """Take the decision back."""
        return self._workflow_run("reconsider")

    def action_open(self):
        """Open the hint, to correct it before it is confirmed."""
        exactly_one(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_open_record(self):
        """Open the complaint or the answer in which the customer wrote it."""
        exactly_one(self)
        record = self.complaint_id or self.voice_id
        # the own rights on the record decide
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
