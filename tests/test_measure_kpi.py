from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from ..models.measure.engine import clock
from .measure_common import MeasureCommon


@tagged("post_install", "-at_install")
class TestKpi(MeasureCommon):
    def _values(self, **values):
        field = self.env["ir.model.fields"]._get
        return {
            "name": "Test KPI",
            "code": "TEST",
            "model_id": self.env["ir.model"]._get_id("crm.lead"),
            "date_field_id": field("crm.lead", "date_closed").id,
            "aggregate": "count",
            "employee_path": "user_id",
            **values,
        }

    @users("perf_admin")
    def test_dry_run_names_what_is_wrong(self):
        field = self.env["ir.model.fields"].sudo()._get
        measure = {"aggregate": "sum"}
        table = [
            ({"model_id": False}, "model and the date"),
            ({"domain": "[('no_field', '=', 1)]"}, "no_field"),
            ({"domain": "import os"}, "filter"),
            ({"domain": "__import__('os').system('true')"}, "filter"),
            ({"domain": "[('name', 'explode', 1)]"}, "filter"),
            ({**measure, "measure_field_id": False}, "stored number"),
            (
                {**measure, "measure_field_id": field("crm.lead", "name").id},
                "stored number",
            ),
            (
                {**measure, "measure_field_id": field("res.partner", "color").id},
                "not a stored field",
            ),
            ({"employee_path": "team_id"}, "team_id"),
            ({"employee_path": "user_id.employee_id"}, "user_id.employee_id"),
            ({"team_path": "user_id.nothing"}, "user_id.nothing"),
            ({"customer_path": "tag_ids"}, "tag_ids"),
        ]
        for values, text in table:
            with self.assertRefused(ValidationError, text):
                self.env["performance.kpi"].create(self._values(**values))

    @users("perf_admin")
    def test_nobody_learns_secrets_by_counting(self):
        secret = {
            "model_id": self.env["ir.model"]._get_id("ir.config_parameter"),
            "date_field_id": self.env["ir.model.fields"]
            ._get("ir.config_parameter", "create_date")
            .id,
            "employee_path": "create_uid",
            "domain": "[('key', '=', 'database.secret'), ('value', 'like', 'a%')]",
        }
        with self.assertRefused(ValidationError, "system administrators"):
            self.env["performance.kpi"].create(self._values(**secret))
        kpi = self.env["performance.kpi"].create(self._values())
        with self.assertRefused(ValidationError, "totp_secret|administrators"):
            kpi.domain = "[('user_id.totp_secret', '!=', False)]"
        root = self.env.ref("base.user_root")
        values = {**self._values(**secret), "code": "SETTINGS"}
        self.assertTrue(self.env["performance.kpi"].with_user(root).create(values))

    @users("perf_admin")
    def test_code_is_unique_per_company(self):
        self.env["performance.kpi"].create(self._values())
        self.env["performance.kpi"].create(self._values(company_id=self.company.id))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            self.env["performance.kpi"].create(self._values())

    @users("perf_admin")
    def test_other_aggregates(self):
        for revenue in (5, 10, 60):
            self._create_won(expected_revenue=revenue)
        table = {"count": 3, "sum": 75, "avg": 25, "min": 5, "max": 60}
        kpi = self.kpi_revenue.with_env(self.env)
        for aggregate, value in table.items():
            kpi.aggregate = aggregate
            kpi._measure(self.period.with_env(self.env))
            self.assertEqual(
                self._reading(self.kpi_revenue, employee_id=self.sales).value,
                value,
                aggregate,
            )

    @users("perf_admin")
    def test_minimum_sample(self):
        self._create_won(expected_revenue=5)
        kpi = self.kpi_revenue.with_env(self.env)
        kpi.minimum_sample = 2
        kpi._measure(self.period.with_env(self.env))
        reading = self._reading(self.kpi_revenue, employee_id=self.sales)
        self.assertEqual(reading.state, "no_data")
        self.assertIn("records found: 1, needed: 2", reading.explanation)

    @users("perf_admin")
    def test_one_record_is_no_plural(self):
        self._create_won(expected_revenue=5)
        kpi = self.kpi_revenue.with_env(self.env)
        kpi._measure(self.period.with_env(self.env))
        reading = self._reading(self.kpi_revenue, employee_id=self.sales)
        self.assertIn("of one record = ", reading.explanation)
        self._create_won(expected_revenue=6)
        kpi._measure(self.period.with_env(self.env))
        reading.invalidate_recordset()
        self.assertIn("of 2 records = ", reading.explanation)

    def test_a_slip_of_the_year_does_not_lay_out_millennia(self):
        """Working time is looked at ten years around the period, not further."""
        lead = self._create_won()
        lead.flush_recordset()
        self.env.cr.execute(
            "UPDATE crm_lead SET date_open = date_closed, date_conversion = %s"
            " WHERE id = %s",
            ["9999-12-31 00:00:00", lead.id],
        )
        kpi = self.env["performance.kpi"].create(
            self._values(
                aggregate="max",
                measure_type="duration",
                duration_start="date_open",
                duration_stop="date_conversion",
                duration_clock="working",
                unit="days",
            )
        )
        with patch.object(clock, "segment_rows", wraps=clock.segment_rows) as laid_out:
            kpi._measure(self.period)
        self.assertLess(laid_out.call_args.args[3].year, 2037)
        reading = self._reading(kpi, employee_id=self.sales)
        self.assertEqual(reading.state, "ok")
        self.assertGreater(reading.value, 365)

    @users("perf_admin")
    def test_any_model_with_an_employee(self):
        """The owner may be an employee himself, the date a plain date."""
        field = self.env["ir.model.fields"].sudo()._get
        kpi = self.env["performance.kpi"].create(
            self._values(
                code="VERSIONS",
                model_id=self.env["ir.model"].sudo()._get_id("hr.version"),
                date_field_id=field("hr.version", "date_version").id,
                employee_path="employee_id",
            )
        )
        self.sales.sudo().version_id.date_version = "2026-03-31"
        self.sales2.sudo().version_id.date_version = "2026-04-01"
        kpi._measure(self.period.with_env(self.env))
        self.assertEqual(self._reading(kpi, employee_id=self.sales).value, 1)
        self.assertFalse(self._reading(kpi, employee_id=self.sales2).value)

    @users("perf_admin")
    def test_form(self):
        form = Form(self.kpi_deals.with_env(self.env))
        form.name = "Deals won by hand"
        kpi = form.save()
        self.assertEqual(kpi.name, "Deals won by hand")

    @users("perf_admin")
    def test_copy_gets_its_own_code(self):
        copy = self.kpi_deals.with_env(self.env).copy()
        self.assertEqual(copy.code, "DEALS_WON_2")

    @users("perf_manager")
    def test_measure_now_says_what_was_done(self):
        message = self.kpi_deals.with_env(self.env).action_measure()["params"][
            "message"
        ]
        self.assertIn("Measured 1 of 1", message)
        self.period._workflow_move("close")
        with self.assertRefused(UserError, "no open period"):
            self.kpi_deals.with_env(self.env).action_measure()

    @users("perf_sales")
    def test_measuring_is_not_for_everybody(self):
        with self.assertRaises(AccessError):
            self.kpi_deals.with_env(self.env).action_measure()
        with self.assertRaises(AccessError):
            self.period.with_env(self.env).action_measure()

    def test_value_formats(self):
        kpi = self.kpi_deals
        table = {
            "number": "1,234.5",
            "percent": "1,234.50 %",
            "days": "1,234.50 days",
            "hours": "1,234.50 hours",
            "points": "1,234.50 points",
        }
        for unit, text in table.items():
            kpi.unit = unit
            self.assertIn(text, kpi._format(1234.5), unit)
        self.assertEqual(kpi._format(None), "–")
