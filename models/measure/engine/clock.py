"""Working hours between two instants, as SQL.

The working time is laid out once as segments: every instant of the range lies in
exactly one of them, and each knows how much was worked before it. What was worked
between two instants is then the difference of two look-ups, for any number of records.
"""

from datetime import datetime, time, timedelta, timezone

from odoo.tools import SQL

from ....tools.working_time import segments


def worked_until(column, alias):
    """Working time up to an instant, in seconds; ``alias`` is the segment it is in."""
    return SQL(
        "(%(worked)s + CASE WHEN %(work)s"
        " THEN EXTRACT(EPOCH FROM %(column)s - %(start)s) ELSE 0 END)",
        worked=SQL.identifier(alias, "worked"),
        work=SQL.identifier(alias, "is_work"),
        column=column,
        start=SQL.identifier(alias, "starts"),
    )


def holds(column, alias):
    """Condition that an instant lies in a segment."""
    return SQL(
        "%(alias_day)s = %(column)s::date AND %(starts)s <= %(column)s"
        " AND %(stops)s > %(column)s",
        alias_day=SQL.identifier(alias, "day"),
        starts=SQL.identifier(alias, "starts"),
        stops=SQL.identifier(alias, "stops"),
        column=column,
    )


def segment_rows(calendar, company, first, last):
    """The segments of a working calendar, leaves and holidays of the company included.

    :param resource.calendar calendar: the working time
    :param res.company company: whose holidays count
    :param datetime first: naive UTC, the range begins at midnight of its day
    :param datetime last: naive UTC, the range includes its day
    :return: SQL relation ``(day, starts, stops, worked, is_work)``
    """
    start = datetime.combine(first.date(), time.min)
    stop = datetime.combine(last.date() + timedelta(days=1), time.min)
    found = segments(working_intervals(calendar, company, start, stop), start, stop)
    columns = list(zip(*found, strict=True)) or [(), (), (), (), ()]
    return SQL(
        "(SELECT * FROM unnest(%s::date[], %s::timestamp[], %s::timestamp[],"
        " %s::float[], %s::bool[]) AS s(day, starts, stops, worked, is_work))",
        *(list(column) for column in columns),
    )


def working_intervals(calendar, company, start, stop):
    """Working intervals of a calendar as naive UTC, leaves of everybody taken out."""
    if not calendar:
        # no working hours: there are no others than the elapsed ones
        return [(start, stop)]
    # sudo finds those of other companies too
    leaves = [
        ("time_type", "=", "leave"),
        ("company_id", "in", [False, company.id]),
    ]
    found = calendar._work_intervals_batch(
        start.replace(tzinfo=timezone.utc),
        stop.replace(tzinfo=timezone.utc),
        domain=leaves,
    )[False]
    return [(_naive(begin), _naive(end)) for begin, end, _records in found]


def _naive(instant):
    return instant.astimezone(timezone.utc).replace(tzinfo=None)
