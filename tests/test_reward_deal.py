from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .reward_common import RewardCommon


@tagged("post_install", "-at_install")
class TestRewardDeal(RewardCommon):
    """Winning deals, whichever way it happens: which milestones, and why none."""

    # === WINNING ===#

    def test_a_deal_is_not_dated_back(self):
        """Old terms and old periods are not for whoever earns by them."""
        values = {
            "name": "Old",
            "type": "opportunity",
            "stage_id": self.stage_won.id,
            "date_closed": "2020-06-01 12:00:00",
        }
        Lead = self.env["crm.lead"].with_user(self.user_sales)
        deal = self._create_lead().with_user(self.user_sales)
        deal.action_set_won()
        for attempt in (
            lambda: Lead.create(values),
            lambda: Lead.with_context(default_date_closed="2020-06-01").create(
                {"name": "Old", "type": "opportunity"}
            ),
            lambda: deal.write({"date_closed": "2020-06-01 12:00:00"}),
        ):
            with self.assertRefused(AccessError, "sales administrator"):
                attempt()
        imported = Lead.with_user(self.user_crm).create(
            {**values, "company_id": self.company.id}
        )
        self.assertEqual(imported.date_closed.year, 2020)

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
        """Where no plan is in force, winning a deal is what it always was."""
        self.plan.action_archive()
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
