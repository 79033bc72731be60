from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..shared.workflow import ENGINE
from .performance_bonus_stage import STAGE_CODES

OPEN_STATES = ("pending", "review", "approved", "held")


class PerformanceMilestone(models.Model):
    """One stage of one won deal, and the part of the bonus that it releases.

    Made once, when the deal is won, with the terms then in force: plan, share, amount
    and beneficiary, who is the employee of the deal's salesperson. Its life::

        pending --submitted or measured--> review
        review  --approve--> approved --release--> released
        review, approved --hold--> held --resume--> back
        review, held --reject--> rejected --reconsider--> review

    and, by what happens to the deal: reopened -> held, lost -> cancelled (what was
    earned is taken back in the ledger), won again -> back, or anew after a loss.

    Who: evidence is submitted by the beneficiary, the leader of the sales team or an
    officer; approved, held, resumed and rejected by the leader of the sales team (by
    any sales administrator when there is none, or when the leader is the beneficiary);
    released by an officer who did not approve it. Nobody decides on what he earns.
    """

    _name = "performance.milestone"
    _description = "Bonus Milestone"
    _inherit = ["performance.workflow.mixin"]
    # the id of the deal itself: its own order would cost a join
    _order = "date_won desc, lead_id.id desc, sequence, id"
    _rec_names_search = ["lead_id", "stage_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    # the deal
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        readonly=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        ondelete="restrict",
        help="Who won the deal.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    date_won = fields.Date(string="Won On", required=True, readonly=True)
    # the terms
    plan_id = fields.Many2one(
        comodel_name="performance.bonus.plan",
        string="Bonus Plan",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
        index=True,
    )
    stage_id = fields.Many2one(
        comodel_name="performance.bonus.stage",
        string="Stage of the Plan",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    name = fields.Char(related="stage_id.name", string="Milestone")
    sequence = fields.Integer(readonly=True)
    code = fields.Selection(
        selection=STAGE_CODES, string="Lifecycle Stage", required=True, readonly=True
    )
    share = fields.Float(
        string="Share (%)", digits=(5, 2), readonly=True, aggregator=None
    )
    basis = fields.Selection(
        selection=[("percent", "Percentage"), ("fixed", "Fixed Amount")],
        required=True,
        readonly=True,
    )
    rate = fields.Float(
        string="Rate (%)", digits=(6, 3), readonly=True, aggregator=None
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Beneficiary",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
        index=True,
    )
    # the money
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, readonly=True, ondelete="restrict"
    )
    base_amount = fields.Monetary(
        string="Revenue",
        readonly=True,
        aggregator=None,
        help="Expected revenue when won.",
    )
    pool_amount = fields.Monetary(
        string="Bonus of the Deal", readonly=True, aggregator=None
    )
    amount = fields.Monetary(string="Bonus", readonly=True, tracking=True)
    revenue_changed = fields.Char(compute="_compute_revenue_changed")
    # what shows that the stage was reached
    is_measured = fields.Boolean(string="Measured", readonly=True)
    kpi_id = fields.Many2one(
        comodel_name="performance.kpi", string="KPI", readonly=True, ondelete="restrict"
    )
    reading_id = fields.Many2one(
        comodel_name="performance.reading",
        readonly=True,
        ondelete="set null",
        copy=False,
    )
    target = fields.Float(digits=(16, 4), readonly=True, aggregator=None)
    actual = fields.Float(digits=(16, 4), readonly=True, copy=False, aggregator=None)
    attained = fields.Boolean(string="Target Attained", readonly=True, copy=False)
    measure_note = fields.Char(
        string="Why Not Yet",
        readonly=True,
        copy=False,
        help="What the last measuring said.",
    )
    evidence = fields.Text(readonly=True, copy=False)
    # where it stands, and by whom
    state = fields.Selection(
        selection=[
            ("pending", "Not Reached"),
            ("review", "To Approve"),
            ("approved", "Approved"),
            ("released", "Released"),
            ("held", "On Hold"),
            ("rejected", "Rejected"),
            ("cancelled", "Cancelled"),
        ],
        default="pending",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    submitted_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    submitted_at = fields.Datetime(string="Submitted On", readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    approved_at = fields.Datetime(string="Approved On", readonly=True, copy=False)
    released_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    released_at = fields.Datetime(string="Released On", readonly=True, copy=False)
    held_from = fields.Selection(
        selection=[
            ("pending", "Not Reached"),
            ("review", "To Approve"),
            ("approved", "Approved"),
        ],
        string="Held in State",
        readonly=True,
        copy=False,
    )
    hold_origin = fields.Selection(
        selection=[("person", "A person"), ("deal", "The deal was reopened")],
        string="Held By",
        readonly=True,
        copy=False,
    )
    hold_reason = fields.Text(readonly=True, copy=False)
    review_date = fields.Date(
        readonly=True, copy=False, help="Until when the hold is looked at again."
    )
    entry_ids = fields.One2many(
        comodel_name="performance.bonus.entry", inverse_name="milestone_id", copy=False
    )
    approver_ids = fields.Many2many(
        comodel_name="res.users",
        string="Approvers",
        compute="_compute_approver_ids",
        compute_sudo=True,
    )
    can_submit = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_approve = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_hold = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_resume = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_reject = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_reconsider = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_release = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    _stage_unique = models.Constraint(
        "UNIQUE (lead_id, stage_id)",
        "This deal has its milestone of this stage already.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A bonus cannot be negative."
    )
    _hold_complete = models.Constraint(
        "CHECK ((state = 'held') = (held_from IS NOT NULL))",
        "A milestone on hold remembers where it was, no other does.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("lead_id", "stage_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for milestone in self:
            # sudo: who may see the milestone may see which deal it is about
            record = milestone.sudo()
            milestone.display_name = f"{record.lead_id.name} · {record.stage_id.name}"

    @api.depends("state", "company_id", "team_id.user_id", "employee_id.user_id")
    def _compute_approver_ids(self):
        for milestone in self:
            milestone.approver_ids = milestone._approvers()

    @api.depends("base_amount", "state", "lead_id.expected_revenue")
    def _compute_revenue_changed(self):
        for milestone in self:
            # sudo: the approver is told also when the deal is another team's by now
            now = milestone.sudo().lead_id.expected_revenue
            currency = milestone.currency_id
            changed = currency and currency.compare_amounts(now, milestone.base_amount)
            milestone.revenue_changed = (
                currency.format(now)
                if changed and milestone.state in OPEN_STATES
                else False
            )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("performance_workflow") is not ENGINE:
            raise AccessError(
                self.env._("Milestones are made by winning a deal, not by hand.")
            )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=True)
    def _unlink_never(self):
        raise UserError(
            self.env._("Milestones are never deleted; reject them, or lose the deal.")
        )

    def copy_data(self, default=None):
        raise UserError(
            self.env._("A milestone belongs to its deal and is not copied.")
        )
