from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

DURATIONS = [("30", "30 Days"), ("60", "60 Days"), ("90", "90 Days")]


class PerformanceImprovementPlan(models.Model):
    """How one employee gets back on course: goal, measures, dates, who helps.

    =========  ================================================================
    proposed   by the publication of an appraisal below the threshold, or by a
               lead or HR; the employee does not see it
    active     HR confirmed it; employee and owner work on it and check in
    succeeded  the owner or HR says so, with the reason
    failed     the owner or HR says so, with the reason
    cancelled  HR drops it, with the reason
    =========  ================================================================

    The owner (by default the manager) and HR edit the plan and its actions; the
    employee reads it from the confirmation on, reports results of own actions and
    checks in (R106, R107).
    Nobody confirms, ends or edits the plan about himself.
    """

    _name = "performance.improvement.plan"
    _description = "Improvement Plan"
    _inherit = ["performance.workflow.mixin"]
    _order = "id desc"
    _rec_names_search = ["employee_id.name", "goal"]
    _mail_post_access = "read"
    _check_company_auto = True

    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        compute="_compute_company_id",
        store=True,
        precompute=True,
    )
    owner_id = fields.Many2one(
        comodel_name="hr.employee",
        compute="_compute_owner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        help="Who leads the plan and says how it ended; by default the manager.",
    )
    appraisal_id = fields.Many2one(
        comodel_name="performance.appraisal",
        readonly=True,
        ondelete="restrict",
        help="The appraisal whose publication proposed the plan.",
    )
    reason = fields.Text(required=True, help="What makes the plan necessary.")
    goal = fields.Text(
        help="What will be different at the end, so that one can see it."
    )
    date_start = fields.Date(
        string="Start", required=True, default=fields.Date.context_today, tracking=True
    )
    duration = fields.Selection(
        selection=DURATIONS,
        default="60",
        help="Sets the end; the end can be changed afterwards.",
    )
    date_end = fields.Date(
        string="End",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    action_ids = fields.One2many(
        comodel_name="performance.improvement.action",
        inverse_name="plan_id",
        string="Actions",
    )
    checkin_ids = fields.One2many(
        comodel_name="performance.improvement.checkin",
        inverse_name="plan_id",
        string="Check-ins",
    )
    state = fields.Selection(
        selection=[
            ("proposed", "Proposed"),
            ("active", "Active"),
            ("succeeded", "Succeeded"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    outcome = fields.Text(readonly=True, copy=False, help="Why it ended this way.")
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    confirmed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    closed_at = fields.Datetime(readonly=True, copy=False)
    progress = fields.Selection(
        selection="_selection_progress",
        string="Latest Check-in",
        compute="_compute_progress",
    )
    action_count = fields.Integer(string="Actions Planned", compute="_compute_progress")
    action_done_count = fields.Integer(
        string="Actions Done", compute="_compute_progress"
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )
    is_editor = fields.Boolean(
        compute="_compute_is_editor", export_string_translation=False
    )
    can_confirm = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_succeed = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_fail = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_cancel = fields.Boolean(compute="_compute_can", export_string_translation=False)

    _owner_is_another = models.Constraint(
        "CHECK (owner_id != employee_id)",
        "Nobody owns the improvement plan about himself.",
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_end > date_start)", "A plan ends after it starts."
    )
    _appraisal_unique = models.UniqueIndex(
        "(appraisal_id) WHERE appraisal_id IS NOT NULL AND state != 'cancelled'",
        "This appraisal has an improvement plan already.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("employee_id.name", "date_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = self.env._(
                "%(employee)s, from %(date)s",
                employee=plan.employee_id.name or "",
                date=format_date(self.env, plan.date_start),
            )

    @api.depends("employee_id")
    def _compute_company_id(self):
        for plan in self:
            plan.company_id = plan.employee_id.company_id or self.env.company

    @api.depends("employee_id")
    def _compute_owner_id(self):
        for plan in self:
            # sudo: the manager of an employee is public, his archive state is not
            plan.owner_id = plan.owner_id or plan.sudo().employee_id.parent_id

    @api.depends("date_start", "duration")
    def _compute_date_end(self):
        for plan in self:
            if plan.date_start and plan.duration:
                plan.date_end = plan.date_start + timedelta(days=int(plan.duration))

    @api.model
    def _selection_progress(self):
        checkin = self.env["performance.improvement.checkin"]
        return checkin._fields["progress"]._description_selection(self.env)

    @api.depends("checkin_ids.progress", "checkin_ids.date", "action_ids.state")
    def _compute_progress(self):
        for plan in self:
            plan.progress = plan.checkin_ids[:1].progress
            actions = plan.action_ids.filtered(lambda act: act.state != "cancelled")
            plan.action_count = len(actions)
            plan.action_done_count = len(
                actions.filtered(lambda action: action.state == "done")
            )

    @api.depends("date_end", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for plan in self:
            late = plan.date_end and plan.date_end < today
            plan.is_overdue = bool(late and plan.state == "active")

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "=", "active"), ("date_end", "<", "today")]

    @api.depends("state", "owner_id", "employee_id")
    @api.depends_context("uid")
    def _compute_is_editor(self):
        for plan in self:
            plan.is_editor = not plan._edit_error()

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        if not self.env.su:
            for plan in plans:
                if plan._is_about_me():
                    raise AccessError(
                        self.env._("Nobody proposes an improvement plan for himself.")
                    )
        return plans

    def write(self, vals):
        if not self.env.su:
            content = {"employee_id", "owner_id", "reason", "goal", "date_start"}
            content |= {"duration", "date_end", "action_ids"}
            if content & vals.keys():
                self._check_editor()
            if vals.get("employee_id"):
                raise UserError(self.env._("A plan stays with its employee."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if any(plan.confirmed_at for plan in self):
            raise UserError(
                self.env._("A plan that was confirmed is kept as a record; cancel it.")
            )

    # === BUSINESS METHODS ===#

    def _is_about_me(self):
        """Whether the current user is the employee of the plan."""
        self.ensure_one()
        # sudo: login of an employee
        return self.sudo().employee_id.user_id == self.env.user

    def _is_owner(self):
        """Whether the current user leads the plan."""
        self.ensure_one()
        # sudo: login of an employee
        return self.sudo().owner_id.user_id == self.env.user

    def _edit_error(self):
        """Say why the current user does not edit this plan; False when he does."""
        if self._is_about_me():
            return self.env._("Nobody edits the improvement plan about himself.")
        officer = self.env.user.has_group("customer_performance.group_officer")
        if not officer and not self._is_owner():
            return self.env._("Only the owner of the plan and HR edit it.")
        if self.state not in ("proposed", "active"):
            return self.env._("“%s” has ended and is not edited.", self.display_name)
        return False

    def _check_editor(self):
        for plan in self:
            if error := plan._edit_error():
                raise AccessError(error)
