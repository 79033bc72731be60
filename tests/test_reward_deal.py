from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..models.reward.performance_kpi import PerformanceKpi
from .reward_common import RewardCommon


@tagged("post_install", "-at_install")
class TestRewardDeal(RewardCommon):
    """Winning, reopening and losing deals, whichever way it happens."""

    # === WINNING ===#

    def test_winning_makes_milestones_once(self):
        lead = self._create_lead()
        self.assertFalse(lead.milestone_ids)
        lead.with_user(self.user_sales).action_set_won_rainbowman()
        self.assertRecordValues(
            lead.milestone_ids.sorted("sequence"),
            [
                {"code": "signing", "share": 20, "amount": 10, "state": "review"},
                {"code": "delivery", "share": 30, "amount": 15, "state": "pending"},
                {"code": "service", "share": 30, "amount": 15, "state": "pending"},
                {"code": "renewal", "share": 20, "amount": 10, "state": "pending"},
            ],
        )
        for milestone in lead.milestone_ids:
            self.assertRecordValues(
                milestone,
                [
                    {
                        "employee_id": self.sales.id,
                        "user_id": self.user_sales.id,
                        "team_id": self.team.id,
                        "partner_id": self.customer.id,
                        "company_id": self.company.id,
                        "currency_id": self.company.currency_id.id,
                        "plan_id": self.plan.id,
                        "base_amount": 1000,
                        "pool_amount": 50,
                        "basis": "percent",
                        "rate": 5,
                    }
                ],
            )
        self.assertEqual(lead.performance_plan_id, self.plan)
        self._assert_accounts(lead, forecast=50)
        entries = self.Entry.search([("lead_id", "=", lead.id)])
        lead.action_set_won()
        lead.write({"stage_id": self.stage_won.id})
        self.env["performance.milestone"]._deals_won(lead)
        self.assertEqual(len(lead.milestone_ids), 4)
        self.assertEqual(self.Entry.search([("lead_id", "=", lead.id)]), entries)

    def test_every_way_to_win(self):
        won = {"stage_id": self.stage_won.id}
        drag = self._create_lead()
        drag.with_user(self.user_sales).write(won)
        born = self._create_lead(**won)
        lost = self._create_lead()
        lost.action_set_lost()
        lost.action_set_won()
        stage = self.env["crm.stage"].create({"name": "Won soon", "sequence": 90})
        by_stage = self._create_lead(stage_id=stage.id)
        stage.is_won = True
        converted = self._create_lead(type="lead", **won)
        self.assertFalse(converted.milestone_ids, "a mere lead pays nothing")
        converted.type = "opportunity"
        imported = self.env["crm.lead"].load(
            [
                "name",
                "type",
                "company_id/.id",
                "team_id/.id",
                "user_id/.id",
                "stage_id/.id",
                "expected_revenue",
            ],
            [
                [
                    "Import",
                    "Opportunity",
                    str(self.company.id),
                    str(self.team.id),
                    str(self.user_sales.id),
                    str(self.stage_won.id),
                    "1000",
                ]
            ],
        )
        loaded = self.env["crm.lead"].browse(imported["ids"])
        for lead in drag + born + lost + by_stage + converted + loaded:
            with self.subTest(lead=lead.name):
                self._assert_states(lead, "review", "pending", "pending", "pending")

    def test_many_deals_at_once(self):
        leads = self.env["crm.lead"].union(*(self._create_lead() for _i in range(10)))
        leads.action_set_won()
        self.assertEqual(len(leads.milestone_ids), 40)
        self._assert_accounts(leads, forecast=500)

    def test_queries_do_not_grow_with_deals(self):
        """40 more deals cost their chatter messages (2 queries each), nothing else."""
        self._won()  # warm
        costs = []
        for size in (1, 41):
            leads = self.env["crm.lead"].union(
                *(self._create_lead() for _i in range(size))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["performance.milestone"]._deals_won(leads)
            self.env.flush_all()
            costs.append(self.cr.sql_log_count - before)
        self.assertLess(costs[1] - costs[0], 2 * 40 + 10, costs)

    def test_copy_takes_no_milestones(self):
        lead = self._won()
        copy = lead.copy()
        self.assertFalse(copy.milestone_ids)
        self.assertFalse(copy.performance_plan_id)

    # === WHY THERE ARE NONE ===#

    def _assert_none(self, lead, reason):
        self.assertFalse(lead.milestone_ids)
        self.assertIn(reason, self._notes(lead))

    def test_no_salesperson(self):
        self._assert_none(self._won(user_id=False), "no salesperson")

    def test_user_without_employee(self):
        self._assert_none(
            self._won(user_id=self.user_crm.id), "Perf Crm has no active employee"
        )

    def test_archived_employee(self):
        self.sales.action_archive()
        self._assert_none(self._won(), "has no active employee")

    def test_archived_employee_in_any_context(self):
        self.sales.action_archive()
        lead = self._create_lead()
        lead.with_context(active_test=False).action_set_won()
        self._assert_none(lead, "has no active employee")

    def test_archived_plan_in_any_context(self):
        self.plan.action_archive()
        lead = self._create_lead()
        lead.with_context(active_test=False).action_set_won()
        self.assertFalse(lead.milestone_ids)

    def test_employee_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other Co"})
        self.user_sales.company_ids += other
        self.sales.user_id = False
        self._create_employee("Sam There", self.user_sales, company_id=other.id)
        self._assert_none(self._won(), "has no active employee in Performance Test Co")

    def test_employee_in_the_company_of_the_deal(self):
        """Somebody employed twice earns in the company of the deal."""
        other = self.env["res.company"].create({"name": "Other Co"})
        self.user_sales.company_ids += other
        there = self._create_employee("Sam There", self.user_sales, company_id=other.id)
        plan = self._create_plan(company_id=other.id)
        lead = self._won(company_id=other.id, team_id=False, partner_id=False)
        self.assertEqual(lead.milestone_ids.employee_id, there)
        self.assertEqual(lead.milestone_ids.plan_id, plan)
        self.assertEqual(lead.milestone_ids.company_id, other)

    def test_no_revenue(self):
        for revenue in (0, -500):
            with self.subTest(revenue=revenue):
                self._assert_none(
                    self._won(expected_revenue=revenue),
                    "expected revenue is not positive",
                )

    def test_rounds_to_zero(self):
        self._assert_none(self._won(expected_revenue=0.09), "rounds to zero")

    def test_no_plan_fits(self):
        self.plan.date_from = fields.Date.add(fields.Date.today(), days=10)
        self._assert_none(self._won(), "no bonus plan fits")

    def test_company_without_plans_is_left_in_peace(self):
        """Installing changes nothing in a live CRM: the shipped plan is archived."""
        self.plan.action_archive()
        shipped = self.env.ref("customer_performance.bonus_plan_whole_lifecycle")
        self.assertFalse(shipped.active)
        self.assertEqual(shipped.stage_ids.mapped("share"), [20, 30, 30, 20])
        lead = self._won()
        self.assertFalse(lead.milestone_ids)
        self.assertNotIn("bonus", self._notes(lead))

    # === WHICH PLAN ===#

    def test_deal_without_company(self):
        lead = self._won(company_id=False, team_id=False, partner_id=False)
        lead.company_id = False
        self.assertEqual(lead.milestone_ids.company_id, self.company)

    def test_plan_that_names_the_team_goes_first(self):
        own = self._create_plan(team_ids=[Command.set(self.team.ids)], sequence=99)
        self.assertEqual(self._won().performance_plan_id, own)
        self.assertEqual(self._won(team_id=False).milestone_ids.plan_id, self.plan)

    def test_first_of_two_plans(self):
        first = self._create_plan(sequence=1)
        self.assertEqual(self._won().performance_plan_id, first)

    def test_plan_by_day_in_the_time_zone_of_the_company(self):
        """23:30 UTC on New Year's Eve is next year in Berlin."""
        self.plan.date_to = "2026-12-31"
        plan = self._create_plan(date_from="2027-01-01")
        with freeze_time("2026-12-31 22:30:00"):
            self.assertEqual(self._won().performance_plan_id, self.plan)
        with freeze_time("2026-12-31 23:30:00"):
            lead = self._won()
        self.assertEqual(lead.performance_plan_id, plan)
        self.assertEqual(
            lead.milestone_ids[0].date_won, fields.Date.to_date("2027-01-01")
        )

    def test_plan_chosen_by_a_sales_administrator(self):
        better = self._create_plan(rate=10, sequence=99)
        lead = self._create_lead()
        with self.assertRaises(AccessError):
            lead.with_user(self.user_sales).performance_plan_id = better
        with self.assertRaises(AccessError):
            self.env["crm.lead"].with_user(self.user_sales).create(
                {"name": "Mine", "performance_plan_id": better.id}
            )
        with self.assertRaises(AccessError):
            self.env["crm.lead"].with_user(self.user_sales).with_context(
                default_performance_plan_id=better.id
            ).create({"name": "Mine"})
        lead.with_user(self.user_crm).performance_plan_id = better
        lead.with_user(self.user_sales).action_set_won()
        self.assertEqual(sum(lead.milestone_ids.mapped("amount")), 100)
        with self.assertRaisesRegex(UserError, "keep the plan"):
            lead.with_user(self.user_crm).performance_plan_id = self.plan

    def test_plan_changed_after_winning(self):
        lead = self._won()
        self.plan.write(
            {
                "rate": 50,
                "stage_ids": [
                    Command.update(stage.id, {"share": 25})
                    for stage in self.plan.stage_ids
                ],
            }
        )
        self.assertEqual(sorted(lead.milestone_ids.mapped("amount")), [10, 10, 15, 15])
        self.assertEqual(lead.milestone_ids.mapped("rate"), [5] * 4)
        lead.stage_id = self.stage_new
        lead.expected_revenue = 2000
        lead.action_set_won()
        self.assertEqual(sorted(lead.milestone_ids.mapped("amount")), [20, 20, 30, 30])

    # === CURRENCIES ===#

    def _in_currency(self, rounding):
        currency = self.env["res.currency"].create(
            {"name": "TST", "symbol": "T", "rounding": rounding}
        )
        self.company.currency_id = currency
        return currency

    def test_yen(self):
        self._in_currency(1)
        lead = self._won(expected_revenue=12345)
        self.assertEqual(lead.milestone_ids[0].pool_amount, 617)
        self.assertEqual(
            lead.milestone_ids.sorted("sequence").mapped("amount"), [124, 185, 185, 123]
        )

    def test_three_decimals(self):
        self._in_currency(0.001)
        lead = self._won(expected_revenue=33.37)
        self.assertEqual(lead.milestone_ids[0].pool_amount, 1.669)
        self.assertEqual(
            lead.milestone_ids.sorted("sequence").mapped("amount"),
            [0.334, 0.501, 0.5, 0.334],
        )
        self._assert_accounts(lead, forecast=1.669)

    def test_tiny_pool_leaves_zero_milestones(self):
        """One yen cannot be split in four; what gets nothing books nothing."""
        self._in_currency(1)
        lead = self._won(expected_revenue=20)
        self.assertEqual(sorted(lead.milestone_ids.mapped("amount")), [0, 0, 0, 1])
        self.assertEqual(self.Entry.search_count([("lead_id", "=", lead.id)]), 1)

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
