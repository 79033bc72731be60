from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...shared.guards import check_numbers

# {subject type: how far it is from the company}
LEVELS = {"company": 0, "department": 1, "team": 2, "employee": 3}


class PerformanceObjective(models.Model):
    """What a company, department, team or person wants to reach in one period.

    =========  ==================================================================
    draft      written by the person, the leader or the line above; those of the
               company by officers
    active     the line above or an officer put it into force; check-ins every week
    closed     with its result; the figures are final and do not change any more
    cancelled  with the reason
    =========  ==================================================================

    It serves an objective of its own level or above, and is measured by key results
    and by the objectives below it. Everybody with a role in performance reads the
    objectives of companies, departments and teams once they are in force; those of a
    person only the person, the line above, officers and auditors, unless the manager
    opens them to all. Nobody puts his own into force.
    """

    _name = "performance.objective"
    _description = "Objective"
    _inherit = ["performance.subject.mixin", "performance.workflow.mixin"]
    _order = "level, name, id"
    _parent_store = True
    _mail_post_access = "read"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    description = fields.Text(help="Why it matters, and what will be different.")
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
        index=True,
        check_company=True,
    )
    date_start = fields.Date(related="period_id.date_start")
    date_end = fields.Date(related="period_id.date_end")
    parent_id = fields.Many2one(
        comodel_name="performance.objective",
        string="Serves",
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
        help="The objective to which this one contributes.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many(
        comodel_name="performance.objective",
        inverse_name="parent_id",
        string="Contributions",
    )
    level = fields.Integer(
        compute="_compute_level", store=True, export_string_translation=False
    )
    answerable_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Answers for It",
        compute="_compute_answerable_id",
        store=True,
        index="btree_not_null",
        help="The person, the manager of the department or the leader of the team.",
    )
    weight = fields.Float(
        default=1,
        digits=(16, 2),
        aggregator=None,
        help="Weight in the progress of the objective it serves.",
    )
    share = fields.Float(
        string="Share (%)",
        digits=(16, 2),
        help="How much of the objective it serves is expected from this one.",
    )
    share_total = fields.Float(
        string="Shares Agreed (%)", digits=(16, 2), compute="_compute_share_total"
    )
    key_result_ids = fields.One2many(
        comodel_name="performance.key.result",
        inverse_name="objective_id",
        string="Key Results",
    )
    responsibility_ids = fields.One2many(
        comodel_name="performance.responsibility",
        inverse_name="objective_id",
        string="Responsibilities",
    )
    checkin_ids = fields.One2many(
        comodel_name="performance.objective.checkin",
        inverse_name="objective_id",
        string="Check-ins",
    )
    is_open = fields.Boolean(
        string="Open to All",
        tracking=True,
        help="Everybody reads this objective of a person; the manager decides.",
    )
    confidence = fields.Selection(
        selection=[
            ("on_track", "On Track"),
            ("at_risk", "At Risk"),
            ("off_track", "Off Track"),
        ],
        compute="_compute_confidence",
        store=True,
        group_expand=True,
        help="What the latest check-in says.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("active", "Active"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    result = fields.Text(
        readonly=True, copy=False, help="What came out, or why it was cancelled."
    )
    closed_at = fields.Datetime(readonly=True, copy=False)
    has_final = fields.Boolean(
        readonly=True, copy=False, export_string_translation=False
    )
    final_progress = fields.Float(
        digits=(16, 2), readonly=True, copy=False, aggregator=None
    )
    final_coverage = fields.Float(
        digits=(16, 2), readonly=True, copy=False, aggregator=None
    )
    reminded_on = fields.Date(readonly=True, copy=False)

    _subject_of_objective = models.Constraint(
        "CHECK (partner_id IS NULL AND lead_id IS NULL)",
        "An objective belongs to a company, a department, a sales team or a person.",
    )
    _weight_positive = models.Constraint(
        "CHECK (weight >= 0 AND share >= 0 AND share <= 100)",
        "A weight is not negative, and a share lies between 0 and 100 %.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("subject_type")
    def _compute_level(self):
        for objective in self:
            objective.level = LEVELS.get(objective.subject_type, 0)

    @api.depends("employee_id", "department_id.manager_id", "team_id.user_id")
    def _compute_answerable_id(self):
        for objective in self:
            # sudo: who leads whom is needed for the rights of everybody
            known = objective.sudo()
            leader = known.team_id.user_id.employee_ids.filtered(
                lambda person, known=known: person.company_id == known.company_id
            )
            objective.answerable_id = (
                known.employee_id or known.department_id.manager_id or leader[:1]
            )

    @api.depends("child_ids.share", "child_ids.state")
    def _compute_share_total(self):
        for objective in self:
            # sudo: the total counts the contributions of persons as well
            parts = objective.sudo().child_ids.filtered(
                lambda child: child.state != "cancelled"
            )
            objective.share_total = sum(parts.mapped("share"))

    @api.depends("checkin_ids.confidence")
    def _compute_confidence(self):
        for objective in self:
            objective.confidence = objective.checkin_ids.sorted("id")[-1:].confidence

    # === CONSTRAINT METHODS ===#

    @api.constrains("parent_id", "subject_type", "period_id", "company_id")
    def _check_alignment(self):
        if self._has_cycle():
            raise ValidationError(self.env._("An objective cannot serve itself."))
        # sudo: the check looks up and down, also where the user does not read
        known = self.sudo()
        for objective in known:
            if problem := objective._subject_problem(objective.company_id):
                raise ValidationError(problem)
        for child in known | known.child_ids:
            child._check_parent()

    def _check_parent(self):
        self.ensure_one()
        parent = self.parent_id
        if not parent:
            return
        if parent.level > self.level:
            raise ValidationError(
                self.env._(
                    "“%s” serves an objective of a lower level: choose one of the "
                    "same level or above.",
                    self.name,
                )
            )
        if parent.company_id != self.company_id:
            raise ValidationError(
                self.env._("“%s” serves an objective of another company.", self.name)
            )
        if parent.date_start > self.date_end or self.date_start > parent.date_end:
            raise ValidationError(
                self.env._(
                    "The periods of “%(objective)s” and of the objective it serves do "
                    "not overlap.",
                    objective=self.name,
                )
            )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        check_numbers(self.env, vals_list, ["weight", "share"])
        objectives = super().create(vals_list)
        if not self.env.su:
            objectives._check_parent_readable()
            objectives.filtered("is_open")._check_decider()
        return objectives

    def write(self, vals):
        check_numbers(self.env, [vals], ["weight", "share"])
        if not self.env.su:
            if vals.keys() & self._content_fields():
                self._check_editor()
            if "is_open" in vals:
                self._check_decider()
        result = super().write(vals)
        if not self.env.su:
            if vals.get("parent_id"):
                self._check_parent_readable()
            if vals.keys() & self._content_fields():
                # whoever hands it to somebody else still has to be in charge
                self._check_editor()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(objective.state != "draft" for objective in self):
            raise ValidationError(
                self.env._(
                    "An objective that was in force is kept as a record; cancel it."
                )
            )
