"""Scoring: settling many cards, health of many customers, a scenario replayed.

Readings are made by SQL; what is timed is what the addon does with them. Beside it
stands the same arithmetic in one statement that a person would write: linear rules with
floor and cap, re-weighting, a total for each card, all written into the same rows.
"""

import resource

from odoo.fields import Command
from odoo.tools import SQL

from ..bench import best
from ..readings import quarter

LINES = 10
COMPONENTS = 5
# people and customers, and so many again: time must grow with them, not faster
PEOPLE = (2_500, 10_000)
CUSTOMERS = (25_000, 100_000)
REPLAYED = 5_000
QUICK = 20
GIGABYTE = 1024 * 1024

BY_HAND = """
    WITH scored AS (
        SELECT l.id, l.scorecard_id, l.weight, r.value,
               CASE WHEN r.value IS NOT NULL THEN ROUND(
                   LEAST(GREATEST((r.value / l.target - 0.6) / 0.4, 0), 1)
                   * l.max_points
                   + LEAST(GREATEST(r.value / l.target - 1, 0), 0.2)
                   * l.max_points, 2) END AS points
          FROM performance_scorecard_line l
          JOIN performance_scorecard c ON c.id = l.scorecard_id
          LEFT JOIN performance_reading r
            ON r.active AND r.period_id = c.period_id AND r.kpi_id = l.kpi_id
           AND r.subject_type = c.subject_type AND r.state = 'ok'
           AND COALESCE(r.employee_id, r.department_id, r.team_id,
                        r.subject_company_id, r.partner_id, r.lead_id)
               = COALESCE(c.employee_id, c.partner_id)
         WHERE c.scheme_id = %(scheme)s
    ), weighed AS (
        SELECT id, scorecard_id, value, points, weight,
               ROUND(100 * weight / SUM(weight) FILTER (WHERE points IS NOT NULL)
                   OVER (PARTITION BY scorecard_id), 2) AS effective
          FROM scored
    ), lines AS (
        UPDATE performance_scorecard_line l
           SET points = COALESCE(w.points, 0), actual = COALESCE(w.value, 0),
               state = CASE WHEN w.points IS NULL THEN 'no_data' ELSE 'ok' END,
               effective_weight = CASE WHEN w.points IS NULL THEN 0
                                       ELSE w.effective END,
               weighted_points = COALESCE(w.effective * w.points / l.max_points, 0)
          FROM weighed w WHERE w.id = l.id
    )
    UPDATE performance_scorecard c
       SET score = t.score, has_score = t.score IS NOT NULL, coverage = t.coverage,
           is_provisional = t.coverage < 60,
           grade = (SELECT b.name ->> 'en_US' FROM performance_rating_band b
                     WHERE b.scale_id = c.rating_scale_id AND b.lower <= t.score
                     ORDER BY b.lower DESC LIMIT 1)
      FROM (SELECT scorecard_id,
                   SUM(ROUND(effective * points / 10, 2)) AS score,
                   100 * SUM(weight) FILTER (WHERE points IS NOT NULL)
                       / SUM(weight) AS coverage
              FROM weighed GROUP BY scorecard_id) t
     WHERE t.scorecard_id = c.id
"""
RESET = """
    UPDATE performance_scorecard_line SET points = 0, actual = 0, state = 'no_data',
           effective_weight = 0, weighted_points = 0, outcome = NULL,
           reading_id = NULL
"""
READINGS = """
    INSERT INTO performance_reading (kpi_id, period_id, company_id, {field},
        subject_type, value, computed_value, numerator, denominator, sample_size,
        state, computed_state, active, measured_at)
    SELECT k, %(period)s, %(company)s, s, %(kind)s, v, v, v, 1, 1, 'ok', 'ok', TRUE,
           NOW()
      FROM unnest(%(kpis)s::int[]) AS k, unnest(%(subjects)s::int[]) AS s,
           LATERAL (SELECT 20 + (k * 7919 + s * 104729) %% 110 AS v) AS x
     WHERE (k + s) %% 10 > 0
"""


def run(bench):
    """Settle, look at customers, replay."""
    quick = bench.effort.repetitions < 3
    people = [QUICK, 4 * QUICK] if quick else PEOPLE
    customers = [QUICK, 4 * QUICK] if quick else CUSTOMERS
    settle(bench, "scorecards", "employee", people, LINES)
    settle(bench, "health", "customer", customers, COMPONENTS)
    replay(bench, QUICK if quick else REPLAYED)


# === DATA ===#


def prepare(env, bench, what, kind, count, lines):
    """Make a scheme, subjects, their readings and their open cards.

    :return: id of the scheme
    """
    period = quarter(bench, env)
    name = f"{what} {count}"
    kpis = env["performance.kpi"].create(
        [
            {
                "name": f"{name} {n}",
                "code": f"{what}_{count}_{n}".upper(),
                "source": "manual",
            }
            for n in range(lines)
        ]
    )
    scheme = env["performance.scheme"].create(
        {
            "name": name,
            "subject_type": kind,
            "line_ids": [
                Command.create({"kpi_id": kpi.id, "weight": 100 / lines, "target": 100})
                for kpi in kpis
            ],
        }
    )
    scheme._workflow_move("activate")
    subjects = make_subjects(env, kind, count, name)
    fill = {
        "period": period.id,
        "company": period.company_id.id,
        "kind": kind,
        "kpis": kpis.ids,
        "subjects": subjects.ids,
    }
    field = "employee_id" if kind == "employee" else "partner_id"
    env["performance.measurement"]._units(kpis, period)
    env.flush_all()
    env.cr.execute(READINGS.format(field=field), fill)
    return scheme.id, subjects.ids, period.id


