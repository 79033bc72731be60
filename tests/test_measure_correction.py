import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged, users
from odoo.tools import mute_logger

from .change_common import ChangeCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 09:00:00")
class TestCorrection(ChangeCommon):
    """Numbers of closed periods: a new reading replaces the old one."""

    def _in_force(self, kpi):
        return self._reading(kpi, employee_id=self.sales)

    def _corrected(self, reading=None, **values):
        """A closed period, and a correction in force."""
        reading = reading or self._measured()
        self._close()
        return reading, self._confirm(self._correction(reading, **values))

    # === THE LIFE OF ONE ===#

    def test_measured_number(self):
        old, correction = self._corrected()
        new = self._in_force(self.kpi_deals)
        self.assertEqual(new, correction.new_reading_id)
        self.assertRecordValues(
            new,
            [
                {
                    "corrects_id": old.id,
                    "value": 5,
                    "state": "ok",
                    "active": True,
                    "computed_value": 2,
                    "sample_size": 2,
                    "reason": "Three deals were booked twice",
                    "evidence": "Contract 4711",
                    "entered_by_id": self.user_hr.id,
                    "confirmed_by_id": self.user_hr2.id,
                    "subject_type": "employee",
                    "employee_id": self.sales.id,
                }
            ],
        )
        self.assertRecordValues(old, [{"active": False, "value": 2, "state": "ok"}])
        self.assertEqual(old.correction_ids, new)
        self.assertIn("Corrected from 2 to 5 because: Three deals", new.explanation)
        self.assertIn("Replaced by a correction: 5.", old.explanation)
        # the records behind the measured number still open
        self.assertEqual(len(new.action_open_evidence()["domain"][0][2]), 2)

    def test_typed_number(self):
        old, _correction = self._corrected(self._typed(80), value=82)
        new = self._in_force(self.kpi_csat)
        self.assertRecordValues(
            new, [{"corrects_id": old.id, "value": 82, "is_overridden": False}]
        )
        self.assertIn("Corrected from 80 % to 82 %", new.explanation)
        # who typed it is said once
        self.assertEqual(new.explanation.count("confirmed by"), 1)
        self.assertFalse(new.can_type)

    def test_number_that_nobody_confirmed_in_time(self):
        old, _correction = self._corrected(self._typed(80, confirmed=False), value=80)
        self.assertEqual(old.state, "provisional")
        self.assertEqual(self._in_force(self.kpi_csat).state, "ok")
        self.assertFalse(old.with_user(self.user_hr2).can_confirm)

    def test_proposal_changes_nothing(self):
        reading = self._measured()
        self._close()
        correction = self._correction(reading)
        self.assertEqual(self._in_force(self.kpi_deals), reading)
        self.assertIn("A correction is proposed.", reading.explanation)
        correction.with_user(self.user_hr2)._workflow_apply("refuse", "Not shown")
        self.assertRecordValues(reading, [{"active": True, "value": 2}])
        self.assertNotIn("correction", reading.explanation)
        second = self._correction(reading)
        second._workflow_apply("withdraw", "A mistake")
        self.assertEqual(self._in_force(self.kpi_deals), reading)
        self.assertFalse(reading.correction_ids)
        for done in (correction, second):
            with self.assertRefused(UserError, "in state"):
                done.with_user(self.user_hr2).action_confirm()

    def test_correction_of_a_correction(self):
        old, correction = self._corrected()
        first = correction.new_reading_id
        with self.assertRefused(UserError, "correct the one in force"):
            self._correction(old)
        self._confirm(self._correction(first, value=6, reason="One more"))
        newest = self._in_force(self.kpi_deals)
        self.assertEqual(newest.value, 6)
        self.assertEqual(newest.corrects_id, first)
        self.assertEqual(newest.computed_value, 2)
        self.assertFalse(first.active)

    def test_evidence_file_is_taken_over(self):
        reading = self._measured()
        self._close()
        correction = self._correction(
            reading, evidence=False, evidence_file=b"UERG", evidence_filename="a.pdf"
        )
        # clients ask for sizes instead of files
        correction.with_user(self.user_hr2).with_context(bin_size=True).action_confirm()
        new = self._in_force(self.kpi_deals)
        self.assertEqual((new.evidence_file, new.evidence_filename), (b"UERG", "a.pdf"))

    # === WHO ===#

    def test_four_eyes_and_nobody_about_himself(self):
        reading = self._measured()
        self.kpi_deals._measure(self.period, self.hr2)
        own = self._reading(self.kpi_deals, employee_id=self.hr2)
        self._close()
        correction = self._correction(reading)
        with self.assertRefused(UserError, "You proposed this"):
            correction.action_confirm()
        with self.assertRefused(UserError, "about you"):
            self._correction(own, self.user_hr2)
        with self.assertRefused(UserError, "about you"):
            self._correction(own).with_user(self.user_hr2).action_confirm()

    def test_others_reach_nothing(self):
        reading = self._measured()
        self._close()
        correction = self._correction(reading)
        for user in (
            self.user_sales,
            self.user_manager,
            self.user_crm,
            self.user_outsider,
            self.user_portal,
            self.user_auditor,
        ):
            records = correction.with_user(user)
            with self.assertRaises(UserError), self.env.cr.savepoint():
                records.action_confirm()
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self._correction(reading, user)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                reading.with_user(user).action_correct()
        self.assertEqual(correction.state, "proposed")
        self.assertTrue(correction.with_user(self.user_auditor).has_access("read"))
        self.assertFalse(correction.with_user(self.user_sales).has_access("read"))

    @users("perf_sales")
    def test_the_person_reads_both_numbers(self):
        old, correction = self._corrected()
        Reading = self.env["performance.reading"]
        mine = Reading.search([("kpi_id", "=", self.kpi_deals.id)])
        self.assertEqual(mine.filtered("employee_id"), correction.new_reading_id)
        self.assertIn("booked twice", mine.filtered("employee_id").explanation)
        self.assertEqual(mine.filtered("employee_id").corrects_id.value, 2)
        other = old.with_user(self.user_sales2)
        with self.assertRaises(AccessError):
            other.read(["value"])

    # === WHEN ===#

    def test_open_periods_are_not_corrected(self):
        measured, typed = self._measured(), self._typed()
        with self.assertRefused(UserError, "repair the records"):
            self._correction(measured)
        with self.assertRefused(UserError, "type the right value"):
            self._correction(typed)
        self.assertFalse(measured.with_user(self.user_hr).can_correct)

    def test_proposal_does_not_outlive_the_closing(self):
        reading = self._typed()
        self._close()
        correction = self._correction(reading)
        self._reopen()
        with self.assertRefused(UserError, "type the right value"):
            correction.with_user(self.user_hr2).action_confirm()

    def test_reopened_period_measures_beneath_it(self):
        old, correction = self._corrected()
        self._reopen()
        self._create_won(expected_revenue=1)
        self.kpi_deals._measure(self.period, self.sales)
        new = correction.new_reading_id
        self.assertRecordValues(new, [{"value": 5, "computed_value": 3, "state": "ok"}])
        self.assertEqual(old.value, 2)
        with self.assertRefused(UserError, "correct it again"):
            self._override(new)
        self._confirm(self._correction(new, value=3))
        self.assertEqual(self._in_force(self.kpi_deals).value, 3)

    def test_parts_of_a_correction_stay(self):
        old, correction = self._corrected(self._typed(80), value=82)
        self._reopen()
        for reading in (old, correction.new_reading_id):
            typed = reading.with_user(self.user_hr)
            with self.assertRefused(UserError, "Correct it again"):
                typed.write({"value": 99})
            with self.assertRefused(UserError, "Correct it again"):
                typed.unlink()
            self.assertFalse(typed.with_user(self.user_hr2).can_confirm)

    def test_overridden_number_that_was_closed(self):
        reading = self._measured()
        with freeze_time("2026-03-10 09:00:00"):
            override = self._confirm(self._override(reading))
        self._close()
        self._confirm(self._correction(reading, value=7))
        self.assertEqual(self._in_force(self.kpi_deals).value, 7)
        self._reopen()
        with freeze_time("2026-07-01 09:00:00"):
            self.env["performance.override"]._expire()
        # what was replaced does not change any more
        self.assertEqual((reading.value, override.state), (5, "in_force"))

    # === WHAT RPC MAY TRY ===#

    def test_forged_corrections(self):
        reading = self._typed()
        for values in (
            {"corrects_id": reading.id},
            {"reason": "x"},
            {"active": False},
        ):
            with self.assertRaises(AccessError):
                reading.with_user(self.user_admin).write(values)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._typed(employee_id=self.sales2.id, **values)
        context = {"default_corrects_id": reading.id, "default_active": False}
        self.env = self.env(context={**self.env.context, **context})
        other = self._typed(employee_id=self.sales2.id, confirmed=False)
        self.assertRecordValues(other, [{"corrects_id": False, "active": True}])

    def test_forged_fields_of_a_proposal(self):
        reading = self._measured()
        self._close()
        for values in (
            {"state": "in_force"},
            {"author_id": self.user_hr2.id},
            {"new_reading_id": reading.id},
            {"approver_id": self.user_hr2.id},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._correction(reading, **values)
        for value in (float("nan"), float("inf"), 1e12):
            with self.assertRefused(UserError, "out of range"):
                self._correction(reading, value=value)
        with self.assertRefused(UserError, "where the value comes from"):
            self._correction(reading, evidence=False)
        correction = self._correction(reading)
        for values in ({"value": 9}, {"reading_id": reading.id}, {"reason": "x"}):
            with self.assertRaises(UserError):
                correction.with_user(self.user_admin).write(values)
        with self.assertRaises(UserError):
            correction.with_user(self.user_admin).unlink()

    def test_numbers_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        reading = self._measured()
        self._close()
        stranger = self._create_user("perf_hr9", "customer_performance.group_officer")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.env = self.env(
            context={**self.env.context, "allowed_company_ids": other.ids}
        )
        with self.assertRaises(AccessError):
            self._correction(reading, stranger)

    def test_one_at_a_time(self):
        reading = self._measured()
        self._close()
        withdrawn = self._correction(reading)
        with self.assertRefused(UserError, "is proposed for this"):
            self._correction(reading, self.user_hr2)
        withdrawn._workflow_apply("withdraw", "A mistake")
        self._confirm(self._correction(reading))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            withdrawn._workflow_engine().write({"state": "in_force"})
            self.env.flush_all()

    def test_dialog(self):
        reading = self._measured()
        self._close()
        action = reading.with_user(self.user_hr).action_correct()
        Correction = self.env["performance.correction"].with_user(self.user_hr)
        form = Form(Correction.with_context(**action["context"]))
        form.value = 4
        form.reason = "Booked twice"
        form.evidence = "Contract"
        self.assertEqual(form.save().reading_id, reading)
        self.assertIn(self.user_hr2, form.record.activity_ids.user_id)
