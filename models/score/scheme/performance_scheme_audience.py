import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .tenure import Tenures

SUBJECT_MODELS = {
    "employee": "hr.employee",
    "department": "hr.department",
    "team": "crm.team",
    "company": "res.company",
    "customer": "res.partner",
    "opportunity": "crm.lead",
}


class PerformanceScheme(models.Model):
    """For whom a scheme is: by job, by department, or by a filter on the subjects."""

    _inherit = "performance.scheme"

    job_ids = fields.Many2many(
        comodel_name="hr.job",
        string="Jobs",
        help="Empty: all. Whoever holds one of them at any time of a period gets a "
        "scorecard.",
    )
    department_ids = fields.Many2many(
        comodel_name="hr.department",
        string="Departments",
        help="Empty: all. Departments below them count too.",
    )
    subject_model = fields.Char(
        compute="_compute_subject_model", export_string_translation=False
    )
    subject_domain = fields.Char(string="Filter", default="[]")

    # === COMPUTE METHODS ===#

    @api.depends("subject_type")
    def _compute_subject_model(self):
        for scheme in self:
            scheme.subject_model = SUBJECT_MODELS.get(scheme.subject_type)

    # === CONSTRAINT METHODS ===#

    @api.constrains("subject_domain", "subject_type")
    def _check_subject_domain(self):
        for scheme in self:
            try:
                domain = scheme._parsed_domain()
                # sudo: whether a field exists is asked, nothing of a record is read
                domain.validate(self.env[scheme.subject_model].sudo())
            except (ValueError, SyntaxError, TypeError, KeyError) as error:
                raise ValidationError(
                    self.env._(
                        "“%(scheme)s”: the filter does not work: %(error)s",
                        scheme=scheme.name,
                        error=error,
                    )
                ) from error

    def _parsed_domain(self):
        return Domain(ast.literal_eval(self.subject_domain or "[]"))

    # === BUSINESS METHODS ===#

    def _applicable_subjects(self, period):
        """Whom this scheme is for in a period.

        :param period: ``performance.period``
        :return: records of the scheme's subject type, as superuser: cards are opened
            for all of them
        """
        self.ensure_one()
        # sudo: the filter names who gets a card, whoever opens it
        subjects = self.sudo().env[self.subject_model]
        domain = self._parsed_domain() & self._population(period)
        return subjects.with_context(active_test=False).search(domain)

    def _population(self, period):
        """Everybody of the period's company that the scheme's jobs and such allow."""
        company = period.company_id
        if self.subject_type == "company":
            return Domain("id", "=", company.id)
        own = Domain("company_id", "in", [company.id, False])
        if self.subject_type == "employee":
            return Domain("id", "in", list(self._holders(period)))
        active = Domain("active", "=", True)
        if self.subject_type == "department":
            domain = own & active
            if self.department_ids:
                domain &= Domain("id", "child_of", self.department_ids.ids)
            return domain
        if self.subject_type == "team":
            return own & active
        start, end = period._bounds()
        won = (
            Domain("won_status", "=", "won")
            & Domain("date_closed", ">=", start)
            & Domain("date_closed", "<", end)
        )
        if self.subject_type == "opportunity":
            return Domain("company_id", "=", company.id) & won
        return own & active & self._customers_domain(company)

    def _customers_domain(self, company):
        """Commercial partners that ever bought."""
        # sudo: who is a customer is decided by all deals of the company
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        customers = leads._search(
            Domain("won_status", "=", "won")
            & Domain("company_id", "in", [company.id, False])
        ).subselect("commercial_partner_id")
        return Domain("id", "in", customers)

    def _holders(self, period):
        """Days that people held a job and department of this scheme in a period.

        :return: ``{employee id: Tenure}`` of those who did
        """
        tenures = Tenures(self.env, period).all()
        jobs = set(self.job_ids.ids)
        units = set()
        if self.department_ids:
            # sudo: the tree of departments, not what is in them
            units = set(
                self.env["hr.department"]
                .sudo()
                .search(Domain("id", "child_of", self.department_ids.ids))
                .ids
            )
        held = {
            employee: tenure.held(jobs, units) for employee, tenure in tenures.items()
        }
        return {employee: tenure for employee, tenure in held.items() if tenure.days}
