"""Calendar periods, closed-open in the time zone of the company (D13)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# {kind of period: its length in months}
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
UTC = ZoneInfo("UTC")


def _month(year, index):
    """First day of the month ``index`` (0 = January; may run over the year)."""
    return date(year + index // 12, index % 12 + 1, 1)


def period_range(kind, day):
    """The calendar period of a kind that contains a day.

    :param str kind: key of ``MONTHS``
    :param date day: any day of the period
    :return: (first day, last day), both inclusive
    """
    length = MONTHS[kind]
    first = (day.month - 1) // length * length
    return _month(day.year, first), _month(day.year, first + length) - timedelta(days=1)


def period_name(kind, first_day):
    """A name that sorts and needs no translation: 2026-11, 2026-Q4, 2026-H2, 2026."""
    number = (first_day.month - 1) // MONTHS[kind] + 1
    pattern = {
        "month": "{0}-{1:02d}",
        "quarter": "{0}-Q{1}",
        "half_year": "{0}-H{1}",
        "year": "{0}",
    }[kind]
    return pattern.format(first_day.year, number)


def utc_bounds(first_day, last_day, tz):
    """The instants at which a period begins and at which it is over.

    :param str tz: name of a time zone
    :return: naive UTC datetimes [first day 00:00, day after the last 00:00)
    """
    zone = ZoneInfo(tz)
    return tuple(
        datetime.combine(day, time.min, zone).astimezone(UTC).replace(tzinfo=None)
        for day in (first_day, last_day + timedelta(days=1))
    )


def shift_months(day, months):
    """The same day so many months later (earlier when negative), at most the last."""
    first = _month(day.year, day.month - 1 + months)
    last = _month(first.year, first.month) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def compared_range(kind, first_day, last_day, compare_with):
    """The days a period is compared with.

    :param str kind: key of ``MONTHS``, or ``custom``
    :param str compare_with: ``previous``, the stretch of the same kind just before (of
        the same number of days for a custom one), or ``year_ago``
    :return: (first day, last day), both inclusive
    """
    if compare_with == "year_ago":
        if kind in MONTHS:
            return period_range(kind, shift_months(first_day, -12))
        return shift_months(first_day, -12), shift_months(last_day, -12)
    before = first_day - timedelta(days=1)
    if kind in MONTHS:
        return period_range(kind, before)
    return before - (last_day - first_day), before
