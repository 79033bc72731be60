from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

STATES = [
    ("draft", "Draft"),
    ("self_assessment", "Self-Assessment"),
    ("manager_review", "Manager Review"),
    ("hr_approval", "HR Approval"),
    ("published", "Published"),
    ("acknowledged", "Acknowledged"),
    ("cancelled", "Cancelled"),
]
# {state: deadline of the cycle that counts while the appraisal is in it}
DEADLINES = {
    "self_assessment": "self_deadline",
    "manager_review": "manager_deadline",
    "hr_approval": "approval_deadline",
}


class PerformanceAppraisal(models.Model):
    """What people conclude about one employee in one cycle.

    ==================  ==============================================================
    draft               HR prepares it, e.g. because the manager has no login
    self_assessment     the employee writes the own side and submits it
    manager_review      the manager reads it, writes his side and submits it, or returns
                        the self-assessment with a reason
    hr_approval         HR (neither the employee nor the manager who submitted) approves
                        and so publishes it, or returns it with a reason
    published           the employee reads the manager's side and the verdict for the
                        first time, and acknowledges
    acknowledged        done; HR may reopen it with a reason, which makes a new version
    cancelled           left without a verdict, with a reason
    ==================  ==============================================================

    The record itself holds nothing that the employee may not read at any time. What a
    side wrote lies in ``performance.assessment``, what was concluded in
    ``performance.appraisal.verdict``; their record rules decide who reads them when.
    Score, grade and texts shown here are looked up there *as the current user*.

    Appraisals are made by launching a cycle only. Employee, manager and their line
    read; moves are decided by the workflow; HR may give an open appraisal another
    manager.
    """

    _name = "performance.appraisal"
    _description = "Appraisal"
    _inherit = ["performance.workflow.mixin"]
    _order = "id desc"
    _rec_names_search = ["employee_id.name", "cycle_id.name"]
    _mail_post_access = "read"
    _check_company_auto = True

    _workflow_protected = (
        "cycle_id",
        "employee_id",
        "scorecard_id",
        "department_id",
        "reminder",
        "approved_by_id",
        "published_at",
        "acknowledged_at",
    )

    cycle_id = fields.Many2one(
        comodel_name="performance.cycle",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        related="cycle_id.company_id", store=True, precompute=True, index=True
    )
    period_id = fields.Many2one(
        related="cycle_id.period_id", store=True, precompute=True
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    manager_id = fields.Many2one(
        comodel_name="hr.employee",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        help="Manager when the cycle was launched. HR may choose another one until the "
        "manager's side is submitted; what was written so far is handed over.",
    )
    department_id = fields.Many2one(
        comodel_name="hr.department",
        readonly=True,
        help="Department when the cycle was launched.",
    )
    scorecard_id = fields.Many2one(
        comodel_name="performance.scorecard",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    state = fields.Selection(
        selection=STATES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    deadline = fields.Date(
        compute="_compute_deadline",
        store=True,
        help="Until when the person whose turn it is has to act.",
    )
    reminder = fields.Selection(
        selection=[
            ("none", "None"),
            ("soon", "Due Soon"),
            ("overdue", "Overdue"),
        ],
        string="Last Reminder",
        compute="_compute_reminder",
        store=True,
        readonly=True,
    )
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    published_at = fields.Datetime(readonly=True, copy=False)
    acknowledged_at = fields.Datetime(readonly=True, copy=False)
    assessment_ids = fields.One2many(
        comodel_name="performance.assessment", inverse_name="appraisal_id"
    )
    verdict_ids = fields.One2many(
        comodel_name="performance.appraisal.verdict",
        inverse_name="appraisal_id",
        string="Verdicts",
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )
    is_waiting_for_me = fields.Boolean(
        string="Waiting for Me",
        compute="_compute_is_waiting_for_me",
        search="_search_is_waiting_for_me",
    )

    _cycle_employee_unique = models.Constraint(
        "UNIQUE (cycle_id, employee_id)",
        "This employee has an appraisal in this cycle already.",
    )
    _manager_is_another = models.Constraint(
        "CHECK (manager_id != employee_id)",
        "Nobody is the manager of the own appraisal.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("employee_id.name", "cycle_id.name")
    def _compute_display_name(self):
        for appraisal in self:
            appraisal.display_name = self.env._(
                "%(employee)s - %(cycle)s",
                employee=appraisal.employee_id.name or "",
                cycle=appraisal.cycle_id.name or "",
            )

    @api.depends("state", *(f"cycle_id.{name}" for name in DEADLINES.values()))
    def _compute_deadline(self):
        for appraisal in self:
            name = DEADLINES.get(appraisal.state)
            appraisal.deadline = appraisal.cycle_id[name] if name else False

    @api.depends("state", "deadline")
    def _compute_reminder(self):
        """Another state or deadline is reminded of anew; the cron sets the rest."""
        self.reminder = "none"

    @api.depends("deadline")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for appraisal in self:
            appraisal.is_overdue = bool(
                appraisal.deadline and appraisal.deadline < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("deadline", "<", "today")]

    @api.depends("state", "employee_id", "manager_id")
    @api.depends_context("uid")
    def _compute_is_waiting_for_me(self):
        waiting = self.filtered_domain(self._waiting_domain())
        for appraisal in self:
            appraisal.is_waiting_for_me = appraisal in waiting

    def _search_is_waiting_for_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._waiting_domain()

    @api.model
    def _waiting_domain(self):
        """Appraisals in which the next step is the current user's."""
        mine = Domain("employee_id.user_id", "=", self.env.uid)
        my_team = Domain("manager_id.user_id", "=", self.env.uid)
        domain = Domain("state", "in", ["self_assessment", "published"]) & mine
        domain |= Domain("state", "=", "manager_review") & my_team
        if self.env.user.has_group("customer_performance.group_officer"):
            domain |= Domain("state", "=", "hr_approval") & ~mine & ~my_team
        return domain

    # === CRUD METHODS ===#

    def write(self, vals):
        if "manager_id" not in vals:
            return super().write(vals)
        moving = self.filtered(lambda a: a.manager_id.id != vals["manager_id"])
        moving._check_other_manager(vals["manager_id"])
        result = super().write(vals)
        moving._hand_over()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        for appraisal in self:
            if appraisal.state not in ("draft", "cancelled"):
                raise UserError(
                    self.env._(
                        "“%s” is running: cancel it before you delete it.",
                        appraisal.display_name,
                    )
                )
            # sudo: a verdict the officer may not read still forbids it
            if appraisal.sudo().verdict_ids.filtered("published"):
                raise UserError(
                    self.env._(
                        "“%s” was published once; it is kept as a record.",
                        appraisal.display_name,
                    )
                )

    # === BUSINESS METHODS ===#

    @api.model
    def _open_states(self):
        """States in which somebody still has to conclude."""
        return ["draft", "self_assessment", "manager_review", "hr_approval"]

    @api.model
    def _public_states(self):
        """States in which the employee reads the manager's side."""
        return ["published", "acknowledged"]

    def _check_other_manager(self, manager_id):
        """Refuse a manager who could not act, and late or self-serving changes."""
        # sudo: login of an employee
        manager = self.env["hr.employee"].sudo().browse(manager_id or [])
        for appraisal in self:
            error = False
            if appraisal.state not in ("draft", "self_assessment", "manager_review"):
                error = self.env._(
                    "The manager of “%s” cannot change any more: the manager's side is "
                    "submitted.",
                    appraisal.display_name,
                )
            elif appraisal._is_own() and not self.env.su:
                error = self.env._("Nobody chooses the manager of the own appraisal.")
            elif manager and not manager.user_id.active:
                error = self.env._(
                    "%s has no login and could not write the manager's side.",
                    manager.name,
                )
            if error:
                raise UserError(error)

    def _hand_over(self):
        """The new manager goes on where the former one stopped."""
        for appraisal in self:
            appraisal._side("manager")._engine().write(
                {"rater_id": appraisal.manager_id.id}
            )
        self._workflow_schedule_activities()

    def _is_own(self):
        """Whether the current user is the employee appraised."""
        self.ensure_one()
        # sudo: login of an employee
        return self.sudo().employee_id.user_id == self.env.user
