import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged, users
from odoo.tools import mute_logger

from .change_common import ChangeCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 09:00:00")
class TestOverride(ChangeCommon):
    """Another value than the measured one, for a time."""

    def setUp(self):
        super().setUp()
        self.reading = self._measured()

    def _facts(self):
        self.reading.invalidate_recordset()
        reading = self.reading
        return reading.value, reading.state, reading.is_overridden

    # === THE LIFE OF ONE ===#

    def test_proposal_changes_nothing(self):
        override = self._override(self.reading)
        self.assertRecordValues(
            override,
            [
                {
                    "state": "proposed",
                    "author_id": self.user_hr.id,
                    "replaced_value": 2,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(self._facts(), (2, "ok", False))
        self.assertFalse(self.reading.change_text)

    def test_in_force_beside_the_measured_value(self):
        override = self._confirm(self._override(self.reading))
        self.assertEqual(override.state, "in_force")
        self.assertEqual(override.approver_id, self.user_hr2)
        self.assertTrue(override.decided_at)
        self.assertEqual(self._facts(), (5, "ok", True))
        self.assertEqual(self.reading.computed_value, 2)
        self.assertEqual(self.reading.measured_text, "2")
        for text in (self.reading.change_text, self.reading.explanation):
            self.assertIn("Measured 2, overridden with 5 until 05/31/2026", text)
            self.assertIn("Three deals were booked twice", text)
            self.assertIn("Perf Hr, confirmed by Perf Hr2", text)

    def test_old_value_is_kept_as_a_number(self):
        override = self._override(self.reading)
        self.assertEqual(override.replaced_text, "2")
        self.kpi_deals.unit = "days"
        override.invalidate_recordset()
        self.assertEqual(override.replaced_text, "2 days")

    def test_measuring_goes_on_beneath(self):
        self._confirm(self._override(self.reading))
        self._create_won(expected_revenue=1)
        self.kpi_deals._measure(self.period, self.sales)
        self.assertEqual(self._facts(), (5, "ok", True))
        self.assertEqual(self.reading.computed_value, 3)

    def test_withdrawn_it_gives_way(self):
        override = self._confirm(self._override(self.reading))
        self._create_won(expected_revenue=1)
        self.kpi_deals._measure(self.period, self.sales)
        with self.assertRefused(UserError, "reason"):
            override._workflow_apply("withdraw", " ")
        # the author may: nobody has to agree to what is measured
        override.with_user(self.user_hr)._workflow_apply("withdraw", "Cleared up")
        self.assertEqual(override.state, "withdrawn")
        self.assertEqual(self._facts(), (3, "ok", False))
        self.assertFalse(self.reading.measured_text)

    def test_a_proposal_is_withdrawn_by_its_author_only(self):
        override = self._override(self.reading)
        with self.assertRefused(UserError, "Only its author"):
            override.with_user(self.user_hr2)._workflow_apply("withdraw", "No")
        override._workflow_apply("withdraw", "A mistake")
        self.assertEqual(self._facts(), (2, "ok", False))

    def test_refused(self):
        override = self._override(self.reading)
        override.with_user(self.user_hr2)._workflow_apply("refuse", "Not shown")
        self.assertEqual(override.state, "refused")
        self.assertEqual(self._facts(), (2, "ok", False))
        with self.assertRefused(UserError, "in state"):
            override.with_user(self.user_hr2).action_confirm()

    def test_no_data_can_be_overridden(self):
        reading = self._measured(self.kpi_days)
        reading._engine_write({"state": "no_data", "computed_state": "no_data"})
        self.reading = reading
        override = self._confirm(self._override(reading, value=0))
        self.assertEqual(override.replaced_text, "–")
        self.assertEqual(self._facts(), (0, "ok", True))
        self.assertEqual(reading.measured_text, "–")
        override._workflow_apply("withdraw", "Cleared up")
        self.assertEqual(self._facts()[1:], ("no_data", False))

    # === EXPIRY ===#

    def test_expires_after_its_last_day_in_the_companys_time_zone(self):
        override = self._confirm(self._override(self.reading, date_until="2026-03-31"))
        Override = self.env["performance.override"]
        # in Berlin it is still 31 March, 23:59
        with freeze_time("2026-03-31 21:59:00"):
            Override._expire()
        self.assertEqual(override.state, "in_force")
        with freeze_time("2026-03-31 22:01:00"):
            Override._expire()
        self.assertEqual(override.state, "expired")
        self.assertEqual(self._facts(), (2, "ok", False))

    def test_expires_before_the_nightly_run_measures(self):
        override = self._confirm(self._override(self.reading, date_until="2026-03-31"))
        with freeze_time("2026-04-01 01:00:00"):
            self.env["performance.run"]._start("nightly")
        self.assertEqual(override.state, "expired")

    def test_people_do_not_expire_it(self):
        override = self._confirm(self._override(self.reading))
        with self.assertRefused(UserError, "ends by itself"):
            override.with_user(self.user_hr2)._workflow_apply("expire")

    def test_last_day_is_not_over(self):
        with self.assertRefused(UserError, "is over"):
            self._override(self.reading, date_until="2026-03-09")
        override = self._override(self.reading, date_until="2026-03-10")
        with freeze_time("2026-03-11 09:00:00"), self.assertRefused(UserError, "over"):
            override.with_user(self.user_hr2).action_confirm()

    # === CLOSING ===#

    def test_counts_in_the_period_it_is_closed_with(self):
        override = self._confirm(self._override(self.reading))
        with freeze_time("2026-04-02 09:00:00"):
            self._close()
            self.assertEqual(self._facts(), (5, "ok", True))
            self.assertIn(
                "in force when the period was closed", self.reading.explanation
            )
            with self.assertRefused(UserError, "correction instead"):
                override._workflow_apply("withdraw", "Too late")
        with freeze_time("2026-06-02 09:00:00"):
            self.env["performance.override"]._expire()
        self.assertEqual(override.state, "in_force")
        self.assertEqual(self._facts(), (5, "ok", True))

    def test_what_is_over_does_not_get_into_a_closed_period(self):
        override = self._confirm(self._override(self.reading, date_until="2026-03-31"))
        with freeze_time("2026-04-02 09:00:00"):
            self._close()
        self.assertEqual(override.state, "expired")
        self.assertEqual(self._facts(), (2, "ok", False))

    def test_closed_periods_take_none(self):
        proposal = self._override(self.reading)
        with freeze_time("2026-04-02 09:00:00"):
            self._close()
            with self.assertRefused(UserError, "correction instead"):
                proposal.with_user(self.user_hr2).action_confirm()
            proposal._workflow_apply("withdraw", "Too late")
            with self.assertRefused(UserError, "correction instead"):
                self._override(self.reading)

    # === WHO ===#

    def test_four_eyes(self):
        override = self._override(self.reading)
        for verb in ("confirm", "refuse"):
            self.assertFalse(override[f"can_{verb}"])
            with self.assertRefused(UserError, "You proposed this"):
                override._workflow_apply(verb, "x")
        self.assertTrue(override.with_user(self.user_hr2).can_confirm)

    def test_nobody_about_himself(self):
        self.kpi_deals._measure(self.period, self.hr2)
        own = self._reading(self.kpi_deals, employee_id=self.hr2)
        with self.assertRefused(UserError, "about you"):
            self._override(own, self.user_hr2)
        override = self._override(own)
        self.assertFalse(override.with_user(self.user_hr2).can_confirm)
        with self.assertRefused(UserError, "about you"):
            override.with_user(self.user_hr2).action_confirm()
        self.assertNotIn(self.user_hr2, override.activity_ids.user_id)
        self._confirm(override, self.user_admin)
        with self.assertRefused(UserError, "about you"):
            override.with_user(self.user_hr2)._workflow_apply("withdraw", "x")

    def test_nobody_about_what_he_answers_for(self):
        lead = self._create_won(user_id=self.user_hr2.id)
        self.kpi_deals._measure(self.period, lead)
        override = self._override(self._reading(self.kpi_deals, lead_id=lead))
        with self.assertRefused(UserError, "answer for"):
            override.with_user(self.user_hr2).action_confirm()

    def test_others_reach_nothing(self):
        override = self._override(self.reading)
        for user in (
            self.user_sales,
            self.user_manager,
            self.user_crm,
            self.user_outsider,
            self.user_portal,
        ):
            records = override.with_user(user)
            for operation in (
                lambda r=records: r.read(["value"]),
                lambda r=records: r.action_confirm(),
                lambda r=records: r._workflow_apply("withdraw", "x"),
                lambda r=records: r.unlink(),
                lambda u=user: self._override(self.reading, u),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    operation()
            self.assertFalse(records.has_access("read"), user.login)
        auditor = override.with_user(self.user_auditor)
        self.assertEqual(auditor.value, 5)
        with self.assertRefused(UserError, "Only performance officers"):
            auditor.action_confirm()
        with self.assertRaises(AccessError):
            self._override(self.reading, self.user_auditor)

    @users("perf_sales")
    def test_the_person_reads_it_beside_the_number(self):
        self._confirm(self._override(self.reading))
        reading = self.reading.with_user(self.env.user)
        self.assertIn("booked twice", reading.explanation)
        self.assertEqual(reading.measured_text, "2")
        with self.assertRaises(AccessError):
            reading.read(["override_ids"])

    def test_officers_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.user_hr2.write(
            {"company_ids": [(6, 0, other.ids)], "company_id": other.id}
        )
        override = self._override(self.reading)
        with self.assertRaises(AccessError):
            override.with_user(self.user_hr2).with_context(
                allowed_company_ids=other.ids
            ).read(["value"])

    def test_second_officer_is_asked(self):
        override = self._override(self.reading)
        self.assertIn(self.user_hr2, override.activity_ids.user_id)
        self.assertNotIn(self.user_hr, override.activity_ids.user_id)
        self._confirm(override)
        self.assertFalse(override.activity_ids)

    # === WHAT ===#

    def test_only_measured_numbers_in_force(self):
        typed = self._typed()
        with self.assertRefused(UserError, "type the right value"):
            self._override(typed)
        self._confirm(self._override(self.reading))
        with self.assertRefused(UserError, "withdraw it first"):
            self._override(self.reading)

    def test_one_proposal_at_a_time(self):
        self._override(self.reading)
        with self.assertRefused(UserError, "is proposed for this"):
            self._override(self.reading, self.user_hr2)

    def test_database_keeps_one_in_force(self):
        withdrawn = self._override(self.reading)
        withdrawn._workflow_apply("withdraw", "A mistake")
        self._confirm(self._override(self.reading))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            withdrawn._workflow_engine().write({"state": "in_force"})
            self.env.flush_all()

    def test_hostile_values(self):
        for value in (float("nan"), float("inf"), -float("inf"), 1e12, 1e300):
            with self.assertRefused(UserError, "out of range"):
                self._override(self.reading, value=value)
        with self.assertRefused(UserError, "give a reason"):
            self._override(self.reading, reason=" ")

    def test_forged_fields(self):
        for values in (
            {"state": "in_force"},
            {"author_id": self.user_hr2.id},
            {"approver_id": self.user_hr2.id},
            {"decided_at": "2026-01-01 00:00:00"},
            {"replaced_text": "100"},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._override(self.reading, **values)
        context = {
            "default_state": "in_force",
            "default_author_id": self.user_hr2.id,
            "default_approver_id": self.user_hr2.id,
            "performance_workflow": True,
        }
        self.env = self.env(context={**self.env.context, **context})
        override = self._override(self.reading.with_env(self.env))
        self.assertRecordValues(
            override,
            [
                {
                    "state": "proposed",
                    "author_id": self.user_hr.id,
                    "approver_id": False,
                }
            ],
        )

    def test_what_was_proposed_is_what_is_confirmed(self):
        override = self._override(self.reading)
        for user in (self.user_hr, self.user_hr2, self.user_admin):
            for values in (
                {"value": 500},
                {"reason": "Other"},
                {"date_until": "2030-01-01"},
                {"state": "in_force"},
                {"author_id": self.user_hr2.id},
            ):
                with self.assertRaises(UserError):
                    override.with_user(user).write(values)
            with self.assertRaises(UserError):
                override.with_user(user).unlink()
        with self.assertRefused(UserError, "not edited"):
            override.sudo().write({"value": 500})
        with self.assertRefused(UserError, "kept as a record"):
            override.sudo().unlink()

    def test_numbers_are_not_marked_by_hand(self):
        for values in ({"is_overridden": True}, {"computed_value": 7}, {"reason": "x"}):
            with self.assertRaises(AccessError):
                self.reading.with_user(self.user_admin).write(values)

    # === AROUND ===#

    def test_dialog(self):
        action = self.reading.with_user(self.user_hr).action_override()
        self.assertTrue(self.reading.with_user(self.user_hr).can_override)
        Override = self.env["performance.override"].with_user(self.user_hr)
        form = Form(Override.with_context(**action["context"]))
        self.assertEqual((form.current_text, form.unit), ("2", "number"))
        form.value = 4
        form.reason = "Booked twice"
        form.date_until = "2026-04-30"
        override = form.save()
        self.assertEqual(override.reading_id, self.reading)
        for user in (self.user_sales, self.user_manager, self.user_auditor):
            self.assertFalse(self.reading.with_user(user).can_override)
            with self.assertRaises(AccessError):
                self.reading.with_user(user).action_override()

    def test_formulas_over_it_are_due(self):
        formula = self.env["performance.kpi"].create(
            {
                "name": "Twice",
                "code": "TWICE",
                "source": "formula",
                "formula": "2 * DEALS_WON",
                "minimum_sample": 0,
            }
        )
        unit = self.env["performance.measurement"]._units(formula, self.period)
        unit._run()
        self.assertFalse(unit.is_stale)
        self._confirm(self._override(self.reading))
        self.assertTrue(unit.is_stale)
        unit._run()
        self.assertEqual(self._reading(formula, employee_id=self.sales).value, 10)

    def test_several_at_once(self):
        self.kpi_deals._measure(self.period, self.sales + self.sales2 + self.hr2)
        readings = self._reading(self.kpi_deals, employee_id=self.sales2) + (
            self._reading(self.kpi_deals, employee_id=self.hr2)
        )
        overrides = self.env["performance.override"].concat(
            *(self._override(reading) for reading in readings)
        )
        result = overrides.with_user(self.user_hr2).action_confirm()
        self.assertEqual(overrides.mapped("state"), ["in_force", "proposed"])
        self.assertIn("about you", result["params"]["message"])
