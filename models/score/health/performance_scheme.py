from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_list

from ..scheme.performance_scheme_checks import REFUSED


class PerformanceScheme(models.Model):
    """Schemes that tell the health of customers, one for each segment.

    Several may be in force; the first by sequence whose filter a customer fits counts
    for him. The rolling window is scored by the version in force today.
    """

    _inherit = "performance.scheme"

    is_health = fields.Boolean(
        string="Tells Customer Health",
        help="Calculated every night over the rolling window. Where several fit a "
        "customer, the first by sequence counts.",
    )

    # === CONSTRAINT METHODS ===#

    @api.constrains("is_health", "subject_type", "rating_scale_id")
    def _check_health(self):
        for scheme in self.filtered("is_health"):
            if scheme.subject_type != "customer":
                raise ValidationError(
                    self.env._(
                        "“%s” tells customer health: it has to be for customers.",
                        scheme.name,
                    )
                )
            silent = scheme.rating_scale_id.band_ids.filtered(
                lambda band: not band.health_state
            )
            if silent:
                raise ValidationError(
                    self.env._(
                        "“%(scheme)s” tells customer health: say in the rating scale "
                        "“%(scale)s” which state of health these grades stand for: "
                        "%(grades)s.",
                        scheme=scheme.name,
                        scale=scheme.rating_scale_id.name,
                        grades=format_list(self.env, silent.mapped("name")),
                    )
                )

    def _check_unlocked(self, vals):
        """What customers are scored by does not change while it is in force."""
        if "is_health" in vals and bool(vals["is_health"]) != self.is_health:
            raise UserError(
                self.env._(
                    "“%(scheme)s” is in force; “%(field)s” changes with a new version.",
                    scheme=self.name,
                    field=self._fields["is_health"]._description_string(self.env),
                )
            )
        return super()._check_unlocked(vals)

    # === CHECKS ===#

    def _checks(self):
        found = super()._checks()
        typed = self.line_ids.kpi_id.filtered(lambda kpi: kpi.source == "manual")
        if self.is_health and typed:
            text = self.env._(
                "“%(scheme)s” tells customer health every night; typed KPIs have no "
                "number there: %(kpis)s.",
                scheme=self.name or "",
                kpis=format_list(self.env, typed.mapped("name")),
            )
            found.insert(0, (REFUSED, text))
        return found

    @api.depends("is_health")
    @api.depends_context("lang", "company")
    def _compute_checks(self):
        return super()._compute_checks()

    # === BUSINESS METHODS ===#

    def _version_for(self, period):
        """The window ends today, so today's version scores it."""
        if period.kind != "rolling":
            return super()._version_for(period)
        versions = self.search(
            Domain("family_id", "=", self.family_id.id) & Domain("state", "=", "active")
        ).sorted("version")
        return versions.filtered(lambda version: version._covers(period.date_end))[-1:]

    def _period_problem(self, period):
        if period.kind == "rolling" and not self.is_health:
            return self.env._(
                "“%s” is only for customer health; choose another period.", period.name
            )
        return super()._period_problem(period)

    def _customers_domain(self, company):
        """Companies and persons that ever bought, by themselves or by a contact."""
        won = Domain("won_status", "=", "won") & Domain(
            "company_id", "in", [company.id, False]
        )
        # sudo: who is a customer is decided by all deals of the company
        env = self.sudo().with_context(active_test=False).env
        buyers = env["crm.lead"]._search(won & Domain("partner_id", "!=", False))
        found = env["res.partner"]._search(
            Domain("id", "in", buyers.subselect("partner_id"))
        )
        # named in full: the column stands in the query around this one, too
        field = env["res.partner"]._fields["commercial_partner_id"]
        column = SQL.identifier("res_partner", field.name, to_flush=field)
        return Domain("id", "in", found.subselect(column))

    @api.model
    def _health_schemes(self, company):
        """The health schemes in force for a company, in the order in which they count.

        :param company: ``res.company``
        """
        # sudo: customers are scored whoever is logged in
        return self.sudo().search(
            Domain("is_health", "=", True)
            & Domain("state", "=", "active")
            & Domain("company_id", "in", [company.id, False])
        )

    @api.model
    def _health_profiles(self, period):
        """Who is scored by which health scheme in a period.

        :param period: ``performance.period``
        :return: ``[(scheme, customers)]``; a customer stands in one of them
        """
        found = []
        taken = set()
        for scheme in self._health_schemes(period.company_id):
            if scheme._period_problem(period):
                continue
            ids = [i for i in scheme._applicable_subjects(period).ids if i not in taken]
            taken.update(ids)
            found.append((scheme, scheme.env["res.partner"].browse(ids)))
        return found
