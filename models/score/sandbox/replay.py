"""What scores would have been: schemes applied to readings that are there.

Nothing is measured and nothing is written. The arithmetic is that of the scorecards.
"""

import json
from collections import namedtuple

from odoo.tools import SQL

from ....tools.totals import Entry, card_total
from ...shared.performance_subject_mixin import SUBJECT_FIELDS
from ..scheme.tenure import Tenures
from ..scorecard.scorer import Scorer

# what a subject gets under a scheme; score is None where nothing has data
Result = namedtuple("Result", "score grade provisional")


class Replay:
    """Scores subjects under schemes in one period."""

    def __init__(self, period):
        # sudo: a replay sees all readings of the company; who may start one was asked
        self.period = period.sudo()
        self.env = self.period.env
        self.scorer = Scorer(self.env)
        self.above = {}  # employee -> {"team": id, "department": id}

    def scores(self, scheme, subjects):
        """The results of subjects under a scheme.

        :param scheme: ``performance.scheme`` in any state
        :param subjects: records of its subject type
        :return: ``{subject id: Result}``
        """
        scheme, subjects = scheme.with_env(self.env), subjects.with_env(self.env)
        lines = scheme.line_ids
        rules, own = self._rules(scheme, lines, subjects)
        values = self._values(lines.kpi_id)
        limit = (scheme.company_id or self.period.company_id).performance_vote_most
        scale = scheme.rating_scale_id.id
        shown = [self._line(scheme, line) for line in lines]
        found = {}
        for subject in subjects.ids:
            entries = [
                Entry(*facts)
                for facts in self._entries(shown, rules, own, values, subject)
            ]
            found[subject] = self._result(card_total(entries, limit), scale)
        return found

    def settled(self, scheme, subjects):
        """The results that scorecards of this scheme have already, estimates too.

        :return: ``{subject id: Result}`` of those that have one
        """
        field = SUBJECT_FIELDS[scheme.subject_type]
        cards = self.env["performance.scorecard"].search_fetch(
            [
                ("scheme_id.family_id", "=", scheme.family_id.id),
                ("period_id", "=", self.period.id),
                (field, "in", subjects.ids),
            ],
            [field, "score", "has_score", "grade", "is_provisional"],
        )
        return {
            card[field].id: Result(
                card.score if card.has_score else None,
                card.grade or None,
                card.is_provisional,
            )
            for card in cards
        }

    # === PARTS ===#

    def _line(self, scheme, line):
        """What of a line does not depend on the subject."""
        return (
            line.kpi_id.id,
            scheme.subject_type if line.scope == "own" else line.scope,
            line.scope,
            line.weight or 0.0,
            (
                line.max_points,
                line.role,
                line.is_customer_vote,
                line.factor_min,
                line.factor_max,
                line.limit,
            ),
        )

    def _entries(self, lines, rules, own, values, subject):
        """The values of the lines of one subject, as the arithmetic takes them."""
        for kpi, kind, scope, weight, rest in lines:
            rule = own.get((subject, kpi), rules[kpi])
            value = values.get((kpi, kind, self._counted(scope, subject)))
            points = None
            if rule is not None:
                points, _case = self.scorer.points(rule, value)
            yield (weight, points, *rest)

    def _counted(self, scope, subject):
        """Id of the subject whose number counts."""
        if scope == "own":
            return subject
        if scope == "company":
            return self.period.company_id.id
        return self.above.get(subject, {}).get(scope)

    def _result(self, total, scale):
        if total.score is None:
            return Result(None, None, True)
        score = float(total.score)
        return Result(score, self.scorer.grade(scale, score), total.provisional)

    def _rules(self, scheme, lines, subjects):
        """The rules as text, and those of single subjects.

        :return: ``({KPI id: rule}, {(subject id, KPI id): rule or None})``; None: the
            subject lacks the target that the line asks for
        """
        rules = {ln.kpi_id.id: json.dumps(ln._rule_snapshot()) for ln in lines}
        targets = self.env["performance.target"]._of(
            lines.kpi_id, self.period, scheme.subject_type, subjects
        )
        tenures = {}
        if scheme.subject_type == "employee":
            tenures = Tenures(self.env, self.period).all(subjects.ids)
            self._learn_people(subjects, {**tenures, **scheme._holders(self.period)})
        elif scheme.subject_type == "opportunity":
            self.above = {deal.id: {"team": deal.team_id.id} for deal in subjects}
        own = {}
        for line in lines:
            kpi = line.kpi_id.id
            alike = line.target_source == "fixed" and not line.prorate
            ids = [s for k, s in targets if k == kpi] if alike else subjects.ids
            for subject in ids:
                target = targets.get((kpi, subject))
                own[subject, kpi] = self._own(line, target, tenures.get(subject))
        return rules, own

    def _own(self, line, target, tenure):
        """The rule of one subject as text; None where it lacks its target."""
        if line.target_source == "person" and not target:
            return None
        if target and line._own_target_problem(target):
            return None
        return json.dumps(line._rule_for(target, tenure)[0])

    # === READING ===#

    def _values(self, kpis):
        """``{(KPI, subject type, subject id): value}`` of everything that has data."""
        self.env["performance.reading"].flush_model()
        return {
            (kpi, kind, subject): value
            for kpi, kind, subject, value in self.env.execute_query(
                SQL(
                    "SELECT kpi_id, subject_type, COALESCE(employee_id, department_id,"
                    " team_id, subject_company_id, partner_id, lead_id), value"
                    " FROM performance_reading WHERE active AND state = 'ok'"
                    " AND period_id = %s AND kpi_id = ANY(%s)",
                    self.period.id,
                    kpis.ids,
                )
            )
        }

    def _learn_people(self, subjects, tenures):
        """Remember the team and the department of people."""
        self.env["crm.team.member"].flush_model()
        self.env["hr.employee"].flush_model(["user_id"])
        teams = dict(
            self.env.execute_query(
                SQL(
                    "SELECT DISTINCT ON (e.id) e.id, m.crm_team_id FROM hr_employee e"
                    " JOIN crm_team_member m ON m.user_id = e.user_id AND m.active"
                    " WHERE e.id = ANY(%s) ORDER BY e.id, m.id",
                    subjects.ids,
                )
            )
        )
        for subject in subjects.ids:
            tenure = tenures.get(subject)
            self.above[subject] = {
                "team": teams.get(subject),
                "department": tenure.last.department if tenure else None,
            }
