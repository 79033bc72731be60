from io import BytesIO

from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools.pdf import PdfFileReader

from .score_common import ScoreCommon


@tagged("post_install", "-at_install")
class TestTours(HttpCase, ScoreCommon):
    """The two main jobs in a real browser, each person with the own login."""

    def test_a_deal_is_won_approved_released_and_read(self):
        self.env["performance.bonus.plan"].create(
            {
                "name": "Tour plan",
                "company_id": self.company.id,
                "basis": "fixed",
                "amount": 1000,
            }
        )
        deal = self._create_lead(name="Tour deal", expected_revenue=5000)
        self.start_tour(
            f"/odoo/crm/{deal.id}", "performance_bonus_win", login="perf_sales"
        )
        signing = deal.milestone_ids.filtered(lambda m: m.code == "signing")
        self.assertRecordValues(signing, [{"state": "review", "amount": 200}])
        self.start_tour("/odoo", "performance_bonus_approve", login="perf_manager")
        self.assertRecordValues(
            signing, [{"state": "approved", "approved_by_id": self.user_manager.id}]
        )
        self.start_tour("/odoo", "performance_bonus_release", login="perf_hr")
        self.assertRecordValues(
            signing, [{"state": "released", "released_by_id": self.user_hr.id}]
        )
        self.start_tour("/odoo", "performance_bonus_statement", login="perf_sales")
        statement = (
            self.env["performance.bonus.statement"]
            .with_user(self.user_sales)
            .search([])
        )
        self.assertRecordValues(
            statement, [{"forecast": 800, "earned": 200, "released": 200}]
        )

    def test_an_appraisal_from_launch_to_pdf(self):
        criterion = self.env["performance.criterion"].create({"name": "Tour criterion"})
        self._create_won(expected_revenue=1000)
        cycle = self.env["performance.cycle"].create(
            {
                "name": "Tour cycle",
                "company_id": self.company.id,
                "period_id": self.period.id,
                "scheme_id": self._active_scheme().id,
                "employee_ids": [Command.set(self.sales.ids)],
                "criterion_ids": [Command.set(criterion.ids)],
            }
        )
        self.start_tour(
            f"/odoo/appraisal-cycles/{cycle.id}",
            "performance_appraisal_launch",
            login="perf_hr",
        )
        appraisal = cycle.appraisal_ids
        self.assertEqual(appraisal.employee_id, self.sales)
        self.start_tour("/odoo", "performance_appraisal_self", login="perf_sales")
        self.assertEqual(appraisal.state, "manager_review")
        self.start_tour("/odoo", "performance_appraisal_manager", login="perf_manager")
        self.assertEqual(appraisal.state, "hr_approval")
        self.start_tour(
            f"/odoo/appraisals/{appraisal.id}",
            "performance_appraisal_approve",
            login="perf_hr",
        )
        self.assertEqual(appraisal.state, "published")
        self.start_tour(
            f"/odoo/my-appraisals/{appraisal.id}",
            "performance_appraisal_acknowledge",
            login="perf_sales",
        )
        self.assertEqual(appraisal.state, "acknowledged")
        self._assert_pdf_opens(appraisal)

    def _assert_pdf_opens(self, appraisal):
        """The employee prints the appraisal as the browser does."""
        self.authenticate("perf_sales", "perf_sales")
        url = f"/report/pdf/customer_performance.report_appraisal/{appraisal.id}"
        response = self.url_open(url + '?context={"force_report_rendering":true}')
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        reader = PdfFileReader(BytesIO(response.content))
        words = " ".join(page.extract_text() for page in reader.pages).split()
        text = " ".join(words)
        self.assertIn("Sam Sales", text)
        self.assertIn("Meets what we expect.", text)
