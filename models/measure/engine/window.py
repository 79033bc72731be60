"""The stretches of time that a KPI looks at, as SQL conditions."""

from datetime import timedelta
from typing import NamedTuple

from odoo.tools import SQL

from ....tools.periods import compared_range, utc_bounds


class Window(NamedTuple):
    """Days of a stretch of time, both ends included, in a time zone."""

    first: object
    last: object
    tz: str

    @classmethod
    def of(cls, period):
        """The days of a period."""
        return cls(period.date_start, period.date_end, period.tz)

    def before(self, kind, compare_with):
        """What a period of this kind is compared with."""
        first, last = compared_range(kind, self.first, self.last, compare_with)
        return Window(first, last, self.tz)

    def bounds(self, field):
        """First value inside and first value after, of the type of the field."""
        if field.type == "date":
            return self.first, self.last + timedelta(days=1)
        return utc_bounds(self.first, self.last, self.tz)

    def contains(self, column, field):
        """Condition that a date lies inside."""
        start, end = self.bounds(field)
        return SQL("(%s >= %s AND %s < %s)", column, start, column, end)

    def not_after(self, column, field):
        """Condition that a date lies before the end: inside or in history."""
        return SQL("%s < %s", column, self.bounds(field)[1])


# names that PostgreSQL takes for abbreviations, without summer time
ZONES = {
    "CET": "Europe/Brussels",
    "EET": "Europe/Athens",
    "MET": "Europe/Brussels",
    "WET": "Europe/Lisbon",
}


def zone(tz):
    """The name of a time zone as PostgreSQL takes it."""
    return ZONES.get(tz, tz)


def as_instant(column, field, tz):
    """A date or datetime column as naive UTC instant: a date begins at midnight."""
    if field.type == "date":
        return SQL(
            "(%s::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC')", column, zone(tz)
        )
    return column


def as_day(column, field, tz):
    """A date or datetime column as day in a time zone."""
    if field.type == "date":
        return column
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", column, zone(tz))
