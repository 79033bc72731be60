"""The one table that a benchmark prints."""

from dataclasses import dataclass

HEADER = ("scenario", "what", "seconds", "queries", "ratio", "of", "goal", "")


@dataclass
class Row:
    """One thing that was measured."""

    scenario: str
    what: str
    seconds: float | None = None
    queries: int | None = None
    ratio: float | None = None
    of: str = ""
    # the ratio should be at most this, or at least that
    at_most: float | None = None
    at_least: float | None = None
    # something that has to be true, whatever the speed
    correct: bool | None = None

    @property
    def goal(self):
        """Write the goal the way a person reads it."""
        if self.at_most is not None:
            return f"<= {self.at_most:g}"
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return "" if self.correct is None else "has to be"

    @property
    def reached(self):
        """Tell whether the goal is reached; None without a goal."""
        if self.at_most is not None:
            return self.ratio <= self.at_most
        if self.at_least is not None:
            return self.ratio >= self.at_least
        return self.correct

    def verdict(self, judged):
        """Tell in a word whether all is well.

        :param bool judged: whether goals of speed are judged too
        """
        if self.correct is not None:
            return "ok" if self.correct else "WRONG"
        if self.reached is None or not judged:
            return ""
        return "ok" if self.reached else "MISSED"

    def cells(self, judged):
        """Return the row as texts."""
        return (
            self.scenario,
            self.what,
            "" if self.seconds is None else f"{self.seconds:.3f}",
            "" if self.queries is None else f"{self.queries:,}",
            "" if self.ratio is None else f"{self.ratio:.3f}",
            self.of,
            self.goal,
            self.verdict(judged),
        )


class Table:
    """Rows in the order in which they were measured.

    :param bool judged: whether goals of speed are judged, which needs enough data
    :param progress: called with a text whenever a row is there
    """

    def __init__(self, judged=True, progress=None):
        self.judged = judged
        self.progress = progress
        self.rows = []

    def add(self, scenario, what, **values):
        """Add a row."""
        self.rows.append(Row(scenario, what, **values))
        if self.progress:
            self.progress(f"{scenario}: {what}")

    @property
    def is_correct(self):
        """Tell whether everything that has to be true is true."""
        return all(row.correct is not False for row in self.rows)

    def lines(self):
        """Return the table as lines of text: columns of one width each."""
        grid = [HEADER, *(row.cells(self.judged) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
        numbers = {2, 3, 4}
        lines = []
        for cells in grid:
            parts = [
                cell.rjust(width) if position in numbers else cell.ljust(width)
                for position, (cell, width) in enumerate(
                    zip(cells, widths, strict=True)
                )
            ]
            lines.append("  ".join(parts).rstrip())
        lines.insert(1, "  ".join("-" * width for width in widths))
        return lines
