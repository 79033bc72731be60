from datetime import datetime

import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged, users
from odoo.tools import mute_logger

from .common import PerformanceCommon


@tagged("post_install", "-at_install")
class TestPeriod(PerformanceCommon):
    @users("perf_hr")
    def test_form_fills_in_the_rest(self):
        form = Form(self.env["performance.period"])
        form.kind = "month"
        form.date_start = "2026-02-01"
        period = form.save()
        self.assertEqual((str(period.date_end), period.name), ("2026-02-28", "2026-02"))
        self.assertEqual(period.tz, "Europe/Berlin")

    @users("perf_hr")
    def test_bounds_are_midnight_of_the_company(self):
        period = self.env["performance.period"].create(
            {"kind": "quarter", "date_start": "2026-01-01"}
        )
        self.assertEqual(
            period._bounds(), (datetime(2025, 12, 31, 23), datetime(2026, 3, 31, 22))
        )

    @users("perf_hr")
    def test_wrong_days_are_refused_with_the_right_ones(self):
        with self.assertRefused(ValidationError, "2026-03-31"):
            self.env["performance.period"].create(
                {
                    "kind": "quarter",
                    "date_start": "2026-01-15",
                    "date_end": "2026-03-31",
                }
            )
        custom = self.env["performance.period"].create(
            {"kind": "custom", "date_start": "2026-01-15", "date_end": "2026-02-14"}
        )
        self.assertEqual(custom.name, "Custom period")

    @users("perf_hr")
    def test_a_calendar_period_exists_once(self):
        values = {"kind": "year", "date_start": "2026-01-01"}
        self.env["performance.period"].create(values)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            self.env["performance.period"].create(values)

    def test_get_or_create_finds_again(self):
        Period = self.env["performance.period"]
        first = Period._get_or_create(
            "quarter", datetime(2026, 11, 21).date(), self.company
        )
        again = Period._get_or_create(
            "quarter", datetime(2026, 10, 1).date(), self.company
        )
        self.assertEqual(first, again)
        self.assertEqual(first.company_id, self.company)

    @users("perf_hr")
    def test_closing_waits_for_the_end_in_the_companys_time_zone(self):
        period = self.env["performance.period"].create(
            {"kind": "month", "date_start": "2026-01-01"}
        )
        with (
            freeze_time("2026-01-31 22:59:59"),
            self.assertRefused(UserError, "still runs"),
        ):
            period.action_close()
        with freeze_time("2026-01-31 23:00:00"):
            period.action_close()
        self.assertEqual(period.state, "closed")

    @users("perf_hr")
    def test_measured_periods_keep_their_days(self):
        period = self.env["performance.period"].create(
            {"kind": "month", "date_start": "2026-01-01"}
        )
        self.env.ref("customer_performance.kpi_deals_won")._measure(period, self.sales)
        with self.assertRefused(ValidationError, "stay as they are"):
            period.date_start = "2026-02-01"
        with self.assertRefused(ValidationError, "stay as they are"):
            period.with_user(self.user_admin).unlink()

    def test_every_company_gets_its_running_quarter(self):
        with freeze_time("2031-02-03 12:00:00"):
            self.env["performance.period"]._open_current()
            self.env["performance.period"]._open_current()
        found = self.env["performance.period"].search(
            [("company_id", "=", self.company.id), ("date_start", "=", "2031-01-01")]
        )
        self.assertRecordValues(
            found, [{"name": "2031-Q1", "kind": "quarter", "state": "open"}]
        )
