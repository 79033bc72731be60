from odoo import api, fields, models
from odoo.fields import Domain


class PerformanceKpi(models.Model):
    """What is measured: one indicator, the same for every subject and period.

    A KPI is measured from records (any stored model, filtered by a domain and a date,
    attributed to subjects by paths), put together from other KPIs by a formula, or
    typed in by hand with evidence. Models and fields are held by their technical names,
    so that a KPI on the records of an app can wait until that app is installed.
    Administrators define KPIs; a definition that cannot work is refused when it is
    saved, one that breaks later is quarantined with its error and its owner gets an
    activity.
    """

    _name = "performance.kpi"
    _description = "KPI"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, code, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        required=True, help="Short key, used in imports and formulas: DEALS_WON."
    )
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", help="Empty: for all companies."
    )
    owner_id = fields.Many2one(
        comodel_name="res.users",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="Looks after this KPI and is told when it breaks.",
    )
    unit = fields.Selection(
        selection=[
            ("number", "Number"),
            ("percent", "Per Cent"),
            ("currency", "Amount"),
            ("seconds", "Seconds"),
            ("minutes", "Minutes"),
            ("hours", "Hours"),
            ("days", "Days"),
            ("points", "Points"),
        ],
        required=True,
        default="number",
    )
    direction = fields.Selection(
        selection=[
            ("higher", "Higher is better"),
            ("lower", "Lower is better"),
            ("range", "Inside a range"),
        ],
        required=True,
        default="higher",
    )
    perspective = fields.Selection(
        selection=[
            ("financial", "Financial"),
            ("customer", "Customer"),
            ("process", "Internal Process"),
            ("learning", "Learning and Growth"),
        ],
        required=True,
        default="customer",
        help="Perspective of the balanced scorecard.",
    )
    lifecycle_stage = fields.Selection(
        selection=[
            ("signing", "Signing"),
            ("delivery", "Delivery"),
            ("service", "Service"),
            ("renewal", "Renewal"),
            ("general", "Whole Lifecycle"),
        ],
        required=True,
        default="general",
    )
    nature = fields.Selection(
        selection=[("outcome", "Outcome"), ("behaviour", "Behaviour")],
        required=True,
        default="outcome",
    )
    customer_value = fields.Integer(default=3, help="1 (little) to 5 (much).")
    execution_cost = fields.Integer(default=3, help="1 (cheap) to 5 (expensive).")
    minimum_sample = fields.Integer(
        default=1,
        tracking=True,
        help="Fewer records than this are no data. With 0, finding nothing counts as "
        "zero: right for counts and sums.",
    )

    source = fields.Selection(
        selection=[
            ("records", "Records of Odoo"),
            ("share", "Share"),
            ("net_share", "Net Share"),
            ("repeat", "Repeat Rate"),
            ("retention", "Retention Rate"),
            ("first_time", "First-Time Customers"),
            ("growth", "Growth"),
            ("formula", "Formula"),
            ("manual", "Typed or Imported"),
        ],
        required=True,
        default="records",
        tracking=True,
    )
    required_module = fields.Char(
        help="Technical name of the app whose records are counted; empty: always there."
    )
    model_name = fields.Char(string="Technical Model", tracking=True)
    domain = fields.Char(default="[]", string="Filter", tracking=True)
    match_domain = fields.Char(
        default="[]",
        string="Counting Filter",
        tracking=True,
        help="Which of the records make the share; for a net share the promoters.",
    )
    against_domain = fields.Char(
        default="[]",
        string="Detractor Filter",
        tracking=True,
        help="Which of the records are taken off a net share.",
    )
    include_archived = fields.Boolean(tracking=True)
    date_field = fields.Char(string="Date Field Name", tracking=True)
    aggregate = fields.Selection(
        selection=[
            ("count", "Count"),
            ("sum", "Sum"),
            ("avg", "Average"),
            ("min", "Smallest"),
            ("max", "Largest"),
            ("distinct", "Count of Distinct"),
        ],
        default="count",
        required=True,
        tracking=True,
    )
    measure_type = fields.Selection(
        selection=[("field", "A Number"), ("duration", "Time Between Two Instants")],
        default="field",
        required=True,
        tracking=True,
    )
    measure_field = fields.Char(string="Measure Name", tracking=True)
    duration_start = fields.Char(string="From (Name)", tracking=True)
    duration_stop = fields.Char(string="Until (Name)", tracking=True)
    duration_clock = fields.Selection(
        selection=[("elapsed", "Elapsed Time"), ("working", "Working Time")],
        default="elapsed",
        required=True,
        tracking=True,
        help="Working time is that of the company's working hours, without its "
        "holidays.",
    )
    distinct_path = fields.Char(
        string="Distinct What",
        tracking=True,
        help="Path to what is counted once; for rates of customers: to the customer.",
    )
    employee_path = fields.Char(
        tracking=True, help="Path to a user or employee, such as user_id."
    )
    department_path = fields.Char(
        tracking=True,
        help="Path to a department; empty: the employee's department on that day.",
    )
    team_path = fields.Char(
        tracking=True, help="Path to a sales team, such as team_id."
    )
    customer_path = fields.Char(
        tracking=True,
        help="Path to a commercial partner, such as partner_id.commercial_partner_id.",
    )
    opportunity_path = fields.Char(
        tracking=True,
        help="Path to an opportunity; “id” where the records are opportunities.",
    )
    company_path = fields.Char(
        tracking=True,
        help="Path to a company; empty: the record's company, else its owner's.",
    )
    owner_at = fields.Selection(
        selection=[("now", "Now"), ("date", "On the Record's Date")],
        default="now",
        required=True,
        string="Record Owner",
        tracking=True,
        help="Who gets the record when it changes hands: whoever stands on it now, or "
        "stood on it on its date.",
    )
    repeat_count = fields.Integer(
        default=2,
        tracking=True,
        string="Records Needed",
        help="So many records of a customer in the period make a repeat.",
    )
    compare_with = fields.Selection(
        selection=[
            ("previous", "Previous Period"),
            ("year_ago", "Same Period Last Year"),
        ],
        default="previous",
        required=True,
        tracking=True,
    )
    formula = fields.Char(
        tracking=True,
        help="Arithmetic over codes of KPIs: 100 * A / B if B > 0 else 0. Knows + - * "
        "/, comparisons, min, max, abs, round and if-else.",
    )
    cost_note = fields.Char(
        translate=True,
        string="Cost of Measuring",
        help="What it takes to get these data.",
    )
    error = fields.Text(readonly=True, copy=False)
    is_quarantined = fields.Boolean(
        string="Quarantined",
        readonly=True,
        copy=False,
        help="Left out of the nightly run until it is repaired.",
    )
    reading_count = fields.Integer(compute="_compute_reading_count")

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "Another KPI has this code."
    )
    _scales = models.Constraint(
        "CHECK (customer_value BETWEEN 1 AND 5 AND execution_cost BETWEEN 1 AND 5)",
        "Customer value and execution cost go from 1 to 5.",
    )
    _sample_positive = models.Constraint(
        "CHECK (minimum_sample >= 0)", "The minimum sample cannot be negative."
    )

    # === COMPUTE METHODS ===#

    @api.depends("name", "code")
    def _compute_display_name(self):
        for kpi in self:
            kpi.display_name = kpi.name or kpi.code or ""

    def _compute_reading_count(self):
        counts = dict(
            self.env["performance.reading"]._read_group(
                Domain("kpi_id", "in", self.ids), ["kpi_id"], ["__count"]
            )
        )
        for kpi in self:
            kpi.reading_count = counts.get(kpi, 0)

    # === CRUD METHODS ===#

    def copy_data(self, default=None):
        return [
            {
                **vals,
                "code": kpi._free_code(),
                "name": self.env._("%s (copy)", kpi.name),
                **(default or {}),
            }
            for kpi, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def _free_code(self):
        """The code with the first number that no KPI has."""
        # sudo: also the codes of other companies
        every = self.sudo().with_context(active_test=False)
        taken = every.search(Domain("code", "=like", f"{self.code}_%")).mapped("code")
        number = 2
        while f"{self.code}_{number}" in taken:
            number += 1
        return f"{self.code}_{number}"
