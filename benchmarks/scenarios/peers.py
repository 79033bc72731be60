"""The same numbers three ways: the addon, SQL by hand, Odoo's gamification."""

from ..bench import best
from ..goals import RESET, goal_values, make_goals, update_goals
from ..kpis import ask_by_hand, definitions, make_kpis
from ..readings import differences, employee_values, forget, quarter


def run(bench):
    """Measure one quarter for everybody."""
    with bench.env() as env:
        make_kpis(env, bench.kpis)
        period = quarter(bench, env)
        env.cr.commit()
        period_id = period.id
    sql, first, again = addon_against_sql(bench, period_id)
    goals_first, goals_again = gamification(bench, period_id)
    report(bench, sql, first, again, goals_first, goals_again)
    verify(bench, period_id)


def measure(bench, period_id):
    """Return what measures and stores all KPIs of the benchmark."""

    def work(env):
        period = env["performance.period"].browse(period_id)
        return make_kpis(env, bench.kpis)._measure(period)

    return work


def by_hand(bench, period_id):
    """Return what asks PostgreSQL once for each KPI and only reads."""
    wanted = definitions(bench.kpis)

    def work(env):
        return ask_by_hand(env, wanted, env["performance.period"].browse(period_id))

    return work


def addon_against_sql(bench, period_id):
    """Take turns, so that what the machine does besides hits both."""
    sql, first, again = [], [], []
    for _turn in range(bench.effort.repetitions):
        forget(bench)
        sql.append(bench.timed(by_hand(bench, period_id)))
        first.append(bench.timed(measure(bench, period_id)))
        sql.append(bench.timed(by_hand(bench, period_id)))
        again.append(bench.timed(measure(bench, period_id)))
    return best(sql), best(first), best(again)


def gamification(bench, period_id):
    """Let gamification do it, with all goals at zero and with nothing changed."""
    with bench.env() as env:
        users = env["res.users"].search([("login", "like", "salesperson%")])
        period = env["performance.period"].browse(period_id)
        make_goals(env, bench.kpis, period, users)
        env.cr.commit()
    first, again = [], []
    for _turn in range(bench.effort.few):
        bench.execute(*RESET)
        first.append(bench.timed(update_goals))
        again.append(bench.timed(update_goals))
    return best(first), best(again)


def report(bench, sql, first, again, goals_first, goals_again):
    """Fill the table."""
    name = f"{bench.kpis} KPIs, {bench.size.employees:,} people"

    def add(what, taken, **values):
        bench.table.add(
            "peers", what, seconds=taken.seconds, queries=taken.queries, **values
        )

    add(f"{name}: SQL by hand, read only", sql)
    for what, taken, goals in (
        ("the first time", first, goals_first),
        ("again", again, goals_again),
    ):
        ratio = taken.seconds / sql.seconds
        add(f"addon, {what}", taken, ratio=ratio, of="SQL by hand", at_most=0.5)
        ratio = goals.seconds / taken.seconds
        add(f"gamification, {what}", goals, ratio=ratio, of="addon", at_least=8)


def verify(bench, period_id):
    """All three have to come to the same numbers."""
    with bench.env() as env:
        period = env["performance.period"].browse(period_id)
        hand = ask_by_hand(env, definitions(bench.kpis), period)
        found = employee_values(env, period)
        wrong = differences(hand, found) + differences(hand, goal_values(env))
    bench.table.add(
        "peers", f"{wrong} of {len(hand):,} numbers differ", correct=not wrong
    )
