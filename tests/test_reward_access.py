from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .reward_common import RewardCommon

MODELS = [
    "performance.bonus.plan",
    "performance.bonus.stage",
    "performance.milestone",
    "performance.bonus.entry",
    "performance.bonus.statement",
]


@tagged("post_install", "-at_install")
class TestRewardAccess(RewardCommon):
    """Who sees whose money, and what each role may do, by ORM and by RPC.

    Deals: ``own`` of Sam in Mia's team, ``colleague`` of Sue in it, ``elsewhere`` of
    Dora (who reports to Boss) in a team led by nobody, ``foreign`` in another company.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_employee.group_ids += cls.env.ref("sales_team.group_sale_salesman")
        cls.other_team = cls.env["crm.team"].create(
            {
                "name": "Other Team",
                "company_id": cls.company.id,
                "user_id": False,
                "member_ids": [Command.set(cls.user_employee.ids)],
            }
        )
        cls.own = cls._won()
        cls.colleague = cls._won(user_id=cls.user_sales2.id)
        cls.elsewhere = cls._won(
            user_id=cls.user_employee.id, team_id=cls.other_team.id
        )
        cls.other_company = cls.env["res.company"].create({"name": "Other Co"})
        cls.other_user = cls._create_user(
            "perf_foreign", "sales_team.group_sale_manager"
        )
        cls.other_user.write(
            {
                "company_ids": [Command.set(cls.other_company.ids)],
                "company_id": cls.other_company.id,
            }
        )
        cls._create_employee(
            "Fay Foreign", cls.other_user, company_id=cls.other_company.id
        )
        cls._create_plan(company_id=cls.other_company.id)
        cls.foreign = cls._won(
            user_id=cls.other_user.id,
            company_id=cls.other_company.id,
            team_id=False,
            partner_id=False,
        )
        cls.deals = cls.own + cls.colleague + cls.elsewhere + cls.foreign
        cls.env.flush_all()

    def _seen(self, model, user, field="lead_id"):
        return (
            self.env[model]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .search([("lead_id", "in", self.deals.ids)] if field == "lead_id" else [])
            .sudo()[field]
        )

    # === READING ===#

    def test_fixture(self):
        for deal in self.deals:
            self.assertEqual(len(deal.milestone_ids), 4)

    def test_who_sees_which_milestones(self):
        own, colleague, elsewhere = self.own, self.colleague, self.elsewhere
        ours = own + colleague + elsewhere
        for user, expected in [
            (self.user_sales, own),
            (self.user_sales2, colleague),
            (self.user_employee, elsewhere),
            (self.user_manager, own + colleague),
            (self.user_crm, ours),
            (self.user_hr, ours),
            (self.user_admin, ours),
            (self.user_auditor, ours),
            (self.other_user, self.foreign),
        ]:
            with self.subTest(user=user.login):
                self.assertEqual(self._seen("performance.milestone", user), expected)

    def test_who_sees_which_entries(self):
        ours = self.own + self.colleague + self.elsewhere
        for user, expected in [
            (self.user_sales, self.own),
            (self.user_employee, self.elsewhere),
            # leads the line of both
            (self.user_manager, self.own + self.colleague),
            (self.user_hr, ours),
            (self.user_auditor, ours),
        ]:
            with self.subTest(user=user.login):
                self.assertEqual(self._seen("performance.bonus.entry", user), expected)
                self.assertEqual(
                    self._seen("performance.bonus.statement", user, "employee_id"),
                    expected.milestone_ids.employee_id,
                )

    def test_ledger_is_not_for_sales_administrators(self):
        for model in ("performance.bonus.entry", "performance.bonus.statement"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.user_crm).search([])

    def test_outsiders_see_nothing(self):
        for user in (self.user_outsider, self.user_portal):
            for model in MODELS:
                with (
                    self.subTest(user=user.login, model=model),
                    self.assertRaises(AccessError),
                ):
                    self.env[model].with_user(user).search([])

    def test_new_owner_of_a_deal_does_not_see_who_earned_before(self):
        self.own.user_id = self.user_sales2
        seen = self.own.with_user(self.user_sales2)
        self.assertFalse(seen.milestone_ids)
        self.assertEqual(seen.milestone_count, 0)

    def test_deal_shows_only_what_one_may_see(self):
        own = self.own.with_user(self.user_sales)
        self.assertEqual(own.milestone_count, 4)
        self.assertEqual(len(own.web_read({"milestone_ids": {"fields": {}}})), 1)
        everything = self.user_sales2
        everything.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        other = self.own.with_user(everything)
        self.assertEqual(other.name, "Test Deal")
        self.assertEqual(other.milestone_count, 0)
        self.assertFalse(other.milestone_ids)

    def test_amounts_cannot_be_reached_by_grouping_or_searching(self):
        milestones = self.env["performance.milestone"].with_user(self.user_sales)
        self.assertEqual(
            milestones._read_group([], [], ["amount:sum"]),
            [(50.0,)],
        )
        leads = self.env["crm.lead"].with_user(self.user_crm)
        self.assertEqual(
            leads.search(
                [("milestone_ids.amount", "=", 15), ("id", "in", self.deals.ids)]
            ),
            self.own + self.colleague + self.elsewhere,
        )

    def test_terms_are_public_to_those_who_earn(self):
        for user in (self.user_sales, self.user_crm, self.user_auditor, self.user_hr):
            plan = self.plan.with_user(user)
            self.assertEqual(plan.rate, 5)
            self.assertEqual(plan.stage_ids.mapped("share"), [20, 30, 30, 20])
        plans = self.env["performance.bonus.plan"].with_user(self.user_sales).search([])
        self.assertEqual(plans, self.plan, "not those of other companies")

    # === WRITING ===#

    def test_nobody_writes_milestones_ledger_or_statements(self):
        for model in MODELS[2:]:
            for user in (
                self.user_sales,
                self.user_manager,
                self.user_crm,
                self.user_hr,
                self.user_admin,
                self.user_auditor,
                self.user_crm_hr,
            ):
                for operation in ("write", "create", "unlink"):
                    with self.subTest(
                        model=model, user=user.login, operation=operation
                    ):
                        access = self.env[model].with_user(user).has_access(operation)
                        self.assertFalse(access)

    def test_only_administrators_write_plans(self):
        for user in (
            self.user_sales,
            self.user_manager,
            self.user_crm,
            self.user_hr,
            self.user_auditor,
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.plan.with_user(user).rate = 50
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.plan.stage_ids[0].with_user(user).target = 50
        plan = self.plan.with_user(self.user_admin).copy()
        plan.rate = 6
        plan.unlink()

    # === EVERY PUBLIC METHOD BY RPC ===#

    def _rpc(self, user, records, method, *args, **kwargs):
        """Call like a client: ids, names and JSON values; private names refused."""
        model = self.env[records._name].with_user(user)
        return call_kw(model, method, [records.ids, *args], kwargs)

    def _public_methods(self, model):
        return [
            name
            for name in dir(self.env.registry[model])
            if name.startswith("action_")
            and any(
                name in vars(c) and "customer_performance" in c.__module__
                for c in self.env.registry[model].__mro__
            )
        ]

    def test_public_methods_are_those_known(self):
        self.assertEqual(
            sorted(self._public_methods("performance.milestone")),
            [
                "action_approve",
                "action_hold",
                "action_measure",
                "action_open_entries",
                "action_reconsider",
                "action_reject",
                "action_release",
                "action_resume",
                "action_submit",
            ],
        )
        self.assertFalse(self._public_methods("performance.bonus.entry"))

    def test_decisions_by_rpc(self):
        """What the buttons hide, RPC refuses."""
        signing = self._milestone(self.own)
        for user in (self.user_sales, self.user_crm, self.user_hr, self.user_auditor):
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):
                    self._rpc(user, signing, "action_approve")
                with self.assertRaises(UserError):
                    self._rpc(user, signing, "action_release")
        # a foreigner, and somebody without any right, may not even ask
        for user in (self.other_user, self.user_sales2, self.user_outsider):
            for method in self._public_methods("performance.milestone"):
                if method in ("action_submit", "action_hold", "action_reject"):
                    continue  # open a dialog; what it does is tested below
                if method == "action_reconsider":
                    continue
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(AccessError),
                ):
                    self._rpc(user, signing, method)
        self.assertEqual(signing.state, "review")
        self._rpc(self.user_manager, signing, "action_approve")
        with self.assertRaises(UserError):
            self._rpc(self.user_manager, signing, "action_release")
        self._rpc(self.user_hr, signing, "action_release")
        self.assertEqual(signing.state, "released")

    def test_dialogs_by_rpc(self):
        signing, delivery = (
            self._milestone(self.own),
            self._milestone(self.own, "delivery"),
        )
        for model, record, values in [
            ("performance.hold.wizard", signing, {"reason": "x"}),
            ("performance.evidence.wizard", delivery, {"evidence": "x"}),
        ]:
            for user in (self.user_sales2, self.other_user, self.user_outsider):
                with self.subTest(user=user.login, model=model):
                    wizards = self.env[model].with_user(user)
                    with self.assertRaises(AccessError):
                        wizard = call_kw(
                            wizards,
                            "create",
                            [{**values, "milestone_ids": [(6, 0, record.ids)]}],
                            {},
                        )
                        wizard = wizards.browse(wizard)
                        call_kw(wizards, "action_confirm", [wizard.ids], {})
        for verb in ("reject", "hold", "cancel"):
            wizards = self.env["performance.reason.wizard"].with_user(self.user_sales)
            wizard = wizards.create(
                {
                    "res_model": "performance.milestone",
                    "res_ids": str(signing.id),
                    "verb": verb,
                    "reason": "x",
                }
            )
            with self.assertRaises(UserError):
                wizard.action_confirm()

    def test_private_methods_by_rpc(self):
        signing = self._milestone(self.own)
        for records, method in [
            (signing, "_workflow_apply"),
            (signing, "_workflow_engine"),
            (signing, "_deals_won"),
            (signing, "_submit"),
            (signing, "_hold"),
            (self.env["performance.bonus.entry"], "_book"),
            (self.own, "_performance_react"),
        ]:
            with self.subTest(method=method), self.assertRaises(AccessError):
                self._rpc(self.user_crm_hr, records, method)

    def test_writing_by_rpc(self):
        signing = self._milestone(self.own)
        entry = self.env["performance.bonus.entry"].search(
            [("lead_id", "=", self.own.id)], limit=1
        )
        context = {"performance_workflow": True}
        for user in (self.user_sales, self.user_manager, self.user_admin):
            for records, values in [
                (signing, {"state": "released"}),
                (signing, {"amount": 1000}),
                (entry, {"amount": 1000}),
            ]:
                with self.subTest(user=user.login, values=values):
                    with self.assertRaises(UserError):
                        self._rpc(user, records, "write", values, context=context)
                    with self.assertRaises(UserError):
                        self._rpc(user, records, "unlink", context=context)
        with self.assertRaises(AccessError):
            self._rpc(
                self.user_sales,
                self.own,
                "write",
                {"performance_plan_id": self.plan.id},
            )

    def test_milestones_cannot_be_slipped_in_through_the_deal(self):
        """Commands on the one2many of a deal one may edit are refused as well."""
        signing = self._milestone(self.own)
        for command in (
            Command.update(signing.id, {"amount": 1000}),
            Command.delete(signing.id),
            Command.create({"amount": 1000, "state": "released"}),
        ):
            with self.subTest(command=command[0]), self.assertRaises(UserError):
                self._rpc(
                    self.user_sales, self.own, "write", {"milestone_ids": [command]}
                )

    # === EMPLOYEES ===#

    def test_button_on_employees(self):
        sales = self.sales.with_user(self.user_hr)
        self.assertEqual(sales.performance_bonus_count, 4)
        action = self._rpc(self.user_hr, self.sales, "action_open_performance_bonuses")
        self.assertEqual(action["domain"], [("employee_id", "=", self.sales.id)])
        public = self.env["hr.employee.public"]
        for user, count in [
            (self.user_sales, 4),
            (self.user_manager, 4),
            (self.user_employee, 0),
            (self.user_outsider, 0),
        ]:
            with self.subTest(user=user.login):
                profile = public.with_user(user).browse(self.sales.id)
                self.assertEqual(profile.performance_bonus_count, count)

    def test_plain_users_still_read_employees(self):
        for user in (self.user_outsider, self.user_sales, self.user_crm):
            employee = self.env["hr.employee"].with_user(user).browse(self.sales.id)
            self.assertEqual(employee.name, "Sam Sales")

    def test_personnel_officer_without_performance(self):
        """HR that has no part in performance opens employees as before."""
        user = self._create_user("plain_hr", "hr.group_hr_user")
        self.assertEqual(self.sales.with_user(user).performance_bonus_count, 0)
