from markupsafe import Markup

from odoo import fields, models

from ..shared.workflow import Transition

# verbs that HR decides, each never about oneself
OFFICER_VERBS = {"start", "skip_self", "return_manager", "approve", "reopen", "cancel"}


class PerformanceAppraisal(models.Model):
    """The moves of an appraisal: who may make them, and what follows.

    ===============  ==========================================================
    start            HR; manager and employee have a login
    skip_self        HR; with a reason, e.g. the employee is on long leave
    submit_self      the employee; every criterion rated and a summary written
    return_self      the manager; with a reason that the employee reads
    submit_manager   the manager; every criterion rated and a summary written
    return_manager   HR, not who submitted; the reason stays between HR and manager
    approve          HR, not who submitted, not the employee: publishes
    acknowledge      the employee; HR for somebody without a login
    reopen, cancel   HR, not the employee; with a reason
    ===============  ==========================================================
    """

    _inherit = "performance.appraisal"

    _workflow = {
        "start": Transition(("draft",), "self_assessment"),
        "skip_self": Transition(
            ("draft", "self_assessment"), "manager_review", needs_reason=True
        ),
        "submit_self": Transition(("self_assessment",), "manager_review"),
        "return_self": Transition(
            ("manager_review",), "self_assessment", needs_reason=True
        ),
        "submit_manager": Transition(("manager_review",), "hr_approval"),
        "return_manager": Transition(
            ("hr_approval",), "manager_review", needs_reason=True
        ),
        "approve": Transition(("hr_approval",), "published"),
        "acknowledge": Transition(("published",), "acknowledged"),
        "reopen": Transition(
            ("published", "acknowledged"), "manager_review", needs_reason=True
        ),
        "cancel": Transition(
            ("draft", "self_assessment", "manager_review", "hr_approval"),
            "cancelled",
            needs_reason=True,
        ),
    }
    _workflow_activities = {
        "self_assessment": "customer_performance.activity_self_assessment",
        "manager_review": "customer_performance.activity_manager_review",
        "hr_approval": "customer_performance.activity_hr_approval",
        "published": "customer_performance.activity_acknowledge",
    }

    can_start = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_skip_self = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_submit_self = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_return_self = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_submit_manager = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_return_manager = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_approve = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_acknowledge = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_reopen = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_cancel = fields.Boolean(compute="_compute_can", export_string_translation=False)

    # === GUARDS ===#

    def _workflow_guard(self, verb):
        if self.cycle_id.state == "closed" and verb != "acknowledge":
            return self.env._("The cycle “%s” is closed.", self.cycle_id.name)
        if verb in OFFICER_VERBS:
            return self._officer_guard(verb)
        return self._person_guard(verb)

    def _officer_guard(self, verb):
        if not self.env.user.has_group("customer_performance.group_officer"):
            return self.env._("Only HR officers do this.")
        if self._is_own():
            return self.env._("Nobody decides about the own appraisal.")
        if verb in ("approve", "return_manager") and self.env.user in self._authors():
            return self.env._(
                "Who wrote the manager's side of “%s” does not approve it: another HR "
                "officer does.",
                self.display_name,
            )
        if verb == "start":
            return self._start_guard()
        return False

    def _start_guard(self):
        """Everybody whose turn comes must be able to log in."""
        # sudo: logins of employees
        appraisal = self.sudo()
        if not appraisal.manager_id.user_id.active:
            return self.env._(
                "The manager %s has no login. Choose another manager first.",
                appraisal.manager_id.name,
            )
        if not appraisal.employee_id.user_id.active:
            return self.env._(
                "%s has no login: skip the self-assessment instead.",
                appraisal.employee_id.name,
            )
        return False

    def _person_guard(self, verb):
        """Moves of the employee and of the manager."""
        if verb in ("return_self", "submit_manager"):
            # sudo: login of an employee
            if self.sudo().manager_id.user_id != self.env.user:
                return self.env._("Only the manager does this.")
            return False
        # sudo: login of an employee
        login = self.sudo().employee_id.user_id
        if login.active and login != self.env.user:
            return self.env._("Only the employee does this.")
        if not login.active and (
            verb == "submit_self"
            or not self.env.user.has_group("customer_performance.group_officer")
        ):
            return self.env._("The employee has no login: HR takes this step.")
        return False

    def _authors(self):
        """Users who stand behind the manager's side."""
        # sudo: who submitted, also when the side itself is not readable
        appraisal = self.sudo()
        sides = appraisal.assessment_ids.filtered(lambda side: side.kind == "manager")
        return sides.submitted_by_id | appraisal.manager_id.user_id

    def _workflow_missing(self, verb):
        """Submission wants the side complete, and names what is not."""
        kind = {"submit_self": "self", "submit_manager": "manager"}.get(verb)
        return self._side(kind)._missing() if kind else False

    def _workflow_values(self, verb, reason):
        if verb == "approve":
            return {
                "approved_by_id": self.env.uid,
                "published_at": fields.Datetime.now(),
            }
        if verb == "acknowledge":
            return {"acknowledged_at": fields.Datetime.now()}
        if verb == "reopen":
            return {
                "approved_by_id": False,
                "published_at": False,
                "acknowledged_at": False,
            }
        return {}

    # === WHO IS NEXT ===#

    def _workflow_next_users(self):
        self.ensure_one()
        if self.state in ("self_assessment", "published"):
            users = self.employee_id.user_id
        elif self.state == "manager_review":
            users = self.manager_id.user_id
        elif self.state == "hr_approval":
            users = self._approvers()
        else:
            users = self.env["res.users"]
        return users.filtered("active")

    def _approvers(self):
        """The responsible of the cycle when allowed, else every other HR officer."""
        # sudo: members of a group
        officers = self.env.ref("customer_performance.group_officer").sudo()
        company = self.company_id
        allowed = officers.all_user_ids.filtered(
            lambda user: user.active and company in user.company_ids
        )
        # sudo: login of an employee
        allowed -= self._authors() | self.sudo().employee_id.user_id
        return (self.cycle_id.user_id & allowed) or allowed

    def _workflow_deadline(self):
        return self.deadline

    # === REASONS ===#

    def _workflow_log(self, verb, reason):
        """The reason of a return by HR is kept on the verdict that it returns.

        The employee reads this record's chatter, and some day the manager's side too; a
        verdict that was returned is never published, so it keeps the secret.
        """
        if verb != "return_manager":
            return super()._workflow_log(verb, reason)
        for appraisal in self:
            # sudo: verdicts are written by the workflow only
            appraisal._current_verdict().write(
                {"return_reason": reason, "returned_by_id": self.env.uid}
            )
        return None

    def _workflow_log_partners(self, verb):
        """Whom a reason concerns: the employee hears why a step is repeated."""
        if verb in ("return_self", "reopen", "skip_self", "cancel"):
            # sudo: login of an employee
            return self.sudo().employee_id.user_id.partner_id
        return super()._workflow_log_partners(verb)

    # === ACTIONS ===#

    def action_start(self):
        """Ask the employee for the self-assessment."""
        return self._workflow_run("start")

    def action_skip_self(self):
        """Go on without the employee's side; asks for the reason."""
        return self._workflow_run("skip_self")

    def action_submit_self(self):
        """Hand the employee's side to the manager."""
        return self._workflow_run("submit_self")

    def action_return_self(self):
        """Hand the self-assessment back to the employee; asks for the reason."""
        return self._workflow_run("return_self")

    def action_submit_manager(self):
        """Hand the manager's side to HR; makes a new version of the verdict."""
        return self._workflow_run("submit_manager")

    def action_return_manager(self):
        """Hand the manager's side back to the manager; asks for the reason."""
        return self._workflow_run("return_manager")

    def action_approve(self):
        """Approve and publish."""
        return self._workflow_run("approve")

    def action_acknowledge(self):
        """Confirm to have read the appraisal."""
        return self._workflow_run("acknowledge")

    def action_reopen(self):
        """Take a published appraisal back to the manager; asks for the reason."""
        return self._workflow_run("reopen")

    def action_cancel(self):
        """Leave the appraisal without a verdict; asks for the reason."""
        return self._workflow_run("cancel")

    # === AFTER A MOVE (later stages extend these) ===#

    def _after_start(self):
        """Nothing of this stage follows."""

    def _after_skip_self(self):
        """Nothing of this stage follows."""

    def _after_submit_self(self):
        """The self-assessment becomes readable for manager and HR."""
        self._stamp_side("self")

    def _after_return_self(self):
        """The self-assessment is the employee's alone again."""
        self._stamp_side("self", submitted=False)

    def _after_submit_manager(self):
        """The manager's side becomes readable for HR, with a verdict."""
        self._stamp_side("manager")
        for appraisal in self:
            appraisal._make_verdict()

    def _after_return_manager(self):
        """Nothing of this stage follows: the manager edits the text that is there."""

    def _after_approve(self):
        """Publish the verdict, on the latest figures."""
        for appraisal in self:
            appraisal._refresh_verdict()
            appraisal._current_verdict().write({"published": True})
        self._notify_published()

    def _after_acknowledge(self):
        """Nothing of this stage follows."""

    def _after_reopen(self):
        """Nothing of this stage follows: the published version is kept."""

    def _after_cancel(self):
        """Nothing of this stage follows."""

    def _notify_published(self):
        """Tell the manager that the talk can take place; says nothing of the result."""
        for appraisal in self:
            # sudo: logins of employees
            record = appraisal.sudo()
            partner = record.manager_id.user_id.partner_id
            if partner and record.manager_id.user_id != self.env.user:
                record.message_notify(
                    partner_ids=partner.ids,
                    subject=self.env._("Published: %s", record.display_name),
                    body=Markup("<p>%s</p>")
                    % self.env._(
                        "The appraisal is published. Talk it over with %s.",
                        record.employee_id.name,
                    ),
                )
