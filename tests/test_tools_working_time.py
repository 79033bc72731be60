from datetime import datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.working_time import segments, worked_seconds

MONDAY = datetime(2026, 3, 2)
DAYS = 4
MINUTES = DAYS * 24 * 60


def at(minutes):
    return MONDAY + timedelta(minutes=minutes)


def minute_of(instant):
    return (instant - MONDAY) // timedelta(minutes=1)


def minutes(lowest=0, highest=MINUTES):
    return st.integers(lowest, highest)


def spread(bounds):
    """Sorted disjoint intervals out of any minutes."""
    bounds = sorted(bounds)
    return [
        (at(first), at(last))
        for first, last in zip(bounds[::2], bounds[1::2], strict=False)
    ]


# also before and after the range
disjoint = st.sets(minutes(-2000, MINUTES + 2000), max_size=24).map(spread)
careless = st.lists(
    st.tuples(minutes(-2000, MINUTES + 2000), minutes(-10, 900)).map(
        lambda pair: (at(pair[0]), at(pair[0] + pair[1]))
    ),
    max_size=12,
)
instants = st.integers(-(10**9), (MINUTES + 1000) * 60 * 10**6).map(
    lambda n: MONDAY + timedelta(microseconds=n)
)
STOP = at(MINUTES)


def clamped(intervals, first, last):
    """Working time of disjoint intervals within the range, one after the other."""
    first, last = max(first, MONDAY), min(last, STOP)
    overlaps = [min(stop, last) - max(start, first) for start, stop in intervals]
    nothing = timedelta()
    return sum((max(o, nothing) for o in overlaps), nothing).total_seconds()


@tagged("post_install", "-at_install")
class TestToolsWorkingTime(BaseCase):
    """The cumulative time is that of the calendar, at every instant."""

    def check_partition(self, found, start=MONDAY, stop=STOP):
        position = start
        for segment in found:
            self.assertEqual(segment.start, position)
            self.assertLess(segment.start, segment.stop)
            self.assertEqual(segment.day, segment.start.date())
            self.assertEqual(segment.day, (segment.stop - timedelta.resolution).date())
            position = segment.stop
        self.assertEqual(position, stop)

    def test_a_working_day(self):
        nine, noon, one, five = (at(h * 60) for h in (9, 12, 13, 17))
        day, night = MONDAY.date(), at(24 * 60)
        self.assertEqual(
            segments([(nine, noon), (one, five)], MONDAY, night),
            [
                (day, MONDAY, nine, 0, False),
                (day, nine, noon, 0, True),
                (day, noon, one, 3 * 3600, False),
                (day, one, five, 3 * 3600, True),
                (day, five, night, 7 * 3600, False),
            ],
        )

    def test_over_midnight(self):
        """A shift of a night, or the working day of another time zone."""
        late, early = at(22 * 60), at(30 * 60)
        found = segments([(late, early)], MONDAY, at(2 * 24 * 60))
        self.assertEqual(
            [(s.day.day, s.start, s.worked_before, s.is_work) for s in found],
            [
                (2, MONDAY, 0, False),
                (2, late, 0, True),
                (3, at(24 * 60), 2 * 3600, True),
                (3, early, 8 * 3600, False),
            ],
        )
        self.check_partition(found, stop=at(2 * 24 * 60))
        self.assertEqual(worked_seconds(found, at(23 * 60), at(25 * 60)), 2 * 3600)

    def test_no_work_at_all(self):
        for intervals in ([], [(at(5), at(5))], [(at(9), at(5))], [(at(-9), MONDAY)]):
            found = segments(intervals, MONDAY, STOP)
            self.assertEqual(len(found), DAYS)
            self.assertFalse(any(s.is_work or s.worked_before for s in found))
            self.check_partition(found)

    def test_always_at_work(self):
        found = segments([(at(-1), at(MINUTES + 1))], MONDAY, STOP)
        self.assertEqual([s.worked_before for s in found], [0, 86400, 172800, 259200])
        self.assertTrue(all(s.is_work for s in found))
        self.check_partition(found)

    def test_intervals_with_records(self):
        """Odoo's intervals are triples."""
        intervals = [(at(60), at(120), object()), (at(60), at(120), object())]
        found = segments(intervals, MONDAY, STOP)
        self.assertEqual(worked_seconds(found, MONDAY, STOP), 3600)

    def test_range_is_made_of_days(self):
        self.assertEqual(segments([(at(1), at(2))], MONDAY, MONDAY), [])
        self.assertEqual(worked_seconds([], MONDAY, STOP), 0)
        self.assertRaises(ValueError, segments, [], at(1), STOP)
        self.assertRaises(ValueError, segments, [], MONDAY, at(1))

    def test_range_is_naive(self):
        aware = MONDAY.replace(tzinfo=timezone.utc)
        self.assertRaises(ValueError, segments, [], aware, aware + timedelta(days=1))

    @given(disjoint)
    def test_partition(self, intervals):
        self.check_partition(segments(intervals, MONDAY, STOP))

    @given(careless)
    def test_every_minute(self, intervals):
        """Overlapping, touching, unsorted: a minute is worked once or not at all."""
        found = segments(intervals, MONDAY, STOP)
        self.check_partition(found)
        worked, at_work = 0, set()
        for start, stop in intervals:
            at_work.update(range(minute_of(start), minute_of(stop)))
        position = iter(found)
        segment = next(position)
        for minute in range(MINUTES):
            while at(minute) >= segment.stop:
                segment = next(position)
            inside = (at(minute) - segment.start).total_seconds() * segment.is_work
            self.assertEqual(segment.worked_before + inside, worked)
            self.assertEqual(segment.is_work, minute in at_work)
            worked += 60 * (minute in at_work)

    @given(disjoint, instants, instants)
    @example([(at(0), at(1))], at(0), at(0))
    @example([(at(MINUTES - 1), at(MINUTES))], MONDAY, STOP)
    @example([(at(MINUTES - 1), at(MINUTES))], MONDAY, at(MINUTES + 5))
    def test_same_as_clamping(self, intervals, one, other):
        first, last = sorted((one, other))
        found = segments(intervals, MONDAY, STOP)
        expected = clamped(intervals, first, last)
        self.assertAlmostEqual(worked_seconds(found, first, last), expected, 5)
        self.assertAlmostEqual(worked_seconds(found, last, first), -expected, 5)

    @given(disjoint, st.randoms(use_true_random=False))
    def test_order_and_cuts_do_not_matter(self, intervals, random):
        pieces = []
        for start, stop in intervals:
            middle = start + (stop - start) / 3
            pieces += [(start, middle), (middle, stop)]
        random.shuffle(pieces)
        self.assertEqual(
            segments(pieces, MONDAY, STOP), segments(intervals, MONDAY, STOP)
        )
