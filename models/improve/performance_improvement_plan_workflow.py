from odoo import fields, models

from ..shared.guards import exactly_one
from ..shared.workflow import Transition


class PerformanceImprovementPlanWorkflow(models.Model):
    """Who moves an improvement plan, what has to be there, and what follows."""

    _inherit = "performance.improvement.plan"

    _workflow = {
        "confirm": Transition(("proposed",), "active"),
        "succeed": Transition(("active",), "succeeded", needs_reason=True),
        "fail": Transition(("active",), "failed", needs_reason=True),
        "cancel": Transition(("proposed", "active"), "cancelled", needs_reason=True),
    }
    _workflow_activities = {
        "proposed": "customer_performance.activity_plan_confirm",
        "active": "customer_performance.activity_plan_conclude",
    }
    _workflow_protected = (
        "appraisal_id",
        "outcome",
        "confirmed_at",
        "confirmed_by_id",
        "closed_at",
    )

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        if self._is_about_me():
            return self.env._("Nobody decides about the improvement plan for himself.")
        officer = self.env.user.has_group("customer_performance.group_officer")
        if verb in ("confirm", "cancel") and not officer:
            return self.env._("Only HR officers do this.")
        if not officer and not self._is_owner():
            return self.env._("Only the owner of the plan or HR says how it ended.")
        return False

    def _workflow_missing(self, verb):
        """A plan needs a goal and at least one action before it is confirmed."""
        if verb != "confirm":
            return False
        given = {"goal": (self.goal or "").strip(), "action_ids": self.action_ids}
        names = [name for name, value in given.items() if not value]
        if not names:
            return False
        missing = [self._fields[name]._description_string(self.env) for name in names]
        return self.env._(
            "“%(plan)s” is not complete. Still missing: %(missing)s.",
            plan=self.display_name,
            missing=", ".join(missing),
        )

    def _workflow_values(self, verb, reason):
        now = fields.Datetime.now()
        if verb == "confirm":
            return {"confirmed_at": now, "confirmed_by_id": self.env.uid}
        return {"outcome": reason, "closed_at": now}

    def _workflow_next_users(self):
        self.ensure_one()
        if self.state == "active":
            return self.owner_id.user_id.filtered("active")
        if self.state != "proposed":
            return self.env["res.users"]
        # sudo: members of a group
        officers = self.env.ref("customer_performance.group_officer").sudo()
        company, about = self.company_id, self.sudo().employee_id.user_id
        allowed = officers.all_user_ids.filtered(
            lambda u: u.active and company in u.company_ids and u != about
        )
        return (self.appraisal_id.cycle_id.user_id & allowed) or allowed

    def _workflow_deadline(self):
        return self.date_end if self.state == "active" else None

    # === ACTIONS ===#

    def action_confirm(self):
        """Put the plan into force; from now on the employee reads it."""
        return self._workflow_run("confirm")

    def action_succeed(self):
        """End the plan with success; asks for the reason."""
        return self._workflow_run("succeed")

    def action_fail(self):
        """End the plan without success; asks for the reason."""
        return self._workflow_run("fail")

    def action_cancel(self):
        """Drop the plan; asks for the reason."""
        return self._workflow_run("cancel")

    def action_check_in(self):
        """A dialog for a new check-in."""
        exactly_one(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check-in"),
            "res_model": "performance.improvement.checkin",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    # === AFTER A MOVE ===#

    def _after_confirm(self):
        """Actions begin; the employee learns of the plan from the plan itself."""
        self.action_ids._workflow_schedule_activities()
        for plan in self:
            # sudo: login of an employee
            partner = plan.sudo().employee_id.user_id.partner_id
            if partner:
                plan.sudo().message_post(
                    body=self.env._("The plan is in force. Please read it."),
                    partner_ids=partner.ids,
                    author_id=self.env.user.partner_id.id,
                )

    def _after_succeed(self):
        """Open actions need no reminder any more."""
        self.action_ids._workflow_schedule_activities()

    _after_fail = _after_cancel = _after_succeed
