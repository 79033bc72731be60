from odoo.fields import Command
from odoo.tests import tagged

from .measure_common import MeasureCommon


@tagged("post_install", "-at_install")
class ScoreCommon(MeasureCommon):
    """Schemes on the shipped KPIs."""

    def _create_scheme(self, lines, sudo=False, **values):
        """A draft scheme.

        :param lines: ``[(kpi, {values of the line})]``
        """
        Scheme = self.env["performance.scheme"].sudo(sudo)
        return Scheme.create(
            {
                "name": "Test Scheme",
                "rating_scale_id": self.env.ref(
                    "customer_performance.rating_scale_standard"
                ).id,
                "line_ids": [
                    Command.create({"kpi_id": kpi.id, "target": 100, **line})
                    for kpi, line in lines
                ],
                **values,
            }
        )

    def _active_scheme(self):
        """Revenue 50, satisfaction in bands 30, days to close 20."""
        bands = [
            {"lower": 0, "upper": 70, "points": 0},
            {"lower": 70, "upper": 80, "points": 6},
            {"lower": 80, "upper": 90, "points": 8},
            {"lower": 90, "is_open": True, "points": 10},
        ]
        scheme = self._create_scheme(
            [
                (self.kpi_revenue, {"weight": 50, "target": 1000}),
                (
                    self.kpi_csat,
                    {
                        "weight": 30,
                        "rule": "bands",
                        "target": 80,
                        "band_ids": [Command.create(band) for band in bands],
                    },
                ),
                (self.kpi_days, {"weight": 20, "target": 30}),
            ],
            sudo=True,
        )
        scheme._workflow_move("activate")
        return scheme

    def _satisfaction(self, value, employee=None):
        """A confirmed reading of customer satisfaction."""
        reading = (
            self.env["performance.reading"]
            .with_user(self.user_hr)
            .create(
                {
                    "kpi_id": self.kpi_csat.id,
                    "period_id": self.period.id,
                    "employee_id": (employee or self.sales).id,
                    "value": value,
                    "evidence": "Survey",
                }
            )
        )
        reading.with_user(self.user_hr2).action_confirm()
        return reading
