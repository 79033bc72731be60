"""What measuring a KPI would find for one kind of subject, and why it finds nothing."""

from typing import NamedTuple

from odoo.tools import SQL

from .measure import Measure
from .rows import Rows
from .store import nothing_is_zero
from .window import Window

TOP = 10


class Found(NamedTuple):
    """One subject, as :meth:`~.measure.Measure.rows` finds it; ``subjects`` and
    ``valued`` count all of its kind, and those among them that have a value."""

    kpi_id: int
    kind: str
    subject: int
    sample: float
    numerator: float
    denominator: float
    value: float
    excluded: float
    subjects: int
    valued: int
    place: int


class Preview:
    """One KPI in one period, without storing anything: three statements at most.

    :param Definition definition: the KPI as it is now
    :param period: ``performance.period``
    :param str kind: subject type
    :param str order: ``DESC`` where the highest value comes first
    :param dict components: ``{code: kpi id}`` for a formula
    """

    def __init__(self, env, definition, period, kind, order="DESC", components=None):
        # sudo: numbers are the same for whoever asks; the caller checks who may
        self.env = env(su=True)
        self.definition = definition
        self.period = period.sudo()
        self.kind = kind
        self.order = SQL("ASC") if order == "ASC" else SQL("DESC")
        self.components = components or {}

    def found(self):
        """The company, and the first subjects of the kind.

        :return: ``(Found of the company, [Found of the kind, best first])``
        """
        company = {"company": {self.period.company_id.id}}
        measure = Measure(
            self.env,
            [self.definition],
            self.period,
            wanted={self.kind: None, **company},
            components=self.components,
        )
        result = [
            Found(*row)
            for statement in measure.statements()
            for row in self.env.execute_query(self._first(statement))
        ]
        whole = next((f for f in result if f.kind == "company"), self._nothing())
        return whole, [f for f in result if f.kind == self.kind]

    def _nothing(self):
        """What is stored for the company where no record is found."""
        value = 0 if nothing_is_zero(self.definition, "company") else None
        company = self.period.company_id.id
        return Found(
            self.definition.kpi_id, "company", company, 0, 0, 0, value, 0, 1, 0, 1
        )

    def _first(self, statement):
        return SQL(
            "SELECT * FROM (SELECT f.*, COUNT(*) OVER every, COUNT(value) OVER every,"
            " ROW_NUMBER() OVER (PARTITION BY kind ORDER BY value IS NULL, value %s,"
            " sample DESC, subject) AS place"
            " FROM (%s) f WINDOW every AS (PARTITION BY kind)) ranked"
            " WHERE place <= %s ORDER BY place",
            self.order,
            statement,
            TOP,
        )

    # === WHY NOTHING ===#

    def window(self):
        """The days whose records decide whether there is a number."""
        window = Window.of(self.period)
        if self.definition.source == "retention":
            return window.before(self.period.kind, self.definition.compare_with)
        return window

    def reason(self):
        """The first thing that leaves no record, or ``minimum`` when none does.

        :return: ``(step, {step: records left})``, with ``first`` and ``last`` date of
            all records of the company among the facts
        """
        rows = Rows(self.env, [self.definition], self.period)
        steps = self._steps(rows)
        terms, conditions = [], []
        for name, condition in steps:
            conditions.append(condition)
            count = SQL(
                "COUNT(DISTINCT %s) FILTER (WHERE %s)",
                rows.record_id,
                SQL(" AND ").join(conditions),
            )
            terms.append(SQL("%s AS %s", count, SQL.identifier(name)))
            if name == "company":
                own = SQL(" AND ").join(conditions)
        dates = [
            SQL("%s(%s) FILTER (WHERE %s)", SQL(function), rows.date, own)
            for function in ("MIN", "MAX")
        ]
        [counts] = self.env.execute_query(
            SQL(
                "SELECT %s FROM %s",
                SQL(", ").join(terms + dates),
                rows.query.from_clause,
            )
        )
        names = [name for name, _condition in steps]
        facts = dict(zip([*names, "first", "last"], counts, strict=True))
        return next((name for name in names if not facts[name]), "minimum"), facts

    def _steps(self, rows):
        """``[(step, condition)]``, each on top of those before."""
        definition = self.definition
        # as if all lay in the period: when they lie comes as a step of its own
        terms = rows.terms(definition, within=True)
        steps = [
            ("filter", SQL("(%s OR %s)", terms.now, terms.excluded)),
            ("date", SQL("%s IS NOT NULL", rows.date)),
            ("company", rows.company_term),
            ("period", self.window().contains(rows.date, rows.date_field)),
            ("cleaning", terms.now),
        ]
        if definition.has_measure:
            steps.append(("measure", SQL("%s IS NOT NULL", terms.value)))
        if definition.is_keyed:
            steps.append(("key", SQL("%s IS NOT NULL", terms.key)))
        if self.kind in rows.subjects:
            steps.append(("subject", SQL("%s IS NOT NULL", rows.subjects[self.kind])))
        return [("any", SQL("TRUE")), *steps]
