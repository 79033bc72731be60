from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...shared.guards import exactly_one
from ...shared.workflow import Transition
from ..engine.cleaning import APPLIED, PEOPLE_TABLE
from .performance_cleaning_rule import REASONS


class PerformanceExclusion(models.Model):
    """One record that is left out of a KPI, or of all KPIs on its model, and why.

    By a rule: applied as soon as the rule matches, obsolete when it does not any more.
    By hand: an officer proposes it from a reading, another one approves (four eyes) or
    refuses; nobody decides what concerns himself. Those whom the record stood on read
    it and may question it; an officer other than who asked upholds it or lets the
    record count again. A decision to lift holds against the rule.

    The log is written by the engine and the workflow only: nobody has more than the
    right to read it. It tells the name of the record and no more; the record itself
    opens with the reader's own rights.
    """

    _name = "performance.exclusion"
    _description = "Record Left Out of KPIs"
    _inherit = ["performance.workflow.mixin"]
    _order = "record_date desc, id desc"
    _rec_name = "record_name"
    # whom it concerns may say something about it
    _mail_post_access = "read"

    _workflow = {
        "approve": Transition(("proposed",), "applied"),
        "refuse": Transition(("proposed",), "refused", needs_reason=True),
        "question": Transition(("applied",), "questioned", needs_reason=True),
        "uphold": Transition(("questioned",), "upheld", needs_reason=True),
        "lift": Transition(("questioned",), "lifted", needs_reason=True),
    }
    _workflow_activities = {
        "proposed": "customer_performance.activity_exclusion_approve",
        "questioned": "customer_performance.activity_exclusion_answer",
    }
    _workflow_protected = (
        "rule_id",
        "res_model",
        "res_id",
        "kpi_id",
        "company_id",
        "scope_company_id",
        "employee_ids",
        "is_applied",
        "reason",
        "proposed_by_id",
        "approved_by_id",
        "questioned_by_id",
        "question",
        "answered_by_id",
        "answer",
    )

    res_model = fields.Char(string="Model", required=True, readonly=True, index=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="res_model", required=True, readonly=True
    )
    record_name = fields.Char(
        string="Record", readonly=True, help="Its name when it was left out."
    )
    record_date = fields.Date(readonly=True, string="Date")
    model_label = fields.Char(string="Kind of Record", compute="_compute_model_label")
    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="KPI",
        ondelete="cascade",
        readonly=True,
        index="btree_not_null",
        help="Empty: left out of all KPIs that count records of this model.",
    )
    rule_id = fields.Many2one(
        comodel_name="performance.cleaning.rule",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: left out by hand.",
    )
    rule_description = fields.Text(related="rule_id.description")
    reason = fields.Selection(selection=REASONS, required=True, readonly=True)
    note = fields.Text(readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company", readonly=True, index="btree_not_null"
    )
    scope_company_id = fields.Many2one(
        comodel_name="res.company",
        string="In the Numbers Of",
        readonly=True,
        help="Empty: of all companies.",
    )
    employee_ids = fields.Many2many(
        comodel_name="hr.employee",
        relation=PEOPLE_TABLE,
        column1="exclusion_id",
        column2="employee_id",
        string="Concerns",
        readonly=True,
        context={"active_test": False},
        help="On whom the record stands; they may question that it is left out.",
    )
    state = fields.Selection(
        selection=[
            ("proposed", "Proposed"),
            ("applied", "Left Out"),
            ("questioned", "Questioned"),
            ("upheld", "Upheld"),
            ("lifted", "Counts Again"),
            ("refused", "Refused"),
            ("obsolete", "Rule Over"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    is_applied = fields.Boolean(
        string="Is Left Out",
        compute="_compute_is_applied",
        store=True,
        precompute=True,
        help="Whether it is left out at present.",
    )
    proposed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    approved_by_id = fields.Many2one(
        comodel_name="res.users", string="Decided By", readonly=True, copy=False
    )
    questioned_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    question = fields.Text(readonly=True, copy=False)
    answered_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    answer = fields.Text(readonly=True, copy=False)
    explanation = fields.Char(compute="_compute_explanation")
    can_approve = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_refuse = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_question = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_uphold = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_lift = fields.Boolean(compute="_compute_can", export_string_translation=False)

    _applied_idx = models.Index("(res_model, res_id) WHERE is_applied")
    # engine/cleaning.py asks the same before it adds entries
    _alive_unique = models.UniqueIndex(
        "(res_model, res_id, COALESCE(kpi_id, 0), COALESCE(rule_id, 0),"
        " COALESCE(scope_company_id, 0)) WHERE state NOT IN ('obsolete', 'refused')"
        " AND (rule_id IS NOT NULL OR state <> 'lifted')",
        "This record is left out already.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("state")
    def _compute_is_applied(self):
        for exclusion in self:
            exclusion.is_applied = exclusion.state in APPLIED

    @api.depends("res_model")
    @api.depends_context("lang")
    def _compute_model_label(self):
        for exclusion in self:
            # sudo: the names of models are no secret
            model = self.env["ir.model"].sudo()._get(exclusion.res_model or "")
            exclusion.model_label = model.name or exclusion.res_model

    @api.depends("rule_id", "kpi_id", "reason", "res_model", "proposed_by_id")
    @api.depends_context("lang")
    def _compute_explanation(self):
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        for exclusion in self:
            # sudo: whom it concerns reads by what it is left out, not the rule itself
            rule, author = exclusion.sudo().rule_id, exclusion.sudo().proposed_by_id
            exclusion.explanation = self.env._(
                "%(reason)s, %(by)s, %(where)s",
                reason=reasons.get(exclusion.reason, ""),
                by=self.env._("by the rule “%s”", rule.name)
                if rule
                else self.env._("by hand, proposed by %s", author.name or ""),
                where=self.env._("in “%s”", exclusion.sudo().kpi_id.name)
                if exclusion.kpi_id
                else self.env._("in all KPIs on %s", exclusion.model_label),
            )

    # === ACTIONS ===#

    def action_open_record(self):
        """Open the record, with the reader's own rights.

        :raise AccessError: when the reader may not see it
        :raise UserError: when it is gone
        """
        exactly_one(self)
        model = self.env.get(self.res_model)
        record = None if model is None else model.browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("“%s” is not there any more.", self.record_name))
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.record_name,
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def action_approve(self):
        """Leave the records out, as somebody else proposed."""
        return self._workflow_run("approve")

    def action_refuse(self):
        """Do not leave the records out; asks for the reason."""
        return self._workflow_run("refuse")

    def action_question(self):
        """Ask why, or say why not; asks for the text."""
        return self._workflow_run("question")

    def action_uphold(self):
        """The records stay left out; asks for the answer."""
        return self._workflow_run("uphold")

    def action_lift(self):
        """The records count again; asks for the answer."""
        return self._workflow_run("lift")

    def _workflow_ask_reason(self, verb):
        titles = {
            "question": self.env._("Question"),
            "uphold": self.env._("Answer: It Stays Left Out"),
            "lift": self.env._("Answer: It Counts Again"),
        }
        action = super()._workflow_ask_reason(verb)
        return {**action, "name": titles.get(verb, action["name"])}

    # === BUSINESS METHODS ===#

    @api.model
    def _make_due(self, model_name, kpi_ids, company):
        """The numbers that records of a model were left out of, or let into, are due.

        :param kpi_ids: ids of KPIs; None or False among them stands for all
        :param company: whose numbers; empty for all companies
        """
        kpis = self.env["performance.kpi"].browse(kpi for kpi in kpi_ids if kpi)
        if not all(kpi_ids):
            kpis |= self.env["performance.cleaning.rule"]._kpis_of(model_name, company)
        periods = None
        if company:
            # sudo: the numbers are due whoever decided
            periods = (
                self.env["performance.period"]
                .sudo()
                .search(
                    Domain("company_id", "=", company.id) & Domain("state", "=", "open")
                )
            )
        self.env["performance.measurement"]._mark_stale(kpis, periods)

    @api.model
    def _officers(self, company):
        """Officers who work in a company; empty for those of any."""
        # sudo: members of a group
        officers = self.env.ref("customer_performance.group_officer").sudo()
        return officers.all_user_ids.filtered(
            lambda user: user.active and (not company or company in user.company_ids)
        )
