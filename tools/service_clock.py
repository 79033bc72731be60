"""The clock of a promise: when is it due, how much of it is used up.

A clock runs from a start in the working time of a calendar (or all the time) and stands
still during pauses. Working time comes as the segments of :mod:`working_time`; an
elapsed clock is one whose only segment is work from first to last.

A pause is ``(start, stop)`` in naive UTC; ``stop`` is None while it lasts.
"""

from bisect import bisect_left
from datetime import datetime, timedelta

from .working_time import worked_seconds


def merged_pauses(pauses):
    """Pauses in order, joined where they touch or overlap; empty ones are dropped."""
    merged = []
    for start, stop in sorted(pauses, key=lambda pause: pause[0]):
        if stop is not None and stop <= start:
            continue
        if merged and (merged[-1][1] is None or start <= merged[-1][1]):
            last = merged[-1][1]
            longest = None if None in (last, stop) else max(last, stop)
            merged[-1] = merged[-1][0], longest
        else:
            merged.append((start, stop))
    return merged


def stretches(start, pauses):
    """Yield (first, last) of the time between pauses; the last one has no end.

    Nothing follows a pause that still lasts.
    """
    for opening, closing in merged_pauses(pauses):
        if start < opening:
            yield start, opening
        if closing is None:
            return
        start = max(start, closing)
    yield start, None


def running_seconds(found, start, stop, pauses=()):
    """How long a clock ran between two instants, in seconds.

    :param list found: segments that cover the time between
    """
    total = 0.0
    for first, last in stretches(start, pauses):
        end = stop if last is None else min(last, stop)
        if first < end:
            total += worked_seconds(found, first, end)
    return total


def _worked_at(found, target):
    """The first instant by which so much was worked; None when never in the range."""
    # the last segment that starts with less is where it is reached: work, or the end
    index = bisect_left(found, target, key=lambda segment: segment.worked_before)
    segment = found[index - 1]
    reached = segment.start + timedelta(seconds=target - segment.worked_before)
    return reached if segment.is_work and reached <= segment.stop else None


def moment(found, start, seconds, pauses=()):
    """The first instant at which a clock has run so long.

    :param list found: segments, from before ``start`` on
    :param float seconds: more than nothing
    :return: naive UTC; None while a pause lasts, or when the segments end before
    """
    for first, last in stretches(start, pauses):
        available = worked_seconds(found, first, last or datetime.max)
        if available >= seconds:
            origin = worked_seconds(found, datetime.min, first)
            return _worked_at(found, origin + seconds)
        seconds -= available
    return None
