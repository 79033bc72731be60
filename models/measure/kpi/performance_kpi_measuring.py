from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_amount, formatLang

from ....tools.formula import FormulaError, parse
from ...shared.guards import exactly_one
from ...shared.performance_subject_mixin import group_subjects
from ..engine import Definition


class PerformanceKpi(models.Model):
    """How a KPI is measured and tried, and how its values read."""

    _inherit = "performance.kpi"

    # === ACTIONS ===#

    def action_measure(self):
        """Measure these KPIs in all open periods that have begun.

        :return: a notification "measured n, skipped m because ..."
        :raise AccessError: for users below team lead
        """
        self.check_access("read")
        self._check_may_measure()
        periods = self.env["performance.period"].search(
            Domain("state", "=", "open")
            & Domain("date_start", "<=", fields.Date.context_today(self))
        )
        if not periods:
            raise UserError(self.env._("There is no open period. Create one first."))
        units = self.env["performance.run"]._measure_now("manual", self, periods)
        return units._notify_result()

    def action_open_readings(self):
        """The numbers of this KPI."""
        exactly_one(self)
        return self._readings_action([("kpi_id", "=", self.id)])

    # === BUSINESS METHODS ===#

    @api.model
    def _readings_action(self, domain):
        """Open some readings."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_reading_action"
        )
        return {**action, "domain": list(domain), "context": {}}

    @api.model
    def _check_may_measure(self):
        """Measuring costs time and changes numbers: for team leads and above."""
        if not self.env.user.has_group("customer_performance.group_lead"):
            raise AccessError(
                self.env._("Only team leads and officers start a measurement.")
            )

    @api.model
    def _measured(self):
        """All KPIs that a run measures: active, not typed, their app installed."""
        kpis = self.search(Domain("source", "!=", "manual"))
        return kpis.filtered("is_available")

    def _measure(self, periods, subjects=None):
        """Measure these KPIs from records in some periods.

        Asks PostgreSQL once per KPI and period, whatever the number of subjects. Closed
        periods and quarantined KPIs are skipped, and the result says so.

        :param periods: ``performance.period`` records
        :param subjects: recordset or list of recordsets to restrict to; None for all
            employees, departments, teams, the company and whatever is expected
        :return: the ``performance.measurement`` units
        """
        Unit = self.env["performance.measurement"]
        wanted = None if subjects is None else group_subjects(subjects)
        # what formulas read is measured for the same subjects before them
        below = self._components_to_measure() - self
        Unit._units(below, periods)._run(wanted)
        units = Unit._units(self, periods)
        units._run(wanted)
        return units

    def _expected_subjects(self, period):
        """Hook: subjects that need a number even when nothing is found.

        :return: ``{KPI: {subject type: recordset}}``, for each of these KPIs
        """
        return {kpi: {} for kpi in self}

    def _components_to_measure(self):
        """The KPIs that formulas among these read, those they read included."""
        found = self.browse()
        for kpi in self.filtered(lambda k: k.source == "formula"):
            found |= self.browse(kpi._all_components())
        return found.filtered(lambda kpi: kpi.source != "manual")

    def _all_components(self):
        """Ids of all KPIs that these formulas read, at any depth."""
        found, waiting = set(), self.filtered(lambda k: k.source == "formula")
        while waiting:
            below = self.browse()
            for kpi in waiting:
                try:
                    names = parse(kpi.formula or "").names
                except FormulaError:
                    # said when it is saved, and when it is measured
                    continue
                for component in kpi._components(names).values():
                    if component.id not in found:
                        found.add(component.id)
                        below |= component
            waiting = below.filtered(lambda k: k.source == "formula")
        return found

    def _has_path(self, subject_type):
        """Whether records can be attributed to a kind of subject."""
        return Definition.of(self).reaches(subject_type)

    def _format(self, value, company=None):
        """A value as people read it, with its unit; a dash for no data."""
        if value is None or value is False:
            return "–"
        if self.unit == "currency":
            return format_amount(
                self.env, value, (company or self.env.company).currency_id
            )
        digits = 0 if float(value).is_integer() else 2
        text = formatLang(self.env, value, digits=digits)
        patterns = {
            "percent": self.env._("%s %%", text),
            "seconds": self.env._("%s s", text),
            "minutes": self.env._("%s min", text),
            "days": self.env._("%s days", text),
            "hours": self.env._("%s hours", text),
            "points": self.env._("%s points", text),
        }
        return patterns.get(self.unit, text)
