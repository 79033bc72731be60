import re
from collections import Counter
from pathlib import Path

from odoo.tests import tagged
from odoo.tools.translate import PoFileReader

from ..tools.bands import check_bands
from .measure_common import MeasureCommon

ROOT = Path(__file__).resolve().parent.parent
CODE = re.compile(r"[A-Z][A-Z0-9_]*")
# figures that rows of the requirements name, and what stands in the library:
# {code: (unit, direction, target, upper end, tolerance)}
EXAMPLES = {
    "RESPONSE_24H": ("percent", "higher", 90, 0, 0),
    "CSAT": ("percent", "higher", 90, 0, 0),
    "CSAT_RATINGS": ("percent", "higher", 90, 0, 0),
    "RETENTION": ("percent", "higher", 90, 0, 0),
    "CHURN": ("percent", "lower", 10, 0, 0),
    "CALL_BACK_RATE": ("percent", "higher", 80, 0, 0),
    "DEDICATED_PLANS": ("percent", "higher", 95, 0, 0),
    "AFTER_CALL_WORK": ("seconds", "range", 30, 60, 30),
    "ABANDON_TIME": ("seconds", "range", 20, 60, 20),
    "FIRST_RESPONSE": ("hours", "lower", 8, 0, 0),
    "RESOLUTION_TIME": ("hours", "lower", 24, 0, 0),
    "ESCALATION_TIME": ("hours", "lower", 8, 0, 0),
    "REPEAT_COMPLAINTS": ("percent", "lower", 10, 0, 0),
    "RESPONSE_IN_TIME": ("percent", "higher", 90, 0, 0),
    "NPS": ("percent", "higher", 50, 0, 0),
    "VOICE_CSAT": ("percent", "higher", 90, 0, 0),
    "EVALUATION": ("percent", "higher", 75, 0, 0),
    "RESPONSE_RATE": ("percent", "higher", 30, 0, 0),
}
# the other KPIs that the requirements name: {code: (source, unit, direction)}
NAMED = {
    "NEW_CUSTOMERS": ("first_time", "number", "higher"),
    "ACQUISITION_COST": ("formula", "currency", "lower"),
    "REPEAT_PURCHASE": ("repeat", "percent", "higher"),
    "RENEWAL_RATE": ("retention", "percent", "higher"),
    "PENETRATION": ("formula", "percent", "higher"),
    "SOLUTION_SALES": ("records", "currency", "higher"),
    "NEW_REVENUE": ("records", "currency", "higher"),
    "ORDER_AMOUNT": ("records", "currency", "higher"),
    "INVOICED_REVENUE": ("records", "currency", "higher"),
    "OVERDUE_INVOICES": ("share", "percent", "lower"),
    "PROFIT": ("manual", "currency", "higher"),
    "CUSTOMER_GROWTH": ("manual", "percent", "higher"),
    "REVENUE_GROWTH": ("growth", "percent", "higher"),
    "OUTPUT_PER_EMPLOYEE": ("formula", "currency", "higher"),
    "LOYALTY": ("formula", "points", "higher"),
    "LOGIN_FREQUENCY": ("manual", "number", "higher"),
    "EVENTS_JOINED": ("records", "number", "higher"),
    "COMPLAINT_RATE": ("formula", "percent", "lower"),
    "NEGATIVE_REVIEWS": ("share", "percent", "lower"),
    "RESOLUTION_RATE": ("share", "percent", "higher"),
    "ACCEPTANCE_RATE": ("share", "percent", "higher"),
    "ACCEPTANCES_PASSED": ("records", "number", "higher"),
    "MAJOR_INCIDENTS": ("records", "number", "lower"),
    "CRITICAL_SOLVED_IN_TIME": ("share", "percent", "higher"),
    "CONFIRMED_PRAISE": ("share", "percent", "higher"),
    "ACCEPTANCE_DAYS": ("records", "days", "lower"),
    "RESOLUTION_IN_TIME": ("share", "percent", "higher"),
    "REOPEN_RATE": ("share", "percent", "lower"),
    "RETURN_RATE": ("formula", "percent", "lower"),
    "NEED_DISCOVERY": ("manual", "points", "higher"),
    "REQUIREMENT_ACCURACY": ("manual", "percent", "higher"),
    "REQUIREMENTS_ADOPTED": ("manual", "number", "higher"),
    "DEPARTMENT_REQUESTS": ("share", "percent", "higher"),
    "KNOWLEDGE": ("records", "number", "higher"),
    "TRAININGS_SHARED": ("records", "number", "higher"),
    "COURSES_COMPLETED": ("records", "number", "higher"),
    "MYSTERY_SHOPPING": ("manual", "points", "higher"),
    "CONVERSATION_QUALITY": ("manual", "points", "higher"),
    "LEAD_RESPONSE": ("records", "hours", "lower"),
    "WIN_RATE": ("share", "percent", "higher"),
    "PIPELINE_ACTIVITIES": ("records", "number", "higher"),
    "CUSTOMER_MEETINGS": ("records", "number", "higher"),
    "INTERACTIONS": ("records", "number", "higher"),
    "PROACTIVE_INTERACTIONS": ("share", "percent", "higher"),
    "CUSTOMERS_MET": ("records", "number", "higher"),
    "REPLY_TIME": ("records", "hours", "lower"),
    "ACTIVITIES_DONE": ("share", "percent", "higher"),
    "TASKS_DONE": ("share", "percent", "higher"),
}


