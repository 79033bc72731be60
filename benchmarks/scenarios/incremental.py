"""The nightly run after few records changed, against a full one.

Two shapes: what a day brings (deals are won, running ones are corrected), and the worst
case, where the changed records lie evenly in all twelve months.
"""

from ..bench import best
from ..readings import forget
from ..runs import MONTHS, sum_of, whole_run

GOAL = 0.1
# one lead in a hundred
SHARE = 100
PENDING = """
    SELECT id FROM crm_lead WHERE won_status = 'pending' AND type = 'opportunity'
    ORDER BY hashint8extended(id, %s) LIMIT %s
"""
RUNNING = """
    SELECT id FROM crm_lead
    WHERE date_closed >= %s OR (date_closed IS NULL AND won_status = 'pending')
    ORDER BY date_closed IS NULL, hashint8extended(id, %s) LIMIT %s
"""
CLOSED = """
    SELECT id FROM crm_lead WHERE date_closed IS NOT NULL
    ORDER BY hashint8extended(id, %s) LIMIT %s
"""


def run(bench):
    """Change records, run, compare with a full run."""
    forget(bench)
    add_full(bench, "full run, the first time", whole_run(bench))
    full = best([whole_run(bench) for _turn in range(bench.effort.few)])
    add_full(bench, "full run again", full)
    night(bench, "of the day", of_the_day, full)
    # every unit is due then, so nothing can be spared
    night(bench, "spread evenly", spread_evenly, full, goal=None)
    idle = whole_run(bench, full=False)
    add_night(bench, "nothing changed", idle, full)


def night(bench, what, change, full, goal=GOAL):
    """Change one lead in a hundred, let the night come, look for what it missed."""
    taken, missed = [], 0
    for turn in range(bench.effort.few):
        changed = bench.timed(lambda env, turn=turn: change(bench, env, turn)).result
        taken.append(whole_run(bench, full=False))
        found = sum_of(bench)
        whole_run(bench)
        missed += found != sum_of(bench)
    add_night(bench, f"{changed:,} changes {what}", best(taken), full, goal)
    bench.table.add(
        "incremental", f"{what}: a full run finds no more", correct=not missed
    )


def add_full(bench, what, taken):
    """Fill the table."""
    bench.table.add(
        "incremental",
        f"{what}: {bench.kpis} KPIs, {MONTHS} months, {taken.result} units",
        seconds=taken.seconds,
        queries=taken.queries,
    )


def add_night(bench, what, taken, full, goal=GOAL):
    """Fill the table."""
    bench.table.add(
        "incremental",
        f"{what}: {taken.result} units",
        seconds=taken.seconds,
        queries=taken.queries,
        ratio=taken.seconds / full.seconds,
        of="full run again",
        at_most=goal,
    )


def leads(env, query, parameters):
    """Return the leads that a query finds."""
    env.cr.execute(query, parameters)
    ids = [found for (found,) in env.cr.fetchall()]
    return env["crm.lead"].with_context(tracking_disable=True).browse(ids)


def of_the_day(bench, env, turn):
    """Win open deals, correct deals that run or were closed this month."""
    count = max(2, bench.size.leads // SHARE)
    won = leads(env, PENDING, [turn, count // 2])
    won.action_set_won()
    first = bench.until.replace(day=1)
    rest = leads(env, RUNNING, [first, turn, count - len(won)])
    correct(rest)
    return len(won) + len(rest)


def spread_evenly(bench, env, turn):
    """Correct deals of all months; every tenth changes hands."""
    found = leads(env, CLOSED, [turn, max(2, bench.size.leads // SHARE)])
    correct(found)
    colleague = found[:1].user_id
    found[::10].write({"user_id": colleague.id})
    return len(found)


def correct(found):
    """Correct the amounts."""
    for lead in found:
        lead.expected_revenue += 10
