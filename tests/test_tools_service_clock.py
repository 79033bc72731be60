from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.service_clock import merged_pauses, moment, running_seconds
from ..tools.working_time import segments

MONDAY = datetime(2026, 3, 2)
DAYS = 3
MINUTES = DAYS * 24 * 60
STEP = timedelta(minutes=1)


def at(minutes):
    return MONDAY + minutes * STEP


def minutes(lowest=0, highest=MINUTES):
    return st.integers(lowest, highest)


working = st.lists(
    st.tuples(minutes(), minutes(0, 700)).map(lambda p: (at(p[0]), at(p[0] + p[1]))),
    max_size=6,
)
closed_pauses = st.lists(
    st.tuples(minutes(-200), minutes(-5, 400)).map(
        lambda p: (at(p[0]), at(p[0] + p[1]))
    ),
    max_size=5,
)
lasting = st.one_of(st.just([]), minutes().map(lambda n: [(at(n), None)]))
pauses = st.tuples(closed_pauses, lasting).map(lambda parts: parts[0] + parts[1])


def runs(minute, intervals, pauses):
    """Whether the clock runs in the minute that begins at this instant."""
    works = any(start <= minute < stop for start, stop in intervals)
    stands = any(
        start <= minute and (stop is None or minute < stop) for start, stop in pauses
    )
    return works and not stands


def walked_seconds(intervals, pauses, start, stop):
    """The reference: minute by minute."""
    total = 0
    while start < stop:
        total += 60 if runs(start, intervals, pauses) else 0
        start += STEP
    return total


def walked_moment(intervals, pauses, start, seconds):
    """The reference: walk until the time is used up, or the range ends."""
    while start < at(MINUTES):
        seconds -= 60 if runs(start, intervals, pauses) else 0
        start += STEP
        if seconds <= 0:
            return start + timedelta(seconds=seconds)
    return None


@tagged("post_install", "-at_install")
class TestToolsServiceClock(BaseCase):
    """The clock is that of somebody who walks through the minutes."""

    def laid_out(self, intervals):
        return segments(intervals, MONDAY, at(MINUTES))

    @given(working, pauses, minutes(), minutes())
    def test_running_time_is_that_of_the_walk(self, intervals, pauses, one, other):
        first, last = at(min(one, other)), at(max(one, other))
        self.assertEqual(
            running_seconds(self.laid_out(intervals), first, last, pauses),
            walked_seconds(intervals, pauses, first, last),
        )

    @given(working, pauses, minutes(), st.integers(1, 24 * 3600))
    def test_due_when_the_walk_is_over(self, intervals, pauses, start, seconds):
        self.assertEqual(
            moment(self.laid_out(intervals), at(start), seconds, pauses),
            walked_moment(intervals, pauses, at(start), seconds),
        )

    @given(working, pauses, minutes(), st.integers(1, 24 * 3600))
    def test_what_is_due_has_run_exactly_so_long(
        self, intervals, pauses, start, seconds
    ):
        found = self.laid_out(intervals)
        due = moment(found, at(start), seconds, pauses)
        if due:
            ran = running_seconds(found, at(start), due, pauses)
            self.assertAlmostEqual(ran, seconds, delta=0.001)

    @given(pauses)
    def test_merged_pauses_are_in_order_and_apart(self, pauses):
        merged = merged_pauses(pauses)
        for before, after in pairwise(merged):
            self.assertLess(before[1], after[0])

    def test_over_a_weekend(self):
        friday, monday = datetime(2026, 3, 6), datetime(2026, 3, 9)
        hours = [(friday.replace(hour=9), friday.replace(hour=17))]
        hours += [(monday.replace(hour=9), monday.replace(hour=17))]
        found = segments(hours, friday, monday + timedelta(days=1))
        filed = friday.replace(hour=15)
        self.assertEqual(moment(found, filed, 4 * 3600), monday.replace(hour=11))
        # used up at the end of a day is due at that end, not on the next morning
        self.assertEqual(moment(found, filed, 2 * 3600), friday.replace(hour=17))

    def test_waiting_is_not_due(self):
        found = self.laid_out([(MONDAY, at(MINUTES))])
        pause = (at(30), None)
        self.assertIsNone(moment(found, MONDAY, 3600, [pause]))
        self.assertEqual(moment(found, MONDAY, 1800, [pause]), at(30))
        self.assertEqual(moment(found, MONDAY, 3600, [(at(30), at(90))]), at(120))

    def test_nobody_works(self):
        found = self.laid_out([])
        self.assertIsNone(moment(found, MONDAY, 60))
        self.assertEqual(running_seconds(found, MONDAY, at(100)), 0)
