from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from .score_common import ScoreCommon


@tagged("post_install", "-at_install")
class TestScorecard(ScoreCommon):
    def _open(self, scheme=None, subjects=None):
        return self.env["performance.scorecard"]._open_for(
            scheme or self._active_scheme(), self.period, subjects or self.sales
        )

    def test_the_example_of_the_product(self):
        self._create_won(expected_revenue=1100).day_close = 30
        self._satisfaction(86.5)
        card = self._open()
        self.assertRecordValues(
            card.line_ids,
            [
                {"actual": 1100, "points": 11, "weighted_points": 55},
                {"actual": 86.5, "points": 8, "weighted_points": 24},
                {"actual": 30, "points": 10, "weighted_points": 20},
            ],
        )
        self.assertRecordValues(
            card,
            [{"score": 99, "grade": "S", "coverage": 100, "is_provisional": False}],
        )
        self.assertEqual(
            card.line_ids[1].explanation,
            "Actual 86.50 % lies in 80 %-90 %: 8 of 10 points, weight 30 %: 24.0",
        )
        self.assertIn("estimate", card.explanation)

    def test_the_sentence_speaks_the_readers_language(self):
        self._create_won(expected_revenue=1000)
        line = self._open().line_ids[0]
        self.assertIn("attains 100 %", line.explanation)
        self.assertIn("达成率为 100%", line.with_context(lang="zh_CN").explanation)

    def test_missing_data_is_left_out_and_said(self):
        self._create_won(expected_revenue=1000).day_close = 30
        card = self._open()
        self.assertRecordValues(
            card, [{"score": 100, "coverage": 70, "is_provisional": False}]
        )
        self.assertEqual(sum(card.line_ids.mapped("effective_weight")), 100)
        self.assertIn("left out", card.line_ids[1].explanation)
        self.assertIn("70 %", card.explanation)

    def test_unconfirmed_values_do_not_count(self):
        self.env["performance.reading"].with_user(self.user_hr).create(
            {
                "kpi_id": self.kpi_csat.id,
                "period_id": self.period.id,
                "employee_id": self.sales.id,
                "value": 99,
                "evidence": "Survey",
            }
        )
        card = self._open()
        self.assertEqual(card.line_ids[1].state, "no_data")
        self.assertIn("confirmed", card.line_ids[1].explanation)

    def test_too_little_data_is_provisional(self):
        card = self._open()  # zero revenue is data, the rest is not
        self.assertRecordValues(
            card, [{"score": 0, "coverage": 50, "is_provisional": True, "grade": "D"}]
        )
        self.assertIn("Provisional", card.explanation)

    def test_no_data_at_all_has_no_score(self):
        scheme = self._create_scheme([(self.kpi_csat, {"weight": 100})])
        scheme._workflow_move("activate")
        card = self._open(scheme)
        self.assertRecordValues(
            card, [{"has_score": False, "grade": False, "coverage": 0}]
        )
        self.assertIn("none of the KPIs", card.explanation)

    def test_open_cards_follow_the_numbers(self):
        card = self._open()
        self._create_won(expected_revenue=500)
        self.period._measure()
        self.assertEqual(card.line_ids[0].actual, 500)
        self._satisfaction(95)
        self.assertEqual(card.line_ids[1].points, 10)

    def test_snapshot_survives_a_new_scheme(self):
        scheme = self._active_scheme()
        card = self._open(scheme)
        scheme._workflow_move("redraft")
        scheme.line_ids[0].target = 1
        scheme.line_ids[1].unlink()
        card._evaluate()
        self.assertEqual(card.line_ids.mapped("target"), [1000, 80, 30])

    def test_closing_settles_and_reopening_releases(self):
        card = self._open()
        self.period.with_user(self.user_hr).action_close()
        self.assertEqual(card.state, "settled")
        score = card.score
        self._create_won(expected_revenue=5000)
        self.kpi_revenue._measure(self.period)
        card._evaluate()
        self.assertEqual(card.score, score)
        self.period.with_user(self.user_admin)._workflow_apply("reopen", "late deal")
        self.period._measure()
        self.assertEqual((card.state, card.line_ids[0].actual), ("open", 5000))

    def test_a_card_of_a_closed_period_is_settled_at_once(self):
        self._create_won(expected_revenue=500)
        self.kpi_revenue._measure(self.period, self.sales)
        self.period._workflow_move("close")
        card = self._open()
        self.assertRecordValues(card, [{"state": "settled", "has_score": True}])
        self.assertEqual(card.line_ids[0].actual, 500)

    def test_opening_twice_opens_once(self):
        scheme = self._active_scheme()
        first = self._open(scheme)
        both = self._open(scheme, self.sales + self.sales2)
        self.assertEqual(len(both), 2)
        self.assertIn(first, both)

    def test_teams_have_scorecards_too(self):
        scheme = self._create_scheme(
            [(self.kpi_revenue, {"weight": 100, "target": 100})], subject_type="team"
        )
        scheme._workflow_move("activate")
        self._create_won(expected_revenue=100)
        card = self._open(scheme, self.team)
        self.assertRecordValues(card, [{"subject_type": "team", "score": 100}])

    def test_evidence_from_the_line(self):
        won = self._create_won(expected_revenue=10)
        line = self._open().line_ids[0].with_user(self.user_sales)
        action = line.action_open_evidence()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), won)

    def test_queries_do_not_grow_with_people(self):
        people = self.sales
        for number in range(20):
            people += self._create_employee(f"Card {number}")
        scheme = self._active_scheme()

        def run(subjects):
            self.env.flush_all()
            self.env.invalidate_all()
            count = self.env.cr.sql_log_count
            self._open(scheme, subjects)
            self.env.flush_all()
            return self.env.cr.sql_log_count - count

        run(self.hr)
        few = run(self.sales + self.sales2)
        many = run(people - self.sales)
        self.assertLess(many, few + 40)

    @users("perf_hr")
    def test_wizard(self):
        form = Form(self.env["performance.scorecard.wizard"])
        form.scheme_id = self._active_scheme().with_env(self.env)
        form.period_id = self.period.with_env(self.env)
        form.employee_ids.add(self.sales.with_env(self.env))
        action = form.save().action_open()
        cards = self.env["performance.scorecard"].search(action["domain"])
        self.assertEqual(cards.employee_id, self.sales)

    @users("perf_hr")
    def test_wizard_says_why_nothing_happens(self):
        Wizard = self.env["performance.scorecard.wizard"]
        scheme = self._active_scheme()
        values = {"scheme_id": scheme.id, "period_id": self.period.id}
        nobody = self.env["hr.department"].create({"name": "Empty"})
        with self.assertRefused(UserError, "Nobody matches"):
            Wizard.create({**values, "department_ids": nobody.ids}).action_open()
        scheme._workflow_move("redraft")
        with self.assertRefused(UserError, "not in force"):
            Wizard.create(values).action_open()
        scheme._workflow_move("activate")
        self.period._workflow_move("close")
        with self.assertRefused(UserError, "closed"):
            Wizard.create(values).action_open()

    @users("perf_sales")
    def test_everybody_sees_the_own_card_only(self):
        cards = self._open(subjects=self.sales + self.sales2)
        Card = self.env["performance.scorecard"]
        self.assertEqual(Card.search([]).employee_id, self.sales)
        self.assertEqual(
            self.env["performance.scorecard.line"].search([]).scorecard_id.employee_id,
            self.sales,
        )
        with self.assertRaises(AccessError):
            (cards - Card.search([])).with_env(self.env).read(["score"])
        for values in ({"score": 120}, {"grade": "S"}, {"state": "settled"}):
            with self.assertRaises(AccessError):
                Card.search([]).write(values)
        with self.assertRaises(AccessError):
            Card.search([]).action_measure()
        manager = Card.with_user(self.user_manager)
        self.assertEqual(manager.search([]).employee_id, self.sales + self.sales2)
        self.assertTrue(manager.search([]).action_measure())
        self.assertFalse(Card.with_user(self.user_employee).search([]))

    @users("perf_sales")
    def test_smart_button_of_the_public_profile(self):
        self._open(subjects=self.sales + self.sales2)
        profiles = self.env["hr.employee.public"].browse((self.sales + self.sales2).ids)
        self.assertEqual(profiles.mapped("performance_scorecard_count"), [1, 0])
        action = profiles[0].action_open_performance_scorecards()
        self.assertEqual(action["res_model"], "performance.scorecard")
        self.assertEqual(
            self.sales.with_user(self.user_hr).performance_scorecard_count, 1
        )
