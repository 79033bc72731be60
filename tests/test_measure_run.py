from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .measure_common import MeasureCommon

QUIET = "odoo.addons.customer_performance.models.measure.run.performance_measurement"


@tagged("post_install", "-at_install")
class TestRun(MeasureCommon):
    """What is said about a run, who reads it, and how many lanes share it."""

    def _run(self, kpis=None, full=True, periods=None):
        run = self.env["performance.run"]._start(
            "nightly", kpis, self.period if periods is None else periods, full
        )
        run._work(lambda _count: True)
        return run

    # === SUMMARY ===#

    def test_measured_and_unchanged(self):
        kpis = self.kpi_deals + self.kpi_revenue
        self.assertEqual(self._run(kpis).summary, "Measured 2.")
        run = self._run(kpis, full=False)
        self.assertEqual(run.summary, "Measured 0, 2 unchanged.")
        self.assertEqual(run.state, "done")

    def test_skipped_with_its_reasons(self):
        self.kpi_deals.write({"is_quarantined": True, "error": "x"})
        run = self._run(self.kpi_deals + self.kpi_csat + self.kpi_revenue)
        self.assertEqual(
            run.summary,
            "Measured 1, skipped 2 because: This KPI is typed by hand; “Deals won” is "
            "quarantined until it is repaired.",
        )

    def test_a_kpi_that_became_one_companys_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        period = self.env["performance.period"]._get_or_create(
            "month", self.period.date_start, other
        )
        self._run(self.kpi_deals, periods=self.period + period)
        self.kpi_deals.company_id = self.company
        run = self._run(self.kpi_deals, periods=self.period + period)
        self.assertEqual(
            run.summary,
            f"Measured 1, skipped 1 because: This KPI is for {self.company.name} only.",
        )

    def test_the_most_frequent_reasons_come_first_and_not_all(self):
        run = self._run(self.kpi_deals)
        lines = self.env["performance.run.line"]
        for number in range(7):
            for _again in range(7 - number):
                lines.create(
                    {
                        "run_id": run.id,
                        "kpi_id": self.kpi_deals.id,
                        "period_id": self.period.id,
                        "state": "skipped",
                        "message": f"Reason {number}.",
                    }
                )
        self.assertEqual(
            run.summary,
            "Measured 1, skipped 28 because: Reason 0; Reason 1; Reason 2; Reason 3; "
            "Reason 4; 2 other reasons.",
        )

    def test_failed(self):
        Unit = self.env.registry["performance.measurement"]
        with (
            patch.object(Unit, "_measure", side_effect=ZeroDivisionError("nothing")),
            mute_logger(QUIET),
        ):
            run = self._run(self.kpi_deals)
        self.assertEqual(run.summary, "Measured 0, 1 failed.")
        self.assertEqual(run.line_ids.message, "nothing")

    def test_from_a_kpi_and_a_period_to_its_runs(self):
        run = self._run(self.kpi_deals)
        for record in (self.kpi_deals, self.period):
            action = record.with_user(self.user_manager).action_open_runs()
            lines = self.env[action["res_model"]].search(action["domain"])
            self.assertIn(run, lines.run_id)
            self.assertLessEqual(lines.kpi_id, self.kpi_deals)

    # === ROLES ===#

    def test_leads_and_auditors_read_nobody_writes(self):
        run = self._run(self.kpi_deals)
        for record in (run, run.line_ids):
            for user in (
                self.user_manager,
                self.user_hr,
                self.user_admin,
                self.user_auditor,
            ):
                self.assertTrue(record.with_user(user).read())
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(record.with_user(user).has_access(operation))
            for user in (self.user_employee, self.user_outsider):
                with self.assertRaises(AccessError):
                    record.with_user(user).read()

    def test_runs_of_other_companies_are_hidden(self):
        other = self.env["res.company"].create({"name": "Other Co"})
        period = self.env["performance.period"].create(
            {"kind": "quarter", "date_start": "2026-01-01", "company_id": other.id}
        )
        run = self._run(self.kpi_deals, periods=period)
        found = self.env["performance.run"].with_user(self.user_manager)
        self.assertNotIn(run, found.search([]))

    # === LANES ===#

    def _active_lanes(self):
        return len(self.env["performance.run"]._lanes())

    def _save_settings(self, lanes):
        settings = self.env["res.config.settings"].create({"performance_lanes": lanes})
        settings.set_values()

    def test_lanes_are_a_setting(self):
        self.assertEqual(self._active_lanes(), 0)
        for number in (4, 8, 2, 1):
            self._save_settings(number)
            self.assertEqual(self._active_lanes(), number - 1)
            settings = self.env["res.config.settings"].create({})
            self.assertEqual(settings.performance_lanes, number)
        for number in (0, 9, -1):
            with self.assertRefused(UserError, "from 1 to 8"):
                self._save_settings(number)

    def test_a_lane_helps_with_a_run_that_is_under_way(self):
        self._save_settings(2)
        self._create_won(expected_revenue=10)
        with freeze_time("2026-02-15 01:00:00"):
            run = self.env["performance.run"]._start("nightly")
            [lane] = self.env["performance.run"]._lanes()
            with self.enter_registry_test_mode():
                lane.method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(lane.failure_count)
        self.assertEqual(run.state, "done")
        reading = self._reading(self.kpi_revenue, employee_id=self.sales)
        self.assertEqual(reading.value, 10)

    def test_a_lane_without_a_run_does_nothing(self):
        self._save_settings(2)
        before = self.env["performance.run"].search_count([])
        [lane] = self.env["performance.run"]._lanes()
        with self.enter_registry_test_mode():
            lane.method_direct_trigger()
        self.assertFalse(lane.failure_count)
        self.assertEqual(self.env["performance.run"].search_count([]), before)

    def test_the_nightly_run_wakes_the_lanes(self):
        self._save_settings(3)
        lanes = self.env["performance.run"]._lanes()
        Cron = self.env.registry["ir.cron"]
        cron = self.env.ref("customer_performance.cron_measure")
        woken = []
        with (
            freeze_time("2026-02-15 01:00:00"),
            patch.object(
                Cron, "_trigger", lambda records, at=None: woken.extend(records.ids)
            ),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.assertLessEqual(set(lanes.ids), set(woken))
