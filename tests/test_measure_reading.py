import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .measure_common import MeasureCommon


@tagged("post_install", "-at_install")
class TestManualReading(MeasureCommon):
    def _type(self, user=None, **values):
        Reading = self.env["performance.reading"].with_user(user or self.env.user)
        return Reading.create(
            {
                "kpi_id": self.kpi_csat.id,
                "period_id": self.period.id,
                "employee_id": self.sales.id,
                "value": 86.5,
                "evidence": "Survey of March, 40 answers",
                **values,
            }
        )

    @users("perf_hr")
    def test_typed_in_a_form(self):
        form = Form(self.env["performance.reading"])
        form.kpi_id = self.kpi_csat.with_env(self.env)
        form.period_id = self.period.with_env(self.env)
        form.employee_id = self.sales.with_env(self.env)
        form.value = 86.5
        form.evidence = "Survey"
        reading = form.save()
        self.assertRecordValues(
            reading,
            [{"state": "provisional", "subject_type": "employee", "value": 86.5}],
        )
        self.assertEqual(reading.entered_by_id, self.user_hr)
        self.assertIn("waits", reading.explanation)

    @users("perf_hr")
    def test_four_eyes(self):
        reading = self._type()
        self.assertFalse(reading.can_confirm)
        with self.assertRefused(UserError, "somebody else"):
            reading.action_confirm()
        second = reading.with_user(self.user_hr2)
        self.assertTrue(second.can_confirm)
        second.action_confirm()
        self.assertEqual(
            (reading.state, reading.confirmed_by_id), ("ok", self.user_hr2)
        )

    @users("perf_hr")
    def test_four_eyes_are_not_defaulted(self):
        context = {
            "default_state": "ok",
            "default_confirmed_by_id": self.user_hr2.id,
            "default_sample_size": 40,
        }
        self.env = self.env(context={**self.env.context, **context})
        reading = self._type()
        self.assertRecordValues(
            reading,
            [{"state": "provisional", "confirmed_by_id": False, "sample_size": 0}],
        )

    @users("perf_hr")
    def test_closed_period_is_not_confirmed_into(self):
        reading = self._type()
        self.period.with_user(self.user_hr).action_close()
        second = reading.with_user(self.user_hr2)
        self.assertFalse(second.can_confirm)
        with self.assertRefused(UserError, "closed"):
            second.action_confirm()

    @users("perf_hr")
    def test_nobody_confirms_a_value_about_oneself(self):
        reading = self._type(employee_id=self.hr2.id)
        with self.assertRefused(UserError, "about you"):
            reading.with_user(self.user_hr2).action_confirm()

    @users("perf_hr")
    def test_a_change_needs_a_new_confirmation(self):
        reading = self._type()
        reading.with_user(self.user_hr2).action_confirm()
        reading.value = 99
        self.assertEqual(
            (reading.state, reading.confirmed_by_id.id), ("provisional", False)
        )

    @users("perf_hr")
    def test_evidence_is_mandatory(self):
        with self.assertRefused(UserError, "where the value comes from"):
            self._type(evidence=False)
        with self.assertRefused(UserError, "where the value comes from"):
            self._type().evidence = False

    @users("perf_hr")
    def test_measured_numbers_are_not_typed(self):
        with self.assertRefused(UserError, "measured from records"):
            self._type(kpi_id=self.kpi_deals.id)
        self.kpi_deals._measure(self.period, self.sales)
        measured = self._reading(self.kpi_deals, employee_id=self.sales)
        for change in (
            lambda: measured.write({"value": 7}),
            measured.unlink,
            lambda: measured.write({"kpi_id": self.kpi_csat.id}),
        ):
            with self.assertRefused(UserError, "measured from records"):
                change()

    @users("perf_hr")
    def test_proof_is_written_by_the_engine_only(self):
        reading = self._type()
        for values in (
            {"state": "ok"},
            {"confirmed_by_id": self.user_hr2.id},
            {"entered_by_id": self.user_hr2.id},
            {"sample_size": 1000},
        ):
            with self.assertRaises(AccessError):
                reading.write(values)
            with self.assertRaises(AccessError):
                reading.with_context(performance_workflow=True).write(values)
            with self.assertRaises(AccessError):
                self._type(employee_id=self.sales2.id, **values)

    @users("perf_hr")
    def test_closed_periods_stay(self):
        reading = self._type()
        self.period._workflow_move("close")
        with self.assertRefused(UserError, "closed"):
            reading.value = 1
        with self.assertRefused(UserError, "closed"):
            self._type(employee_id=self.sales2.id)

    def test_form_offers_to_type_only_what_can_be_typed(self):
        typed = self._type(user=self.user_hr)
        self.kpi_deals._measure(self.period, self.sales)
        measured = self._reading(self.kpi_deals, employee_id=self.sales)
        self.assertTrue(typed.can_type)
        self.assertFalse(measured.can_type)
        self.assertEqual(typed.unit, "percent")
        self.period._workflow_move("close")
        self.assertFalse(typed.can_type)
        # the subject reads the form too
        self.assertFalse(measured.with_user(self.user_sales).can_type)

    def test_name_says_what_whose_and_when(self):
        reading = self._type(user=self.user_hr)
        self.assertEqual(
            reading.display_name,
            f"{self.kpi_csat.name} · {self.sales.name} · {self.period.name}",
        )

    def test_typed_numbers_wait_for_no_run(self):
        self._type(user=self.user_hr)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_measurement_action"
        )
        units = self.env["performance.measurement"].search(safe_eval(action["domain"]))
        self.assertNotIn(self.kpi_csat, units.kpi_id)

    @users("perf_hr")
    def test_confirmed_numbers_are_not_deleted(self):
        reading = self._type()
        reading.with_user(self.user_hr2).action_confirm()
        with self.assertRefused(UserError, "stays"):
            reading.unlink()
        self._type(employee_id=self.sales2.id).unlink()

    @users("perf_hr")
    def test_exactly_one_subject(self):
        for values in ({"team_id": self.team.id}, {"employee_id": False}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
            ):
                self._type(**values)
                self.env.flush_all()

    @users("perf_hr")
    def test_typed_values_have_no_records_behind_them(self):
        with self.assertRefused(UserError, "typed"):
            self._type().action_open_evidence()

    @users("perf_sales")
    def test_who_reads_what(self):
        for employee in (self.sales, self.sales2):
            self._type(self.user_hr, employee_id=employee.id)
        Reading = self.env["performance.reading"]
        self.assertEqual(
            Reading.search([("employee_id", "!=", False)]).employee_id, self.sales
        )
        line = Reading.with_user(self.user_manager).search(
            [("employee_id", "!=", False)]
        )
        self.assertEqual(line.employee_id, self.sales + self.sales2)
        self.assertFalse(Reading.with_user(self.user_employee).search([]))
