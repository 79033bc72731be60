from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from .improve_common import ImproveCommon


@tagged("post_install", "-at_install")
class TestImproveAccess(ImproveCommon):
    """Every role over plans, actions and check-ins."""

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

    @users("perf_manager")
    def test_lead_stays_in_the_line(self):
        """Owning a plan is no way to people outside, nor its actions."""
        with self.assertRaises(AccessError):
            self._create_plan(
                self.env.user, employee_id=self.hr.id, owner_id=self.manager.id
            )
        action = self._confirmed().action_ids[:1].with_env(self.env)
        other = self._create_plan(employee_id=self.employee.id, owner_id=self.boss.id)
        for values in ({"employee_id": self.sales2.id}, {"plan_id": other.id}):
            with self.assertRefused(UserError, "stays with its employee"):
                action.write(values)

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
