from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .health_common import NOW, HealthCommon


@tagged("post_install", "-at_install")
class TestScoreHealth(HealthCommon):
    """The nightly job: window, score, history, falls, profiles, quarter end."""

    # === SCORE ===#

    def test_score_state_and_worst_component(self):
        self._complaint()
        sentence = self._night()
        health = self._health()
        # 60 * 5/10 + 40 * 10/10
        self.assertEqual(health.score, 70)
        self.assertEqual(health.state, "fair")
        self.assertEqual(health.shown_state, "fair")
        self.assertEqual(health.coverage, 100)
        self.assertFalse(health.is_provisional)
        self.assertEqual(health.worst_kpi_id, self.kpi_complaints)
        self.assertTrue(health.worst_explanation)
        self.assertEqual(health.scheme_id, self.scheme)
        self.assertEqual(health.trend, "new")
        self.assertEqual(sentence, "1 customers.")

    def test_shipped_scheme_with_missing_components(self):
        """A customer with one complaint only: the rest is re-weighted (D8)."""
        self.scheme._workflow_move("archive")
        self.company.performance_health = False
        self.company.performance_health = True
        shipped = self.env.ref("customer_performance.scheme_customer_health")
        self.assertEqual(shipped.state, "active")
        self._complaint()
        self._night()
        health = self._health()
        lines = health.scorecard_id.line_ids
        known = lines.filtered(lambda line: line.state == "ok")
        self.assertEqual(
            set(known.kpi_id.mapped("code")),
            {"COMPLAINTS", "MAJOR_INCIDENTS", "INTERACTIONS"},
        )
        self.assertEqual(health.coverage, 35)
        self.assertTrue(health.is_provisional)
        # (10 * 7 + 10 * 10 + 15 * 0) / 35 of 10 points
        self.assertAlmostEqual(health.score, 48.57, places=1)
        self.assertEqual(health.state, "critical")
        # too little is known to alarm anybody
        self.assertFalse(health.is_below)
        self.assertFalse(self.customer.activity_ids)

    def test_one_record_is_enough(self):
        """A share of one customer's few records counts, unlike a person's."""
        self.scheme._workflow_move("archive")
        renewal = self.env.ref("customer_performance.kpi_renewal_rate")
        self.assertGreater(renewal.minimum_sample, 1)
        scheme = self.scheme.copy(
            {
                "line_ids": [
                    Command.clear(),
                    Command.create(
                        {"kpi_id": renewal.id, "weight": 100, "target": 90, "cap": 100}
                    ),
                ]
            }
        )
        scheme._workflow_move("activate")
        self._create_won("2025-02-10 12:00:00")
        self._night()
        self.assertEqual(self._health().score, 100)

    def test_without_data_no_score(self):
        self.scheme._workflow_move("archive")
        csat = self.env.ref("customer_performance.kpi_voice_csat")
        scheme = self.scheme.copy(
            {
                "line_ids": [
                    Command.clear(),
                    Command.create({"kpi_id": csat.id, "weight": 100, "target": 80}),
                ]
            }
        )
        scheme._workflow_move("activate")
        sentence = self._night()
        health = self._health()
        self.assertFalse(health.has_score)
        self.assertEqual(health.state, "none")
        self.assertIn("1 customers, 1 without a score because none of", sentence)

    def test_no_scheme_in_force(self):
        self.scheme._workflow_move("archive")
        self.assertEqual(self._night(), "No health scheme is in force.")

    # === WINDOW ===#

    def test_window_rolls(self):
        self._complaint("2025-12-22 12:00:00")
        self._night()
        window = self.env["performance.period"].search(
            [("kind", "=", "rolling"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(window.date_end, date(2026, 3, 20))
        self.assertEqual(window.date_start, date(2025, 12, 21))
        self.assertEqual(self._health().score, 70)
        # in Berlin it is the next day already; the day after, the complaint is too old
        self._night("2026-03-21 23:30:00")
        self.assertEqual(window.date_end, date(2026, 3, 22))
        self.assertEqual(self._health().score, 100)
        self.assertEqual(len(self._health()), 1)

    def test_window_is_made_by_the_engine(self):
        with self.assertRefused(ValidationError, "made by customer health"):
            self.env["performance.period"].with_user(self.user_admin).create(
                {"kind": "rolling", "name": "Mine", "company_id": self.company.id}
            )

    def test_window_is_left_alone(self):
        self._night()
        window = self._health().scorecard_id.period_id
        self.assertNotIn(window, self.env["performance.run"]._periods())
        self.assertFalse(window.can_close)
        admin = window.with_user(self.user_admin)
        with self.assertRefused(UserError, "moves on every day"):
            admin.action_close()
        with self.assertRefused(ValidationError, "moves by itself"):
            admin.write({"date_end": "2026-04-01"})
        with self.assertRefused(ValidationError, "made by customer health"):
            self.period.with_user(self.user_admin).kind = "rolling"
        self.assertFalse(self.kpi_deals._measure(window))

    def test_nothing_is_entered_in_the_window(self):
        self._night()
        window = self._health().scorecard_id.period_id
        with self.assertRefused(ValidationError, "period that ends"):
            self.env["performance.target"].with_user(self.user_hr).create(
                {
                    "kpi_id": self.kpi_deals.id,
                    "period_id": window.id,
                    "employee_id": self.sales.id,
                    "value": 3,
                }
            )
        with self.assertRefused(UserError, "period that ends"):
            self.env["performance.reading"].with_user(self.user_hr).create(
                {
                    "kpi_id": self.kpi_csat.id,
                    "period_id": window.id,
                    "employee_id": self.sales.id,
                    "value": 3,
                    "evidence": "Survey",
                }
            )
        reading = self.env["performance.reading"].search(
            [("period_id", "=", window.id), ("partner_id", "=", self.customer.id)],
            limit=1,
        )
        with self.assertRefused(UserError, "can be overridden instead"):
            self.env["performance.override"].with_user(self.user_hr).create(
                {
                    "reading_id": reading.id,
                    "value": 3,
                    "reason": "Because",
                    "date_until": "2100-01-01",
                }
            )
        other = self._active_scheme()
        with self.assertRefused(UserError, "only for customer health"):
            self.env["performance.scorecard"]._open_for(other, window, self.sales)

    # === HISTORY ===#

    def test_history_holds_changes(self):
        self._night()
        self._night("2026-03-21 11:00:00")
        self.assertEqual(len(self._days()), 1)
        self._complaint("2026-03-22 09:00:00")
        self._night("2026-03-22 11:00:00")
        days = self._days()
        self.assertEqual(days.mapped("score"), [70, 100])
        self.assertEqual(
            days[0].parts[str(self.kpi_complaints.id)],
            30,
        )
        # the second time on one day changes the day
        self._complaint("2026-03-22 12:00:00")
        self._night("2026-03-22 18:00:00")
        self.assertEqual(self._days().mapped("score"), [40, 100])

    def test_trend_and_changes_since_a_month_ago(self):
        self._night("2026-03-01 11:00:00")
        self._complaint("2026-04-05 09:00:00")
        self._night("2026-04-05 11:00:00")
        health = self._health()
        self.assertEqual(health.trend, "down")
        self.assertEqual(health.score_before, 100)
        with freeze_time("2026-04-05 11:00:00"):
            self.assertIn("-30.00 points", health.changes)

    # === FALLS ===#

    def test_fall_is_told_once(self):
        self._night()
        self._complaint()
        self._complaint()
        for now in (NOW, "2026-03-21 11:00:00"):
            self._night(now)
        self.assertEqual(self._health().score, 40)
        self.assertTrue(self._health().is_below)
        kind = self.env.ref("customer_performance.activity_health_below")
        task = self.customer.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )
        self.assertEqual(len(task), 1)
        self.assertEqual(task.user_id, self.user_sales)
        self.assertIn("40.00", task.note)

    # === PROFILES ===#

    def test_first_profile_that_fits_counts(self):
        other = self._customer()
        special = self.scheme.copy(
            {
                "name": "Key Customers",
                "sequence": 1,
                "subject_domain": f"[('id', '=', {other.id})]",
            }
        )
        special._workflow_move("activate")
        self._night()
        self.assertEqual(self._health().scheme_id, self.scheme)
        self.assertEqual(self._health(other).scheme_id, special)
        # no deal in the window: 60 of 100
        self.assertEqual(self._health(other).score, 60)
        special._workflow_move("archive")
        self._night()
        self.assertEqual(self._health(other).scheme_id, self.scheme)
        cards = self.env["performance.scorecard"].search(
            [("partner_id", "=", other.id)]
        )
        self.assertEqual(len(cards), 1)
        # a customer whom no profile fits has no health
        other.active = False
        self._night()
        self.assertFalse(self._health(other))
        self.assertTrue(self._days(other))

    def test_scheme_is_checked(self):
        with self.assertRefused(ValidationError, "has to be for customers"):
            self._create_scheme(
                [(self.kpi_deals, {"weight": 100})],
                is_health=True,
                rating_scale_id=self.scale.id,
            )
        with self.assertRefused(ValidationError, "which state of health"):
            self._create_scheme(
                [(self.kpi_deals, {"weight": 100})],
                is_health=True,
                subject_type="customer",
            )
        with self.assertRefused(UserError, "in force"):
            self.scheme.is_health = False
        typed = self._create_scheme(
            [(self.kpi_csat, {"weight": 100})],
            is_health=True,
            subject_type="customer",
            rating_scale_id=self.scale.id,
        )
        with self.assertRefused(UserError, "typed KPIs"):
            typed.with_user(self.user_admin).action_activate()

    # === QUARTER ===#

    def test_closing_a_quarter_settles_health(self):
        self._complaint()
        with freeze_time("2026-04-10 11:00:00"):
            self.period.with_user(self.user_hr).action_close()
        card = self.env["performance.scorecard"].search(
            [("period_id", "=", self.period.id), ("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(card.scheme_id, self.scheme)
        self.assertEqual(card.state, "settled")
        self.assertEqual(card.score, 70)

    def test_switched_off_quarter_has_no_health(self):
        self.company.performance_health = False
        with freeze_time("2026-04-10 11:00:00"):
            self.period.with_user(self.user_hr).action_close()
        self.assertFalse(
            self.env["performance.scorecard"].search(
                [("period_id", "=", self.period.id), ("partner_id", "!=", False)]
            )
        )

    # === SCHEDULER ===#

    def test_cron(self):
        with freeze_time(NOW), self.enter_registry_test_mode():
            self.env.ref("customer_performance.cron_health").method_direct_trigger()
        self.assertEqual(self._health().score, 100)

    def test_cron_leaves_other_companies(self):
        self.company.performance_health = False
        with freeze_time(NOW), self.enter_registry_test_mode():
            self.env.ref("customer_performance.cron_health").method_direct_trigger()
        self.assertFalse(self._health())

    def test_calculate_now(self):
        with freeze_time(NOW):
            action = self.Health.with_user(self.user_hr).action_calculate()
            self.assertIn("1 customers.", action["params"]["message"])
            with self.assertRefused(AccessError, "Only a performance officer"):
                self.Health.with_user(self.user_manager).action_calculate()

    def test_queries_do_not_grow(self):
        for number in range(9):
            self._customer(f"Few {number}")
        self._night()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self._night("2026-03-21 11:00:00")
        few = self.env.cr.sql_log_count - start
        for number in range(40):
            self._customer(f"Many {number}")
        self._night("2026-03-22 11:00:00")
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self._night("2026-03-23 11:00:00")
        many = self.env.cr.sql_log_count - start
        ours = [("company_id", "=", self.company.id)]
        self.assertEqual(self.Health.search_count(ours), 50)
        self.assertLessEqual(many, few + 3)
