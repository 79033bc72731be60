"""Scores of many cards: read once, compute in Python, write what changed.

The arithmetic is that of ``tools``; the statements read and write thousands of cards at
once and do not pass through the ORM, which would build a record for each line.
"""

from operator import itemgetter

from odoo import fields
from odoo.tools import SQL, groupby

from ....tools.totals import Entry, card_total
from .scorer import Scorer

# so many cards are in memory at a time
CHUNK = 2000

SUBJECT = SQL(
    "COALESCE(c.employee_id, c.department_id, c.team_id, c.subject_company_id,"
    " c.partner_id, c.lead_id)"
)


class Settling:
    """Scores cards from the readings there are."""

    def __init__(self, env):
        self.env = env
        self.scorer = Scorer(env)

    def score(self, card_ids):
        """Score open cards and write what changed."""
        self.env.flush_all()
        ids = sorted(card_ids)
        for start in range(0, len(ids), CHUNK):
            self._chunk(ids[start : start + CHUNK])
        self.env["performance.scorecard"].invalidate_model()
        self.env["performance.scorecard.line"].invalidate_model()

    def _chunk(self, card_ids):
        cards, lines = [], []
        rows = self.env.execute_query(self._query(card_ids))
        for card, group in groupby(rows, itemgetter(0, 1, 2)):
            total = self._card(card, group, lines)
            cards.append(total)
        self._write_lines(lines)
        self._write_cards(cards)

    # === READING ===#

    def _query(self, card_ids):
        # the expression on readings is that of their unique index
        return SQL(
            """
        SELECT c.id, c.rating_scale_id, c.vote_most, l.id, l.role, l.weight,
               l.max_points, l.is_customer_vote, l.factor_min, l.factor_max, l."limit",
               l.rule::text, r.id, CASE WHEN r.state = 'ok' THEN r.value END
          FROM performance_scorecard c
          JOIN performance_scorecard_line l ON l.scorecard_id = c.id
          LEFT JOIN performance_reading r
            ON r.active AND r.period_id = c.period_id AND r.kpi_id = l.kpi_id
           AND r.subject_type
               = CASE l.scope WHEN 'own' THEN c.subject_type ELSE l.scope END
           AND COALESCE(r.employee_id, r.department_id, r.team_id,
                        r.subject_company_id, r.partner_id, r.lead_id)
               = CASE l.scope WHEN 'own' THEN %(subject)s
                      WHEN 'team' THEN l.scope_team_id
                      WHEN 'department' THEN l.scope_department_id
                      ELSE c.company_id END
         WHERE c.id = ANY(%(cards)s)
         ORDER BY c.id, l.sequence, l.id
            """,
            subject=SUBJECT,
            cards=card_ids,
        )

    # === ARITHMETIC ===#

    def _card(self, card, rows, lines):
        """Score one card; appends its lines, returns the card's row."""
        card_id, scale, vote_most = card
        entries, found = [], []
        for row in rows:
            line, role, weight, most, vote, low, high, limit, rule, reading, value = (
                row[3:]
            )
            points, outcome = self.scorer.points(rule, value)
            entries.append(
                Entry(weight or 0, points, most, role, vote, low, high, limit)
            )
            found.append((line, reading, value, points, outcome))
        total = card_total(entries, vote_most)
        for entry, part, factor, missed in zip(
            found, total.parts, total.factors, total.missed, strict=True
        ):
            line, reading, value, points, outcome = entry
            lines.append(
                (
                    line,
                    reading,
                    "no_data" if points is None else "ok",
                    value or 0,
                    points or 0,
                    outcome,
                    part[0],
                    part[1] or 0,
                    1 if factor is None else factor,
                    missed,
                )
            )
        return (card_id, *self._result(total, scale))

    def _result(self, total, scale):
        """Columns of the card."""
        known = total.score is not None
        score = total.score if known else 0
        return (
            score,
            total.base or 0,
            total.coefficient,
            known,
            total.coverage,
            total.provisional,
            self.scorer.grade(scale, float(score)) if known else None,
            total.vote_capped,
            any(total.missed),
        )

    # === WRITING ===#

    def _write_lines(self, rows):
        self._update(
            "performance_scorecard_line",
            {
                "reading_id": "int",
                "state": "text",
                "actual": "numeric",
                "points": "numeric",
                "outcome": "jsonb",
                "effective_weight": "numeric",
                "weighted_points": "numeric",
                "factor": "numeric",
                "is_missed": "boolean",
            },
            rows,
        )

    def _write_cards(self, rows):
        self._update(
            "performance_scorecard",
            {
                "score": "numeric",
                "base_score": "numeric",
                "coefficient": "numeric",
                "has_score": "boolean",
                "coverage": "numeric",
                "is_provisional": "boolean",
                "grade": "text",
                "vote_capped": "boolean",
                "is_hurdle_missed": "boolean",
            },
            rows,
        )
        self.env.cr.execute(
            SQL(
                "UPDATE performance_scorecard SET as_of = %s WHERE id = ANY(%s)",
                fields.Datetime.now(),
                [row[0] for row in rows],
            )
        )

    def _update(self, table, columns, rows):
        """Write the rows that differ from what is there.

        :param dict columns: ``{column: type}``
        :param rows: ``[(id, value, ...)]`` in the order of the columns
        """
        if not rows:
            return
        arrays = [list(values) for values in zip(*rows, strict=True)]
        types = ["int", *columns.values()]
        names = [SQL.identifier(name) for name in columns]
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s t SET %(sets)s FROM unnest(%(arrays)s)"
                " AS s(id, %(names)s) WHERE t.id = s.id"
                " AND (%(old)s) IS DISTINCT FROM (%(new)s)",
                table=SQL.identifier(table),
                sets=SQL(", ").join(SQL("%s = s.%s", name, name) for name in names),
                arrays=SQL(", ").join(
                    SQL("%s::" + kind + "[]", values)
                    for values, kind in zip(arrays, types, strict=True)
                ),
                names=SQL(", ").join(names),
                old=SQL(", ").join(SQL("t.%s", name) for name in names),
                new=SQL(", ").join(SQL("s.%s", name) for name in names),
            )
        )
