from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_amount, formatLang

from ..shared.guards import exactly_one
from .records_engine import RecordsEngine, group_subjects


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
        return self._measure(periods)._notify_result()

    def action_open_readings(self):
        """The numbers of this KPI."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_reading_action"
        )
        return {**action, "domain": [("kpi_id", "=", self.id)], "context": {}}

    def action_try(self):
        """Tell what this KPI would find in the latest period, writing nothing."""
        exactly_one(self)
        self.check_access("write")
        period = self.env["performance.period"].search(
            Domain("date_start", "<=", fields.Date.context_today(self)), limit=1
        )
        if not period or self.source != "records":
            raise UserError(
                self.env._("There is nothing to try: no period, or no records.")
            )
        engine = RecordsEngine(self, period)
        facts = engine.measure()
        total = facts.get(("company", period.company_id.id))
        value = self._value(total) if total else None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": "\n".join(
                    [
                        self.env._(
                            "%(period)s, %(company)s: %(count)s records, "
                            "value %(value)s.",
                            period=period.name,
                            company=period.company_id.name,
                            count=total.count if total else 0,
                            value=self._format(value, period.company_id),
                        ),
                        *engine.notes,
                    ]
                ),
            },
        }

    # === BUSINESS METHODS ===#

    @api.model
    def _check_may_measure(self):
        """Measuring costs time and changes numbers: for team leads and above."""
        if not self.env.user.has_group("customer_performance.group_lead"):
            raise AccessError(
                self.env._("Only team leads and officers start a measurement.")
            )

    def _measure(self, periods, subjects=None):
        """Measure these KPIs from records in some periods.

        Asks PostgreSQL once per KPI and period, whatever the number of subjects. Closed
        periods and quarantined KPIs are skipped, and the result says so.

        :param periods: ``performance.period`` records
        :param subjects: recordset or list of recordsets to restrict to; None for all
            employees, departments, teams, the company and whatever is expected
        :return: the ``performance.measurement`` units
        """
        units = self.env["performance.measurement"]._units(self, periods)
        units._run(group_subjects(subjects) if subjects is not None else None)
        return units

    def _expected_subjects(self, period):
        """Hook: subjects that need a number even when nothing is found.

        :return: ``{subject type: recordset}``
        """
        return {}

    def _has_path(self, subject_type):
        """Whether records can be attributed to a kind of subject."""
        self.ensure_one()
        paths = {
            "employee": self.employee_path,
            "department": self.employee_path,
            "team": self.team_path,
            "customer": self.customer_path,
            "opportunity": self.opportunity_path,
        }
        return bool(paths.get(subject_type, True))

    def _value(self, facts):
        """The value of one subject, or None when there is no data.

        :param Facts facts: what was found
        """
        self.ensure_one()
        if facts.count < self.minimum_sample:
            return None
        if self.aggregate == "count":
            return float(facts.count)
        if self.aggregate == "sum":
            return facts.total
        if not facts.filled:
            return None
        return {
            "avg": facts.total / facts.filled,
            "min": facts.low,
            "max": facts.high,
        }[self.aggregate]

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
            "days": self.env._("%s days", text),
            "hours": self.env._("%s hours", text),
            "points": self.env._("%s points", text),
        }
        return patterns.get(self.unit, text)
