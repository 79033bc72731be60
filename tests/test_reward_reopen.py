from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.reward.performance_kpi import PerformanceKpi
from .reward_common import RewardCommon


@tagged("post_install", "-at_install")
class TestRewardReopen(RewardCommon):
    """What becomes of milestones when a won deal is reopened, lost or changed."""

    # === REOPENING, LOSING, WINNING AGAIN ===#

    def test_reopened_deal_waits(self):
        lead = self._won()
        self._submit(self._milestone(lead, "delivery"))
        self._approve(self._milestone(lead, "delivery"))
        lead.with_user(self.user_sales).stage_id = self.stage_new
        self._assert_states(lead, "held", "held", "held", "held")
        self._assert_accounts(lead, forecast=35, earned=15, held=50)
        self.assertEqual(set(lead.milestone_ids.mapped("hold_origin")), {"deal"})
        lead.action_set_won()
        self._assert_states(lead, "review", "approved", "pending", "pending")
        self._assert_accounts(lead, forecast=35, earned=15)

    def test_released_money_stays_when_reopened(self):
        lead = self._won()
        self._approve(self._milestone(lead))
        self._release(self._milestone(lead))
        lead.stage_id = self.stage_new
        self._assert_states(lead, "released", "held", "held", "held")
        self._assert_accounts(lead, forecast=40, earned=10, held=40, released=10)

    def test_reopened_with_another_revenue(self):
        """What was approved keeps its amount; the rest follows the deal."""
        lead = self._won()
        self._submit(self._milestone(lead, "delivery"))
        self._approve(self._milestone(lead, "delivery"))
        lead.stage_id = self.stage_new
        lead.expected_revenue = 3000
        lead.action_set_won()
        self.assertEqual(
            {m.code: m.amount for m in lead.milestone_ids},
            {"signing": 30, "delivery": 15, "service": 45, "renewal": 30},
        )
        self._assert_accounts(lead, forecast=105, earned=15)

    def test_reopened_and_now_below_target(self):
        """A measured milestone that waited for approval is measured again."""
        self.plan.stage_ids[0].target = 500
        lead = self._won()
        self._assert_states(lead, "review", "pending", "pending", "pending")
        lead.stage_id = self.stage_new
        lead.expected_revenue = 400
        lead.action_set_won()
        self._assert_states(lead, "pending", "pending", "pending", "pending")
        self.assertIn("target", self._milestone(lead).measure_note)

    def test_held_by_a_person_stays_held(self):
        lead = self._won()
        signing = self._milestone(lead)
        signing.with_user(self.user_manager)._hold("Contract?", fields.Date.today())
        lead.stage_id = self.stage_new
        self.assertEqual(signing.hold_origin, "person")
        lead.action_set_won()
        self._assert_states(lead, "held", "pending", "pending", "pending")
        self.assertEqual(signing.hold_reason, "Contract?")

    def test_lost_deal_takes_everything_back(self):
        lead = self._won()
        for code in ("delivery", "service"):
            self._submit(self._milestone(lead, code))
            self._approve(self._milestone(lead, code))
        self._release(self._milestone(lead, "service"))
        self._assert_accounts(lead, forecast=20, earned=30, released=15)
        self._lose(lead)
        self._assert_states(lead, "cancelled", "cancelled", "cancelled", "cancelled")
        self._assert_accounts(lead)
        clawed = self.Entry.search(
            [("lead_id", "=", lead.id), ("kind", "=", "clawback")]
        )
        self.assertEqual(clawed.mapped("amount"), [-15, -15])
        self.assertEqual(set(clawed.mapped("reason")), {"The deal was lost."})

    def test_lost_and_won_again(self):
        lead = self._won()
        milestones = lead.milestone_ids
        self._approve(self._milestone(lead))
        self._lose(lead)
        lead.action_set_won()
        self.assertEqual(
            lead.milestone_ids, milestones, "one record per stage for ever"
        )
        self._assert_states(lead, "review", "pending", "pending", "pending")
        self.assertFalse(self._milestone(lead).approved_by_id)
        self._assert_accounts(lead, forecast=50)

    def test_lost_and_won_by_somebody_else(self):
        lead = self._won()
        self._lose(lead)
        lead.write({"user_id": self.user_sales2.id, "expected_revenue": 2000})
        lead.action_set_won()
        self.assertEqual(lead.milestone_ids.employee_id, self.sales2)
        entries = self.Entry.search([("lead_id", "=", lead.id)])
        by_employee = entries.grouped("employee_id")
        self.assertFalse(sum(by_employee[self.sales].mapped("amount")))
        self.assertEqual(sum(by_employee[self.sales2].mapped("amount")), 100)

    def test_lost_and_won_by_nobody(self):
        lead = self._won()
        self._lose(lead)
        lead.user_id = False
        lead.action_set_won()
        self._assert_states(lead, "cancelled", "cancelled", "cancelled", "cancelled")
        self.assertIn("no salesperson", self._notes(lead))

    def test_lost_in_one_write(self):
        lead = self._won()
        lead.write({"stage_id": self.stage_new.id, "active": False, "probability": 0})
        self._assert_states(lead, "cancelled", "cancelled", "cancelled", "cancelled")

    def test_rejected_stays_rejected(self):
        lead = self._won()
        signing = self._milestone(lead)
        signing.with_user(self.user_manager)._workflow_apply("reject", "Not ours")
        self._lose(lead)
        lead.action_set_won()
        self._assert_states(lead, "rejected", "pending", "pending", "pending")
        self._assert_accounts(lead, forecast=40)

    def test_archiving_a_won_deal_changes_nothing(self):
        lead = self._won()
        lead.action_archive()
        self._assert_states(lead, "review", "pending", "pending", "pending")
        lead.action_unarchive()
        self._assert_states(lead, "review", "pending", "pending", "pending")

    def test_no_opportunity_any_more(self):
        lead = self._won()
        lead.type = "lead"
        self._assert_states(lead, "held", "held", "held", "held")

    # === OTHER CHANGES OF A DEAL ===#

    def test_another_salesperson(self):
        lead = self._won()
        lead.user_id = self.user_sales2
        self.assertEqual(lead.milestone_ids.employee_id, self.sales)
        self.assertIn("stay with Sam Sales", self._notes(lead))

    def test_another_revenue_is_shown(self):
        lead = self._won()
        signing = self._milestone(lead)
        self.assertFalse(signing.revenue_changed)
        lead.expected_revenue = 500
        self.assertIn("500", signing.with_user(self.user_manager).revenue_changed)
        self.assertEqual(signing.amount, 10)

    def test_deal_with_milestones_is_not_deleted(self):
        lead = self._won()
        with self.assertRaisesRegex(UserError, "neither deleted nor merged"):
            lead.unlink()
        self._lose(lead)
        with self.assertRaisesRegex(UserError, "neither deleted nor merged"):
            lead.unlink()
        self._create_lead().unlink()

    def test_merging(self):
        won, other = self._won(), self._create_lead()
        self.assertEqual((other + won).merge_opportunity(), won)
        self.assertFalse(other.exists())
        self._assert_states(won, "review", "pending", "pending", "pending")
        with self.assertRaisesRegex(UserError, "neither deleted nor merged"):
            (won + self._won()).merge_opportunity()

    def test_other_writes_cost_nothing(self):
        lead = self._won()
        with (
            patch.object(type(self.Milestone), "_of_deals") as asked,
            patch.object(PerformanceKpi, "_expected_subjects"),
        ):
            lead.write({"name": "Renamed", "priority": "2"})
        asked.assert_not_called()
