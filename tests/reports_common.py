import io
import re

from odoo.tools.pdf import PdfFileReader

from .common import PerformanceCommon

APPRAISAL = "customer_performance.report_appraisal"
SCORECARD = "customer_performance.report_scorecard"
SCHEME = "customer_performance.report_scheme"
STATEMENT = "customer_performance.report_bonus_statement"


class ReportsCommon(PerformanceCommon):
    """Prints and reads PDFs; the company has an address, Chinese is installed.

    wkhtmltopdf has to be there: a test that cannot print fails.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("report.print_delay", "0")
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.company.write({"phone": "+49 30 1234567", "email": "info@perf.example.com"})
        cls.company.partner_id.write(
            {
                "street": "Unter den Linden 1",
                "zip": "10117",
                "city": "Berlin",
                "country_id": cls.env.ref("base.de").id,
            }
        )

    # === PDF ===#

    def _print(self, report, records, user=None):
        """The PDF that a user gets from the Print menu."""
        records = records.with_user(user) if user else records
        engine = records.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        self.assertEqual(engine.get_wkhtmltopdf_state(), "ok", "wkhtmltopdf is missing")
        with self.allow_pdf_render():
            content, kind = engine._render_qweb_pdf(report, records.ids)
        self.assertEqual(kind, "pdf")
        return content

    def _pages(self, content):
        """The text of each page, white space made even."""
        reader = PdfFileReader(io.BytesIO(content))
        return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]

    def _text(self, report, records, user=None):
        return " ".join(self._pages(self._print(report, records, user)))

    @classmethod
    def _statement(cls, employee):
        cls.env.flush_all()
        return cls.env["performance.bonus.statement"].search(
            [("employee_id", "=", employee.id)]
        )
