from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import float_compare

from ...tools.periods import period_range


class PerformanceMilestoneMeasure(models.Model):
    """How a measured milestone learns that its stage was reached.

    The KPI of the stage is measured for the deal, in the quarter in which it was won,
    by the same engine as everything else. Whenever that KPI is measured, tonight or by
    hand, the milestones that wait for it take their reading; those that attained go to
    review.
    """

    _inherit = "performance.milestone"

    # === ACTIONS ===#

    def action_measure(self):
        """Measure again what waits for a measured target.

        :return: a notification that says what was found
        :raise UserError: when nothing here waits to be measured
        """
        self.check_access("read")
        waiting = self.filtered(lambda m: m._waits_for_reading())
        if not waiting:
            raise UserError(self.env._("Nothing here waits to be measured."))
        waiting._workflow_engine()._measure()
        left = waiting.filtered(lambda m: m.state == "pending")
        return self._workflow_notify(
            waiting - left, {m: f"{m.display_name}: {m.measure_note}" for m in left}
        )

    # === BUSINESS METHODS ===#

    def _waits_for_reading(self):
        return self.state == "pending" and self.is_measured

    def _measure(self):
        """Measure those that wait: once per KPI and quarter, whatever their number."""
        waiting = self.filtered(lambda m: m._waits_for_reading())
        groups = waiting.grouped(
            lambda m: (m.kpi_id, m.company_id, period_range("quarter", m.date_won)[0])
        )
        # sudo: milestones move with all periods of the company
        periods = self.env["performance.period"].sudo()
        for (kpi, company, day), milestones in groups.items():
            period = periods._get_or_create("quarter", day, company)
            units = kpi._measure(period, subjects=milestones.lead_id)
            if units.state != "done":
                milestones.write(
                    {
                        "measure_note": units.message
                        or self.env._("“%s” measures another company.", kpi.name)
                    }
                )

    @api.model
    def _waiting_for(self, kpis, period):
        """Milestones that wait for some KPIs in a period."""
        return self._workflow_engine().search(
            Domain("kpi_id", "in", kpis.ids)
            & Domain("state", "=", "pending")
            & Domain("is_measured", "=", True)
            & Domain("company_id", "=", period.company_id.id)
            & Domain("date_won", ">=", period.date_start)
            & Domain("date_won", "<=", period.date_end)
        )

    @api.model
    def _measured(self, kpis, period):
        """KPIs were measured: milestones that wait for them take their reading."""
        if period.kind != "quarter":
            return
        # what somebody works on right now takes its reading next time
        waiting = self._waiting_for(kpis, period).try_lock_for_update()
        if not waiting:
            return
        readings = {
            (reading.kpi_id, reading.lead_id): reading
            for reading in self.env["performance.reading"]
            # sudo: milestones move by numbers that their reader may not see
            .sudo()
            .search(
                Domain("kpi_id", "in", kpis.ids)
                & Domain("period_id", "=", period.id)
                & Domain("lead_id", "in", waiting.lead_id.ids)
            )
        }
        for milestone in waiting:
            reading = readings.get((milestone.kpi_id, milestone.lead_id))
            if reading:
                milestone.write(milestone._prepare_reading_values(reading))
        waiting.filtered("attained")._workflow_apply("attain")

    def _prepare_reading_values(self, reading):
        """What a milestone keeps of its reading."""
        attained = reading.state == "ok" and self._attains(reading.value)
        note = False
        if reading.state != "ok":
            note = reading.explanation
        elif not attained:
            note = self.env._(
                "Measured %(actual)s; the target is %(target)s.",
                actual=self.kpi_id._format(reading.value, self.company_id),
                target=self.kpi_id._format(self.target, self.company_id),
            )
        return {
            "reading_id": reading.id,
            "actual": reading.value,
            "attained": attained,
            "measure_note": note,
        }

    def _attains(self, value):
        """Whether a value reaches the target, in the direction of the KPI."""
        difference = float_compare(value, self.target, precision_digits=4)
        return difference <= 0 if self.kpi_id.direction == "lower" else difference >= 0
