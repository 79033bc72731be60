from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .reward_common import RewardCommon


@tagged("post_install", "-at_install")
class TestRewardMeasure(RewardCommon):
    """The signing milestone is measured from the deal, by the engine of the KPIs."""

    def test_reading_stays_behind_the_milestone(self):
        signing = self._milestone(self._won(expected_revenue=1234))
        self.assertTrue(signing.attained)
        self.assertEqual(signing.actual, 1234)
        self.assertRecordValues(
            signing.reading_id,
            [{"kpi_id": self.kpi.id, "lead_id": signing.lead_id.id, "value": 1234}],
        )
        period = signing.reading_id.period_id
        self.assertEqual(period.kind, "quarter")
        self.assertLessEqual(period.date_start, signing.date_won)
        self.assertLessEqual(signing.date_won, period.date_end)
        self.assertFalse(signing.measure_note)

    def test_below_target_waits_and_says_why(self):
        self.plan.stage_ids[0].target = 1000.01
        below, above = self._won(), self._won(expected_revenue=1000.01)
        signing = self._milestone(below)
        self.assertEqual(signing.state, "pending")
        self.assertFalse(signing.attained)
        self.assertRegex(signing.measure_note, r"1,000\.00.*target.*1,000\.01")
        self.assertEqual(self._milestone(above).state, "review")

    def test_measured_again_by_hand(self):
        self.plan.stage_ids[0].target = 1500
        lead = self._won()
        signing = self._milestone(lead).with_user(self.user_sales)
        result = signing.action_measure()
        self.assertIn("1 left:", result["params"]["message"])
        self.assertIn("target", result["params"]["message"])
        lead.expected_revenue = 1500
        signing.action_measure()
        self.assertEqual(signing.state, "review")
        with self.assertRaisesRegex(UserError, "Nothing here waits"):
            signing.action_measure()

    def test_measured_again_at_night(self):
        """The nightly run measures deals that wait, and moves those that attained."""
        self.plan.stage_ids[0].target = 1500
        lead = self._won()
        signing = self._milestone(lead)
        period = signing.reading_id.period_id
        expected = self.kpi._expected_subjects(period)
        self.assertEqual(expected[self.kpi]["opportunity"], lead)
        lead.expected_revenue = 2000
        self.kpi._measure(period)
        self.assertEqual(signing.state, "review")
        self.assertEqual(signing.actual, 2000)
        self.assertEqual(self.kpi._expected_subjects(period), {self.kpi: {}})

    def test_later_run_keeps_the_evidence(self):
        """Whom nobody waits for any more is still measured, not set to zero."""
        signing = self._milestone(self._won())
        self.assertEqual(signing.state, "review")
        self.kpi._measure(signing.reading_id.period_id)
        self.assertRecordValues(
            signing.reading_id, [{"state": "ok", "value": 1000, "sample_size": 1}]
        )

    def test_other_periods_do_not_count(self):
        self.plan.stage_ids[0].target = 1500
        lead = self._won()
        year = self.env["performance.period"]._get_or_create(
            "year", fields.Date.today(), self.company
        )
        lead.expected_revenue = 2000
        self.kpi._measure(year)
        self.assertEqual(self._milestone(lead).state, "pending")

    def test_closed_period(self):
        """A deal dated back into a frozen quarter waits, and says why."""
        period = self.env["performance.period"]._get_or_create(
            "quarter", fields.Date.to_date("2020-02-01"), self.company
        )
        period._workflow_engine().write({"state": "closed"})
        lead = self._create_lead(
            stage_id=self.stage_won.id, date_closed="2020-02-15 12:00:00"
        )
        signing = self._milestone(lead)
        self.assertEqual(signing.state, "pending")
        self.assertEqual(signing.date_won, fields.Date.to_date("2020-02-15"))
        self.assertIn("closed", signing.measure_note)

    def test_broken_kpi_does_not_stop_winning(self):
        """A KPI that cannot be measured leaves the milestone waiting with the error."""
        self.env.cr.execute(
            "UPDATE performance_kpi SET domain = %s WHERE id = %s",
            ["[('gone', '=', 1)]", self.kpi.id],
        )
        self.env.invalidate_all()
        lead = self._won()
        self._assert_states(lead, "pending", "pending", "pending", "pending")
        self.assertTrue(self._milestone(lead).measure_note)

    def test_kpi_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other Co"})
        self.kpi.company_id = other
        signing = self._milestone(self._won())
        self.assertEqual(signing.state, "pending")
        self.assertIn("another company", signing.measure_note)

    def test_lower_is_better(self):
        """Days to close: at most so many."""
        kpi = self.env.ref("customer_performance.kpi_days_to_close")
        self.plan.stage_ids[0].write({"kpi_id": kpi.id, "target": 30})
        self.assertEqual(self._milestone(self._won()).state, "review")
        self.plan.stage_ids[0].target = -1
        self.assertEqual(self._milestone(self._won()).state, "pending")
