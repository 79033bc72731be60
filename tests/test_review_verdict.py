import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .review_common import ReviewCommon


@tagged("post_install", "-at_install")
class TestReviewVerdict(ReviewCommon):
    """What an appraisal concludes, from which figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.appraisal = cls._launch()[cls.sales]

    def _verdict(self):
        return self.appraisal.verdict_ids.filtered("is_current")

    def _close_period(self):
        self.period.with_user(self.user_hr).action_close()

    # === FIGURES ===#

    def test_golden_figures(self):
        """Score = 80 % scorecard + 20 % ratings; grade and threshold of the scale."""
        for value, rating, score, grade in (
            (100, "3", 95.0, "S"),
            (90, "5", 92.0, "A"),
            (90, "1", 80.0, "B"),
            (60, "3", 63.0, "C"),
            (40, "2", 44.0, "D"),
            (120, "5", 116.0, "S"),
            (0, "1", 8.0, "D"),
        ):
            with self.subTest(value=value, rating=rating):
                cycle = self._create_cycle(name=f"{value} {rating}")
                appraisal = self._launch(cycle)[self.sales]
                self._read_value(self.sales, value)
                self._bring(appraisal, "hr_approval", rating=rating)
                self.assertRecordValues(
                    appraisal.verdict_ids,
                    [
                        {
                            "version": 1,
                            "scorecard_score": value,
                            "scorecard_weight": 80.0,
                            "manager_weight": 20.0,
                            "score": score,
                            "grade": grade,
                            "improvement_threshold": 70.0,
                            "is_provisional": True,
                            "is_settled": False,
                            "published": False,
                        }
                    ],
                )

    def test_missing_score_is_not_zero(self):
        self._bring(self.appraisal, "hr_approval", rating="4")
        verdict = self._verdict()
        self.assertRecordValues(
            verdict,
            [
                {
                    "has_scorecard_score": False,
                    "scorecard_weight": 0.0,
                    "manager_weight": 100.0,
                    "score": 90.0,
                    "grade": "A",
                    "is_provisional": True,
                }
            ],
        )
        self.assertIn("No scorecard score", verdict.explanation)
        self.assertIn("Provisional", verdict.explanation)

    def test_explanation(self):
        self._read_value(self.sales, 90)
        self._close_period()
        side = self._side(self.appraisal, "manager")
        self._bring(self.appraisal, "manager_review")
        self._fill(self.appraisal, "manager", rating="4")
        side.line_ids[0].with_user(self.user_manager).rating = "2"
        self.appraisal.with_user(self.user_manager).action_submit_manager()
        self.assertEqual(
            self._verdict().explanation,
            "Scorecard 90.00, weight 80.00 %.\n"
            "Manager's ratings 75.00, weight 20.00 %: Listening 2, Delivering 4.\n"
            "Total 87.00, grade A.",
        )

    def test_verdict_keeps_the_ratings_as_submitted(self):
        self._bring(self.appraisal, "published", rating="4", text="First")
        self._reason(self.appraisal, self.user_hr, "reopen")
        self._fill(self.appraisal, "manager", rating="1", text="Second")
        first = self.appraisal.verdict_ids
        self.assertEqual(
            first.ratings, [[c.id, "4", "First comment"] for c in self.criteria]
        )
        self.assertEqual(first.score, 90.0)

    # === SETTLED OR NOT ===#

    def test_settled_figures_are_final(self):
        self._read_value(self.sales, 90)
        self._close_period()
        self._bring(self.appraisal, "published")
        self.assertRecordValues(
            self._verdict(),
            [
                {
                    "version": 1,
                    "is_provisional": False,
                    "is_settled": True,
                    "score": 87.0,
                }
            ],
        )

    def test_approval_takes_the_settled_figures(self):
        """The estimate at submission was 90, the settled score is 60."""
        self._read_value(self.sales, 90)
        self._bring(self.appraisal, "hr_approval")
        self.assertEqual(self._verdict().score, 87.0)
        self._read_value(self.sales, 60)
        self._close_period()
        self.appraisal.with_user(self.user_hr).action_approve()
        self.assertRecordValues(
            self.appraisal.verdict_ids.sorted("version", reverse=True),
            [
                {
                    "version": 2,
                    "score": 63.0,
                    "is_provisional": False,
                    "is_current": True,
                    "published": True,
                },
                {
                    "version": 1,
                    "score": 87.0,
                    "is_provisional": True,
                    "is_current": False,
                    "published": False,
                },
            ],
        )

    def test_approval_while_the_period_is_open_stays_provisional(self):
        self._read_value(self.sales, 90)
        self._bring(self.appraisal, "hr_approval")
        self._read_value(self.sales, 60)
        self.appraisal.with_user(self.user_hr).action_approve()
        self.assertRecordValues(
            self.appraisal.verdict_ids,
            [{"version": 1, "score": 87.0, "is_provisional": True, "published": True}],
        )

    def test_approval_takes_corrected_figures(self):
        """The period was reopened and closed again before the approval."""
        self._read_value(self.sales, 80)
        appraisal = self._launch()[self.sales]
        self.period.with_user(self.user_hr).action_close()
        self._bring(appraisal, "hr_approval")
        self._reason(self.period, self.user_admin, "reopen")
        self._read_value(self.sales, 40)
        self.period.with_user(self.user_hr).action_close()
        self._bring(appraisal, "published")
        published = appraisal.verdict_ids.filtered("published")
        self.assertEqual(published.scorecard_score, 40)
        self.assertEqual(published.version, 2)

    def test_nothing_to_conclude_from(self):
        """Neither card nor criteria: no grade, nothing final, no plan proposed."""
        cycle = self._create_cycle(
            criterion_ids=[Command.clear()],
            scheme_id=False,
            weight_scorecard=0,
            weight_manager=100,
        )
        appraisal = self._bring(self._launch(cycle)[self.sales], "published")
        self.assertRecordValues(
            appraisal.verdict_ids, [{"grade": False, "is_provisional": True}]
        )
        self.assertFalse(
            self.env["performance.improvement.plan"].search(
                [("appraisal_id", "=", appraisal.id)]
            )
        )

    def test_late_change_does_not_touch_a_published_verdict(self):
        self._read_value(self.sales, 90)
        self._bring(self.appraisal, "published")
        self._read_value(self.sales, 10)
        self._close_period()
        self.assertEqual(self._verdict().score, 87.0)

    def test_thin_scorecard_is_provisional_even_when_settled(self):
        self._close_period()
        self._bring(self.appraisal, "hr_approval")
        self.assertTrue(self._verdict().is_settled)
        self.assertTrue(self._verdict().is_provisional)

    def test_scorecard_opened_after_the_period_was_closed(self):
        self._read_value(self.sales, 90)
        self._close_period()
        late = self._create_employee("Lea Late", parent=self.manager)
        cycle = self._create_cycle(name="Late", employee_ids=[(4, late.id)])
        appraisal = self._launch(cycle)[late]
        self._bring(appraisal, "hr_approval")
        self.assertTrue(appraisal.verdict_ids.is_settled)
        self.assertTrue(appraisal.verdict_ids.is_provisional)

    # === GUARDS ===#

    def test_one_current_version(self):
        self._bring(self.appraisal, "hr_approval")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            self._verdict().copy({"version": 7})

    def test_published_is_kept(self):
        self._bring(self.appraisal, "published")
        with self.assertRaisesRegex(UserError, "kept as a record"):
            self._verdict().unlink()

    @users("perf_sales", "perf_manager", "perf_hr", "perf_admin", "perf_auditor")
    def test_nobody_writes_verdicts(self):
        if self.appraisal.state == "self_assessment":
            self._bring(self.appraisal, "published")
        verdict = self._verdict().with_env(self.env)
        self.assertEqual(verdict.score, 75.0)
        for call in (
            lambda: verdict.write({"score": 100}),
            lambda: verdict.write({"grade": "S"}),
            verdict.unlink,
            verdict.copy,
            lambda: verdict.create({"appraisal_id": self.appraisal.id, "version": 9}),
        ):
            with self.assertRaises(AccessError):
                call()

    # === READERS ===#

    @users("perf_hr", "perf_admin", "perf_auditor")
    def test_analysis(self):
        if self.appraisal.state == "self_assessment":
            self._bring(self.appraisal, "published", rating="4")
        groups = self.env["performance.appraisal.verdict"]._read_group(
            [("is_current", "=", True)], ["grade"], ["score:avg", "__count"]
        )
        self.assertEqual(groups, [("A", 90.0, 1)])

    def test_manager_outside_the_line_reads_the_evidence(self):
        """A manager whom HR chose, and whose line the employee left."""
        lone = self._create_employee(
            "Lone Lead",
            self._create_user("perf_lone", "customer_performance.group_user"),
        )
        self.appraisal.with_user(self.user_hr).manager_id = lone
        self._read_value(self.sales, 90)
        seen = self.appraisal.with_user(lone.user_id)
        self.assertEqual(seen.scorecard_line_ids.actual, 90)
        self.assertIn("90", seen.scorecard_line_ids.explanation)
        with self.assertRaises(AccessError):
            self.appraisal.scorecard_id.with_user(self.user_employee).read(["score"])
