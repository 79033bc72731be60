import io
import re

from odoo.fields import Command
from odoo.tools.pdf import PdfFileReader

from .common import PerformanceCommon

APPRAISAL = "customer_performance.report_appraisal"
STATEMENT = "customer_performance.report_bonus_statement"


class ReportsCommon(PerformanceCommon):
    """A cycle with an appraisal of Sam and Sue, a bonus plan, and PDFs as text.

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
        Report = records.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        self.assertEqual(Report.get_wkhtmltopdf_state(), "ok", "wkhtmltopdf is missing")
        with self.allow_pdf_render():
            content, kind = Report._render_qweb_pdf(report, records.ids)
        self.assertEqual(kind, "pdf")
        return content

    def _pages(self, content):
        """The text of each page, white space made even."""
        reader = PdfFileReader(io.BytesIO(content))
        return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]

    def _text(self, report, records, user=None):
        return " ".join(self._pages(self._print(report, records, user)))

    # === REVIEW ===#

    @classmethod
    def _create_scheme(cls):
        kpis = ("kpi_new_customer_revenue", "kpi_deals_won")
        scheme = cls.env["performance.scheme"].create(
            {
                "name": "Sales scheme",
                "company_id": cls.company.id,
                "line_ids": [
                    Command.create(
                        {
                            "sequence": number,
                            "kpi_id": cls.env.ref(f"customer_performance.{kpi}").id,
                            "weight": 50,
                            "target": target,
                        }
                    )
                    for number, (kpi, target) in enumerate(zip(kpis, (2000, 4)))
                ],
            }
        )
        scheme._workflow_apply("activate")
        return scheme

    @classmethod
    def _create_cycle(cls, employees, **values):
        """A running cycle over the quarter of today."""
        Period = cls.env["performance.period"]
        today = cls.env["performance.period"]._fields["date_start"].today()
        cycle = cls.env["performance.cycle"].create(
            {
                "name": "Autumn review",
                "company_id": cls.company.id,
                "period_id": Period._get_or_create("quarter", today, cls.company).id,
                "scheme_id": cls._create_scheme().id,
                "employee_ids": [Command.set(employees.ids)],
                **values,
            }
        )
        cycle.with_user(cls.user_hr).action_launch()
        return cycle

    @classmethod
    def _write_side(cls, appraisal, kind, user, rating="4", **texts):
        """One side rates every criterion, writes and submits."""
        side = appraisal[f"{kind}_assessment_id"] or appraisal._side(kind)
        side = side.with_user(user)
        for line in side.line_ids:
            line.write(
                {"rating": rating, "comment": f"{kind} comment {line.criterion_id.id}"}
            )
        side.write(
            {
                "strengths": f"{kind} strengths",
                "improvements": f"{kind} improvements",
                "summary": f"{kind} summary",
                **texts,
            }
        )
        appraisal.with_user(user)._workflow_apply(f"submit_{kind}")

    # === REWARD ===#

    @classmethod
    def _create_plan(cls):
        stages = (
            ("signing", "Signing", 20),
            ("delivery", "Delivery", 30),
            ("service", "Service", 30),
            ("renewal", "Renewal", 20),
        )
        return cls.env["performance.bonus.plan"].create(
            {
                "name": "Test plan",
                "company_id": cls.company.id,
                "rate": 10.0,
                "stage_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "sequence": sequence,
                                "code": code,
                                "name": name,
                                "share": share,
                                "evidence": "manual",
                            }
                        )
                        for sequence, (code, name, share) in enumerate(stages)
                    ),
                ],
            }
        )

    @classmethod
    def _statement(cls, employee):
        cls.env.flush_all()
        return cls.env["performance.bonus.statement"].search(
            [("employee_id", "=", employee.id)]
        )
