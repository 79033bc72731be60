from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ...shared.guards import exactly_one

# where a standard is shown while the work is done
PLACES = ("opportunity", "customer", "complaint")


class PerformanceServiceStandard(models.Model):
    """What customers may expect from people in some jobs, in words and as a figure.

    Administrators write standards; everybody reads those of the own company. A standard
    is shown where the work is done (opportunity, customer, complaint) and checked by a
    KPI: its numbers in the running period tell who keeps it. It is a promise, not a
    target of a scorecard: those may be higher or lower for a person.
    """

    _name = "performance.service.standard"
    _description = "Service Standard"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(
        string="What Is Expected",
        required=True,
        translate=True,
        help="So complete that a new colleague can work by it.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", help="Empty: for all companies."
    )
    job_ids = fields.Many2many(
        comodel_name="hr.job",
        relation="performance_service_standard_job_rel",
        string="Jobs",
        help="Empty: for everybody.",
    )
    kind = fields.Selection(
        selection=[
            ("response", "Response"),
            ("resolution", "Resolution"),
            ("call_back", "Call-Back"),
            ("visit", "Visit Rhythm"),
            ("plan", "Dedicated Plan"),
            ("other", "Other"),
        ],
        required=True,
        default="response",
    )
    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="Checked By",
        required=True,
        ondelete="restrict",
        index=True,
        help="The KPI whose numbers tell whether the standard is kept.",
    )
    kpi_unit = fields.Selection(related="kpi_id.unit")
    kpi_direction = fields.Selection(related="kpi_id.direction")
    limit = fields.Float(
        digits=(16, 4),
        required=True,
        help="The least that is expected; of KPIs of which less is better, the most.",
    )
    limit_upper = fields.Float(
        string="Upper Limit",
        digits=(16, 4),
        help="Of KPIs that have to lie within a range.",
    )
    on_opportunity = fields.Boolean(string="On Opportunities", default=True)
    on_customer = fields.Boolean(string="On Customers", default=True)
    on_complaint = fields.Boolean(string="On Complaints", default=True)
    promise = fields.Char(
        compute="_compute_promise", help="The figure as a sentence, with its unit."
    )

    # === COMPUTE METHODS ===#

    @api.depends("kpi_id", "limit", "limit_upper")
    @api.depends_context("lang")
    def _compute_promise(self):
        for standard in self:
            kpi = standard.kpi_id
            standard.promise = False
            if not kpi:
                continue
            limit = kpi._format(standard.limit, standard.company_id)
            upper = kpi._format(standard.limit_upper, standard.company_id)
            sentence = {
                "higher": self.env._("at least %s", limit),
                "lower": self.env._("at most %s", limit),
                "range": self.env._("%(lower)s to %(upper)s", lower=limit, upper=upper),
            }
            standard.promise = sentence[kpi.direction]

    @api.constrains("kpi_id", "limit", "limit_upper")
    def _check_limits(self):
        for standard in self:
            is_range = standard.kpi_id.direction == "range"
            if is_range and standard.limit_upper < standard.limit:
                raise ValidationError(
                    self.env._(
                        "“%s”: the upper limit lies below the lower one.",
                        standard.name,
                    )
                )

    @api.constrains("company_id", "kpi_id")
    def _check_company(self):
        for standard in self:
            # sudo: which company owns the KPI, to refuse a mix
            owner = standard.kpi_id.sudo().company_id
            if owner and owner != standard.company_id:
                raise ValidationError(
                    self.env._(
                        "“%(standard)s”: choose the company %(company)s, to which the "
                        "KPI belongs.",
                        standard=standard.name,
                        company=owner.name,
                    )
                )

    # === ACTIONS ===#

    def action_open_readings(self):
        """The numbers of the people it is for, in periods that are open.

        :raise AccessError: for users who may not read the standard
        """
        exactly_one(self)
        domain = Domain("kpi_id", "=", self.kpi_id.id)
        domain &= Domain("period_id.state", "=", "open")
        if self.job_ids:
            domain &= Domain("employee_id.job_id", "in", self.job_ids.ids)
        else:
            domain &= Domain("employee_id", "!=", False)
        return self.kpi_id._readings_action(domain)

    # === BUSINESS METHODS ===#

    @api.model
    def _of(self, employee, place):
        """The standards for an employee's job, of his company, shown at a place.

        :param employee: ``hr.employee``, empty for work that nobody is responsible for
        :param str place: one of ``PLACES``
        """
        # sudo: the job of a colleague is known to everybody who sees the work
        job = employee.sudo().job_id
        companies = [False, *(employee.sudo().company_id or self.env.company).ids]
        domain = Domain(f"on_{place}", "=", True)
        domain &= Domain("company_id", "in", companies)
        domain &= Domain("job_ids", "=", False) | Domain("job_ids", "in", job.ids)
        return self.search(domain)

    @api.model
    def _action_for(self, employee, place):
        """Open the standards that hold for some work."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_service_standard_action_shown"
        )
        return {**action, "domain": [("id", "in", self._of(employee, place).ids)]}

    @api.model
    def _check_reader(self):
        """Standards are for whoever works with customers.

        :raise AccessError: for users without a role in performance
        """
        if not self.has_access("read"):
            raise AccessError(
                self.env._("Ask for a role in Performance to read service standards.")
            )
