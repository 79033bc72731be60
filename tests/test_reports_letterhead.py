import io
import logging
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from ..reports import letterhead, searchable
from .reports_common import ReportsCommon

REPORTS = "odoo.addons.customer_performance.reports"
REPORT = "customer_performance.test_partner"
PAGE = """
<t t-name="customer_performance.test_partner">
    <t t-call="customer_performance.letterhead_page">
        <t t-set="title" t-value="'Partner paper'"/>
        <t t-foreach="docs" t-as="doc">
            <t t-set="record" t-value="doc.with_context(lang=doc.lang)"/>
            <t t-call="customer_performance.letterhead_document" t-lang="doc.lang">
                <t t-set="company" t-value="record.env.company"/>
                <t t-set="title" t-value="'Partner paper'"/>
                <h1 t-out="record.name"/>
                <div class="pf_table">
                    <h2>First table</h2>
                    <table class="pf_head"><tr><th>HEAD ONE</th></tr></table>
                    <table t-foreach="range(record.color)" t-as="i" class="pf_row">
                        <tr><td>
                            from<t t-out="i"/>.
                            <div t-foreach="range(i % 7)" t-as="j">line</div>
                            to<t t-out="i"/>.
                        </td></tr>
                    </table>
                </div>
                <div class="pf_table">
                    <h2>Second table</h2>
                    <table class="pf_head"><tr><th>HEAD TWO</th></tr></table>
                    <table t-foreach="range(2)" t-as="i" class="pf_row">
                        <tr><td>short <t t-out="i"/></td></tr>
                    </table>
                </div>
                <p t-out="record.comment"/>
            </t>
        </t>
    </t>
</t>
"""


