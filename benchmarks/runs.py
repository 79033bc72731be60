"""Runs of measuring over twelve months: started, worked on, looked at."""

from .bench import Taken
from .crew import Crew
from .kpis import make_kpis
from .readings import checksum, months

MONTHS = 12


def start_run(bench, full=True):
    """Queue the KPIs of the benchmark in twelve months.

    :return: :class:`Taken` with the id of the run
    """

    # what a database has already when the night comes
    with bench.env() as env:
        kpis = make_kpis(env, bench.kpis).ids
        periods = months(bench, env, MONTHS).ids
        env.cr.commit()

    def work(env):
        units = (
            env["performance.kpi"].browse(kpis),
            env["performance.period"].browse(periods),
        )
        return env["performance.run"]._start("nightly", *units, full=full).id

    return bench.timed(work)


def work_on(bench, run_id):
    """Work on a run in this process until nothing is left."""

    def work(env):
        def commit(_count):
            env.cr.commit()
            return True

        env["performance.run"].browse(run_id)._work(commit)

    return bench.timed(work)


def whole_run(bench, full=True):
    """Start a run and work on it; return both as one, with the number of units."""
    start = start_run(bench, full)
    work = work_on(bench, start.result)
    with bench.env() as env:
        units = env["performance.run"].browse(start.result).measured_count
    return Taken(start.seconds + work.seconds, start.queries + work.queries, units)


def is_done(bench, run_id):
    """Tell whether a run is finished."""
    with bench.env() as env:
        return env["performance.run"].browse(run_id).state == "done"


def finish(bench, run_id, tries=100):
    """Let a worker go on with a run until it is finished, as the scheduler does.

    What a killed worker held is free as soon as PostgreSQL has noticed.
    """
    for _attempt in range(tries):
        _seconds, fine = Crew(bench, run_id).begin().end()
        if not fine or is_done(bench, run_id):
            return fine
    return False


def sum_of(bench):
    """Return the checksum over all readings."""
    with bench.env() as env:
        return checksum(env)
