import psycopg2

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .improve_common import ImproveCommon


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