@tagged("post_install", "-at_install")
class TestReportsLetterhead(ReportsCommon):
    """The engine, on a report of partners that nobody else changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["ir.actions.report"].create(
            {
                "name": "Partner paper",
                "model": "res.partner",
                "report_type": "qweb-pdf",
                "report_name": REPORT,
                "performance_letterhead": True,
            }
        )
        view = cls.env["ir.ui.view"].create(
            {"name": REPORT, "key": REPORT, "type": "qweb", "arch": PAGE}
        )
        cls.env["ir.model.data"].create(
            {
                "module": "customer_performance",
                "name": "test_partner",
                "model": "ir.ui.view",
                "res_id": view.id,
            }
        )
        cls.long = cls._create_partner("Long Partner", 90)
        cls.short = cls._create_partner("Short Partner", 3)

    @classmethod
    def _create_partner(cls, name, rows, **values):
        return cls.env["res.partner"].create(
            {"name": name, "color": rows, "company_id": cls.company.id, **values}
        )

    def _pages_of_long(self):
        """The long document, printed once for all tests that only read it."""
        if not hasattr(type(self), "_long_pages"):
            type(self)._long_pages = self._pages(self._print(REPORT, self.long))
        return self._long_pages

    # === HEADER, FOOTER, PAGES ===#

    def test_every_page_has_header_and_footer(self):
        pages = self._pages_of_long()
        self.assertGreater(len(pages), 2)
        for number, text in enumerate(pages, 1):
            self.assertIn("Performance Test Co", text)
            self.assertIn("Unter den Linden 1", text)
            self.assertIn("info@perf.example.com", text)
            self.assertIn("Partner paper", text)
            self.assertIn("Printed on", text)
            self.assertIn(f"Page {number} / {len(pages)}", text)

    def test_paper_is_a4_whatever_the_company_uses(self):
        self.company.paperformat_id = self.env.ref("base.paperformat_us")
        page = PdfFileReader(io.BytesIO(self._print(REPORT, self.short))).pages[0]
        self.assertAlmostEqual(float(page.mediaBox.getWidth()), 595, delta=1)
        self.assertAlmostEqual(float(page.mediaBox.getHeight()), 842, delta=1)

    def test_each_record_starts_a_page_and_counts_its_own(self):
        pages = self._pages(self._print(REPORT, self.long + self.short))
        self.assertIn(f"Page 1 / {len(pages) - 1}", pages[0])
        self.assertIn("Short Partner", pages[-1])
        self.assertNotIn("Long Partner", pages[-1])
        self.assertIn("Page 1 / 1", pages[-1])

    def test_record_named_twice_is_printed_once(self):
        with self.allow_pdf_render():
            report = self.env["ir.actions.report"].with_context(
                force_report_rendering=True
            )
            content, _kind = report._render_qweb_pdf(REPORT, [self.short.id] * 2)
        self.assertEqual(len(self._pages(content)), 1)

    def test_table_head_is_repeated_where_the_table_goes_on(self):
        pages = self._pages_of_long()
        rows = [page for page in pages if "from" in page]
        self.assertGreater(len(rows), 2)
        for page in rows:
            self.assertEqual(page.count("HEAD ONE"), 1)
        self.assertEqual(" ".join(pages).count("HEAD TWO"), 1)
        self.assertEqual(" ".join(pages).count("First table"), 1)

    def test_no_page_break_inside_a_row(self):
        pages = self._pages_of_long()
        for row in range(90):
            whole = [p for p in pages if f"from{row}." in p and f"to{row}." in p]
            self.assertEqual(len(whole), 1, f"row {row}")

    def test_row_taller_than_a_page_loses_nothing(self):
        with patch.object(letterhead, "TALL", 60):
            short = self._text(REPORT, self.short)
        self.assertIn("from2.", short)
        self.short.color = 1
        self.short.comment = " ".join(f"word{number}." for number in range(900))
        view = self.env["ir.ui.view"].search([("key", "=", REPORT)])
        view.arch = view.arch.replace("from<t", "<t t-out='record.comment'/>from<t")
        text = self._text(REPORT, self.short)
        for number in range(900):
            self.assertEqual(text.count(f"word{number}."), 2)

    def test_marks_do_not_show_in_the_text(self):
        (page,) = self._pages(self._print(REPORT, self.short))
        self.assertEqual(page.count("Performance Test Co"), 1)
        self.assertEqual(page.count("Page 1 / 1"), 1)

    def test_pdf_has_a_title(self):
        reader = PdfFileReader(io.BytesIO(self._print(REPORT, self.short)))
        self.assertEqual(reader.getDocumentInfo()["/Title"], "Partner paper")

    def test_footer_of_the_company_is_used(self):
        self.company.report_footer = "<p>Bank of Berlin</p><p>IBAN DE00</p>"
        text = self._text(REPORT, self.short)
        self.assertIn("Bank of Berlin", text)
        self.assertIn("IBAN DE00", text)
        self.assertNotIn("info@perf.example.com", text)

    def test_logo_that_cannot_be_read_is_left_out(self):
        self.company.logo = self._image()
        self.assertIn("data:image/png", self.company._letterhead_logo())
        with (
            patch(f"{REPORTS}.res_company.Image.open", side_effect=OSError("broken")),
            self.assertLogs(f"{REPORTS}.res_company", logging.INFO) as log,
        ):
            self.assertFalse(self.company._letterhead_logo())
        self.assertIn("cannot be printed", log.output[0])
        self.assertIn("Performance Test Co", self._text(REPORT, self.short))

    def _image(self):
        return (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6"
            b"kgAAAABJRU5ErkJggg=="
        )

    # === TEXT ===#

    def test_chinese_text_is_found(self):
        self.short.comment = "客户满意度长期见效。马上风行。一人一户"
        text = self._text(REPORT, self.short)
        self.assertIn("客户满意度长期见效", text)
        self.assertIn("马上风行", text)
        self.assertIn("一人一户", text)

    def test_document_speaks_the_language_of_the_recipient(self):
        self.short.lang = "zh_CN"
        (page,) = self._pages(self._print(REPORT, self.short))
        self.assertIn("德国", page)
        self.assertIn("Germany", self._text(REPORT, self.long))

    def test_without_chinese_font_the_log_says_so(self):
        self.short.comment = "客户"
        with (
            patch.object(letterhead, "has_cjk_font", return_value=False),
            self.assertLogs(f"{REPORTS}.ir_actions_report", logging.INFO) as log,
        ):
            self.assertTrue(self._print(REPORT, self.short).startswith(b"%PDF"))
        self.assertIn("No font with Chinese characters", log.output[0])

    def test_radicals_become_ideographs(self):
        self.assertEqual(searchable.ideograph("⻓", ""), "长")
        self.assertEqual(searchable.ideograph("⼀", ""), "一")
        self.assertEqual(searchable.ideograph("⼾", "客户"), "户")
        self.assertEqual(searchable.ideograph("⼾", "客戶"), "戶")
        table = b"1 beginbfchar\n<2F3E> <2F3E>\nendbfchar <2F3E>"
        self.assertTrue(searchable._correct(table, "戶").endswith(b"<2F3E>"))

    # === ODOO'S CONTRACT ===#

    def test_other_reports_are_left_alone(self):
        self.report.performance_letterhead = False
        engine = self.env.registry["ir.actions.report"]
        with (
            patch.object(letterhead, "split") as split,
            patch.object(engine, "_run_wkhtmltopdf", return_value=b"%PDF") as run,
        ):
            self.assertEqual(self._print(REPORT, self.short), b"%PDF")
        split.assert_not_called()
        self.assertTrue(run.call_args.kwargs["header"])

    def test_html_still_works(self):
        html, kind = self.env["ir.actions.report"]._render_qweb_html(
            REPORT, (self.long + self.short).ids
        )
        self.assertEqual(kind, "html")
        for text in (b"Long Partner", b"Short Partner", b"Performance Test Co"):
            self.assertIn(text, html)

    def test_nothing_is_fetched_from_the_network(self):
        self.company.logo = self._image()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            REPORT, self.short.ids
        )
        for text in (b"<script", b"<link", b'src="/', b'src="http', b"url("):
            self.assertNotIn(text, html)

    def test_attachment_is_saved_stamped_and_used_again(self):
        self.report.write({"attachment": "'paper.pdf'", "attachment_use": True})
        first = self._print(REPORT, self.short + self.long)
        saved = self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.short.id)]
        )
        self.assertIn("Page 1 / 1", " ".join(self._pages(saved.raw)))
        self.short.name = "Renamed Partner"
        again = self._text(REPORT, self.short + self.long)
        self.assertIn("Short Partner", again)
        self.assertEqual(len(self._pages(first)), again.count("Performance Test Co"))

    def test_missing_wkhtmltopdf_is_odoo_s_message(self):
        engine = self.env.registry["ir.actions.report"]
        context = {"force_report_rendering": True}
        with (
            patch.object(engine, "get_wkhtmltopdf_state", lambda self: "install"),
            self.assertRaisesRegex(UserError, "Unable to find Wkhtmltopdf"),
        ):
            self.env["ir.actions.report"].with_context(**context)._render_qweb_pdf(
                REPORT, self.short.ids
            )

    def test_print_delay_counts_for_the_document_only(self):
        self.env["ir.config_parameter"].set_param("report.print_delay", "7")
        engine = type(self.env["ir.actions.report"])
        build, commands = engine._build_wkhtmltopdf_args, []

        def spy(report, *args, **kwargs):
            commands.append(build(report, *args, **kwargs))
            return commands[-1]

        self._print(REPORT, self.short)  # the width of a line is known from now on
        with patch.object(engine, "_build_wkhtmltopdf_args", spy):
            self._print(REPORT, self.short)
        delays = [cmd[cmd.index("--javascript-delay") + 1] for cmd in commands]
        self.assertEqual(delays, ["7", "0"])

    def test_empty_print_of_the_engine_is_told(self):
        with (
            patch.object(letterhead, "layout_width", return_value=None),
            patch.dict(f"{REPORTS}.ir_actions_report._layout_widths", clear=True),
            self.assertRaisesRegex(UserError, "empty page"),
        ):
            self._print(REPORT, self.short)

    def test_no_access_no_paper(self):
        self.env["ir.rule"].create(
            {
                "name": "none",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": [("id", "!=", self.short.id)],
            }
        )
        with self.assertRaises(AccessError):
            self._print(REPORT, self.short + self.long, self.user_employee)
