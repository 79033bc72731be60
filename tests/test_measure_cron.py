from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .measure_common import MeasureCommon

QUIET = "odoo.addons.customer_performance.models.measure.run.performance_measurement"


@tagged("post_install", "-at_install")
class TestCron(MeasureCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("customer_performance.cron_measure")

    def _run(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.cron.failure_count)

    def _break(self, kpi):
        """What a later upgrade might do: the filter names a field that is gone."""
        self.env.flush_all()
        self.env.cr.execute(
            'UPDATE performance_kpi SET domain = \'[["gone", "=", 1]]\' WHERE id = %s',
            [kpi.id],
        )
        self.env.invalidate_all()

    def test_two_workers_close_a_run_at_once(self):
        """The one that comes second looks again, and all is well."""
        run = self.env["performance.run"]._start(
            "nightly", self.kpi_deals, self.period, full=True
        )
        Run = type(run)
        with patch.object(Run, "_finish"):
            run._work(lambda _count: True)
        self.assertEqual(run.state, "running")
        close, calls = Run._finish_when_empty, []

        def conflict_first(records):
            calls.append(records)
            if len(calls) == 1:
                raise SerializationFailure
            return close(records)

        with (
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            patch.object(Run, "_finish_when_empty", conflict_first),
        ):
            second = run.with_env(self.env(cr=cr))
            second._finish(lambda _count: True)
            self.assertEqual(second.state, "done")
        self.assertEqual(len(calls), 2)

    def test_nightly_run(self):
        self._create_won(expected_revenue=10)
        with freeze_time("2026-02-15 01:00:00"):
            self._run()
        self.assertEqual(
            self._reading(self.kpi_revenue, employee_id=self.sales).value, 10
        )
        units = self.env["performance.measurement"].search(
            [("period_id", "=", self.period.id)]
        )
        self.assertEqual(set(units.mapped("state")), {"done"})
        self.assertNotIn(self.kpi_csat, units.kpi_id)

    def test_one_broken_kpi_does_not_stop_the_others(self):
        self._break(self.kpi_deals)
        self._create_won(expected_revenue=10)
        with freeze_time("2026-02-15 01:00:00"), mute_logger(QUIET):
            self._run()
        self.assertEqual(
            self._reading(self.kpi_revenue, employee_id=self.sales).value, 10
        )
        self.assertTrue(self.kpi_deals.is_quarantined)
        self.assertIn("gone", self.kpi_deals.error)
        activity = self.kpi_deals.activity_ids
        self.assertEqual(activity.user_id, self.kpi_deals.owner_id)
        self.assertEqual(len(activity), 1)

    def test_what_is_whose_fault(self):
        """Any error of a KPI sets it aside; a collision with others does not."""
        Unit = self.env.registry["performance.measurement"]
        kpi = self.kpi_deals
        with (
            patch.object(Unit, "_measure", side_effect=SerializationFailure),
            self.assertRaises(SerializationFailure),
        ):
            kpi._measure(self.period)
        self.assertFalse(kpi.is_quarantined)
        with (
            patch.object(Unit, "_measure", side_effect=ZeroDivisionError),
            mute_logger(QUIET),
        ):
            kpi._measure(self.period)
        self.assertTrue(kpi.is_quarantined)

    def test_quarantine_ends_with_the_repair(self):
        self._break(self.kpi_deals)
        with mute_logger(QUIET):
            unit = self.kpi_deals._measure(self.period)
        self.assertEqual(unit.state, "error")
        self.kpi_deals.domain = "[('won_status', '=', 'won')]"
        self.assertFalse(self.kpi_deals.is_quarantined)
        unit = self.kpi_deals._measure(self.period)
        self.assertEqual(unit.state, "done")
        self.assertFalse(unit.message)

    def test_closed_period_is_skipped_and_says_so(self):
        self.period._workflow_move("close")
        unit = self.kpi_deals._measure(self.period)
        self.assertEqual(unit.state, "skipped")
        self.assertIn("closed", unit.message)
        message = unit._notify_result()["params"]["message"]
        self.assertIn("Measured 0 of 1", message)
        self.assertIn("final", message)

    def test_a_period_is_not_closed_over_a_broken_kpi(self):
        """Not by the button, and not by the dialog that asks for reasons."""
        self._create_won(expected_revenue=10)
        self._break(self.kpi_deals)
        wizard = self.env["performance.reason.wizard"].create(
            {
                "res_model": "performance.period",
                "res_ids": str(self.period.id),
                "verb": "close",
                "reason": "now",
            }
        )
        for attempt in (
            self.period.with_user(self.user_hr).action_close,
            wizard.with_user(self.user_hr).sudo().action_confirm,
        ):
            with mute_logger(QUIET), self.assertRefused(UserError, "Deals won"):
                attempt()
        self.assertEqual(self.period.state, "open")
        self.kpi_deals.domain = "[('won_status', '=', 'won')]"
        self.period.with_user(self.user_hr).action_close()
        self.assertEqual(self.period.state, "closed")

    def test_units_exist_once(self):
        first = self.kpi_deals._measure(self.period)
        self.assertEqual(self.kpi_deals._measure(self.period), first)

    def test_kpi_of_another_company_is_left_out(self):
        other = self.env["res.company"].create({"name": "Other Co"})
        self.kpi_deals.company_id = other
        self.assertFalse(self.kpi_deals._measure(self.period))
