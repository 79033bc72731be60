from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.periods import MONTHS, period_name, period_range, utc_bounds


@tagged("post_install", "-at_install")
class TestPeriods(BaseCase):
    @given(
        st.sampled_from(sorted(MONTHS)),
        st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31)),
    )
    def test_periods_tile_the_calendar(self, kind, day):
        first, last = period_range(kind, day)
        self.assertLessEqual(first, day)
        self.assertLessEqual(day, last)
        self.assertEqual(period_range(kind, first), (first, last))
        self.assertEqual(period_range(kind, last), (first, last))
        # the next period begins on the next day: no gap, no overlap
        self.assertEqual(
            period_range(kind, last + timedelta(days=1))[0], last + timedelta(days=1)
        )

    def test_known_periods(self):
        table = {
            "month": (date(2026, 11, 1), date(2026, 11, 30), "2026-11"),
            "quarter": (date(2026, 10, 1), date(2026, 12, 31), "2026-Q4"),
            "half_year": (date(2026, 7, 1), date(2026, 12, 31), "2026-H2"),
            "year": (date(2026, 1, 1), date(2026, 12, 31), "2026"),
        }
        for kind, (first, last, name) in table.items():
            self.assertEqual(period_range(kind, date(2026, 11, 21)), (first, last))
            self.assertEqual(period_name(kind, first), name)

    def test_leap_february(self):
        self.assertEqual(period_range("month", date(2028, 2, 3))[1], date(2028, 2, 29))

    def test_bounds_follow_summer_time(self):
        # the first quarter in Berlin begins in winter and ends in summer time
        self.assertEqual(
            utc_bounds(date(2026, 1, 1), date(2026, 3, 31), "Europe/Berlin"),
            (datetime(2025, 12, 31, 23), datetime(2026, 3, 31, 22)),
        )

    @given(
        st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 30)),
        st.sampled_from(["UTC", "Asia/Shanghai", "America/St_Johns", "Pacific/Apia"]),
    )
    def test_days_follow_each_other_without_a_gap(self, day, tz):
        following = day + timedelta(days=1)
        self.assertEqual(
            utc_bounds(day, day, tz)[1], utc_bounds(following, following, tz)[0]
        )
