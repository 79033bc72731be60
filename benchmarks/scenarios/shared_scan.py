"""KPIs that read one table: together in one scan, or one after the other."""

from ..bench import best
from ..kpis import make_kpis
from ..readings import checksum, forget, quarter


def run(bench):
    """Measure one quarter both ways."""
    with bench.env() as env:
        make_kpis(env, bench.kpis)
        period_id = quarter(bench, env).id
        env.cr.commit()
    together, one_by_one, sums = [], [], set()
    for _turn in range(bench.effort.repetitions):
        for times, work in ((together, shared), (one_by_one, separate)):
            forget(bench)
            times.append(
                bench.timed(lambda env, work=work: work(bench, env, period_id))
            )
            with bench.env() as env:
                sums.add(checksum(env))
    single, shared_ = best(one_by_one), best(together)
    add = bench.table.add
    add(
        "shared_scan",
        f"{bench.kpis} KPIs one by one",
        seconds=single.seconds,
        queries=single.queries,
    )
    add(
        "shared_scan",
        f"{bench.kpis} KPIs in one scan",
        seconds=shared_.seconds,
        queries=shared_.queries,
        ratio=shared_.seconds / single.seconds,
        of="one by one",
        at_most=1,
    )
    add("shared_scan", "both store the same numbers", correct=len(sums) == 1)


def shared(bench, env, period_id):
    """Measure all at once."""
    period = env["performance.period"].browse(period_id)
    make_kpis(env, bench.kpis)._measure(period)


def separate(bench, env, period_id):
    """Measure one KPI after the other."""
    period = env["performance.period"].browse(period_id)
    for kpi in make_kpis(env, bench.kpis):
        kpi._measure(period)
