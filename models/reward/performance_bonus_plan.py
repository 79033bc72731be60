from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import float_compare, float_repr, ormcache

from ...tools.allocation import allocate, percent_of, round_money
from ..shared.guards import exactly_one
from ..shared.workflow import EngineToken

# proof, in the context, that a plan writes its stages and checks their total itself
SHARES_CHECKED_LATER = EngineToken()


class PerformanceBonusPlan(models.Model):
    """How much a won deal pays, and in which parts over its life.

    The pool is a percentage of the deal's expected revenue, or a fixed amount. Stages
    divide it; the shares of an active plan total exactly 100 %. A deal takes the plan
    in force when it is won, and its milestones keep those terms whatever happens to the
    plan later. A plan that was used is archived, not deleted.

    Administrators define plans; everybody who can earn by them may read them.
    """

    _name = "performance.bonus.plan"
    _description = "Bonus Plan"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(
        default=10, help="Of several plans that fit a deal, the first one is taken."
    )
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    basis = fields.Selection(
        selection=[
            ("percent", "Percentage of expected revenue"),
            ("fixed", "Fixed amount per deal"),
        ],
        required=True,
        default="percent",
        tracking=True,
    )
    rate = fields.Float(
        string="Rate (%)",
        digits=(6, 3),
        default=5.0,
        tracking=True,
        aggregator=None,
    )
    amount = fields.Monetary(tracking=True, aggregator=None)
    team_ids = fields.Many2many(
        comodel_name="crm.team",
        string="Sales Teams",
        check_company=True,
        help="Empty: deals of all teams. A plan that names the team goes before one "
        "that does not.",
    )
    date_from = fields.Date(
        string="Valid From", help="First closing date of a deal. Empty: always."
    )
    date_to = fields.Date(
        string="Valid Until", help="Last closing date of a deal. Empty: always."
    )
    note = fields.Html(string="Terms", translate=True)
    stage_ids = fields.One2many(
        comodel_name="performance.bonus.stage",
        inverse_name="plan_id",
        copy=True,
        default=lambda self: self._default_stages(),
    )
    share_total = fields.Float(
        string="Total of Shares (%)", compute="_compute_share_total", digits=(6, 2)
    )
    milestone_count = fields.Integer(compute="_compute_milestone_count")

    _rate_range = models.Constraint(
        "CHECK (basis <> 'percent' OR (rate > 0 AND rate <= 100))",
        "The rate lies above 0 % and goes up to 100 %.",
    )
    _amount_positive = models.Constraint(
        "CHECK (basis <> 'fixed' OR amount > 0)", "The fixed amount has to be positive."
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_from <= date_to)", "The plan ends on or after its first day."
    )

    # === DEFAULT METHODS ===#

    @api.model
    def _default_stages(self):
        """The four stages of a whole lifecycle: 20/30/30/20 (R52-R55)."""
        signing = self.env.ref(
            "customer_performance.kpi_new_customer_revenue", raise_if_not_found=False
        )
        measured = {"evidence": "measured", "kpi_id": signing.id} if signing else {}
        return [
            Command.create({"sequence": 10 * i, "code": code, "name": name, **values})
            for i, (code, name, values) in enumerate(
                [
                    ("signing", self.env._("Signing"), {"share": 20.0, **measured}),
                    ("delivery", self.env._("Delivery"), {"share": 30.0}),
                    ("service", self.env._("Service"), {"share": 30.0}),
                    ("renewal", self.env._("Renewal"), {"share": 20.0}),
                ],
                start=1,
            )
        ]

    # === COMPUTE METHODS ===#

    @api.depends("stage_ids.share")
    def _compute_share_total(self):
        for plan in self:
            plan.share_total = sum(plan.stage_ids.mapped("share"))

    def _compute_milestone_count(self):
        counts = dict(
            self.env["performance.milestone"]._read_group(
                Domain("plan_id", "in", self.ids), ["plan_id"], ["__count"]
            )
        )
        for plan in self:
            plan.milestone_count = counts.get(plan, 0)

    # === CONSTRAINT METHODS ===#

    @api.constrains("active", "stage_ids")
    def _check_shares(self):
        """The shares of an active plan total exactly 100 %."""
        for plan in self:
            plan._check_total(plan.stage_ids.mapped("share"))

    def _check_total(self, shares):
        total = sum(shares)
        if self.active and float_compare(total, 100.0, precision_digits=2):
            raise ValidationError(
                self.env._(
                    "The shares of “%(plan)s” total %(total)s %%; "
                    "they have to total 100 %%.",
                    plan=self.name,
                    total=float_repr(total, 2),
                )
            )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        plans = super(PerformanceBonusPlan, self._later()).create(vals_list)
        plans = plans.with_env(self.env)
        plans._check_shares()
        self.env.registry.clear_cache()
        return plans

    def write(self, vals):
        result = super(PerformanceBonusPlan, self._later()).write(vals)
        if "company_id" in vals or "active" in vals:
            self.env.registry.clear_cache()
        if "stage_ids" in vals or "active" in vals:
            self._check_shares()
        return result

    def _later(self):
        """Stages written through their plan are checked together, at the end."""
        return self.with_context(performance_shares=SHARES_CHECKED_LATER)

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", plan.name)}
            for plan, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: the check has to see every milestone, whoever asks
        used = (
            self.env["performance.milestone"]
            .sudo()
            .search(Domain("plan_id", "in", self.ids), limit=1)
        )
        if used:
            raise UserError(
                self.env._(
                    "“%s” paid or will pay bonuses already. Archive it instead.",
                    used.plan_id.name,
                )
            )

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # === ACTIONS ===#

    def action_open_milestones(self):
        """The milestones that were made by this plan."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_milestone_action"
        )
        return {**action, "domain": [("plan_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS ===#

    @api.model
    @ormcache()
    def _paying_companies(self):
        """Ids of the companies with an active plan: winning asks nothing elsewhere."""
        # sudo: the same for everybody
        groups = self.sudo()._read_group([("active", "=", True)], ["company_id"])
        return frozenset(company.id for (company,) in groups)

    @api.model
    def _in_force(self, companies):
        """Active plans of some companies, in the order in which they are tried."""
        paying = self._paying_companies().intersection(companies.ids)
        # said explicitly: deals are won in contexts that show archived records, too
        return self.search(
            Domain("company_id", "in", list(paying)) & Domain("active", "=", True)
        )

    def _fitting(self, company, team, day):
        """Of these plans, the one for a deal; empty when none fits.

        :param company: company of the deal
        :param team: its sales team; may be empty
        :param date day: when it was won
        """
        fits = self.filtered(
            lambda plan: (
                plan.company_id == company
                and (not plan.team_ids or team in plan.team_ids)
                and (not plan.date_from or plan.date_from <= day)
                and (not plan.date_to or day <= plan.date_to)
            )
        )
        return (fits.filtered("team_ids") or fits)[:1]

    @api.model
    def _pool(self, basis, rate, fixed, revenue, currency):
        """What a deal pays in all, as a Decimal of the currency's precision."""
        if revenue <= 0:
            return round_money(0, currency.rounding)
        if basis == "fixed":
            return round_money(fixed, currency.rounding)
        return percent_of(revenue, rate, currency.rounding)

    @api.model
    def _parts(self, pool, shares, currency):
        """The amounts of the stages; they add up to the pool exactly."""
        return [float(part) for part in allocate(pool, shares, currency.rounding)]
