from datetime import datetime

from odoo.tests import freeze_time, tagged

from .common import PerformanceCommon


@tagged("post_install", "-at_install")
class MeasureCommon(PerformanceCommon):
    """The first quarter of 2026 and deals won in it (and around it)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls.env["performance.period"].create(
            {
                "kind": "quarter",
                "date_start": "2026-01-01",
                "company_id": cls.company.id,
            }
        )
        cls.kpi_revenue = cls.env.ref("customer_performance.kpi_new_customer_revenue")
        cls.kpi_deals = cls.env.ref("customer_performance.kpi_deals_won")
        cls.kpi_days = cls.env.ref("customer_performance.kpi_days_to_close")
        cls.kpi_csat = cls.env.ref("customer_performance.kpi_customer_satisfaction")
        cls.won_stage = cls.env["crm.stage"].create(
            {"name": "Test Won", "is_won": True}
        )

    @classmethod
    def _create_won(cls, closed="2026-02-10 12:00:00", **values):
        """A deal won at a given time."""
        with freeze_time(closed):
            lead = cls._create_lead(**values)
            lead.action_set_won()
        lead.flush_recordset()
        lead.write({"date_closed": datetime.fromisoformat(closed)})
        return lead

    def _reading(self, kpi, **subject):
        """The reading of a KPI in the period for one subject."""
        (name, record), *_rest = subject.items()
        return self.env["performance.reading"].search(
            [
                ("kpi_id", "=", kpi.id),
                ("period_id", "=", self.period.id),
                (name, "=", record.id),
            ]
        )
