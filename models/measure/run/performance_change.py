from contextlib import suppress
from datetime import datetime

from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from ..engine import Definition, watch
from ..engine.dependencies import Dependencies
from ..engine.notes import Notes
from ..engine.window import Window


class PerformanceChange(models.Model):
    """A note of PostgreSQL: rows that numbers are made of changed, and which dates.

    Written by triggers, read and deleted by the next nightly run. See
    ``engine/watch.py`` for how nothing is missed.
    """

    _name = "performance.change"
    _description = "Change of Measured Records"
    _log_access = False

    table_name = fields.Char(readonly=True)
    column_name = fields.Char(readonly=True)
    low = fields.Datetime(string="Earliest", readonly=True)
    high = fields.Datetime(string="Latest", readonly=True)

    @api.model
    def _dependencies(self, kpis):
        """``{kpi: Dependencies}`` of the KPIs that are measured from records."""
        return {
            kpi: self._needs(Definition.of(kpi))
            # sudo: which tables to watch does not depend on who saves
            for kpi in kpis.sudo()
            if kpi.is_measured and kpi.is_available and kpi.model_name
        }

    @ormcache("definition")
    def _needs(self, definition):
        """The dependencies of a definition; they change with the models only."""
        return Dependencies(self.env, definition)

    @api.model
    def _volatile(self, kpis):
        """KPIs that are due every night, whatever changed."""
        known = self._dependencies(kpis)
        return self.env["performance.kpi"].browse(
            kpi.id for kpi, needs in known.items() if needs.volatile
        )

    @api.model
    def _consume(self):
        """Mark what is due by the notes there are, and watch what has to be watched."""
        # sudo: the engine works for everybody
        kpis = self.env["performance.kpi"].sudo().search([("source", "!=", "manual")])
        needs = self._dependencies(kpis)
        notes = Notes(self._take_notes())
        fresh = self._watch(needs)
        units = (
            self.env["performance.measurement"]
            .sudo()
            .search(
                Domain("period_id.state", "=", "open") & Domain("is_stale", "=", False)
            )
        )
        stale = units.filtered(
            lambda unit: (
                unit.kpi_id in needs
                and self._is_touched(unit, needs[unit.kpi_id], notes, fresh)
            )
        )
        stale.write({"is_stale": True})

    def _is_touched(self, unit, needs, notes, fresh):
        if not fresh.isdisjoint(needs.columns):
            # nobody watched this table before
            return True
        return needs.touched(notes, self._windows(unit, needs.definition))

    def _windows(self, unit, definition):
        """``[(start, end)]`` that the number of a unit looks at.

        A note about a date field says midnight of that day, so days are compared with
        days, and instants with instants in UTC.
        """
        field = self.env[definition.model_name]._fields[definition.date_field]
        window = Window.of(unit.period_id)
        first, end = map(_naive, window.bounds(field))
        if definition.source == "first_time":
            return [(datetime.min, end)]
        found = [(first, end)]
        if definition.looks_back:
            kind, compare_with = unit.period_id.kind, definition.compare_with
            before = window.before(kind, compare_with)
            found.append(tuple(map(_naive, before.bounds(field))))
        return found

    @api.model
    def _take_notes(self):
        """``[(table, column, low, high)]``; the notes are gone afterwards."""
        return self.env.execute_query(
            SQL(
                "WITH taken AS (DELETE FROM performance_change RETURNING *)"
                " SELECT DISTINCT table_name, column_name, low, high FROM taken"
            )
        )

    @api.model
    def _watch(self, needs):
        """Create the triggers that are missing.

        :return: the tables that were not watched, or not like this, until now
        """
        wanted = watch.wanted_triggers(needs.values())
        present = watch.installed(self.env)
        fresh = set()
        for table, spec in wanted.items():
            if present.get(table) != watch.signature(spec):
                fresh.add(table)
                self._install(table, spec)
        for table in present.keys() - wanted.keys():
            watch.drop(self.env, table)
        return fresh

    def _install(self, table, spec):
        """Watch one table; while somebody holds it the numbers stay due instead."""
        with suppress(LockNotAvailable), self.env.cr.savepoint(flush=False):
            self.env.cr.execute("SET LOCAL lock_timeout = '5s'")
            watch.install(self.env, table, spec)
            self.env.cr.execute("SET LOCAL lock_timeout = DEFAULT")


def _naive(value):
    """A day as its first moment; a moment as it is."""
    return fields.Datetime.to_datetime(value)
