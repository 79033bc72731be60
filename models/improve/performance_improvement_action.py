from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..shared.guards import exactly_one
from ..shared.workflow import Transition


class PerformanceImprovementAction(models.Model):
    """One measure of a plan: who does what until when, and what came of it.

    The owner of the plan and HR write it. Whoever it is assigned to (often the
    employee) reports the result and marks it done; nothing else.
    """

    _name = "performance.improvement.action"
    _description = "Improvement Action"
    _inherit = ["performance.workflow.mixin"]
    _order = "date_due, id"
    _mail_post_access = "read"

    _workflow = {
        "finish": Transition(("todo",), "done"),
        "cancel": Transition(("todo",), "cancelled"),
        "restart": Transition(("done", "cancelled"), "todo"),
    }
    _workflow_activities = {"todo": "customer_performance.activity_plan_action"}

    plan_id = fields.Many2one(
        comodel_name="performance.improvement.plan",
        required=True,
        ondelete="cascade",
        index=True,
    )
    employee_id = fields.Many2one(
        related="plan_id.employee_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
    )
    name = fields.Char(string="Action", required=True)
    owner_id = fields.Many2one(
        comodel_name="hr.employee",
        compute="_compute_owner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        index=True,
        help="Who does it; by default the employee.",
    )
    date_due = fields.Date(string="Due", required=True)
    state = fields.Selection(
        selection=[
            ("todo", "To Do"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="todo",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    result = fields.Text(help="What came of it.")
    is_overdue = fields.Boolean(compute="_compute_is_overdue")
    can_finish = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_cancel = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_restart = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    # === COMPUTE METHODS ===#

    @api.depends("plan_id")
    def _compute_owner_id(self):
        for action in self:
            action.owner_id = action.owner_id or action.plan_id.employee_id

    @api.depends("date_due", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for action in self:
            late = action.date_due and action.date_due < today
            action.is_overdue = bool(late and action.state == "todo")

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        if not self.env.su:
            actions._plan()._check_editor()
        return actions

    def write(self, vals):
        if not self.env.su:
            if {"plan_id", "employee_id", "company_id"} & vals.keys():
                raise UserError(self.env._("A plan stays with its employee."))
            for action in self:
                action._check_write(vals)
        result = super().write(vals)
        if {"owner_id", "date_due"} & vals.keys():
            self._workflow_schedule_activities()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_by_editor(self):
        if not self.env.su:
            self._plan()._check_editor()

    def _check_write(self, vals):
        """The person in charge reports the result; the rest is the plan's owner's."""
        error = self._plan()._edit_error()
        if not error:
            return
        if self._is_assignee() and vals.keys() <= {"result"}:
            if self._plan().state == "active" and self.state == "todo":
                return
            error = self.env._("“%s” is not open any more.", self.name)
        raise AccessError(error)

    # === BUSINESS METHODS ===#

    def _plan(self):
        """The plan, also for a colleague who only sees the action assigned to him."""
        # sudo: its guards ask for the current user, whatever he may read
        return self.sudo().plan_id

    def _is_assignee(self):
        """Whether the current user has to do this."""
        self.ensure_one()
        # sudo: login of an employee
        return self.sudo().owner_id.user_id == self.env.user

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        if self._plan().state != "active":
            return self.env._("The plan is not active.")
        if verb == "finish" and self._is_assignee():
            return False
        return self._plan()._edit_error()

    def _workflow_missing(self, verb):
        """Done means that something came of it."""
        if verb == "finish" and not (self.result or "").strip():
            return self.env._("Write the result of “%s” first.", self.name)
        return False

    def _workflow_next_users(self):
        self.ensure_one()
        if self._plan().state != "active":
            return self.env["res.users"]
        return self.owner_id.user_id.filtered("active")

    def _workflow_deadline(self):
        return self.date_due

    # === ACTIONS ===#

    def action_report(self):
        """A dialog to write the result and mark the action done."""
        exactly_one(self)
        view = "customer_performance.performance_improvement_action_view_form"
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref(view).id, "form")],
            "target": "new",
        }

    def action_finish(self):
        """Mark as done; a result is required."""
        return self._workflow_run("finish")

    def action_cancel(self):
        """Drop the action."""
        return self._workflow_run("cancel")

    def action_restart(self):
        """Take up a done or dropped action again."""
        return self._workflow_run("restart")
