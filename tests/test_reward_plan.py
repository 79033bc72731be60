import psycopg2

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import file_open, mute_logger

from .reward_common import RewardCommon


@tagged("post_install", "-at_install")
class TestRewardPlan(RewardCommon):
    """Terms: shares of exactly 100 %, nothing that was used disappears."""

    def test_prefilled_with_the_whole_lifecycle(self):
        with Form(self.env["performance.bonus.plan"]) as form:
            form.name = "Prefilled"
        self.assertRecordValues(
            form.record.stage_ids,
            [
                {"code": "signing", "share": 20, "evidence": "measured"},
                {"code": "delivery", "share": 30, "evidence": "manual"},
                {"code": "service", "share": 30, "evidence": "manual"},
                {"code": "renewal", "share": 20, "evidence": "manual"},
            ],
        )
        self.assertEqual(form.record.stage_ids[0].kpi_id, self.kpi)

    def test_prefilled_names_speak_the_readers_language(self):
        with Form(self.env["performance.bonus.plan"]) as form:
            form.name = "Prefilled"
            with form.stage_ids.edit(1) as line:
                line.name = "Hand-over"
        names = form.record.stage_ids.with_context(lang="zh_CN").mapped("name")
        self.assertEqual(names, ["签约", "Hand-over", "服务", "续约"])

    def test_shares_total_exactly_100(self):
        self._create_plan([33.33, 33.33, 33.34])
        self._create_plan([100])
        for shares, figure in [
            ([20, 30, 29.99, 20], "99.99 %"),
            ([50, 50.01], "100.01 %"),
            ([], "0.00 %"),
        ]:
            with (
                self.subTest(shares=shares),
                self.assertRaisesRegex(ValidationError, figure),
            ):
                self._create_plan(shares)

    def test_shares_move_together(self):
        """Two shares change in one step; the total counts at its end."""
        first, second = self.plan.stage_ids[:2]
        with Form(self.plan) as form:
            with form.stage_ids.edit(0) as line:
                line.share = 40
            with form.stage_ids.edit(1) as line:
                line.share = 10
        self.assertEqual((first.share, second.share), (40, 10))

    def test_no_way_round_the_total(self):
        stage = self.plan.stage_ids[1]
        other = self._create_plan([100])
        for change in [
            lambda: stage.write({"share": 31}),
            stage.unlink,
            lambda: stage.copy({"plan_id": self.plan.id}),
            lambda: stage.write({"plan_id": other.id}),
            lambda: self.plan.write({"stage_ids": [Command.delete(stage.id)]}),
            lambda: stage.with_context(performance_shares=True).write({"share": 31}),
        ]:
            with (
                self.assertRaisesRegex(ValidationError, "have to total"),
                self.env.cr.savepoint(),
            ):
                change()
            self.env.invalidate_all()

    def test_archived_plan_may_be_unfinished(self):
        plan = self._create_plan([10], active=False)
        with self.assertRaisesRegex(ValidationError, "10.00 %"):
            plan.action_unarchive()
        plan.stage_ids.share = 100
        plan.action_unarchive()
        self.assertTrue(plan.active)

    def test_copy(self):
        copy = self.plan.copy()
        self.assertEqual(copy.name, "Test Plan (copy)")
        self.assertEqual(copy.stage_ids.mapped("share"), [20, 30, 30, 20])

    def test_shipped_plan_is_archived(self):
        """Installing changes nothing in a live CRM; people activate the plan."""
        with file_open("customer_performance/data/reward_bonus_plans.xml") as file:
            self.assertIn('<field name="active" eval="False" />', file.read())
        plan = self.env.ref("customer_performance.bonus_plan_whole_lifecycle")
        plan.action_archive()
        plan.action_unarchive()
        self.assertEqual(plan.stage_ids.mapped("share"), [20, 30, 30, 20])
        self.assertEqual(plan.stage_ids[0].kpi_id, self.kpi)

    def test_figures_in_the_database(self):
        for values in [
            {"rate": 0},
            {"rate": -1},
            {"rate": 100.5},
            {"basis": "fixed", "amount": 0},
            {"date_from": "2026-02-01", "date_to": "2026-01-31"},
        ]:
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
            ):
                self.plan.write(values)
                self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
        ):
            self._create_plan([120, -20])

    def test_fixed_amount(self):
        self.plan.write({"basis": "fixed", "amount": 99.99})
        lead = self._won()
        self.assertEqual(
            lead.milestone_ids.sorted("sequence").mapped("amount"), [20, 30, 29.99, 20]
        )
        self.assertIn("not positive", self._notes(self._won(expected_revenue=0)))
        lead.stage_id = self.stage_new
        lead.expected_revenue = 0
        lead.action_set_won()
        self.assertEqual(set(lead.milestone_ids.mapped("amount")), {0})
        self._lose(lead)
        lead.expected_revenue = 10
        lead.action_set_won()
        self.assertAlmostEqual(sum(lead.milestone_ids.mapped("amount")), 99.99)

    def test_measured_stage_needs_a_kpi_of_deals(self):
        stage = self.plan.stage_ids[1]
        with self.assertRaisesRegex(ValidationError, "choose the KPI"):
            stage.evidence = "measured"
        typed = self.env["performance.kpi"].create(
            {"name": "Typed", "code": "TYPED_TEST", "source": "manual"}
        )
        with self.assertRaisesRegex(ValidationError, "cannot measure"):
            stage.write({"evidence": "measured", "kpi_id": typed.id})
        with self.assertRaisesRegex(ValidationError, "cannot measure"):
            stage.write(
                {
                    "evidence": "measured",
                    "kpi_id": self.kpi.copy({"direction": "range"}).id,
                }
            )

    def test_used_plan_is_archived_not_deleted(self):
        self._won()
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.plan.unlink()
        with self.assertRaisesRegex(UserError, "Archive the plan"):
            self.plan.stage_ids[0].unlink()
        self.plan.action_archive()
        self._create_plan().unlink()

    def test_milestone_count(self):
        self._won()
        self.assertEqual(self.plan.milestone_count, 4)
        action = self.plan.action_open_milestones()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(found), 4)
