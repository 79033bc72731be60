from hashlib import sha1

from odoo import models
from odoo.fields import Domain

from ..engine import Definition


class PerformanceMeasurement(models.Model):
    """Which units are due, and in which order they are taken."""

    _inherit = "performance.measurement"

    def _quarantine_reason(self):
        """Why a nightly run leaves it alone."""
        if self.kpi_id.is_quarantined:
            return self.env._(
                "“%s” is quarantined until it is repaired.", self.kpi_id.name
            )
        return False

    def _due(self):
        """Those among these units that could have another number by now.

        A unit is due when it was never measured, failed, or something it depends on
        changed: its records or what they link to, its definition, what is left out of
        it, and for a formula the KPIs it reads.
        """
        versions = self.env["performance.kpi.version"]._of(self.kpi_id)
        volatile = self.env["performance.change"]._volatile(self.kpi_id)
        due = self.filtered(
            lambda unit: (
                unit.is_stale
                or unit.state != "done"
                or not unit.measured_at
                or unit.version_id != versions[unit.kpi_id.id]
                or unit.kpi_id in volatile
            )
        )
        return due | self._due_formulas(due)

    def _due_formulas(self, due):
        """Formulas over what is due, was measured since, or is typed by hand."""
        formulas = self.filtered(lambda unit: unit.kpi_id.source == "formula") - due
        levels = formulas._levels()
        found = due.browse()
        for unit in formulas.sorted(lambda unit: levels[unit.kpi_id.id]):
            components = self.env["performance.kpi"].browse(
                unit.kpi_id._all_components()
            )
            theirs = self._units(components, unit.period_id)
            if (
                any(kpi.source == "manual" for kpi in components)
                or theirs & (due | found)
                or any(
                    t.measured_at and t.measured_at > unit.measured_at for t in theirs
                )
            ):
                found |= unit
        return found

    def _queue(self, run):
        """Let these units wait for a worker of a run."""
        levels = self._levels()
        groups = self.grouped(lambda u: (levels[u.kpi_id.id], u._batch_key()))
        for (level, batch), units in groups.items():
            units.write({"run_id": run.id, "level": level, "batch": batch})

    def _batch_key(self):
        """Units with the same key are measured by one scan."""
        definition = Definition.of(self.kpi_id)
        if definition.source == "formula":
            return f"{self.period_id.id}-formula"
        key = repr(definition.scan_key).encode()
        return f"{self.period_id.id}-{sha1(key, usedforsecurity=False).hexdigest()}"

    # === WHAT STANDS ON THE NUMBERS ===#

    def _news(self):
        """Measured units whose period waits for nothing more in any run, by period."""
        # sudo: units are the engine's own records
        Unit = self.env["performance.measurement"].sudo()
        news = Unit.search([("is_news", "=", True)])
        waiting = Unit.search(
            Domain("period_id", "in", news.period_id.ids)
            & Domain("run_id", "!=", False)
        )
        ready = news.filtered(lambda unit: unit.period_id not in waiting.period_id)
        return list(ready.grouped("period_id").values())

    def _spread(self):
        """Refresh what stands on the numbers of these units, once for all of them.

        Units that another worker spreads right now are left to it.
        """
        mine = self.try_lock_for_update().filtered("is_news")
        if mine:
            mine.write({"is_news": False})
            mine._after_measure()
