"""A worker is killed at a random moment; another one goes on; nothing is lost."""

import random

from ..crew import Crew
from ..readings import forget
from ..runs import finish, start_run, sum_of


def run(bench):
    """Compare runs whose worker was killed with one that was left alone."""
    chance = random.Random(bench.size.seed)
    forget(bench)
    seconds, fine = Crew(bench, start_run(bench).result).begin().end()
    undisturbed = sum_of(bench)
    killed = same = finished = 0
    for _turn in range(bench.effort.kills):
        forget(bench)
        run_id = start_run(bench).result
        crew = Crew(bench, run_id).begin()
        killed += crew.kill_after(chance.uniform(0, seconds))
        finished += finish(bench, run_id)
        same += sum_of(bench) == undisturbed
    add, kills = bench.table.add, bench.effort.kills
    add("kill", "one worker, left alone", seconds=seconds)
    add(
        "kill", f"killed at work {killed} of {kills} times", correct=killed > 0 and fine
    )
    add("kill", f"resumed and finished {finished} times", correct=finished == kills)
    add(
        "kill",
        f"same {undisturbed[0]:,} readings {same} times",
        correct=same == kills and undisturbed[0] > 0,
    )
