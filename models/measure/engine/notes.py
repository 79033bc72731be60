"""What changed since the last run, arranged so that many units can ask about it."""

from bisect import bisect_left
from collections import defaultdict
from itertools import accumulate


class Notes:
    """The notes of ``performance.change``: tables, and dates that were touched.

    A night may bring thousands of notes and asks about them for each unit that is open,
    so the spans of a date column are sorted by their start, each with the latest end of
    all up to it: one look tells whether any of them reaches into a window.
    """

    def __init__(self, rows):
        """Arrange notes.

        :param rows: ``(table, column or None, low, high)``; ``low`` and ``high`` are
            naive UTC, or None where a note is about the table only
        """
        self.tables = {table for table, *_rest in rows}
        spans = defaultdict(list)
        for table, column, low, high in rows:
            if low is not None:
                spans[table, column].append((low, high))
        self._spans = {
            key: (
                [low for low, _high in sorted(found)],
                list(accumulate((high for _low, high in sorted(found)), max)),
            )
            for key, found in spans.items()
        }

    def reach(self, table, column, start, end):
        """Whether a date that was touched lies in ``start <= date < end``."""
        lows, latest = self._spans.get((table, column), ((), ()))
        before = bisect_left(lows, end)
        return before > 0 and latest[before - 1] >= start
