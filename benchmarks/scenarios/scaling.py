"""More people: the time for one reading, and the number of queries.

Every size is a company of its own, with as many leads for each salesperson.
"""

from odoo.tools import SQL

from ..bench import best
from ..kpis import make_kpis
from ..readings import forget, quarter

COUNT_READINGS = SQL("SELECT COUNT(*) FROM performance_reading")
# compared with the largest company: the one that is this much smaller
TIMES = 16


def run(bench):
    """Measure one quarter in companies of every size, taking turns."""
    sizes = sorted(int(name) for name in bench.others if name.isdigit())
    first, again = {size: [] for size in sizes}, {size: [] for size in sizes}
    for _turn in range(bench.effort.repetitions):
        for size in sizes:
            database = bench.others[str(size)]
            forget(bench, database)
            first[size].append(measure(bench, database))
            again[size].append(measure(bench, database))
    for what, taken in (("first", first), ("again", again)):
        report(bench, what, {size: best(taken[size]) for size in sizes})


def measure(bench, database):
    """Measure one quarter; the result is the number of readings."""

    def work(env):
        make_kpis(env, bench.kpis)._measure(quarter(bench, env))

    taken = bench.timed(work, database)
    with bench.env(database) as env:
        ((count,),) = env.execute_query(COUNT_READINGS)
    return taken._replace(result=count)


def report(bench, what, taken):
    """Fill the table: every size against the one that is sixteen times smaller."""
    largest = max(taken)
    small = largest // TIMES if largest // TIMES in taken else min(taken)
    for size, one in taken.items():
        each = one.seconds / one.result
        ratio = {}
        if size != small:
            ratio = {
                "ratio": each * taken[small].result / taken[small].seconds,
                "of": f"{small:,} people",
                "at_most": 1.1 if size == largest else None,
            }
        bench.table.add(
            "scaling",
            f"{size:,} people, {what}: {one.result:,} readings of {each * 1e6:.1f} us",
            seconds=one.seconds,
            queries=one.queries,
            **ratio,
        )
    bench.table.add(
        "scaling",
        f"queries, {what}",
        ratio=taken[largest].queries / taken[small].queries,
        of=f"{small:,} people",
        at_most=1,
    )
