"""One, two and four workers on one run: how much faster, and the same numbers."""

import os

from ..crew import Crew
from ..readings import forget
from ..runs import is_done, start_run, sum_of

CREWS = (1, 2, 4)


def run(bench):
    """Measure twelve months from nothing, taking turns."""
    taken, sums, fine = {count: [] for count in CREWS}, set(), True
    for _turn in range(max(2, bench.effort.few)):
        for count in CREWS:
            forget(bench)
            run_id = start_run(bench).result
            seconds, ended_well = Crew(bench, run_id, count).begin().end()
            taken[count].append(seconds)
            sums.add(sum_of(bench))
            fine = fine and ended_well and is_done(bench, run_id)
    report(bench, {count: min(times) for count, times in taken.items()})
    readings = max(number for number, _text in sums)
    bench.table.add("workers", "every worker and run ended well", correct=fine)
    bench.table.add(
        "workers",
        f"{readings:,} readings, the same each time",
        correct=len(sums) == 1 and readings > 0,
    )


def report(bench, seconds):
    """Fill the table."""
    for count, time in seconds.items():
        ratio = {} if count == 1 else {"ratio": time / seconds[1], "of": "1 worker"}
        bench.table.add(
            "workers",
            f"{count} worker{'s' * (count > 1)} on {os.cpu_count()} processors",
            seconds=time,
            **ratio,
        )
