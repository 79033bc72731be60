import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .improve_common import ImproveCommon


@tagged("post_install", "-at_install")
class TestImprovePlan(ImproveCommon):
    """The life of a plan, its actions and its check-ins."""

    # === LIFE ===#

    def test_defaults(self):
        with freeze_time("2025-05-01"):
            form = Form(
                self.env["performance.improvement.plan"].with_user(self.user_hr)
            )
            form.employee_id = self.sales
            form.reason = "Why"
            self.assertEqual(form.owner_id, self.manager)
            self.assertEqual(str(form.date_end), "2025-06-30")
            form.duration = "30"
            self.assertEqual(str(form.date_end), "2025-05-31")
            form.duration = "90"
            self.assertEqual(str(form.date_end), "2025-07-30")
            form.date_end = "2025-08-08"
            plan = form.save()
        self.assertEqual(str(plan.date_end), "2025-08-08")
        self.assertEqual(plan.state, "proposed")

    def test_whole_way(self):
        plan = self._create_plan()
        self.assertEqual(
            plan.activity_ids.user_id & (self.user_hr + self.user_hr2),
            self.user_hr + self.user_hr2,
        )
        plan.action_confirm()
        self.assertEqual(plan.state, "active")
        self.assertEqual(plan.confirmed_by_id, self.user_hr)
        self.assertEqual(plan.activity_ids.user_id, self.user_manager)
        self.assertEqual(plan.activity_ids.date_deadline, plan.date_end)
        self.assertEqual(
            plan.action_ids.activity_ids.user_id, self.user_sales + self.user_manager
        )
        self.assertIn(self.user_sales.partner_id, plan.message_ids.sudo().partner_ids)
        mine = plan.action_ids[0].with_user(self.user_sales)
        with self.assertRaisesRegex(UserError, "Write the result"):
            mine.action_finish()
        mine.result = "Course passed"
        mine.action_finish()
        self.assertEqual(plan.action_done_count, 1)
        self._reason(plan, self.user_manager, "succeed", "No complaint since")
        self.assertEqual(
            (plan.state, plan.outcome), ("succeeded", "No complaint since")
        )
        self.assertTrue(plan.closed_at)
        self.assertFalse(plan.activity_ids)
        self.assertFalse(plan.sudo().action_ids.activity_ids)

    def test_confirmation_needs_goal_and_action(self):
        plan = self._create_plan(goal=" ", action_ids=[])
        self.assertTrue(plan.can_confirm)
        with self.assertRaises(UserError) as error:
            plan.action_confirm()
        self.assertIn("Goal", str(error.exception))
        self.assertIn("Actions", str(error.exception))

    def test_failed_and_cancelled(self):
        plan = self._confirmed()
        self._reason(plan, self.user_hr, "fail", "Nothing changed")
        self.assertEqual(plan.state, "failed")
        with self.assertRaises(AccessError):
            plan.with_user(self.user_hr).goal = "Rewritten"
        plan = self._confirmed()
        self._reason(plan, self.user_hr, "cancel", "Left")
        self.assertEqual(plan.state, "cancelled")
        self.assertEqual(plan.with_user(self.user_sales).outcome, "Left")

    def test_database_guards(self):
        for values in (
            {"date_end": "2025-04-30"},
            {"owner_id": self.sales.id},
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
            ):
                self._create_plan(**values)

    def test_unlink(self):
        plan = self._create_plan()
        plan.unlink()
        plan = self._confirmed()
        with self.assertRaisesRegex(UserError, "kept as a record"):
            plan.with_user(self.user_hr).unlink()

    def test_overdue(self):
        plan = self._confirmed()
        plans = self.env["performance.improvement.plan"]
        self.assertTrue(plan.is_overdue)
        self.assertIn(plan, plans.search([("is_overdue", "=", True)]))
        self.assertTrue(plan.action_ids[0].is_overdue)
        plan.with_user(self.user_hr).date_end = "2999-01-01"
        self.assertFalse(plan.is_overdue)
        self.assertNotIn(plan, plans.search([("is_overdue", "=", True)]))

    # === CHECK-INS ===#

    def test_check_ins(self):
        plan = self._confirmed()
        action = plan.with_user(self.user_sales).action_check_in()
        for user, progress, day in (
            (self.user_manager, "at_risk", "2025-05-10"),
            (self.user_sales, "on_track", "2025-05-20"),
            (self.user_hr, "off_track", "2025-05-05"),
        ):
            with Form(
                self.env["performance.improvement.checkin"]
                .with_user(user)
                .with_context(**action["context"])
            ) as form:
                form.progress = progress
                form.date = day
                form.note = "See"
        self.env.invalidate_all()
        self.assertEqual(
            plan.checkin_ids.author_id,
            self.user_sales + self.user_manager + self.user_hr,
        )
        self.assertEqual(plan.progress, "on_track")
        theirs = plan.checkin_ids.filtered(lambda c: c.author_id == self.user_manager)
        for user in (self.user_sales, self.user_hr):
            with self.assertRaises(AccessError):
                theirs.with_user(user).note = "Forged"
            with self.assertRaises(AccessError):
                theirs.with_user(user).unlink()
        theirs.with_user(self.user_manager).note = "Corrected"
        with self.assertRaises(AccessError):
            theirs.with_user(self.user_manager).author_id = self.user_sales
        self._reason(plan, self.user_manager, "fail")
        with self.assertRaises(AccessError):
            theirs.with_user(self.user_manager).note = "Too late"

    def test_author_is_who_writes(self):
        plan = self._confirmed()
        checkin = (
            self.env["performance.improvement.checkin"]
            .with_user(self.user_sales)
            .create({"plan_id": plan.id, "note": "x", "author_id": self.user_hr.id})
        )
        self.assertEqual(checkin.author_id, self.user_sales)

    def test_no_check_in_on_a_proposal(self):
        plan = self._create_plan()
        for user in (self.user_hr, self.user_manager):
            with self.assertRaises(AccessError):
                self.env["performance.improvement.checkin"].with_user(user).create(
                    {"plan_id": plan.id, "note": "x"}
                )

    # === ACTIONS ===#

    def test_employee_reports_own_actions_only(self):
        plan = self._confirmed()
        training, coaching = (a.with_user(self.user_sales) for a in plan.action_ids)
        self.assertTrue(training.can_finish)
        self.assertFalse(coaching.can_finish)
        for action, values in (
            (training, {"name": "Holiday"}),
            (training, {"date_due": "2030-01-01"}),
            (training, {"owner_id": self.manager.id}),
            (training, {"state": "done"}),
            (coaching, {"result": "x"}),
        ):
            with self.assertRaises(AccessError):
                action.write(values)
        with self.assertRaises(UserError):
            coaching._workflow_apply("finish")
        with self.assertRaises(UserError):
            training._workflow_apply("cancel")
        with self.assertRaises(AccessError):
            training.unlink()
        with self.assertRaises(AccessError):
            training.create(
                {"plan_id": plan.id, "name": "Mine", "date_due": "2025-06-01"}
            )
        training.result = "Done"
        training.action_finish()
        with self.assertRaises(AccessError):
            training.result = "Changed afterwards"

    def test_owner_keeps_the_actions(self):
        plan = self._confirmed().with_user(self.user_manager)
        plan.write(
            {
                "action_ids": [
                    Command.update(plan.action_ids[0].id, {"date_due": "2025-05-20"}),
                    Command.create({"name": "Shadowing", "date_due": "2025-06-10"}),
                ]
            }
        )
        action = plan.action_ids[0]
        self.assertEqual(str(action.sudo().activity_ids.date_deadline), "2025-05-20")
        action.action_cancel()
        self.assertEqual(action.state, "cancelled")
        action.action_restart()
        self.assertEqual(action.state, "todo")
        plan.action_ids[-1].unlink()
        self.assertEqual(len(plan.action_ids), 2)

    def test_colleague_with_an_action(self):
        plan = self._create_plan()
        plan.action_ids[0].owner_id = self.employee
        seen = self.env["performance.improvement.action"].with_user(self.user_employee)
        self.assertFalse(seen.search([]))
        plan.action_confirm()
        mine = seen.search([])
        self.assertEqual(mine.name, "Training")
        mine.result = "Given"
        mine.action_finish()
        with self.assertRaises(AccessError):
            plan.with_user(self.user_employee).read(["reason"])
