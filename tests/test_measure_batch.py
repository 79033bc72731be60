from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import tagged

from ..models.measure.engine import Definition, Measure
from ..tools.formula import parse
from .measure_custom import MODEL
from .measure_incremental import IncrementalCommon
from .measure_strategies import few

FORMULAS = (
    "P_COUNT + P_AMOUNT",
    "100 * P_WON / P_COUNT",
    "P_AMOUNT / P_WON",
    "P_SHARE - P_KEPT if P_KEPT > 50 else P_SHARE",
    "max(P_COUNT, P_PEOPLE) * round(P_SUM_THEN / 3)",
    "1 / (P_COUNT - P_PEOPLE)",
    "P_TAGS",
)
# what is zero for whom it has no reading, where it reaches that kind of subject
COUNTS = {"P_COUNT", "P_SUM_THEN", "P_WON", "P_TAGS", "P_FIRST", "P_AMOUNT", "P_PEOPLE"}
WITH_TEAM = ("employee", "department", "team", "company")
PEOPLE = dict.fromkeys(("P_C", "P_S", "P_W", "P_T", "P_F"), WITH_TEAM)
PEOPLE |= {"P_A": ("employee", "department", "company")}
PEOPLE |= {"P_P": ("employee", "department", "company")}


@tagged("post_install", "-at_install")
class TestBatch(IncrementalCommon):
    """What is measured together, in parts, or twice, is the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["performance.measurement"]._units(cls.kpis, cls.periods)

    def _store(self, kpis, period):
        Measure(
            self.env,
            [Definition.of(kpi) for kpi in kpis],
            period,
            components=kpis._direct_components(),
        ).run()

    def test_all_at_once_is_one_by_one(self):
        """Readings of a batch are those of each KPI measured alone."""
        plain = self.kpis.filtered(lambda kpi: kpi.source != "formula")
        formulas = (self.kpi["P_NET"], self.kpi["P_RATIO"])
        with self.example():
            for kpi in (*plain, *formulas):
                for period in self.periods:
                    self._store(kpi, period)
            alone = self.readings()
        self.assertGreater(len(alone), 100)
        for period in self.periods:
            self._store(plain, period)
            for formula in formulas:
                self._store(formula, period)
        self.assertEqual(self.readings(), alone)

    def test_stored_is_what_was_found(self):
        """A reading holds what the scan says, rounded to four digits."""
        kpis = self.kpis.filtered(lambda kpi: kpi.source != "formula")
        self._store(kpis, self.period)
        stored = self.readings()
        for kpi in kpis:
            found = self.measured([Definition.of(kpi)], self.period)[kpi.id]
            for (kind, subject), (sample, value, excluded) in found.items():
                if kind in ("customer", "opportunity"):
                    continue
                reading = stored[kpi.code, self.period.id, kind, subject]
                self.assertEqual((reading[4], reading[5]), (sample, excluded))
                self.assertEqual(reading[1], "ok" if value is not None else "no_data")
                self.assertAlmostEqual(float(reading[0]), float(value or 0), 4)
                self.assert_numbers(Definition.of(kpi), self.period)

    def test_twice_writes_nothing(self):
        """Measuring again what did not change touches no row."""
        self.kpis._measure(self.period)
        query = "SELECT id, ctid::text FROM performance_reading ORDER BY id"
        self.env.cr.execute(query)
        before = self.env.cr.fetchall()
        self.kpis._measure(self.period)
        self.env.cr.execute(query)
        self.assertEqual(self.env.cr.fetchall(), before)
        self.assertTrue(before)

    def test_formulas_are_evaluated(self):
        """Any formulas together: each is what its own KPIs' readings give."""
        kpis = self.kpis.filtered(lambda kpi: kpi.source != "formula")
        self._store(kpis, self.period)
        base = {
            key: reading
            for key, reading in self.readings().items()
            if key[1] == self.period.id
        }
        formulas = self.kpi["P_NET"] + self.kpi["P_RATIO"]
        self.env.cr.execute("DELETE FROM performance_reading WHERE NOT active")

        @few(8)
        @given(st.sampled_from(FORMULAS), st.sampled_from(FORMULAS))
        def check(first, second):
            with self.example():
                for kpi, text in zip(formulas, (first, second), strict=True):
                    kpi.formula = text
                self._store(formulas, self.period)
                found = self.readings()
                for kpi in formulas:
                    self._assert_evaluated(kpi, base, found)

        check()

    def _assert_evaluated(self, kpi, base, found):
        formula = parse(kpi.formula)
        subjects = {key[2:] for key in base if key[0] in formula.names}
        subjects.add(("company", self.company.id))
        mine = {key[2:]: row for key, row in found.items() if key[0] == kpi.code}
        self.assertEqual(mine.keys(), subjects, kpi.formula)
        for subject, (value, state, *_numbers) in mine.items():
            values = {}
            for code in formula.names:
                reading = base.get((code, self.period.id, *subject))
                if reading and reading[1] == "ok":
                    values[code] = float(reading[0])
                elif not reading and code in COUNTS and subject[0] in PEOPLE[code[:3]]:
                    values[code] = 0
            expected = formula.evaluate(values)
            self.assertEqual(state, "no_data" if expected is None else "ok")
            self.assertAlmostEqual(float(value), expected or 0, 4)

    def test_a_customer_nobody_asked_about_is_not_zero(self):
        """A formula does not take a customer's unmeasured count for none."""
        customer = self.partners[0]
        self.kpi["P_COUNT"]._measure(self.period, [customer])
        self.kpi["P_WON"]._measure(self.period)
        self.kpi["P_NET"].formula = "P_COUNT + P_WON"
        self.kpi["P_NET"].flush_recordset()
        self._store(self.kpi["P_NET"], self.period)
        readings = self.readings()
        key = (self.period.id, "customer", customer.id)
        self.assertEqual(readings[("P_COUNT", *key)][1], "ok")
        self.assertEqual(readings[("P_NET", *key)][1], "no_data")
        self.kpi["P_NET"]._measure(self.period, [customer])
        self.assertEqual(self.readings()[("P_NET", *key)][1], "ok")

    def test_formula_of_a_company_reads_its_own_kpi(self):
        """Two KPIs with one code: each formula reads the one of its company."""
        count = {"model_name": MODEL, "date_field": "x_when", "minimum_sample": 0}
        count |= {"company_path": "x_company_id"}
        Kpi = self.env["performance.kpi"]
        shared, own = Kpi.create(
            [
                {"name": "A", "code": "TWICE", **count},
                {
                    "name": "A of ours",
                    "code": "TWICE",
                    "company_id": self.company.id,
                    **count,
                    "domain": "[('x_amount', '<', 0)]",
                },
            ]
        )
        formula = {"source": "formula", "formula": "TWICE + 0"}
        both = Kpi.create(
            [
                {"name": "B", "code": "B_SHARED", **formula},
                {
                    "name": "B of ours",
                    "code": "B_OWN",
                    "company_id": self.company.id,
                    **formula,
                },
            ]
        )
        self.kpis = shared + own + both
        both._measure(self.period)
        values = {
            key[0]: reading[0]
            for key, reading in self.readings().items()
            if key[2] == "company" and key[0].startswith("B_")
        }
        self.assertEqual(values, {"B_SHARED": 1, "B_OWN": 0})
