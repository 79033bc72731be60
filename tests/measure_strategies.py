"""What hypothesis draws: records at the edges of everything, and definitions."""

import os
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# PERFORMANCE_EXAMPLES=1000 looks longer, and elsewhere every time
EXAMPLES = int(os.environ.get("PERFORMANCE_EXAMPLES") or 0)


def few(count):
    """So many examples, always the same ones, unless asked for more."""
    return settings(
        max_examples=EXAMPLES or count,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=not EXAMPLES,
        database=None,
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
AGGREGATES = ("count", "sum", "avg", "min", "max", "distinct")
SOURCES = (
    "records",
    "share",
    "net_share",
    "repeat",
    "retention",
    "first_time",
    "growth",
)

moments = st.builds(
    lambda day, hours, seconds: (
        datetime.combine(day, datetime.min.time())
        + timedelta(hours=hours, seconds=seconds)
    ),
    st.sampled_from(DAYS),
    st.integers(-14, 14),
    st.sampled_from((-61, -1, 0, 1, 59)),
)
days = st.builds(
    lambda day, shift: day + timedelta(days=shift),
    st.sampled_from(DAYS),
    st.integers(-1, 1),
)
amounts = st.one_of(
    st.none(), st.decimals(-1000, 100000, places=2), st.just(Decimal("0.005"))
)


def some(values):
    """One of the values, or nothing."""
    return st.sampled_from((None, *values))


def rows_of(strategy, count):
    """So many rows of values."""
    return st.lists(strategy, min_size=count, max_size=count)


measuring = {
    "source": st.sampled_from(SOURCES),
    "aggregate": st.sampled_from(AGGREGATES),
    "compare_with": st.sampled_from(("previous", "year_ago")),
    "minimum_sample": st.integers(0, 2),
    "repeat_count": st.integers(1, 3),
    "include_archived": st.booleans(),
}
on_leads = {
    **measuring,
    "measure_field": st.sampled_from(("expected_revenue", "day_close")),
    "domain": st.sampled_from(
        (
            "[]",
            "[('active', 'in', [True, False])]",
            "[('priority', '>', '0')]",
            "['|', ('partner_id.parent_id', '=', False), ('user_id', '=', False)]",
            "[('team_id.name', 'like', 'team')]",
        )
    ),
    "match_domain": st.sampled_from(
        ("[('expected_revenue', '>', 50)]", "[('partner_id', '=', False)]")
    ),
    "against_domain": st.just("[('priority', '!=', '1')]"),
    "distinct_path": st.sampled_from(("", "partner_id", "team_id")),
}
lead_paths = {
    "employee_path": st.sampled_from(("", "user_id", "user_id", "team_id.user_id")),
    "owner_at": st.sampled_from(("now", "date")),
    "team_path": st.sampled_from(("", "team_id")),
    "customer_path": st.sampled_from(
        ("partner_id.commercial_partner_id", "partner_id", "partner_id.child_ids")
    ),
    "company_path": st.sampled_from(("", "", "team_id.company_id")),
}
on_things = {
    **measuring,
    "measure_type": st.sampled_from(("field", "field", "duration")),
    "measure_field": st.sampled_from(("x_amount", "x_amount", "x_number", "x_whole")),
    "duration_clock": st.sampled_from(("elapsed", "working")),
    "unit": st.sampled_from(("number", "seconds", "minutes", "hours", "days")),
    "domain": st.sampled_from(("[]", "[('x_number', '!=', 0)]")),
    "match_domain": st.sampled_from(
        ("[('x_user_ids.login', 'like', 'sales')]", "[('x_whole', '>', 1)]")
    ),
    "against_domain": st.just("[('x_partner_id', '=', False)]"),
    "distinct_path": st.sampled_from(("", "x_partner_id", "x_user_ids")),
}
thing_paths = {
    "employee_path": st.sampled_from(
        ("", "x_user_id", "x_user_ids", "x_employee_id", "x_lead_id.user_id")
    ),
    "owner_at": st.sampled_from(("now", "date")),
    "department_path": st.sampled_from(("", "", "x_department_id")),
    "team_path": st.sampled_from(("", "x_team_id", "x_lead_id.team_id")),
    "customer_path": st.sampled_from(
        (
            "x_partner_id.commercial_partner_id",
            "x_lead_id.partner_id",
            "x_partner_id.child_ids",
        )
    ),
    "opportunity_path": st.sampled_from(("", "x_lead_id")),
    "company_path": st.sampled_from(("", "x_company_id", "x_user_id.company_id")),
    "date_field": st.sampled_from(("x_when", "x_day")),
}
