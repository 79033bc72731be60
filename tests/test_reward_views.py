from odoo.tests import Form, tagged

from .reward_common import RewardCommon


@tagged("post_install", "-at_install")
class TestRewardViews(RewardCommon):
    """Every view opens for everybody who has its menu; filters find what they say."""

    def setUp(self):
        super().setUp()
        self.lead = self._won()

    def _actions(self):
        return [
            self.env.ref(f"customer_performance.{name}")
            for name in (
                "performance_milestone_action",
                "performance_milestone_crm_action",
                "performance_bonus_plan_action",
                "performance_bonus_entry_action",
                "performance_bonus_statement_action",
            )
        ]

    def test_views_open(self):
        everyone = (
            self.user_sales
            + self.user_manager
            + self.user_crm
            + self.user_hr
            + self.user_admin
            + self.user_auditor
        )
        for action in self._actions():
            for user in everyone:
                model = self.env[action.res_model].with_user(user)
                if not model.has_access("read"):
                    continue
                with self.subTest(action=action.name, user=user.login):
                    views = [(False, kind) for kind in action.view_mode.split(",")]
                    result = model.get_views(
                        [*views, (False, "search")], {"toolbar": True}
                    )
                    self.assertEqual(len(result["views"]), len(views) + 1)
                    for records in model.search([], limit=2):
                        names = set(result["models"][model._name]["fields"])
                        spec = {name: {} for name in names}
                        records.web_read(spec)

    def test_empty_lists_explain_themselves(self):
        for action in self._actions():
            self.assertGreater(len(action.help or ""), 100, action.name)

    def test_filters(self):
        arch = self.env.ref("customer_performance.performance_milestone_view_search")
        self.assertIn("waiting_for_me", arch.arch)
        milestones = self.env["performance.milestone"]
        waiting = [("activity_user_id", "=", self.user_manager.id)]
        self.assertEqual(
            milestones.with_user(self.user_manager).search(waiting),
            self._milestone(self.lead),
        )

    def test_lead_form(self):
        with Form(self.lead.with_user(self.user_sales)) as form:
            self.assertEqual(len(form.milestone_line_ids), 4)
            form.name = "Renamed"
        self.assertEqual(self.lead.name, "Renamed")
        action = self.lead.with_user(self.user_sales).action_open_milestones()
        found = self.env["performance.milestone"].search(action["domain"])
        self.assertEqual(found, self.lead.milestone_ids)

    def test_plan_on_the_lead_form(self):
        lead = self._create_lead()
        with Form(lead.with_user(self.user_crm)) as form:
            form.performance_plan_id = self.plan
        form = Form(lead.with_user(self.user_sales))
        with self.assertRaises(AssertionError):
            form.performance_plan_id = self.env["performance.bonus.plan"]

    def test_menus(self):
        menu = self.env.ref("customer_performance.performance_milestone_crm_menu")
        self.assertEqual(menu.parent_id, self.env.ref("crm.crm_menu_sales"))
        for user in (self.user_sales, self.user_crm):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertIn(menu.id, visible)

    def test_two_currencies_in_one_group(self):
        """The client asks for all currencies of a group, and never shows a raw sum."""
        groups = self.env["performance.milestone"].formatted_read_group(
            [("lead_id", "=", self.lead.id)],
            ["state"],
            ["amount:sum", "amount:sum_currency", "currency_id:array_agg_distinct"],
        )
        for group in groups:
            self.assertEqual(
                group["currency_id:array_agg_distinct"], self.company.currency_id.ids
            )
