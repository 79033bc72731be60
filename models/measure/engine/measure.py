"""Measuring some KPIs in one period: which statements, in which order."""

from odoo.tools import SQL

from .formula import FormulaScan
from .keyed import Keyed
from .rows import Rows
from .scan import SPECIAL, Scan
from .store import Store

PEOPLE = ("employee", "department", "team", "company")


class Measure:
    """Some KPIs in one period, for everybody or for some subjects.

    :param list definitions: what to measure
    :param period: ``performance.period``
    :param dict wanted: ``{subject type: ids}``; None for every employee, department,
        team and the company, and for those customers and opportunities that have a
        reading already or are expected
    :param dict expected: ``{kpi id: {subject type: ids}}`` that need a reading even
        where nothing is found
    :param dict components: ``{kpi id: {code: kpi id}}``, what formulas read
    """

    def __init__(
        self, env, definitions, period, wanted=None, expected=None, components=None
    ):
        # sudo: numbers are the same for whoever asks; readers see them through rules
        self.env = env(su=True)
        self.definitions = definitions
        self.period = period.sudo()
        self.wanted = wanted
        self.expected = expected or {}
        self.components = components or {}

    def run(self):
        """Measure and store.

        :return: ``{kpi id: (subjects, records of the company, of its employees)}``
        """
        store = Store(self.env, self.period)
        store.open(self.statements())
        due = {
            definition.kpi_id: self._due(self.expected.get(definition.kpi_id, {}))
            for definition in self.definitions
        }
        store.expect(self.definitions, due, former=self.wanted is None)
        summary = store.summary()
        store.persist()
        store.close()
        return summary

    def rows(self):
        """What would be stored, without storing it.

        :return: ``[(kpi id, kind, subject, sample, numerator, denominator, value,
            excluded)]``
        """
        found = []
        for statement in self.statements():
            found += self.env.execute_query(statement)
        return found

    def explain(self):
        """Let PostgreSQL plan the statements without running them."""
        for statement in self.statements():
            self.env.execute_query(SQL("EXPLAIN %s", statement))

    def _due(self, kinds):
        """The expected subjects, reduced to those asked for; the company always is."""
        if self.wanted is not None:
            return self.wanted
        company = {self.period.company_id.id}
        return {**kinds, "company": company | set(kinds.get("company", ()))}

    # === STATEMENTS ===#

    def statements(self):
        """One statement for each scan."""
        found = [scan.statement() for scan in self.scans()]
        return [statement for statement in found if statement is not None]

    def scans(self):
        """KPIs that read the same rows share a scan."""
        groups, scans = {}, []
        for definition in self.definitions:
            if definition.source == "formula":
                scans.append(self._formula(definition))
            elif definition.is_measured:
                groups.setdefault(definition.scan_key, []).append(definition)
        for group in groups.values():
            scans += self._scans_of(group)
        return scans

    def _formula(self, definition):
        return FormulaScan(
            self.env,
            definition,
            self.period,
            self.components.get(definition.kpi_id, {}),
            self.wanted,
        )

    def _scans_of(self, definitions):
        plain = [d for d in definitions if not d.is_keyed]
        scans = [self._keyed(d) for d in definitions if d.is_keyed]
        if not plain:
            return scans
        rows = Rows(self.env, plain, self.period)
        if rows.is_multi:
            # a record of several people would count twice for their department
            return scans + [self._keyed(d) for d in plain]
        return [*scans, Scan(rows, plain, self._kinds(plain))]

    def _keyed(self, definition):
        rows = Rows(self.env, [definition], self.period)
        return Keyed(rows, definition, self._kinds([definition]))

    def _kinds(self, definitions):
        """``{subject type: ids or None}`` that the scan is asked for."""
        if self.wanted is not None:
            return {
                kind: ids for kind, ids in self.wanted.items() if ids is None or ids
            }
        kinds = dict.fromkeys(PEOPLE)
        for kind in SPECIAL:
            if ids := self._special(kind, definitions):
                kinds[kind] = ids
        return kinds

    def _special(self, kind, definitions):
        """Customers or opportunities that have a number already, or need one."""
        ids = set()
        for definition in definitions:
            ids |= set(self.expected.get(definition.kpi_id, {}).get(kind, ()))
        Reading = self.env["performance.reading"]
        return ids | Reading._subject_ids(
            [d.kpi_id for d in definitions], self.period, kind
        )
