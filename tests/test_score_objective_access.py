from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from .objective_common import ObjectiveCommon


@tagged("post_install", "-at_install")
class TestScoreObjectiveAccess(ObjectiveCommon):
    """Every role over objectives and what belongs to them."""

    def _parts(self, objective):
        return (objective, objective.key_result_ids, objective.responsibility_ids)

    @users("perf_sales")
    def test_own(self):
        objective = self._create_objective(self.env.user)
        objective.name = "Happier customers"
        with self.assertRaisesRegex(UserError, "of his own"):
            objective.action_activate()
        with self.assertRaises(AccessError):
            objective.is_open = True
        for values in (
            {"state": "active"},
            {"final_progress": 90},
            {"level": 1},
            {"answerable_id": self.sales2.id},
            {"confidence": "on_track"},
        ):
            with self.assertRaises(AccessError):
                objective.write(values)
        for employee in (self.sales2, self.manager):
            with self.assertRaises(AccessError):
                self._create_objective(self.env.user, employee_id=employee.id)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            objective.employee_id = self.sales2
        objective.with_user(self.user_manager).action_activate()
        for call in (
            lambda: objective.write({"name": "Less"}),
            lambda: objective.key_result_ids.write({"target": 10}),
            objective.key_result_ids.unlink,
            lambda: objective.responsibility_ids[0].write({"role": "informed"}),
            lambda: objective.write(
                {"key_result_ids": [Command.update(objective.key_result_ids.id, {})]}
            ),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                call()

    @users("perf_manager")
    def test_line_above(self):
        objective = self._create_objective().with_env(self.env)
        objective.name = "Sharper"
        objective.action_activate()
        objective.is_open = True
        team = self._create_objective(self.env.user, team_id=self.team.id)
        with self.assertRaisesRegex(UserError, "of his own"):
            team.action_activate()
        for values in (
            {"subject_company_id": self.company.id},
            {"employee_id": self.hr.id},
        ):
            with self.assertRaises(AccessError):
                self._create_objective(self.env.user, **values)

    @users("perf_sales2", "perf_employee")
    def test_colleagues(self):
        mine = self._activated().with_env(self.env)
        team = self._activated(team_id=self.team.id).with_env(self.env)
        draft = self._create_objective(
            subject_company_id=self.company.id, responsibility_ids=[]
        ).with_env(self.env)
        self.env.invalidate_all()
        for part in self._parts(mine.sudo()) + self._parts(draft.sudo())[:2]:
            with self.assertRaises(AccessError):
                part.with_env(self.env(su=False)).read(["display_name"])
        for part in self._parts(team.sudo()):
            part.with_env(self.env(su=False)).read(["display_name"])
        for call in (
            lambda: team.write({"name": "x"}),
            lambda: team.key_result_ids.write({"manual_value": 3}),
            lambda: self.env["performance.objective.checkin"].create(
                {"objective_id": team.id, "done": "x"}
            ),
        ):
            with self.assertRaises(AccessError):
                call()
        mine.sudo().is_open = True
        self.env.invalidate_all()
        mine.with_env(self.env(su=False)).read(["name", "progress"])

    @users("perf_hr")
    def test_officer(self):
        top = self._create_objective(self.env.user, subject_company_id=self.company.id)
        top.action_activate()
        own = self._create_objective(self.env.user, employee_id=self.hr.id)
        with self.assertRaisesRegex(UserError, "of his own"):
            own.action_activate()

    @users("perf_auditor")
    def test_auditor(self):
        objective = self._activated().with_user(self.env.user)
        objective.read(["name", "progress", "status"])
        for call in (
            lambda: objective.write({"name": "x"}),
            objective.unlink,
            lambda: self._create_objective(self.env.user),
        ):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaises(UserError):
            objective._workflow_apply("close", "x")

    @users("perf_outsider", "perf_portal", "perf_crm")
    def test_outsiders(self):
        objective = self._activated(team_id=self.team.id)
        for part in self._parts(objective):
            with self.assertRaises(AccessError):
                part.with_user(self.env.user).read(["display_name"])

    def test_other_company(self):
        self._activated(team_id=self.team.id)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._create_user("perf_foreign", "customer_performance.group_admin")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        env = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        for model in ("objective", "key.result", "objective.checkin"):
            self.assertFalse(env[f"performance.{model}"].search([]))

    @users("perf_sales", "perf_manager", "perf_hr")
    def test_form_opens(self):
        objective = self._activated().with_user(self.env.user)
        self.assertEqual(Form(objective).name, "Happy customers")
