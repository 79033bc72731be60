"""From working intervals to cumulative working time, in a shape that SQL can join.

Every UTC day is cut into segments that are either all work or no work at all, and each
segment knows what was worked before it. The working time between two instants is then
the difference of two look-ups, whatever lies between them:

    worked(t) = worked_before + (t - start if is_work else 0)

where the segment of ``t`` is the one of its day with ``start <= t < stop``.
"""

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)
NOTHING = timedelta()


class Segment(NamedTuple):
    """A part of one UTC day, ``[start, stop)``; all datetimes are naive UTC.

    ``worked_before`` is the working time, in seconds, from the start of the range to
    the start of this segment.
    """

    day: date
    start: datetime
    stop: datetime
    worked_before: float
    is_work: bool


def _merged(intervals, start, stop):
    """Working intervals of a range, joined where they touch or overlap."""
    merged = []
    for interval in sorted(interval[:2] for interval in intervals):
        opening, closing = max(interval[0], start), min(interval[1], stop)
        if opening >= closing:
            continue
        if merged and opening <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(closing, merged[-1][1])
        else:
            merged.append((opening, closing))
    return merged


def _pieces(intervals, start, stop):
    """Yield (start, stop, is work): the whole range, work and gaps in turn."""
    position = start
    for opening, closing in _merged(intervals, start, stop):
        if position < opening:
            yield position, opening, False
        yield opening, closing, True
        position = closing
    if position < stop:
        yield position, stop, False


def _by_day(start, stop):
    """Yield (start, stop) of the part of each UTC day."""
    while start < stop:
        midnight = datetime.combine(start, time.min) + DAY
        yield start, min(midnight, stop)
        start = midnight


def segments(intervals, start, stop):
    """Cut every UTC day of a range into segments of work and of no work.

    :param list intervals: working time, ``[(start, stop)]`` in naive UTC, best sorted
        and disjoint (further items of a tuple, as in Odoo's intervals, are ignored);
        what lies outside the range is cut off
    :param datetime start: first midnight, naive UTC
    :param datetime stop: midnight after the last day, naive UTC
    :return: ``[Segment]`` in order: each instant of the range lies in exactly one
    """
    if any(bound.time() != time.min or bound.tzinfo for bound in (start, stop)):
        raise ValueError("A range starts and stops at a midnight, naive UTC.")
    result, worked = [], NOTHING
    for piece_start, piece_stop, is_work in _pieces(intervals, start, stop):
        for first, last in _by_day(piece_start, piece_stop):
            before = worked.total_seconds()
            result.append(Segment(first.date(), first, last, before, is_work))
            worked += last - first if is_work else NOTHING
    return result


def _worked_until(found, instant):
    """Working time in seconds from the start of the range to an instant."""
    if not found or instant <= found[0].start:
        return 0.0
    index = bisect_right(found, instant, key=lambda segment: segment.start) - 1
    segment = found[index]
    if not segment.is_work:
        return segment.worked_before
    inside = min(instant, segment.stop) - segment.start
    return segment.worked_before + inside.total_seconds()


def worked_seconds(found, first, last):
    """Working time between two instants, in seconds; negative when they are swapped.

    Outside of the range nobody works: the range has to cover what is asked for.

    :param list found: what :func:`segments` returned
    """
    return _worked_until(found, last) - _worked_until(found, first)