def make_subjects(env, kind, count, name):
    """Make employees or customers."""
    if kind == "customer":
        env.cr.execute(
            "INSERT INTO res_partner (name, complete_name, active, is_company, type,"
            " company_id, create_date, write_date)"
            " SELECT n, n, TRUE, TRUE, 'contact', 1, NOW(), NOW()"
            " FROM (SELECT %s || ' ' || i AS n FROM generate_series(1, %s) i) s"
            " RETURNING id",
            [name, count],
        )
        ids = [row[0] for row in env.cr.fetchall()]
        env.cr.execute(
            "UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%s)",
            [ids],
        )
        env.invalidate_all()
        return env["res.partner"].browse(ids)
    Employee = env["hr.employee"].with_context(tracking_disable=True)
    found = Employee.browse()
    for start in range(0, count, 1000):
        found += Employee.create(
            [
                {"name": f"{name} {n}", "company_id": 1}
                for n in range(start, min(start + 1000, count))
            ]
        )
    return found


# === SETTLING ===#


def settle(bench, what, kind, sizes, lines):
    """Score so many cards, and so many again, beside one statement."""
    each = []
    for count in sizes:
        with bench.env() as env:
            scheme_id, subjects, period_id = prepare(
                env, bench, what, kind, count, lines
            )
            env.cr.commit()
        opened = bench.timed(
            lambda env, a=(scheme_id, subjects, period_id): open_cards(env, *a)
        )
        label = f"{what}: {count:,} of {lines} lines"
        hand, ours = [], []
        for _turn in range(bench.effort.few):
            bench.execute(RESET, "VACUUM (ANALYZE) performance_scorecard_line")
            hand.append(
                bench.timed(
                    lambda env, s=scheme_id: env.cr.execute(BY_HAND, {"scheme": s})
                )
            )
            bench.execute(RESET, "VACUUM (ANALYZE) performance_scorecard_line")
            ours.append(bench.timed(lambda env, s=scheme_id: score_cards(env, s)))
        hand, ours = best(hand), best(ours)
        add = bench.table.add
        add("score", f"{label}, opened", seconds=opened.seconds, queries=opened.queries)
        add(
            "score", f"{label}, SQL by hand", seconds=hand.seconds, queries=hand.queries
        )
        add(
            "score",
            f"{label}, addon",
            seconds=ours.seconds,
            queries=ours.queries,
            ratio=ours.seconds / hand.seconds,
            of="SQL by hand",
            at_most=3,
        )
        again = best([bench.timed(lambda env, s=scheme_id: score_cards(env, s))])
        add(
            "score",
            f"{label}, addon, nothing changed",
            seconds=again.seconds,
            queries=again.queries,
        )
        each.append(ours.seconds / count)
    bench.table.add(
        "score",
        f"{what}: time of one card, {sizes[1]:,} against {sizes[0]:,}",
        ratio=each[1] / each[0],
        of="of few",
        at_most=1.1,
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bench.table.add(
        "score",
        f"{what}: peak memory {peak / GIGABYTE:.2f} GiB, below 1",
        correct=peak < GIGABYTE,
    )
    agree(bench, scheme_id, what)


def open_cards(env, scheme_id, subjects, period_id):
    """Open the cards of everybody."""
    scheme = env["performance.scheme"].browse(scheme_id)
    records = env[scheme.subject_model].browse(subjects)
    env["performance.scorecard"]._open_for(
        scheme, env["performance.period"].browse(period_id), records
    )


def score_cards(env, scheme_id):
    """Score all open cards of a scheme."""
    env["performance.scorecard"].search([("scheme_id", "=", scheme_id)])._evaluate()


def agree(bench, scheme_id, what):
    """Compare the addon's scores with those of the statement."""
    with bench.env() as env:
        score = SQL(
            "SELECT id, score FROM performance_scorecard WHERE scheme_id = %s",
            scheme_id,
        )
        score_cards(env, scheme_id)
        env.flush_all()
        ours = dict(env.execute_query(score))
        env.cr.execute(BY_HAND, {"scheme": scheme_id})
        hand = dict(env.execute_query(score))
        # by hand, weights are rounded without regard to their total of 100
        wrong = sum(
            abs(float(ours[card] or 0) - float(hand[card] or 0)) > 0.06 for card in ours
        )
        env.cr.rollback()
    bench.table.add("score", f"{what}: {wrong} scores differ", correct=not wrong)


# === SANDBOX ===#


def replay(bench, count):
    """Try other weights on everybody."""
    with bench.env() as env:
        scheme_id, subjects, period_id = prepare(
            env, bench, "sandbox", "employee", count, LINES
        )
        open_cards(env, scheme_id, subjects, period_id)
        scenario = env["performance.scenario"].create(
            {
                "name": "Bench",
                "period_id": period_id,
                "source_ids": [Command.set([scheme_id])],
            }
        )
        lines = scenario.scheme_ids.line_ids
        lines[0].weight, lines[1].weight = 15, 5
        env.cr.commit()
        scenario_id = scenario.id
    taken = best(
        [
            bench.timed(
                lambda env: env["performance.scenario"].browse(scenario_id)._replay()
            )
            for _turn in range(bench.effort.few)
        ]
    )
    bench.table.add(
        "score",
        f"sandbox: {count:,} of {LINES} lines replayed",
        seconds=taken.seconds,
        queries=taken.queries,
        ratio=taken.seconds,
        of="seconds",
        at_most=5,
    )
