from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .score_common import ScoreCommon


@tagged("post_install", "-at_install")
class TestScoreRoles(ScoreCommon):
    """Lines that multiply, limit, look at the team, or are the customer's vote."""

    def _open(self, lines, subjects=None, **values):
        scheme = self._create_scheme(lines, sudo=True, **values)
        scheme._workflow_move("activate")
        return self.env["performance.scorecard"]._open_for(
            scheme, self.period, subjects or self.sales
        )

    def test_multiplier_and_hurdle(self):
        self._create_won(expected_revenue=1000).day_close = 40
        self._satisfaction(80)
        card = self._open(
            [
                (self.kpi_revenue, {"weight": 100, "target": 1000}),
                (
                    self.kpi_csat,
                    {
                        "role": "multiplier",
                        "target": 100,
                        "factor_min": 0.5,
                        "factor_max": 1.5,
                    },
                ),
                (
                    self.kpi_days,
                    {"role": "gate", "rule": "pass_fail", "target": 30, "limit": 55},
                ),
            ]
        )
        # 80 % of the target: half of the points, halfway between 0.5 and 1.5
        self.assertRecordValues(
            card,
            [
                {
                    "base_score": 100,
                    "coefficient": 1,
                    "is_hurdle_missed": True,
                    "score": 55,
                    "grade": "D",
                    "coverage": 100,
                }
            ],
        )
        texts = card.line_ids.mapped("explanation")
        self.assertIn("coefficient 1", texts[1])
        self.assertIn("hurdle missed, the score is at most 55", texts[2])
        self.assertIn("limited by a missed hurdle", card.explanation)

    def test_stretch_target(self):
        self._create_won(expected_revenue=1500)
        line = {"target": 1000, "use_stretch": True, "stretch": 2000, "cap": 140}
        card = self._open([(self.kpi_revenue, {"weight": 100, **line})])
        # halfway from the target to the stretch: halfway from 100 to 140 %
        self.assertEqual(card.line_ids.points, 12)
        with self.assertRefused(ValidationError, "better than the target"):
            self._create_scheme(
                [(self.kpi_revenue, {"weight": 100, **line, "stretch": 900})]
            )
        with self.assertRefused(ValidationError, "better than the target"):
            self._create_scheme(
                [(self.kpi_days, {"weight": 100, **line, "stretch": 1001})]
            )

    def test_the_team_counts(self):
        self._create_won(expected_revenue=400)
        self._create_won(expected_revenue=600, user_id=self.user_sales2.id)
        cards = self._open(
            [
                (self.kpi_revenue, {"weight": 60, "target": 1000, "scope": "team"}),
                (self.kpi_deals, {"weight": 40, "target": 1}),
            ],
            self.sales + self.sales2,
        )
        for card in cards:
            self.assertEqual(card.line_ids.mapped("actual"), [1000, 1])
            self.assertIn("that of Performance Test Team", card.line_ids[0].explanation)
        # what the team does later reaches the cards of its members
        self._create_won(expected_revenue=50)
        self.period._measure()
        self.assertEqual(set(cards.line_ids.mapped("actual")), {1050, 1, 2})

    def test_the_company_counts(self):
        self._create_won(expected_revenue=700, user_id=self.user_sales2.id)
        card = self._open(
            [(self.kpi_revenue, {"weight": 100, "target": 700, "scope": "company"})]
        )
        self.assertEqual(card.score, 100)

    def test_no_team_no_number(self):
        card = self._open(
            [(self.kpi_revenue, {"weight": 100, "target": 1, "scope": "team"})], self.hr
        )
        self.assertFalse(card.has_score)
        self.assertIn("no team or department", card.line_ids.explanation)

    def test_a_scope_that_a_subject_has_not(self):
        with self.assertRefused(ValidationError, "no “Sales Team” of its own"):
            self._create_scheme(
                [(self.kpi_revenue, {"weight": 100, "scope": "team"})],
                subject_type="company",
            )

    def test_only_weighted_lines_weigh(self):
        for values in ({"role": "gate", "weight": 5}, {"weight": 0}):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
                self._create_scheme([(self.kpi_revenue, values)])
                self.env.flush_all()

    @users("perf_admin")
    def test_customers_vote_is_capped(self):
        vote = self.env.ref("customer_performance.kpi_evaluation")
        self.assertTrue(vote.is_customer_vote)
        lines = [(self.kpi_deals, {"weight": 80}), (vote, {"weight": 20})]
        scheme = self._create_scheme(lines)
        with self.assertRefused(UserError, "vote weighs 20 %; at most 15 %"):
            scheme.action_activate()
        scheme.line_ids[0].weight, scheme.line_ids[1].weight = 85, 15
        scheme.action_activate()
        self.assertEqual(scheme.state, "active")

    def test_no_setting_lets_customers_vote_more(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.company.performance_vote_most = 16
            self.env.flush_all()

    def test_the_vote_is_cut_after_re_weighting(self):
        vote = self.kpi_csat
        vote.is_customer_vote = True
        self._satisfaction(0)
        # nothing was won: no revenue is data, no days to close are none
        card = self._open(
            [
                (
                    self.kpi_revenue,
                    {
                        "weight": 20,
                        "rule": "bands",
                        "band_ids": [
                            Command.create({"lower": 0, "is_open": True, "points": 10})
                        ],
                    },
                ),
                (self.kpi_days, {"weight": 65, "target": 10}),
                (vote, {"weight": 15, "target": 90}),
            ]
        )
        self.assertEqual(card.line_ids.mapped("effective_weight"), [85, 0, 15])
        self.assertRecordValues(
            card, [{"score": 85, "vote_capped": True, "is_provisional": True}]
        )
        self.assertIn("cut to 15 %", card.explanation)

    def test_rules_are_copied_as_they_were(self):
        card = self._open(
            [
                (self.kpi_deals, {"weight": 100, "target": 1}),
                (
                    self.kpi_csat,
                    {
                        "role": "multiplier",
                        "rule": "bands",
                        "band_ids": [
                            Command.create({"lower": 0, "upper": 80, "points": 0}),
                            Command.create(
                                {"lower": 80, "is_open": True, "points": 10}
                            ),
                        ],
                        "factor_min": 0.7,
                        "factor_max": 1.2,
                    },
                ),
            ]
        )
        line = card.line_ids[1]
        self.assertEqual(
            (line.role, line.factor_min, line.factor_max), ("multiplier", 0.7, 1.2)
        )
        self.assertIn("coefficient is 1", line.explanation)
        self._create_won()
        self._satisfaction(85)
        self.period._measure()
        self.assertEqual((card.base_score, card.score), (100, 120))
