from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..models.measure.engine import Definition, Measure
from .measure_custom import MODEL, MeasureProof

NOW = "2026-03-15 03:00:00"
LEADS = {
    "model_name": "crm.lead",
    "date_field": "date_closed",
    "employee_path": "user_id",
    "team_path": "team_id",
    "customer_path": "partner_id.commercial_partner_id",
    "minimum_sample": 0,
}
CUSTOM = {"model_name": MODEL, "date_field": "x_when", "minimum_sample": 0}
REVENUE = {"aggregate": "sum", "measure_field": "expected_revenue"}
# by code
KPIS = {
    "P_COUNT": LEADS,
    "P_SUM_THEN": {**LEADS, **REVENUE, "owner_at": "date"},
    "P_WON": {**LEADS, "domain": "[('stage_id.is_won', '=', True)]"},
    "P_TAGS": {**LEADS, "domain": "[('tag_ids.name', 'like', 'hot')]"},
    "P_SHARE": {**LEADS, "source": "share", "match_domain": "[('priority', '=', '3')]"},
    "P_KEPT": {**LEADS, "source": "retention"},
    "P_FIRST": {**LEADS, "source": "first_time"},
    "P_GROWTH": {**LEADS, **REVENUE, "source": "growth"},
    "P_AGAIN": {**LEADS, "source": "repeat", "include_archived": True},
    "P_RATIO": {"source": "formula", "formula": "100 * P_WON / P_COUNT + P_NET"},
    "P_NET": {"source": "formula", "formula": "P_AMOUNT - P_PEOPLE"},
    "P_AMOUNT": {
        **CUSTOM,
        "aggregate": "sum",
        "measure_field": "x_amount",
        "company_path": "x_company_id",
        "employee_path": "x_employee_id",
        "department_path": "x_department_id",
    },
    "P_PEOPLE": {**CUSTOM, "employee_path": "x_user_ids"},
}


@tagged("post_install", "-at_install")
class IncrementalCommon(MeasureProof):
    """KPIs of every kind, their records, three periods; nothing else is measured."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_model()
        cls.period_before = cls._make_period(cls.company, first="2025-10-01")
        cls.periods = cls.period + cls.period_before + cls._make_period(cls.other)
        cls.env.cr.execute("UPDATE performance_kpi SET active = FALSE")
        cls.env.invalidate_all()
        cls.stage = cls.env["crm.stage"].create({"name": "Nearly", "is_won": False})
        cls.tag = cls.env["crm.tag"].create({"name": "hot stuff"})
        Kpi = cls.env["performance.kpi"]
        # what formulas read has to be there before them
        codes = sorted(KPIS, key=lambda code: (code == "P_RATIO", code == "P_NET"))
        cls.kpis = Kpi.create(
            [{"name": code, "code": code, **KPIS[code]} for code in codes]
        )
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Lead {number}",
                    "type": "opportunity",
                    "company_id": cls.company.id,
                    "user_id": cls.users[number % 4].id,
                    "partner_id": cls.partners[number % 5].id,
                    "stage_id": cls.stage.id,
                    "expected_revenue": 10.5 * number,
                    "priority": str(number % 4),
                    "tag_ids": [Command.set(cls.tag.ids if number % 2 else [])],
                }
                for number in range(10)
            ]
        )
        cls.env.flush_all()
        cls.cr.precommit.run()
        days = ("2025-11-03", "2026-01-01", "2026-02-15", "2026-03-14", "2026-04-02")
        for number, lead in enumerate(cls.leads):
            cls.put(cls, lead, {"date_closed": f"{days[number % 5]} 10:00:00"})
        cls.things = cls.env[MODEL].create(
            [
                {
                    "x_active": True,
                    "x_when": f"{days[number % 5]} 10:00:00",
                    "x_amount": 100 + number,
                    "x_currency_id": cls.env.ref(f"base.{name}").id,
                    "x_company_id": cls.companies[number % 2].id,
                    "x_employee_id": cls.people[number % 3].id,
                    "x_department_id": (cls.left + cls.right)[number % 2].id,
                    "x_user_ids": [Command.set(cls.users[number % 4 : 5].ids)],
                }
                for number, name in enumerate(
                    ("EUR", "JPY", "USD", "EUR", "USD", "JPY")
                )
            ]
        )
        cls.put(cls, cls.leads[1], {"company_id": None})
        cls.a_rate = cls.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": cls.env.ref("base.USD").id,
                "company_id": cls.company.id,
                "rate": 2,
            }
        )
        cls.env.flush_all()
        cls.env.invalidate_all()
        cls.kpi = {kpi.code: kpi for kpi in cls.kpis}

    # === RUNS ===#

    def run_now(self, full=False):
        """A run over everything; returns it."""
        self.env.flush_all()
        self.cr.precommit.run()
        with freeze_time(NOW):
            run = self.env["performance.run"]._start(
                "nightly", self.kpis.filtered("active"), self.periods, full=full
            )
            run._work(lambda _count: True)
            self.env.flush_all()
        failed = run.line_ids.filtered(lambda line: line.state == "error")
        self.assertFalse(failed, failed.mapped("message"))
        self.assertEqual(run.state, "done")
        return run

    def readings(self):
        """``{(code, period, kind, subject): what was measured}``."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT k.code, r.period_id, r.subject_type, COALESCE(employee_id,"
            " department_id, team_id, subject_company_id, partner_id, lead_id),"
            " value, r.state, numerator, denominator, sample_size, excluded_count"
            " FROM performance_reading r JOIN performance_kpi k ON k.id = r.kpi_id"
            " WHERE r.active AND kpi_id = ANY(%s)",
            [self.kpis.ids],
        )
        return {row[:4]: row[4:] for row in self.env.cr.fetchall()}

    def measured_in(self, run):
        """``{(code, period)}`` that a run measured."""
        return {
            (line.kpi_id.code, line.period_id)
            for line in run.line_ids
            if line.state == "done"
        }

    def measure_all(self, full):
        """What a full run does, all KPIs of a period in as few scans as possible."""
        formulas = self.kpis.filtered(lambda kpi: kpi.source == "formula")
        levels = formulas._formula_levels()
        for _level, kpis in sorted(
            self.kpis.filtered("active").grouped(lambda k: levels.get(k.id, 0)).items()
        ):
            definitions = [Definition.of(kpi) for kpi in kpis]
            components = kpis._direct_components()
            for period in self.periods.filtered(lambda p: p.state == "open"):
                Measure(self.env, definitions, period, components=components).run()

    def assert_nothing_missed(self, everything=None):
        """A nightly run gives what a full run gives."""
        run = self.run_now()
        found = self.readings()
        (everything or self.measure_all)(full=True)
        expected = self.readings()
        wrong = {
            key: (found.get(key), expected.get(key))
            for key in found.keys() | expected.keys()
            if found.get(key) != expected.get(key)
        }
        self.assertFalse(wrong)
        return run