def library(env):
    """The KPIs that the addon ships, archived ones too, without the demo company's."""
    data = env["ir.model.data"].search(
        [
            ("module", "=", "customer_performance"),
            ("model", "=", "performance.kpi"),
            ("name", "=like", "kpi\\_%"),
        ]
    )
    return env["performance.kpi"].browse(data.mapped("res_id"))


@tagged("post_install", "-at_install")
class TestLibrary(MeasureCommon):
    """Every shipped KPI is complete, and those whose app is there measure."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.library = library(cls.env)
        cls.by_code = {kpi.code: kpi for kpi in cls.library}

    # === COMPLETE ===#

    def test_enough_and_unique(self):
        self.assertGreaterEqual(len(self.library), 45)
        for name in ("code", "name", "description"):
            doubles = [
                text
                for text, count in Counter(self.library.mapped(name)).items()
                if count > 1
            ]
            self.assertFalse(doubles, f"{name} used twice")

    def test_every_field_is_set(self):
        admin = self.env.ref("base.user_admin")
        for kpi in self.library:
            with self.subTest(kpi=kpi.code):
                self.assertTrue(CODE.fullmatch(kpi.code))
                self.assertEqual(kpi.owner_id, admin)
                self.assertFalse(kpi.company_id)
                self.assertIn(kpi.customer_value, range(1, 6))
                self.assertIn(kpi.execution_cost, range(1, 6))
                self.assertGreater(len(kpi.description), 80)
                self.assertTrue(kpi.sequence)

    def test_description_tells_where_the_target_is_from(self):
        """A default figure is explained; without one the description says so."""
        for kpi in self.library:
            has_target = bool(kpi.default_target)
            said = re.search(r"Default (at most |below )?[\d.]+", kpi.description)
            self.assertEqual(has_target, bool(said), kpi.code)
            if said:
                number = float(re.search(r"[\d.]+", said[0])[0].rstrip("."))
                self.assertEqual(kpi.default_target, number, kpi.code)

    def test_definition_fits_the_source(self):
        needs = {
            "records": ("model_name", "date_field", "employee_path"),
            "share": ("model_name", "date_field", "employee_path", "match_domain"),
            "net_share": ("model_name", "date_field", "match_domain", "against_domain"),
            "repeat": ("model_name", "date_field", "customer_path", "repeat_count"),
            "retention": ("model_name", "date_field", "customer_path", "compare_with"),
            "first_time": ("model_name", "date_field", "customer_path"),
            "growth": ("model_name", "date_field", "customer_path", "compare_with"),
            "formula": ("formula",),
            "manual": ("cost_note",),
        }
        used = set()
        for kpi in self.library:
            used.add(kpi.source)
            for name in needs[kpi.source]:
                self.assertTrue(kpi[name], f"{kpi.code}: {name}")
            if kpi.source in ("formula", "manual"):
                self.assertFalse(kpi.model_name, kpi.code)
            if kpi.source in ("share", "net_share"):
                self.assertNotEqual(kpi.match_domain, "[]", kpi.code)
        self.assertEqual(used, set(needs), "a source without an example")

    def test_rates_need_a_sample(self):
        """A percentage of one record would pay by accident."""
        for kpi in self.library.filtered(
            lambda k: k.source in ("share", "net_share", "repeat", "retention")
        ):
            self.assertGreaterEqual(kpi.minimum_sample, 3, kpi.code)
            self.assertEqual(kpi.unit, "percent", kpi.code)
        for kpi in self.library.filtered(lambda k: k.source == "records"):
            counts = kpi.aggregate in ("count", "sum", "distinct")
            self.assertEqual(not kpi.minimum_sample, counts, kpi.code)

    def test_targets(self):
        for kpi in self.library:
            with self.subTest(kpi=kpi.code):
                if kpi.direction == "range":
                    self.assertGreater(kpi.default_target_upper, kpi.default_target)
                    self.assertTrue(kpi.default_tolerance)
                else:
                    self.assertFalse(kpi.default_target_upper)
                    self.assertFalse(kpi.default_tolerance)
                if kpi.unit == "percent" and kpi.default_target:
                    self.assertLessEqual(kpi.default_target, 100)
                if kpi.unit == "currency":
                    self.assertFalse(kpi.default_target, "amounts are set per person")

    def test_bands(self):
        with_bands = self.library.filtered("band_ids")
        self.assertGreaterEqual(len(with_bands), 15)
        for kpi in with_bands:
            with self.subTest(kpi=kpi.code):
                bands = self._bands(kpi)
                self.assertIsNone(check_bands(bands))
                self.assertEqual(bands[0][0], 0)
                self.assertIsNone(bands[-1][1])
                points = [band[2] for band in bands]
                self.assertEqual(
                    points, sorted(points, reverse=kpi.direction == "lower")
                )
                self.assertEqual((min(points), max(points)), (0, 10))
                best = bands[0][1] if kpi.direction == "lower" else bands[-1][0]
                self.assertEqual(best, kpi.default_target)

    @staticmethod
    def _bands(kpi):
        return [
            (band.lower, None if band.is_open else band.upper, band.points)
            for band in kpi.band_ids.sorted("lower")
        ]

    def test_satisfaction_of_80_to_90_gives_8_points(self):
        self.assertIn((80, 90, 8), self._bands(self.by_code["CSAT"]))

    # === BALANCE ===#

    def test_balance(self):
        least = {
            "perspective": dict.fromkeys(
                ("financial", "customer", "process", "learning"), 5
            ),
            "lifecycle_stage": dict.fromkeys(
                ("signing", "delivery", "service", "renewal", "general"), 5
            ),
            "nature": {"outcome": 20, "behaviour": 20},
        }
        for name, wanted in least.items():
            counts = Counter(kpi[name] for kpi in self.library)
            for key, minimum in wanted.items():
                self.assertGreaterEqual(counts[key], minimum, f"{name} {key}")

    def test_quadrant(self):
        """The quadrant of value and cost has something in each corner but one."""
        best = self.library.filtered(
            lambda k: k.customer_value >= 4 and k.execution_cost <= 2
        )
        dear = self.library.filtered(
            lambda k: k.customer_value >= 4 and k.execution_cost >= 4
        )
        cheap = self.library.filtered(
            lambda k: k.customer_value <= 2 and k.execution_cost <= 2
        )
        for corner in (best, dear, cheap):
            self.assertGreaterEqual(len(corner), 5)
        self.assertIn(self.by_code["RESPONSE_24H"], best)
        self.assertIn(self.by_code["MYSTERY_SHOPPING"], dear)

    # === EXAMPLES ===#

    def test_figures_of_the_requirements(self):
        for code, figures in EXAMPLES.items():
            kpi = self.by_code[code]
            self.assertEqual(
                (
                    kpi.unit,
                    kpi.direction,
                    kpi.default_target,
                    kpi.default_target_upper,
                    kpi.default_tolerance,
                ),
                figures,
                code,
            )

    def test_kpis_of_the_requirements(self):
        for code, expected in NAMED.items():
            kpi = self.by_code[code]
            self.assertEqual((kpi.source, kpi.unit, kpi.direction), expected, code)

    # === AVAILABLE ===#

    def test_available_when_the_app_is_installed(self):
        installed = self.env["ir.module.module"]._installed()
        for kpi in self.library:
            there = not kpi.required_module or kpi.required_module in installed
            self.assertEqual(kpi.is_available, there, kpi.code)
        without = self.library.filtered(lambda k: not k.required_module)
        self.assertTrue(all(without.mapped("is_available")))

    def test_formulas_are_there_with_what_they_use(self):
        """A formula says which app it needs when one of its KPIs needs it."""
        for kpi in self.library.filtered(lambda k: k.source == "formula"):
            parts = [self.by_code[c] for c in CODE.findall(kpi.formula)]
            self.assertTrue(parts)
            needed = {p.required_module for p in parts} - {False}
            self.assertEqual(needed, {kpi.required_module} - {False}, kpi.code)

    def test_everything_available_measures(self):
        available = self.library.filtered("is_available")
        units = available._measure(self.period)
        broken = available.filtered("is_quarantined")
        self.assertFalse(broken, [(k.code, k.error) for k in broken])
        measured = available.filtered(lambda k: k.source != "manual")
        self.assertLessEqual(measured, units.kpi_id)

    # === TRANSLATIONS ===#

    def test_chinese(self):
        with open(ROOT / "i18n" / "zh_CN.po", "rb") as file:
            translated = {
                row["src"]: row["value"] for row in PoFileReader(file) if row["value"]
            }
        for kpi in self.library.with_context(lang="en_US"):
            for name in ("name", "description", "cost_note"):
                if not kpi[name]:
                    continue
                text = translated.get(kpi[name])
                self.assertTrue(text, f"{kpi.code}: {name} is not translated")
                self.assertRegex(text, "[\u4e00-\u9fff]", kpi.code)
