from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .reports_common import APPRAISAL, ReportsCommon
from .review_common import SECRET, ReviewCommon


@tagged("post_install", "-at_install")
class TestReportsAppraisal(ReportsCommon, ReviewCommon):
    """What an appraisal shows on paper, and to whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        job = cls.env["hr.job"].create({"name": "Key Account Manager"})
        department = cls.env["hr.department"].create(
            {"name": "Sales North", "company_id": cls.company.id}
        )
        cls.sales.write({"job_id": job.id, "department_id": department.id})
        appraisals = cls._launch()
        cls.appraisal, cls.other = appraisals[cls.sales], appraisals[cls.sales2]
        cls._read_value(cls.sales, 86.5)

    # === CONTENT ===#

    def test_published_appraisal_has_everything(self):
        self._bring(self.appraisal, "published")
        text = self._text(APPRAISAL, self.appraisal, self.user_sales)
        for part in (
            "Sam Sales",
            "Key Account Manager",
            "Sales North",
            "Mia Manager",
            "Q1",
            self.period.name,
            self.kpi.name,
            "Fine strengths",
            "Fine summary",
            f"{SECRET} strengths",
            f"{SECRET} improvements",
            f"{SECRET} summary",
            f"{SECRET} comment",
            "Listening",
            "3 - Met",
            "Human Resources",
            "Perf Hr",
            "≥ 95",
        ):
            self.assertIn(part, text)
        verdict = self.appraisal.sudo().verdict_id
        self.assertIn(f"{verdict.score:.2f}", text)
        for sentence in verdict.explanation.splitlines():
            self.assertIn(sentence, text)
        for line in self.appraisal.scorecard_id.line_ids:
            self.assertIn(" ".join(line.explanation.split()), text)
        self.assertNotIn("Not published", text)

    def test_criterion_stands_once_with_both_ratings(self):
        self._bring(self.appraisal, "published", rating="5")
        rows = self.appraisal._document_criteria()
        self.assertEqual(
            [
                (row["criterion"], row["self"], row["manager"], row["manager_comment"])
                for row in rows
            ],
            [
                ("Listening", "3 - Met", "5 - Outstanding", f"{SECRET} comment"),
                ("Delivering", "3 - Met", "5 - Outstanding", f"{SECRET} comment"),
            ],
        )

    def test_bar_and_points_of_a_line(self):
        card = self.appraisal.scorecard_id
        rows = self.appraisal._document_scorecard()
        self.assertEqual(len(rows), len(card.line_ids))
        line = card.line_ids[0]
        line.sudo().write({"points": 6.0, "max_points": 10.0, "state": "ok"})
        self.assertEqual(self.appraisal._document_bar(line), 50)
        line.sudo().points = 12.0
        self.assertEqual(self.appraisal._document_bar(line), 100)
        line.sudo().write({"points": 0.0, "state": "no_data"})
        self.assertIsNone(self.appraisal._document_bar(line))
        self.assertEqual(self.appraisal._document_points(line), "\u2013")
        self.assertTrue(self._print(APPRAISAL, self.appraisal, self.user_hr))

    def test_own_grade_is_marked(self):
        self._bring(self.appraisal, "published")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            APPRAISAL, self.appraisal.ids
        )
        self.assertEqual(html.count(b'class="pf_band pf_mine"'), 1)

    def test_acknowledgement_is_shown(self):
        self._bring(self.appraisal, "published")
        self.assertNotIn(
            "Acknowledged on", self._text(APPRAISAL, self.appraisal, self.user_sales)
        )
        self._bring(self.appraisal, "acknowledged")
        self.assertIn(
            "Acknowledged on", self._text(APPRAISAL, self.appraisal, self.user_sales)
        )

    def test_long_text_runs_over_pages_with_numbers(self):
        text = "A long observation about customers.\n" * 50
        self._bring(self.appraisal, "published", text=text)
        pages = self._pages(self._print(APPRAISAL, self.appraisal, self.user_sales))
        self.assertGreater(len(pages), 2)
        for number, page in enumerate(pages, 1):
            self.assertIn(f"Page {number} / {len(pages)}", page)
            self.assertIn("Sam Sales", page)
        # three texts and two comments
        self.assertEqual(
            " ".join(pages).count("A long observation about customers."), 5 * 50
        )

    # === EMPTY CASES ===#

    def test_nothing_written_yet(self):
        text = self._text(APPRAISAL, self.other, self.user_sales2)
        self.assertIn("There is no result to show yet", text)
        self.assertIn("Not published: Self-Assessment", text)
        self.assertNotIn("Manager's Assessment", text)

    def test_without_scorecard_and_criteria(self):
        cycle = self._create_cycle(
            name="Talk",
            scheme_id=False,
            criterion_ids=[Command.clear()],
            weight_scorecard=0,
            weight_manager=100,
        )
        appraisal = self._launch(cycle)[self.sales]
        self._bring(appraisal, "manager_review")
        self._fill(appraisal, "manager", text="Short").write(
            {"strengths": False, "improvements": False}
        )
        appraisal.with_user(self.user_manager).action_submit_manager()
        text = self._text(APPRAISAL, appraisal, self.user_manager)
        self.assertIn("No scorecard belongs to this appraisal", text)
        self.assertIn("Short summary", text)
        self.assertNotIn("Short strengths", text)
        self.assertNotIn("Criterion", text)

    def test_cancelled(self):
        self._reason(self.other, self.user_hr, "cancel")
        self.assertIn("Cancelled", self._text(APPRAISAL, self.other, self.user_hr))

    # === WHO READS WHAT ===#

    def test_employee_does_not_get_the_manager_s_side_before_publication(self):
        self._bring(self.appraisal, "hr_approval", rating="5")
        text = self._text(APPRAISAL, self.appraisal, self.user_sales)
        self.assertIn("Fine summary", text)
        self.assertIn("Not published: HR Approval", text)
        self.assertIn("There is no result to show yet", text)
        self.assertNotIn(SECRET, text)
        self.assertNotIn("5 - Outstanding", text)
        self.assertNotIn("Manager's ratings", text)

    def test_hr_and_manager_get_it_marked_before_publication(self):
        self._bring(self.appraisal, "hr_approval")
        for user in (self.user_hr, self.user_manager):
            pages = self._pages(self._print(APPRAISAL, self.appraisal, user))
            self.assertIn(f"{SECRET} summary", " ".join(pages))
            for page in pages:
                self.assertIn("Not published: HR Approval", page)

    def test_manager_does_not_get_the_self_assessment_before_submission(self):
        side = self._side(self.appraisal, "self").with_user(self.user_sales)
        side.summary = "half a thought"
        for user in (self.user_manager, self.user_hr):
            self.assertNotIn(
                "half a thought", self._text(APPRAISAL, self.appraisal, user)
            )
        self.assertIn(
            "half a thought", self._text(APPRAISAL, self.appraisal, self.user_sales)
        )

    def test_nobody_prints_a_colleague_s(self):
        self._bring(self.appraisal, "published")
        for user in (self.user_sales2, self.user_employee, self.user_outsider):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._print(APPRAISAL, self.appraisal, user)
        with self.assertRaises(AccessError):
            self._print(APPRAISAL, self.appraisal + self.other, self.user_sales)

    # === LANGUAGE ===#

    def test_language_is_the_employee_s_whoever_prints(self):
        self.user_sales.lang = "zh_CN"
        self.assertEqual(self.appraisal._document_lang(), "zh_CN")
        criterion = self.criteria[0]
        criterion.with_context(lang="zh_CN").name = "客户导向与长期关系"
        self._bring(self.appraisal, "published")
        text = self._text(APPRAISAL, self.appraisal, self.user_hr)
        self.assertIn("客户导向与长期关系", text)
        self.assertIn("德国", text)
        self.user_sales.lang = "en_US"
        text = self._text(APPRAISAL, self.appraisal, self.user_hr)
        self.assertIn(criterion.name, text)
        self.assertIn("Germany", text)

    def test_several_in_one_print_each_in_its_language(self):
        self.user_sales.lang = "zh_CN"
        both = self.appraisal + self.other
        pages = self._pages(self._print(APPRAISAL, both, self.user_hr))
        chinese = [page for page in pages if "德国" in page]
        english = [page for page in pages if "Germany" in page]
        self.assertEqual(len(chinese) + len(english), len(pages))
        self.assertIn("Sam Sales", chinese[0])
        self.assertIn(f"1 / {len(chinese)}", chinese[0])
        self.assertIn("Sue Seller", english[0])
        self.assertIn(f"1 / {len(english)}", english[0])

    def test_language_without_user_is_the_company_s(self):
        self.sales.user_id = False
        self.company.partner_id.lang = "zh_CN"
        self.assertEqual(self.appraisal._document_lang(), "zh_CN")
        self.company.partner_id.lang = False
        self.assertEqual(self.appraisal._document_lang(), "en_US")

    def test_language_that_is_not_active_is_not_used(self):
        self.company.partner_id.lang = "zh_CN"
        self.env["res.lang"]._activate_lang("fr_FR")
        self.user_sales.lang = "fr_FR"
        self.user_sales.partner_id.flush_recordset()
        self.env.cr.execute("UPDATE res_lang SET active = FALSE WHERE code = 'fr_FR'")
        self.env.registry.clear_cache()
        self.env.registry.clear_cache("stable")
        self.assertEqual(self.appraisal._document_lang(), "zh_CN")

    def test_file_name(self):
        name = self.appraisal._get_report_base_filename()
        self.assertEqual(name, "Appraisal - Sam Sales - Q1")
        self.sales.name = 'S/a\\m: "the" *best*?\n<x>|'
        name = self.appraisal._get_report_base_filename()
        self.assertNotRegex(name, r'[\\/:*?"<>|\n]')
        self.assertIn("S a m the best x", name)
