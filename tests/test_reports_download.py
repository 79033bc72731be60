import json
from urllib.parse import unquote

from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .reports_common import APPRAISAL, ReportsCommon
from .review_common import ReviewCommon


@tagged("post_install", "-at_install")
class TestReportsDownload(ReportsCommon, ReviewCommon, HttpCase):
    """The Print menu, from the browser's side."""

    def _download(self, appraisal, login):
        self.authenticate(login, login)
        context = json.dumps({"force_report_rendering": True})
        return self.url_open(
            "/report/download",
            data={
                "data": json.dumps(
                    [f"/report/pdf/{APPRAISAL}/{appraisal.id}", "qweb-pdf"]
                ),
                "context": context,
                "csrf_token": Request.csrf_token(self),
            },
        )

    def test_download_has_a_name_and_is_a_pdf(self):
        appraisal = self._launch()[self.sales]
        self.sales.name = "Sam/Sales 客户"
        answer = self._download(appraisal, "perf_sales")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.content.startswith(b"%PDF"))
        self.assertIn("1 / 1", " ".join(self._pages(answer.content)))
        self.assertIn(
            "Appraisal - Sam Sales 客户 - Q1.pdf",
            unquote(answer.headers["Content-Disposition"]),
        )

    def test_reports_are_in_the_print_menu(self):
        for model, name in (
            ("performance.appraisal", "Appraisal"),
            ("performance.bonus.statement", "Bonus Statement"),
        ):
            bindings = self.env["ir.actions.actions"].get_bindings(model)
            self.assertIn(name, [action["name"] for action in bindings["report"]])
