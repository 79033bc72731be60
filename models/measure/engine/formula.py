"""KPIs over other KPIs: the readings of the same subject and period, put together."""

from collections import defaultdict

from odoo.tools import SQL

from ....tools.formula import parse
from .definition import Definition
from .scan import SPECIAL
from .store import nothing_is_zero

SUBJECT = (
    "COALESCE(employee_id, department_id, team_id, subject_company_id,"
    " partner_id, lead_id)"
)


class FormulaScan:
    """One formula KPI in one period; same result as a :class:`~.scan.Scan` has.

    A subject has a value where the KPIs the formula reads have one. Whether a sample is
    large enough they decide themselves; shown is the smallest of theirs.

    :param dict components: ``{code: kpi id}`` of the codes it may read
    """

    def __init__(self, env, definition, period, components, wanted):
        self.env = env
        self.definition = definition
        self.period = period
        self.formula = parse(definition.formula)
        names = self.formula.names
        self.components = {c: kpi for c, kpi in components.items() if c in names}
        self.wanted = wanted

    def statement(self):
        """See :meth:`~.scan.Scan.statement`; computed here, sent as arrays."""
        rows = [self._row(*item) for item in sorted(self._readings().items())]
        columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
        return SQL(
            "SELECT %s AS kpi_id, kind, subject, sample::numeric, value AS numerator,"
            " 1::numeric AS denominator, value, 0::numeric AS excluded"
            " FROM unnest(%s::text[], %s::int[], %s::int[], %s::numeric[])"
            " AS f(kind, subject, sample, value)",
            self.definition.kpi_id,
            *(list(column) for column in columns),
        )

    def _row(self, key, readings):
        value = self.formula.evaluate({code: v for code, (v, _n) in readings.items()})
        sample = min((n for v, n in readings.values() if v is not None), default=0)
        return (*key, sample, None if value is None else repr(round(value, 6)))

    def _readings(self):
        """``{(kind, subject): {code: (value or None, sample)}}`` of the components."""
        codes = {kpi: code for code, kpi in self.components.items()}
        self.env["performance.reading"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT kpi_id, subject_type, %s, value, state = 'ok', sample_size"
                " FROM performance_reading WHERE active AND period_id = %s"
                " AND kpi_id = ANY(%s)",
                SQL(SUBJECT),
                self.period.id,
                list(codes),
            )
        )
        found = defaultdict(dict)
        for kpi, kind, subject, value, known, sample in rows:
            if self._is_wanted(kind, subject):
                known_value = float(value) if known else None
                found[kind, subject][codes[kpi]] = (known_value, sample)
        self._fill_with_zeros(found, {row[0] for row in rows})
        return found

    def _fill_with_zeros(self, found, measured):
        """Who has no reading of a count that was measured has none of what it counts.

        Not so customers and opportunities: they are measured where asked for only.
        """
        kpis = {code: kpi for code, kpi in self.components.items() if kpi in measured}
        browse = self.env["performance.kpi"].browse
        counts = {code: Definition.of(browse(kpi)) for code, kpi in kpis.items()}
        for (kind, _subject), readings in found.items():
            for code, definition in counts.items():
                if kind in SPECIAL or code in readings:
                    continue
                if nothing_is_zero(definition, kind):
                    readings[code] = (0.0, 0)

    def _is_wanted(self, kind, subject):
        if self.wanted is None:
            return True
        ids = self.wanted.get(kind, ())
        return ids is None or subject in ids
