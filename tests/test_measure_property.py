from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .measure_custom import MeasureProof

FEW = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=False,
    database=None,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
)
ZONES = ("Europe/Berlin", "America/Havana", "Asia/Kolkata", "Pacific/Kiritimati", "CET")
# edges of the period, of what it is compared with, of versions and of summer time
DAYS = (
    date(2025, 1, 1),
    date(2025, 4, 1),
    date(2025, 10, 1),
    date(2026, 1, 1),
    date(2026, 2, 15),
    date(2026, 3, 1),
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 1),
)
moments = st.builds(
    lambda day, hours, seconds: (
        datetime.combine(day, datetime.min.time())
        + timedelta(hours=hours, seconds=seconds)
    ),
    st.sampled_from(DAYS),
    st.integers(-14, 14),
    st.sampled_from((-1, 0, 1)),
)
days = st.builds(
    lambda day, shift: day + timedelta(days=shift),
    st.sampled_from(DAYS),
    st.sampled_from((-1, 0, 1)),
)
amounts = st.one_of(
    st.none(), st.decimals(-1000, 100000, places=2), st.just(Decimal("0.005"))
)
aggregates = st.sampled_from(("count", "sum", "avg", "min", "max", "distinct"))
SOURCES = (
    "records",
    "share",
    "net_share",
    "repeat",
    "retention",
    "first_time",
    "growth",
)


def some(values):
    """One of the values, or nothing."""
    return st.sampled_from((None, *values))


@tagged("post_install", "-at_install")
class TestLeadsProperty(MeasureProof):
    """Any leads whatever: the engine finds what plain loops find."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Lead = cls.env["crm.lead"].with_context(tracking_disable=True)
        cls.leads = Lead.create(
            [{"name": f"Lead {i}", "type": "opportunity"} for i in range(14)]
        )
        cls.periods = cls.period + cls._make_period(cls.other)
        cls.lead_values = st.fixed_dictionaries(
            {
                "date_closed": st.one_of(st.none(), moments),
                "user_id": some(cls.users.ids),
                "team_id": some(cls.teams.ids),
                "partner_id": some(cls.partners.ids),
                "company_id": some(cls.companies.ids),
                "expected_revenue": amounts,
                "active": st.sampled_from((True, True, False)),
                "priority": some("0123"),
                "day_close": st.one_of(st.none(), st.floats(0, 500)),
            }
        )

    definitions = st.fixed_dictionaries(
        {
            "source": st.sampled_from(SOURCES),
            "aggregate": aggregates,
            "measure_field": st.sampled_from(("expected_revenue", "day_close")),
            "domain": st.sampled_from(
                ("[]", "[('active', 'in', [True, False])]", "[('priority', '>', '0')]")
            ),
            "match_domain": st.sampled_from(
                ("[('expected_revenue', '>', 50)]", "[('partner_id', '=', False)]")
            ),
            "against_domain": st.just("[('priority', '!=', '1')]"),
            "include_archived": st.booleans(),
            "distinct_path": st.sampled_from(("", "partner_id", "team_id")),
            "compare_with": st.sampled_from(("previous", "year_ago")),
            "minimum_sample": st.integers(0, 2),
            "repeat_count": st.integers(1, 3),
            "employee_path": st.sampled_from(
                ("", "user_id", "user_id", "team_id.user_id")
            ),
            "team_path": st.sampled_from(("", "team_id")),
            "company_path": st.sampled_from(("", "", "team_id.company_id")),
        }
    )

    def _put_leads(self, rows):
        for lead, values in zip(self.leads, rows, strict=True):
            self.put(lead, values)

    def test_engine_is_reference(self):
        rows = st.lists(self.lead_values, min_size=14, max_size=14)

        @FEW
        @given(rows, self.definitions, st.sampled_from(ZONES))
        def check(rows, values, zone):
            with self.example():
                self._put_leads(rows)
                definition = self.definition(**values)
                for period in self.periods:
                    period.tz = zone
                    self.assert_numbers(definition, period)

        check()
