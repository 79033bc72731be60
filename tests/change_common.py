from odoo.tests import tagged

from .measure_common import MeasureCommon


@tagged("post_install", "-at_install")
class ChangeCommon(MeasureCommon):
    """Numbers of the quarter that officers override or correct."""

    def _measured(self, kpi=None, period=None):
        """The measured number of Sam: two deals won."""
        for revenue in (1000, 2000):
            self._create_won(expected_revenue=revenue)
        kpi = kpi or self.kpi_deals
        kpi._measure(period or self.period, self.sales)
        return self._reading(kpi, employee_id=self.sales)

    def _typed(self, value=80, confirmed=True, **values):
        """A typed number of Sam, confirmed by a second officer."""
        reading = (
            self.env["performance.reading"]
            .with_user(self.user_hr)
            .create(
                {
                    "kpi_id": self.kpi_csat.id,
                    "period_id": self.period.id,
                    "employee_id": self.sales.id,
                    "value": value,
                    "evidence": "Survey of March",
                    **values,
                }
            )
        )
        if confirmed:
            reading.with_user(self.user_hr2).action_confirm()
        return reading.with_env(self.env)

    def _close(self, period=None):
        (period or self.period).with_user(self.user_hr).action_close()

    def _reopen(self):
        self.period.with_user(self.user_admin)._workflow_apply("reopen", "An error")

    def _propose(self, model, reading, user=None, **values):
        return (
            self.env[model]
            .with_user(user or self.user_hr)
            .create(
                {
                    "reading_id": reading.id,
                    "value": 5,
                    "reason": "Three deals were booked twice",
                    **values,
                }
            )
        )

    def _override(self, reading, user=None, **values):
        values = {"date_until": "2026-05-31", **values}
        return self._propose("performance.override", reading, user, **values)

    def _correction(self, reading, user=None, **values):
        values = {"evidence": "Contract 4711", **values}
        return self._propose("performance.correction", reading, user, **values)

    def _confirm(self, change, user=None):
        change.with_user(user or self.user_hr2).action_confirm()
        return change
