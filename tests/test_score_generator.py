from itertools import product
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, HttpCase, tagged

from ..tools.generator import EMPHASES, INDUSTRIES, ROLES, TARGETS, every_code
from .score_common import ScoreCommon


@tagged("post_install", "-at_install")
class TestScoreGenerator(HttpCase, ScoreCommon):
    """Generated schemes, as records that are put in force."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Kpi = cls.env["performance.kpi"]

    def _wizard(self, user=None, **choice):
        Wizard = self.env["performance.scheme.generator"].with_user(
            user or self.user_admin
        )
        return Wizard.create(choice)

    def _generate(self, **choice):
        action = self._wizard(**choice).action_generate()
        return self.env["performance.scheme"].browse(action["res_id"])

    def _without_apps(self):
        """As if no app were there that is not always there."""

        def only_own(wizard, kpi):
            return not kpi.required_module and usable(wizard, kpi)

        Wizard = type(self.env["performance.scheme.generator"])
        usable = Wizard._is_usable
        return patch.object(Wizard, "_is_usable", only_own)

    def _check_draft(self, scheme):
        self.assertEqual(scheme.state, "draft")
        kpis = scheme.line_ids.kpi_id
        self.assertIn(len(kpis), (3, 4, 5))
        self.assertEqual(set(kpis.mapped("nature")), {"outcome", "behaviour"})
        self.assertGreaterEqual(len(set(kpis.mapped("perspective"))), 2)
        finance, votes = (
            sum(scheme.line_ids.filtered(condition).mapped("weight"))
            for condition in (
                lambda line: line.kpi_id.perspective == "financial",
                lambda line: line.kpi_id.is_customer_vote,
            )
        )
        self.assertLessEqual(finance, 50)
        self.assertLessEqual(votes, 15)
        self.assertEqual({level for level, _text in scheme._checks()}, {"fine"})

    def test_every_combination_is_put_in_force(self):
        choices = product(ROLES, ["balanced", *EMPHASES], INDUSTRIES)
        for role, emphasis, industry in choices:
            with self.subTest(role=role, emphasis=emphasis, industry=industry):
                scheme = self._generate(role=role, emphasis=emphasis, industry=industry)
                self._check_draft(scheme)
                scheme.with_user(self.user_admin).action_activate()
                self.assertEqual(scheme.state, "active")

    def test_the_shipped_schemes_are_what_is_generated(self):
        facts = ("sequence", "weight", "rule", "target", "max_points")
        with self._without_apps():
            for role in ROLES:
                shipped = self.env.ref(f"customer_performance.scheme_role_{role}")
                scheme = self._generate(role=role)
                self.assertEqual(shipped.name, scheme.name)
                self.assertEqual(shipped.state, "draft")
                for line, other in zip(shipped.line_ids, scheme.line_ids, strict=True):
                    self.assertEqual(line.kpi_id, other.kpi_id)
                    self.assertEqual(line._bands(), other._bands())
                    for name in facts:
                        self.assertEqual(line[name], other[name], f"{role} {name}")

    def test_what_can_stand_for_an_area_exists_and_is_alike(self):
        kpis = {kpi.code: kpi for kpi in self.Kpi.search([])}
        self.assertLessEqual(every_code(), set(kpis))
        pools = [area.codes for role in ROLES.values() for area in role]
        pools += [
            (code, *others)
            for swaps in INDUSTRIES.values()
            for code, others in swaps.items()
        ]
        for pool in pools:
            self.assertEqual(len({kpis[code].nature for code in pool}), 1, pool)
        for code in every_code():
            kpi = kpis[code]
            self.assertTrue(kpi.default_target or kpi.band_ids or code in TARGETS, code)

    def test_the_roles_of_the_wizard_are_those_of_the_tool(self):
        fields = self.env["performance.scheme.generator"]._fields
        for name, keys in (
            ("role", list(ROLES)),
            ("emphasis", ["balanced", *EMPHASES]),
            ("industry", list(INDUSTRIES)),
        ):
            self.assertEqual([key for key, _label in fields[name].selection], keys)

    def test_the_preview_says_what_stands_in(self):
        with self._without_apps():
            form = Form(
                self.env["performance.scheme.generator"].with_user(self.user_admin)
            )
            form.role = "sales"
            self.assertIn("Profit contribution", form.preview)
            self.assertIn("Gross margin of orders", form.preview)
            self.assertNotIn("emphasis", form.preview)
            form.emphasis = "retain"
            self.assertIn("It weighs more by the emphasis.", form.preview)

    def test_too_few_kpis_are_named(self):
        kpis = self.Kpi.search([("code", "in", list(every_code()))])
        kpis.filtered(lambda kpi: kpi.perspective != "financial").active = False
        wizard = self._wizard(role="sales")
        self.assertIn("Too few KPIs", wizard.preview)
        with self.assertRaisesRegex(UserError, "Too few KPIs"):
            wizard.action_generate()

    def test_only_administrators_generate(self):
        for user in (self.user_hr, self.user_manager, self.user_employee):
            with self.assertRaises(AccessError):
                self._wizard(user, role="sales")
        wizard = self._wizard(role="sales")
        model = self.env["performance.scheme.generator"].with_user(self.user_hr)
        with self.assertRaises(AccessError):
            call_kw(model, "action_generate", [wizard.ids], {})

    def test_an_administrator_generates_in_a_browser(self):
        self.start_tour(
            "/odoo/performance-schemes",
            "performance_generate_scheme",
            login="perf_admin",
        )
        scheme = self.env["performance.scheme"].search([], order="id desc", limit=1)
        self.assertRecordValues(
            scheme, [{"name": "After-Sales: Retain Customers", "state": "active"}]
        )

    def test_the_balance_is_drawn(self):
        scheme = self._generate(role="sales")
        with self.subTest("within the limit"):
            self.assertIn('aria-valuenow="50"', scheme.balance)
            self.assertNotIn("bg-danger", scheme.balance)
        self.env.company.performance_finance_most = 40
        scheme.invalidate_recordset()
        self.assertIn("bg-danger", scheme.balance)
        self.assertIn('aria-valuenow="0"', self.env["performance.scheme"].new().balance)
