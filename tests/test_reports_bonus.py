from odoo.exceptions import AccessError
from odoo.tests import tagged

from .reports_common import STATEMENT, ReportsCommon
from .reward_common import RewardCommon


@tagged("post_install", "-at_install")
class TestReportsBonus(ReportsCommon, RewardCommon):
    """What a bonus statement shows on paper, and to whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._won(name="Big Deal", expected_revenue=12345.0)
        signing, delivery = cls.lead.milestone_ids.sorted("sequence")[:2]
        delivery.with_user(cls.user_sales)._submit("Accepted")
        for milestone in (signing, delivery):
            milestone.with_user(cls.user_manager).action_approve()
        signing.with_user(cls.user_hr).action_release()
        delivery.with_user(cls.user_manager)._workflow_apply("hold", "Complaint")
        cls.statement = cls._statement(cls.sales)

    # === CONTENT ===#

    def test_accounts_entries_and_open_milestones(self):
        text = self._text(STATEMENT, self.statement, self.user_sales)
        for part in (
            "Bonus Statement",
            "Sam Sales",
            "Big Deal",
            "Test Customer",
            "Signing",
            "Renewal",
            "Estimate",
            "Earning",
            "Release",
            "Complaint",
            "On Hold",
            "Not Reached",
            "Approved in the quarter, less what was taken back.",
            self.statement.currency_id.name,
        ):
            self.assertIn(part, text)
        for account in ("forecast", "earned", "held", "released"):
            amount = self.statement.currency_id.format(self.statement[account])
            self.assertTrue(self.statement[account], account)
            self.assertIn(" ".join(amount.split()), text)

    def test_figures_are_those_of_the_ledger(self):
        rows = self.statement._document_entries()
        entries = self.statement.entry_ids
        self.assertEqual(len(rows), len(entries))
        self.assertEqual(
            sorted(row["amount"] for row in rows),
            sorted(entry.currency_id.format(entry.amount) for entry in entries),
        )
        accounts = {
            name: amount
            for name, _text, amount, _part in self.statement._document_accounts()
        }
        self.assertEqual(
            accounts,
            {
                "Forecast": self.statement.forecast,
                "Earned": self.statement.earned,
                "On hold": self.statement.held,
                "Released": self.statement.released,
            },
        )

    def test_deal_is_named_once_per_group(self):
        self._won(name="Second Deal", expected_revenue=500.0)
        statement = self._statement(self.sales)
        deals = [row["deal"] for row in statement._document_entries() if row["deal"]]
        self.assertEqual(deals, ["Big Deal", "Second Deal"])
        deals = [r["deal"] for r in statement._document_milestones() if r["deal"]]
        self.assertEqual(deals, ["Big Deal", "Second Deal"])

    def test_taken_back_is_shown_as_part_of_earned(self):
        self._lose(self.lead)
        statement = self._statement(self.sales)
        names = [row[0] for row in statement._document_accounts()]
        self.assertIn("Taken back", names)
        text = self._text(STATEMENT, statement, self.user_sales)
        self.assertIn("Clawback", text)
        self.assertIn("No milestone waits for a decision", text)

    def test_many_entries_repeat_the_head_and_keep_names_whole(self):
        name = "Deal with a very long name " * 6
        for number in range(15):
            self._won(name=f"{name}{number}", expected_revenue=900.0)
        statement = self._statement(self.sales)
        pages = self._pages(self._print(STATEMENT, statement, self.user_sales))
        self.assertGreater(len(pages), 3)
        for number, page in enumerate(pages, 1):
            self.assertIn(f"Page {number} / {len(pages)}", page)
            self.assertIn("Sam Sales", page)
            self.assertRegex(page, "Kind Reason Amount|Stage State Reason Amount")
        for number in range(15):
            self.assertIn(f"{name}{number} ", " ".join(pages))

    def test_currency_of_the_statement(self):
        self.assertEqual(
            self.statement._document_amount(-1.5),
            self.statement.currency_id.format(-1.5),
        )

    def test_empty_statement(self):
        none = self.env["performance.bonus.statement"].new(
            {"employee_id": self.sales.id, "currency_id": self.company.currency_id.id}
        )
        self.assertEqual(none._document_entries(), [])

    # === WHO READS WHAT ===#

    def test_nobody_prints_a_colleague_s(self):
        for user in (self.user_sales2, self.user_employee, self.user_outsider):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._print(STATEMENT, self.statement, user)

    def test_line_hr_and_auditor_print_it(self):
        for user in (self.user_manager, self.user_hr, self.user_auditor):
            with self.subTest(user=user.login):
                text = self._text(STATEMENT, self.statement, user)
                self.assertIn("Big Deal", text)

    # === LANGUAGE ===#

    def test_language_is_the_employee_s(self):
        self.user_sales.lang = "zh_CN"
        stage = self._milestone(self.lead).stage_id
        stage.with_context(lang="zh_CN").name = "签约"
        text = self._text(STATEMENT, self.statement, self.user_hr)
        self.assertIn("签约", text)
        self.assertIn("德国", text)

    def test_several_statements_in_one_print(self):
        self._won(name="Sue's Deal", user_id=self.user_sales2.id)
        both = self.statement + self._statement(self.sales2)
        pages = self._pages(self._print(STATEMENT, both, self.user_hr))
        sue = [page for page in pages if "Sue Seller" in page]
        self.assertIn("Sue's Deal", sue[0])
        self.assertNotIn("Big Deal", " ".join(sue))
        self.assertIn(f"1 / {len(sue)}", sue[0])

    def test_file_name(self):
        name = self.statement._get_report_base_filename()
        self.assertRegex(
            name, r"^Bonus Statement - Sam Sales \W \d{4}-Q\d \W [A-Z]{3}$"
        )
