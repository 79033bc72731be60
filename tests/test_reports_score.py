from odoo.exceptions import AccessError
from odoo.tests import tagged

from .reports_common import SCHEME, SCORECARD, ReportsCommon
from .score_common import ScoreCommon


@tagged("post_install", "-at_install")
class TestReportsScore(ReportsCommon, ScoreCommon):
    """Scorecards and schemes on paper."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_won(expected_revenue=1100).day_close = 30

    def setUp(self):
        super().setUp()
        self.scheme = self._active_scheme()
        self.card = self.env["performance.scorecard"]._open_for(
            self.scheme, self.period, self.sales
        )

    def test_every_point_is_explained(self):
        text = self._text(SCORECARD, self.card, self.user_sales)
        for part in ("Scorecard", "Sam Sales", "2026-Q1", "Estimate", "11 / 10"):
            self.assertIn(part, text)
        for line in self.card.line_ids:
            self.assertIn(" ".join(line.explanation.split()), text)
        self.assertIn(" ".join(self.card.explanation.split()), text)

    def test_in_the_language_of_whom_it_is_about(self):
        self.user_sales.lang = "zh_CN"
        text = self._text(SCORECARD, self.card, self.user_hr)
        self.assertIn("绩效记分卡", text)

    def test_not_for_others(self):
        for user in (self.user_sales2, self.user_employee):
            with self.assertRaises(AccessError):
                self._print(SCORECARD, self.card, user)

    def test_a_scheme_with_its_reasons(self):
        self.scheme.sudo().write(
            {
                "strengths": "Ties sellers to the customer",
                "threats": "Too complex for new people",
                "vote_risk": "Favour scores",
            }
        )
        text = self._text(SCHEME, self.scheme, self.user_sales)
        for part in (
            "Performance Scheme",
            "Strengths",
            "Ties sellers to the customer",
            "Threats",
            "Too complex for new people",
            "Customers Take Part: Risk",
            "from 80 %: 8 points",
            "50 %",
        ):
            self.assertIn(part, text)
