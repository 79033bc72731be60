"""A worker is killed at a random moment; another one goes on; nothing is lost."""

import random

from ..bench import Taken
from ..crew import Crew
from ..readings import forget
from ..runs import finish, start_run, sum_of


def run(bench):
    """Compare runs whose worker was killed with one that was left alone."""
    chance = random.Random(bench.size.seed)
    alone = [undisturbed(bench) for _turn in range(2)]
    seconds = min(one.seconds for one in alone)
    wanted = alone[0].result
    kills = killed = same = finished = 0
    while killed < bench.effort.kills and kills < 3 * bench.effort.kills:
        kills += 1
        forget(bench)
        run_id = start_run(bench).result
        crew = Crew(bench, run_id).begin()
        killed += crew.kill_after(chance.uniform(0, seconds))
        finished += finish(bench, run_id)
        same += sum_of(bench) == wanted
    add = bench.table.add
    add("kill", "one worker, left alone", seconds=seconds)
    add(
        "kill",
        f"killed at work {killed} times, {kills - killed} times too late",
        correct=killed == bench.effort.kills,
    )
    add(
        "kill",
        f"gone on with and finished {finished} of {kills} times",
        correct=finished == kills,
    )
    add(
        "kill",
        f"the same {wanted[0]:,} readings {same} of {kills} times",
        correct=same == kills and alone[1].result == wanted and wanted[0] > 0,
    )


def undisturbed(bench):
    """Measure with one worker that nobody kills."""
    forget(bench)
    seconds, _fine = Crew(bench, start_run(bench).result).begin().end()
    return Taken(seconds, 0, sum_of(bench))
