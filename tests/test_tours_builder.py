from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .measure_common import MeasureCommon

QUIET = "odoo.addons.customer_performance.models.measure.run.performance_measurement"


@tagged("post_install", "-at_install")
class TestToursBuilder(HttpCase, MeasureCommon):
    """Building and repairing a KPI in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.builder = cls._create_user(
            "perf_builder",
            "customer_performance.group_admin,sales_team.group_sale_manager",
        )

    def test_an_administrator_builds_a_kpi(self):
        self._create_won(name="Tour deal", expected_revenue=5000)
        self._create_won(user_id=self.user_sales2.id, expected_revenue=40)
        self._create_lead(name="Not won", expected_revenue=9000)
        self.start_tour("/odoo", "performance_build_kpi", login="perf_builder")
        kpi = self.env["performance.kpi"].search([("code", "=", "LARGE_DEALS")])
        self.assertRecordValues(
            kpi,
            [
                {
                    "name": "Large deals won",
                    "source": "records",
                    "model_name": "crm.lead",
                    "date_field": "date_closed",
                    "aggregate": "sum",
                    "measure_field": "expected_revenue",
                    "employee_path": "user_id",
                    "customer_path": "partner_id.commercial_partner_id",
                    "company_path": "company_id",
                    "owner_id": self.builder.id,
                }
            ],
        )
        self.assertIn("won_status", kpi.domain)
        # the preview stored nothing; measuring finds what it showed
        self.assertFalse(kpi.reading_count)
        kpi._measure(self.period)
        self.assertEqual(self._reading(kpi, employee_id=self.sales).value, 5000)

    def test_the_owner_repairs_a_quarantined_kpi(self):
        kpi = self.kpi_deals.copy({"code": "BROKEN", "owner_id": self.builder.id})
        kpi.domain = "[('won_status', '=', 'won')]"
        self.env.flush_all()
        self.env.cr.execute(
            'UPDATE performance_kpi SET domain = \'[["gone", "=", 1]]\' WHERE id = %s',
            [kpi.id],
        )
        self.env.invalidate_all()
        with mute_logger(QUIET):
            kpi._measure(self.period)
        self.assertTrue(kpi.is_quarantined)
        self.assertEqual(kpi.activity_ids.user_id, self.builder)
        # the editor of filters asks how many records the broken one finds
        with mute_logger("odoo.http"):
            self.start_tour(
                f"/odoo/performance-kpis/{kpi.id}",
                "performance_repair_kpi",
                login="perf_builder",
            )
        self.env.invalidate_all()
        self.assertRecordValues(
            kpi, [{"is_quarantined": False, "error": False, "domain": "[]"}]
        )
        self.assertFalse(kpi.activity_ids)
        unit = self.env["performance.measurement"].search([("kpi_id", "=", kpi.id)])
        self.assertEqual(set(unit.mapped("state")), {"done"})
