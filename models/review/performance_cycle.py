from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare, float_is_zero

from ..shared.guards import exactly_one
from ..shared.workflow import Transition

# what an appraisal was started under does not move any more (snapshot)
FROZEN_FIELDS = {
    "company_id",
    "period_id",
    "scheme_id",
    "criterion_ids",
    "weight_scorecard",
    "weight_manager",
}


class PerformanceCycle(models.Model):
    """One round of appraisals: whom, on which period, under which rules, until when.

    HR prepares it (draft), launches it (running) and closes it when no appraisal is
    open. Launching is repeatable and creates only what is missing: run it again after a
    new hire, after a missing manager was filled in, or after the filter was widened.
    Weights, criteria, scheme and period are frozen by the first launch.
    """

    _name = "performance.cycle"
    _description = "Appraisal Cycle"
    _inherit = ["performance.workflow.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _workflow = {
        "launch": Transition(("draft",), "running"),
        "close": Transition(("running",), "closed"),
        "reopen": Transition(("closed",), "running", needs_reason=True),
    }
    _workflow_protected = ("launch_report", "launched_at")

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    period_id = fields.Many2one(
        comodel_name="performance.period",
        required=True,
        ondelete="restrict",
        check_company=True,
    )
    scheme_id = fields.Many2one(
        comodel_name="performance.scheme",
        ondelete="restrict",
        check_company=True,
        domain="[('subject_type', '=', 'employee'), ('state', '=', 'active')]",
        help="Its scorecards are the evidence, and the measured part of the verdict.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
        help="Officer who is asked for the approval of the appraisals, unless the "
        "appraisal is about this person or was written by this person.",
    )
    department_ids = fields.Many2many(
        comodel_name="hr.department",
        string="Departments",
        check_company=True,
        help="Only employees of these departments and of those below. Empty: all.",
    )
    job_ids = fields.Many2many(
        comodel_name="hr.job",
        string="Job Positions",
        check_company=True,
        help="Only employees with these positions. Empty: all.",
    )
    employee_ids = fields.Many2many(
        comodel_name="hr.employee",
        string="Employees",
        check_company=True,
        groups="customer_performance.group_officer,customer_performance.group_auditor",
        help="Only these employees. Empty: all.",
    )
    criterion_ids = fields.Many2many(
        comodel_name="performance.criterion",
        string="Criteria",
        default=lambda self: self.env["performance.criterion"].search([]),
    )
    weight_scorecard = fields.Float(
        string="Weight of Scorecard (%)", default=80.0, digits=(5, 2)
    )
    weight_manager = fields.Float(
        string="Weight of Manager's Ratings (%)", default=20.0, digits=(5, 2)
    )
    self_deadline = fields.Date(
        string="Self-Assessment Until",
        compute="_compute_deadlines",
        store=True,
        readonly=False,
    )
    manager_deadline = fields.Date(
        string="Manager Review Until",
        compute="_compute_deadlines",
        store=True,
        readonly=False,
    )
    approval_deadline = fields.Date(
        string="Approval Until",
        compute="_compute_deadlines",
        store=True,
        readonly=False,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("running", "Running"),
            ("closed", "Closed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    launched_at = fields.Datetime(string="Last Launch", readonly=True, copy=False)
    launch_report = fields.Text(
        readonly=True,
        copy=False,
        groups="customer_performance.group_officer,customer_performance.group_auditor",
    )
    appraisal_ids = fields.One2many(
        comodel_name="performance.appraisal", inverse_name="cycle_id"
    )
    appraisal_count = fields.Integer(
        string="Appraisals", compute="_compute_appraisal_count"
    )
    appraisal_open_count = fields.Integer(
        string="Open Appraisals", compute="_compute_appraisal_count"
    )
    can_launch = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_close = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_reopen = fields.Boolean(compute="_compute_can", export_string_translation=False)

    # === COMPUTE METHODS ===#

    @api.depends("period_id.date_end")
    def _compute_deadlines(self):
        """Two weeks for the employee, then one for the manager, then one for HR."""
        for cycle in self:
            end = cycle.period_id.date_end
            cycle.self_deadline = end and end + timedelta(days=14)
            cycle.manager_deadline = end and end + timedelta(days=21)
            cycle.approval_deadline = end and end + timedelta(days=28)

    @api.depends("appraisal_ids.state")
    @api.depends_context("uid")
    def _compute_appraisal_count(self):
        """Appraisals the current user may read."""
        counts = {
            (cycle.id, state): count
            for cycle, state, count in self.env["performance.appraisal"]._read_group(
                [("cycle_id", "in", self.ids)], ["cycle_id", "state"], ["__count"]
            )
        }
        open_states = self.env["performance.appraisal"]._open_states()
        for cycle in self:
            own = {s: n for (cycle_id, s), n in counts.items() if cycle_id == cycle.id}
            cycle.appraisal_count = sum(own.values())
            cycle.appraisal_open_count = sum(own.get(state, 0) for state in open_states)

    # === CONSTRAINT METHODS ===#

    @api.constrains("weight_scorecard", "weight_manager", "scheme_id")
    def _check_weights(self):
        for cycle in self:
            total = cycle.weight_scorecard + cycle.weight_manager
            if min(cycle.weight_scorecard, cycle.weight_manager) < 0 or float_compare(
                total, 100.0, precision_digits=2
            ):
                raise ValidationError(
                    self.env._(
                        "The weights of “%(cycle)s” must be 0 or more and total "
                        "100 %%; they total %(total).2f %%.",
                        cycle=cycle.name,
                        total=total,
                    )
                )
            has_card = not float_is_zero(cycle.weight_scorecard, precision_digits=2)
            if has_card and not cycle.scheme_id:
                raise ValidationError(
                    self.env._(
                        "Choose a scheme for “%s”, or give the scorecard a weight "
                        "of 0.",
                        cycle.name,
                    )
                )

    @api.constrains("self_deadline", "manager_deadline", "approval_deadline")
    def _check_deadlines(self):
        for cycle in self:
            dates = [
                date
                for date in (
                    cycle.self_deadline,
                    cycle.manager_deadline,
                    cycle.approval_deadline,
                )
                if date
            ]
            if dates != sorted(dates):
                raise ValidationError(
                    self.env._(
                        "The deadlines of “%s” must follow each other: first the "
                        "employee's, then the manager's, then the approval's.",
                        cycle.name,
                    )
                )

    # === CRUD METHODS ===#

    def write(self, vals):
        frozen = FROZEN_FIELDS & vals.keys()
        started = (
            self.filtered(lambda cycle: cycle.state != "draft") if frozen else self
        )
        if frozen and started and started._changes(frozen, vals):
            raise UserError(
                self.env._(
                    "“%(cycle)s” was launched: %(fields)s cannot change any more.",
                    cycle=started[0].name,
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(frozen)
                    ),
                )
            )
        return super().write(vals)

    def _changes(self, names, vals):
        """Whether the values differ from what the records hold."""
        scalar = {n: vals[n] for n in names if self._fields[n].type != "many2many"}
        return len(scalar) < len(names) or any(
            cycle._fields[name].convert_to_write(cycle[name], cycle) != value
            for cycle in self
            for name, value in scalar.items()
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_launched(self):
        if any(cycle.state != "draft" for cycle in self):
            raise UserError(
                self.env._("A cycle that was launched is closed, not deleted.")
            )

    def copy_data(self, default=None):
        """A copy prepares the next round, named so."""
        return [
            {**vals, "name": self.env._("%s (copy)", cycle.name)}
            if "name" not in (default or {})
            else vals
            for cycle, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        if not self.env.user.has_group("customer_performance.group_officer"):
            return self.env._("Only HR officers run appraisal cycles.")
        return False

    def _workflow_missing(self, verb):
        """Closing waits for the last appraisal, and says for whose."""
        if verb != "close":
            return False
        open_ones = self.env["performance.appraisal"].search(
            [
                ("cycle_id", "=", self.id),
                ("state", "in", self.env["performance.appraisal"]._open_states()),
            ]
        )
        if not open_ones:
            return False
        labels = dict(open_ones._fields["state"]._description_selection(self.env))
        lines = [f"- {a.employee_id.name}: {labels[a.state]}" for a in open_ones[:20]]
        if len(open_ones) > 20:
            lines.append(self.env._("- and %s more", len(open_ones) - 20))
        return "\n".join(
            [
                self.env._(
                    "“%(cycle)s” has %(count)s open appraisals. Publish or cancel them "
                    "first:",
                    cycle=self.name,
                    count=len(open_ones),
                ),
                *lines,
            ]
        )

    # === ACTIONS ===#

    def action_close(self):
        """Close the cycle; refused while an appraisal is open."""
        return self._workflow_run("close")

    def action_reopen(self):
        """Run a closed cycle again; asks for the reason."""
        return self._workflow_run("reopen")

    def action_open_appraisals(self):
        """The appraisals of this cycle."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_appraisal_all_action"
        )
        action["domain"] = [("cycle_id", "=", self.id)]
        action["context"] = {"create": False}
        return action
