import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged, users
from odoo.tools import mute_logger

from .review_common import ReviewCommon


class ImproveCommon(ReviewCommon):
    """A settled quarter, so that verdicts are final, and one plan for Sam."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.appraisal = cls._launch()[cls.sales]
        cls._read_value(cls.sales, 40)

    @classmethod
    def _settle(cls):
        cls.period.with_user(cls.user_hr).action_close()

    @classmethod
    def _plans(cls, appraisal=None):
        domain = [("appraisal_id", "=", (appraisal or cls.appraisal).id)]
        return cls.env["performance.improvement.plan"].search(domain, order="id")

    @classmethod
    def _create_plan(cls, user=None, **values):
        plans = cls.env["performance.improvement.plan"].with_user(user or cls.user_hr)
        return plans.create(
            {
                "employee_id": cls.sales.id,
                "reason": "Two complaints",
                "goal": "No complaint in two months",
                "date_start": "2025-05-01",
                "action_ids": [
                    Command.create({"name": "Training", "date_due": "2025-05-15"}),
                    Command.create(
                        {
                            "name": "Coaching",
                            "date_due": "2025-06-01",
                            "owner_id": cls.manager.id,
                        }
                    ),
                ],
                **values,
            }
        )

    @classmethod
    def _confirmed(cls, **values):
        plan = cls._create_plan(**values)
        plan.with_user(cls.user_hr).action_confirm()
        return plan.with_env(cls.env)


@tagged("post_install", "-at_install")
class TestImproveProposal(ImproveCommon):
    """When a published appraisal proposes a plan, and when not."""

    def test_below_the_threshold_proposes(self):
        self._settle()
        self._bring(self.appraisal, "published")
        plan = self._plans()
        self.assertRecordValues(
            plan,
            [
                {
                    "state": "proposed",
                    "employee_id": self.sales.id,
                    "owner_id": self.manager.id,
                    "company_id": self.company.id,
                    "confirmed_at": False,
                }
            ],
        )
        self.assertIn("47.00", plan.reason)
        self.assertIn("70.00", plan.reason)
        self.assertEqual(plan.activity_ids.user_id, self.user_hr)
        self.assertEqual(self.appraisal.improvement_plan_count, 1)

    def test_threshold_itself_is_enough(self):
        for value, score, plans in ((65, 70.0, 0), (64.9, 69.92, 1)):
            cycle = self._create_cycle(name=str(value))
            appraisal = self._launch(cycle)[self.sales]
            self._read_value(self.sales, value)
            self._bring(appraisal, "hr_approval", rating="4")
            self.assertEqual(appraisal.verdict_ids.score, score)
            # as if the figures were final; the period can be closed once only
            appraisal.verdict_ids.write({"is_provisional": False})
            appraisal.with_user(self.user_hr).action_approve()
            self.assertEqual(len(self._plans(appraisal)), plans, value)

    def test_provisional_verdict_proposes_nothing(self):
        self._bring(self.appraisal, "published")
        self.assertTrue(self.appraisal.is_provisional)
        self.assertFalse(self._plans())

    def test_one_plan_per_appraisal(self):
        self._settle()
        self._bring(self.appraisal, "published")
        self._reason(self.appraisal, self.user_hr, "reopen")
        self._bring(self.appraisal, "published")
        self.assertEqual(len(self._plans()), 1)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            self._plans()._workflow_engine().copy(
                {"appraisal_id": self.appraisal.id}
            ).flush_recordset()

    def test_better_version_drops_the_proposal(self):
        self._read_value(self.sales, 65)
        self._settle()
        self._bring(self.appraisal, "published", rating="3")
        plan = self._plans()
        self.assertEqual(plan.state, "proposed")
        self._reason(self.appraisal, self.user_hr, "reopen")
        self._fill(self.appraisal, "manager", rating="5")
        self._bring(self.appraisal, "published", rating="5")
        self.assertEqual(self.appraisal.score, 72.0)
        self.assertEqual(plan.state, "cancelled")
        self.assertIn("not below the threshold", plan.outcome)
        # and a worse one proposes anew
        self._reason(self.appraisal, self.user_hr, "reopen")
        self._fill(self.appraisal, "manager", rating="1")
        self._bring(self.appraisal, "published", rating="1")
        self.assertEqual(self._plans().mapped("state"), ["cancelled", "proposed"])

    def test_confirmed_plan_is_left_to_hr(self):
        self._read_value(self.sales, 65)
        self._settle()
        self._bring(self.appraisal, "published", rating="3")
        plan = self._plans()
        plan.with_user(self.user_hr).write(
            {
                "goal": "Better",
                "action_ids": [
                    Command.create({"name": "Train", "date_due": "2030-01-01"})
                ],
            }
        )
        plan.with_user(self.user_hr).action_confirm()
        self._reason(self.appraisal, self.user_hr, "reopen")
        self._fill(self.appraisal, "manager", rating="5")
        self._bring(self.appraisal, "published", rating="5")
        self.assertEqual(plan.state, "active")

    def test_bulk_publication(self):
        other = self._appraisals()[self.sales2]
        self._read_value(self.sales2, 95)
        self._settle()
        for appraisal in (self.appraisal, other):
            self._bring(appraisal, "hr_approval")
        (self.appraisal + other).with_user(self.user_hr).action_approve()
        self.assertEqual(len(self._plans()), 1)
        self.assertFalse(self._plans(other))

    def test_employee_does_not_learn_of_a_proposal(self):
        self._settle()
        self._bring(self.appraisal, "published")
        plan = self._plans()
        self.env.cr.precommit.run()
        for groups in ("", "officer", "admin", "auditor"):
            if groups:
                self.user_sales.group_ids += self.env.ref(
                    f"customer_performance.group_{groups}"
                )
            self.env.flush_all()
            self.env.invalidate_all()
            env = self.env(user=self.user_sales)
            plans = env["performance.improvement.plan"]
            self.assertFalse(plans.search([]), groups)
            self.assertEqual(plans._read_group([], [], ["__count"]), [(0,)])
            self.assertFalse(env["performance.improvement.action"].search([]))
            appraisal = self.appraisal.with_env(env)
            self.assertFalse(appraisal.improvement_plan_count)
            profile = env["hr.employee.public"].browse(self.sales.id)
            self.assertFalse(profile.performance_plan_count)
            for method in ("action_confirm", "action_cancel", "read"):
                with self.assertRaises(UserError):
                    records = plan.with_env(env)
                    if method == "action_cancel":
                        records._workflow_apply("cancel", "no")
                    else:
                        getattr(records, method)()
            self.assertFalse(
                env["mail.message"].search([("model", "=", plan._name)]), groups
            )
            self.assertFalse(
                env["mail.activity"].search([("res_model", "=", plan._name)]), groups
            )
            self.assertFalse(
                env["performance.appraisal"].fields_get(["improvement_plan_ids"])
            )

    def test_cancelled_proposal_stays_unknown(self):
        plan = self._create_plan()
        self._reason(plan, self.user_hr, "cancel", "Not needed")
        plans = self.env["performance.improvement.plan"].with_user(self.user_sales)
        self.assertFalse(plans.search([]))
        self.assertFalse(
            self.env["mail.message"]
            .with_user(self.user_sales)
            .search([("body", "ilike", "Not needed")])
        )


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

    # === ROLES ===#

    @users("perf_sales")
    def test_employee(self):
        plan = self._confirmed().with_env(self.env)
        plan.invalidate_recordset()
        self.assertEqual(plan.goal, "No complaint in two months")
        self.assertFalse(plan.is_editor)
        for verb in ("succeed", "fail", "cancel"):
            with self.assertRaises(UserError):
                plan._workflow_apply(verb, "I think so")
        for call in (
            lambda: plan.write({"goal": "Less"}),
            lambda: plan.write({"date_end": "2030-01-01"}),
            lambda: plan.write({"owner_id": self.hr.id}),
            lambda: plan.write({"state": "succeeded"}),
            plan.unlink,
            plan.copy,
            lambda: self._create_plan(self.user_sales),
        ):
            with self.assertRaises(AccessError):
                call()

    @users("perf_manager")
    def test_owner_and_lead(self):
        plan = self._create_plan(self.env.user)
        self.assertEqual(plan.state, "proposed")
        self.assertTrue(plan.is_editor)
        self.assertFalse(plan.can_confirm)
        plan.goal = "Sharper"
        for verb in ("confirm", "cancel"):
            with self.assertRaises(UserError):
                plan._workflow_apply(verb, "x")
        for call in (
            plan.unlink,
            lambda: self._create_plan(self.env.user, employee_id=self.employee.id),
            lambda: self._create_plan(
                self.env.user, employee_id=self.manager.id, owner_id=self.hr.id
            ),
        ):
            with self.assertRaises(AccessError):
                call()

    @users("perf_hr")
    def test_officer_not_about_himself(self):
        with self.assertRaises(AccessError):
            self._create_plan(
                self.env.user, employee_id=self.hr.id, owner_id=self.hr2.id
            )
        plan = self._create_plan(
            self.user_hr2, employee_id=self.hr.id, owner_id=self.hr2.id
        )
        with self.assertRaises(AccessError):
            plan.with_env(self.env).action_confirm()
        plan.action_confirm()
        mine = plan.with_env(self.env)
        self.assertEqual(mine.state, "active")
        with self.assertRaises(AccessError):
            mine.goal = "Less"
        with self.assertRaisesRegex(UserError, "for himself"):
            mine._workflow_apply("succeed", "of course")

    @users("perf_auditor")
    def test_auditor_reads(self):
        plan = self._confirmed().with_env(self.env)
        self.assertEqual(plan.read(["goal"])[0]["goal"], "No complaint in two months")
        for call in (
            lambda: plan.write({"goal": "x"}),
            plan.unlink,
            plan.copy,
            lambda: plan.action_ids.write({"result": "x"}),
        ):
            with self.assertRaises(AccessError):
                call()

    @users("perf_sales2", "perf_employee", "perf_outsider", "perf_crm", "perf_portal")
    def test_others(self):
        plan = self._confirmed()
        for record in (plan, plan.action_ids[0]):
            with self.assertRaises(AccessError):
                record.with_env(self.env).read(["state"])
        with self.assertRaises(AccessError):
            self.env["performance.improvement.checkin"].create(
                {"plan_id": plan.id, "note": "x"}
            )
        with self.assertRaises(AccessError):
            self._create_plan(self.env.user)

    def test_other_company(self):
        self._confirmed()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._create_user("perf_foreign", "customer_performance.group_admin")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        env = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        for model in ("plan", "action", "checkin"):
            self.assertFalse(env[f"performance.improvement.{model}"].search([]))

    def test_employee_button(self):
        self._confirmed()
        for user, count in (
            (self.user_sales, 1),
            (self.user_manager, 1),
            (self.user_sales2, 0),
            (self.user_outsider, 0),
        ):
            profile = self.env["hr.employee.public"].with_user(user)
            profile = profile.browse(self.sales.id)
            self.assertEqual(profile.performance_plan_count, count, user.login)
        self.assertEqual(self.sales.with_user(self.user_hr).performance_plan_count, 1)
        action = self.sales.with_user(self.user_hr).action_open_performance_plans()
        self.assertEqual(action["domain"], [("employee_id", "=", self.sales.id)])

    @users("perf_sales", "perf_manager", "perf_hr")
    def test_forms_open(self):
        plan = self._confirmed().with_env(self.env)
        with Form(plan) as form:
            if self.env.user.login != "perf_sales":
                form.goal = "Edited"
        view = "customer_performance.performance_improvement_action_view_form"
        action = plan.action_ids[0]
        self.assertEqual(action.action_report()["res_id"], action.id)
        form = Form(action, view=view)
        self.assertEqual(form.name, "Training")
