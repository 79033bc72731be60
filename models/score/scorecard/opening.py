"""Scorecards for many subjects in a few statements, whatever their number."""

import json

from odoo.tools import SQL

from ...shared.arrays import arrays
from ...shared.performance_subject_mixin import SUBJECT_FIELDS
from ..scheme.tenure import Tenures

# columns of the lines that all cards copy alike
COPIED = (
    "sequence",
    "kpi_id",
    "role",
    "scope",
    "is_customer_vote",
    "weight",
    "max_points",
    "factor_min",
    "factor_max",
    "limit",
)


class Opening:
    """Opens the cards of one scheme in one period."""

    def __init__(self, scheme, period):
        # sudo: cards are written by the engine only
        self.scheme = scheme.sudo()
        self.period = period.sudo()
        self.env = self.scheme.env
        self.lines = self.scheme.line_ids
        self.field = SUBJECT_FIELDS[scheme.subject_type]

    def open(self, subjects):
        """Make the cards and their lines.

        :param subjects: records of the scheme's subject type without a card
        :return: ids of the cards made
        :raise UserError: when a target is missing, or does not fit its rule
        """
        subjects = subjects.sudo().with_env(self.env)
        targets = self.env["performance.target"]._of(
            self.lines.kpi_id, self.period, self.scheme.subject_type, subjects
        )
        self.lines._check_targets(self.period, subjects, targets)
        special = self._special(subjects, targets)
        self.env.flush_all()
        cards = self._insert_cards(subjects.ids)
        self._insert_lines(list(cards.values()))
        self._adapt_lines(
            [
                (cards[subject], *values)
                for subject, *values in special
                if subject in cards
            ]
        )
        self.env["performance.scorecard"].invalidate_model()
        self.env["performance.scorecard.line"].invalidate_model()
        return list(cards.values())

    # === RULES OF THEIR OWN ===#

    def _special(self, subjects, targets):
        """``[(subject id, KPI id, target id, rule, scheme's rule)]`` where they differ.

        :param targets: ``{(KPI id, subject id): target}``
        """
        tenures = self._tenures(subjects)
        found = []
        for line in self.lines:
            if line.target_source == "fixed" and not line.prorate:
                ids = [s for kpi, s in targets if kpi == line.kpi_id.id]
            else:
                ids = subjects.ids
            for subject in ids:
                target = targets.get((line.kpi_id.id, subject))
                rule, scheme_rule = line._rule_for(target, tenures.get(subject))
                if scheme_rule is not None:
                    target_id = target.id if target else None
                    found.append(
                        (subject, line.kpi_id.id, target_id, rule, scheme_rule)
                    )
        return found

    def _tenures(self, subjects):
        if self.scheme.subject_type != "employee":
            return {}
        return Tenures(self.env, self.period).all(subjects.ids)

    # === STATEMENTS ===#

    def _insert_cards(self, subject_ids):
        """``{subject id: card id}`` of the cards made; existing ones stay."""
        limits = self.scheme.company_id or self.period.company_id
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO performance_scorecard (scheme_id, period_id, company_id,"
                " rating_scale_id, vote_most, subject_type, %(field)s, state, score,"
                " base_score, coefficient, coverage, has_score, is_provisional,"
                " create_uid, create_date, write_uid, write_date)"
                " SELECT %(scheme)s, %(period)s, %(company)s, %(scale)s, %(vote)s,"
                " %(kind)s, s.id, 'open', 0, 0, 1, 0, FALSE, TRUE,"
                " %(uid)s, %(now)s, %(uid)s, %(now)s"
                " FROM unnest(%(ids)s::int[]) AS s(id)"
                " ON CONFLICT DO NOTHING RETURNING %(field)s, id",
                field=SQL.identifier(self.field),
                scheme=self.scheme.id,
                period=self.period.id,
                company=self.period.company_id.id,
                scale=self.scheme.rating_scale_id.id,
                vote=limits.performance_vote_most,
                kind=self.scheme.subject_type,
                uid=self.env.uid,
                now=SQL("NOW() AT TIME ZONE 'UTC'"),
                ids=subject_ids,
            )
        )
        return dict(rows)

    def _insert_lines(self, card_ids):
        columns = SQL(", ").join(SQL.identifier(name) for name in COPIED)
        for line in self.lines:
            values = line._snapshot()
            rule = line._rule_snapshot()
            self.env.cr.execute(
                SQL(
                    "INSERT INTO performance_scorecard_line (scorecard_id, company_id,"
                    " %(columns)s, rule, target, state, actual, points,"
                    " effective_weight, weighted_points, factor, is_missed,"
                    " create_uid, create_date, write_uid, write_date)"
                    " SELECT c.id, c.company_id, %(values)s, %(rule)s::jsonb,"
                    " %(target)s, 'no_data', 0, 0, 0, 0, 1, FALSE,"
                    " c.create_uid, c.create_date, c.write_uid, c.write_date"
                    " FROM performance_scorecard c WHERE c.id = ANY(%(cards)s)"
                    " ORDER BY c.id",
                    columns=columns,
                    values=SQL(", ").join(SQL("%s", values[name]) for name in COPIED),
                    rule=json.dumps(rule),
                    target=rule["target"],
                    cards=card_ids,
                )
            )

    def _adapt_lines(self, special):
        """Put in the rules that differ from the scheme's.

        :param special: ``[(card id, KPI id, target id, rule, scheme's rule)]``
        """
        if not special:
            return
        rows = [
            (card, kpi, target, json.dumps(rule), json.dumps(scheme_rule))
            for card, kpi, target, rule, scheme_rule in special
        ]
        self.env.cr.execute(
            SQL(
                "UPDATE performance_scorecard_line l"
                " SET target_id = s.target_id, rule = s.rule::jsonb,"
                " scheme_rule = s.scheme_rule::jsonb,"
                " target = (s.rule::jsonb ->> 'target')::numeric"
                " FROM unnest(%s) AS s(card, kpi, target_id, rule, scheme_rule)"
                " WHERE l.scorecard_id = s.card AND l.kpi_id = s.kpi",
                arrays(rows, ("int", "int", "int", "text", "text")),
            )
        )
