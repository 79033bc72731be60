from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..shared.guards import exactly_one
from ..shared.workflow import ENGINE

# {kind of side: state of the appraisal in which its rater writes it}
TURNS = {"self": "self_assessment", "manager": "manager_review"}


class PerformanceAssessment(models.Model):
    """What one side (the employee or the manager) writes in an appraisal.

    ==========  ================================  ====================================
    side        written by                        read by
    ==========  ================================  ====================================
    self        the employee, in self-assessment  the employee always; manager, line
                                                  and HR once it is submitted
    manager     the manager, in manager review    the manager always; line and HR once
                                                  submitted; the employee once the
                                                  appraisal is published
    ==========  ================================  ====================================

    Reading is decided by record rules, writing by rules and by this class, for
    superusers too: nobody writes in somebody else's name. The launch makes both sides.

    It has no chatter on purpose: what is said about a side before publication must not
    become readable with it.
    """

    _name = "performance.assessment"
    _description = "Assessment"
    _rec_names_search = ["employee_id.name"]
    _order = "appraisal_id desc, kind desc"

    appraisal_id = fields.Many2one(
        comodel_name="performance.appraisal",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    kind = fields.Selection(
        selection=[
            ("self", "Self-Assessment"),
            ("manager", "Manager's Assessment"),
        ],
        required=True,
        readonly=True,
    )
    rater_id = fields.Many2one(
        comodel_name="hr.employee",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    employee_id = fields.Many2one(
        related="appraisal_id.employee_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="appraisal_id.company_id", store=True, precompute=True
    )
    appraisal_state = fields.Selection(
        related="appraisal_id.state", store=True, precompute=True
    )
    deadline = fields.Date(related="appraisal_id.deadline")
    strengths = fields.Text(help="What went well, with examples.")
    improvements = fields.Text(help="What should change, with examples.")
    summary = fields.Text(help="The conclusion in a few sentences.")
    line_ids = fields.One2many(
        comodel_name="performance.assessment.line",
        inverse_name="assessment_id",
        string="Ratings",
    )
    submitted_at = fields.Datetime(readonly=True)
    submitted_by_id = fields.Many2one(comodel_name="res.users", readonly=True)
    is_editable = fields.Boolean(
        compute="_compute_is_editable", export_string_translation=False
    )
    is_complete = fields.Boolean(
        string="Complete",
        compute="_compute_is_complete",
        help="Every criterion is rated and the summary is written.",
    )
    missing = fields.Text(string="Still Missing", compute="_compute_is_complete")
    return_reason = fields.Text(
        string="Returned Because", compute="_compute_return_reason"
    )
    # what the rater reads beside the own text, with the reader's rights
    self_strengths = fields.Text(
        related="appraisal_id.self_strengths", related_sudo=False
    )
    self_improvements = fields.Text(
        related="appraisal_id.self_improvements", related_sudo=False
    )
    self_summary = fields.Text(related="appraisal_id.self_summary", related_sudo=False)
    scorecard_line_ids = fields.Many2many(
        related="appraisal_id.scorecard_line_ids", related_sudo=False
    )

    _appraisal_kind_unique = models.Constraint(
        "UNIQUE (appraisal_id, kind)", "An appraisal has each side once."
    )

    # === COMPUTE METHODS ===#

    @api.depends("employee_id.name", "kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for side in self:
            side.display_name = self.env._(
                "%(kind)s: %(employee)s",
                kind=labels.get(side.kind, ""),
                employee=side.employee_id.name or "",
            )

    @api.depends("appraisal_state", "rater_id")
    @api.depends_context("uid")
    def _compute_is_editable(self):
        for side in self:
            side.is_editable = not side._write_error()

    @api.depends("line_ids.rating", "summary")
    @api.depends_context("lang")
    def _compute_is_complete(self):
        for side in self:
            side.missing = side._missing()
            side.is_complete = not side.missing

    @api.depends("appraisal_id.verdict_ids.return_reason", "appraisal_state")
    @api.depends_context("uid")
    def _compute_return_reason(self):
        """Why HR returned the manager's side, while it is being reworked."""
        for side in self:
            verdict = side.appraisal_id.verdict_id
            reworked = side.appraisal_state == "manager_review"
            if side.kind == "manager" and reworked:
                side.return_reason = verdict.return_reason
            else:
                side.return_reason = False

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        self._check_engine()
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("performance_workflow") is not ENGINE:
            self._check_own_fields(vals)
            self._check_turn()
        return super().write(vals)

    def unlink(self):
        self._check_engine()
        return super().unlink()

    def _check_engine(self):
        """Sides come and go with their appraisal only."""
        if self.env.context.get("performance_workflow") is not ENGINE:
            raise AccessError(
                self.env._("Assessments are created by launching an appraisal cycle.")
            )

    def _check_own_fields(self, vals):
        foreign = vals.keys() - {"strengths", "improvements", "summary", "line_ids"}
        if foreign:
            raise AccessError(
                self.env._(
                    "These fields of an assessment are not edited: %s.",
                    ", ".join(sorted(foreign)),
                )
            )

    def _check_turn(self):
        """Refuse edits by anybody but the rater, and by the rater out of turn."""
        for side in self:
            if error := side._write_error():
                raise AccessError(error)

    # === BUSINESS METHODS ===#

    def _engine(self):
        """The same sides, as the workflow of the appraisal writes them."""
        # sudo: stamps and raters are nobody's to edit; the guards were asked before
        return self.sudo().with_context(performance_workflow=ENGINE)

    def _is_rater(self):
        """Whether the current user writes this side."""
        # sudo: login of an employee
        return bool(self) and self.sudo().rater_id.user_id == self.env.user

    def _write_error(self):
        """Say why the current user cannot edit this side now; False when he can."""
        self.ensure_one()
        if not self._is_rater():
            return self.env._("Only %s writes this side.", self.sudo().rater_id.name)
        # sudo: the state of a record whose side one writes
        if self.sudo().appraisal_id.state != TURNS[self.kind]:
            return self.env._(
                "“%s” cannot be edited now: it is not its turn.", self.display_name
            )
        return False

    def _missing(self):
        """Name what a submission still lacks; False when nothing does."""
        self.ensure_one()
        unrated = self.line_ids.filtered(lambda line: not line.rating)
        missing = unrated.criterion_id.mapped("name")
        if not (self.summary or "").strip():
            missing.append(self._fields["summary"]._description_string(self.env))
        if not missing:
            return False
        return self.env._(
            "%(side)s is not complete. Still missing: %(missing)s.",
            side=self.display_name,
            missing=", ".join(missing),
        )

    # === ACTIONS ===#

    def action_submit(self):
        """Hand this side on: the employee's to the manager, the manager's to HR."""
        exactly_one(self)
        verb = "submit_self" if self.kind == "self" else "submit_manager"
        self.appraisal_id._workflow_apply(verb)
        return self.action_open_appraisal()

    def action_open_appraisal(self):
        """Back to the appraisal."""
        exactly_one(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": "performance.appraisal",
            "res_id": self.appraisal_id.id,
            "views": [(False, "form")],
            "target": "current",
        }
