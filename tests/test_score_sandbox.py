from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged, users

from .score_common import ScoreCommon


@tagged("post_install", "-at_install")
class TestSandbox(ScoreCommon):
    """Schemes tried on the numbers that are there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for index, (user, revenue) in enumerate(
            ((cls.user_sales, 900), (cls.user_sales2, 1500))
        ):
            won = cls._create_won(expected_revenue=revenue, user_id=user.id)
            won.day_close = 20 + 20 * index

    def setUp(self):
        super().setUp()
        self.scheme = self._active_scheme()
        self.cards = self.env["performance.scorecard"]._open_for(
            self.scheme, self.period, self.sales + self.sales2
        )
        self._satisfaction(75)

    def _scenario(self, user=None, **values):
        return (
            self.env["performance.scenario"]
            .with_user(user or self.user_admin)
            .create(
                {
                    "name": "Try",
                    "period_id": self.period.id,
                    "source_ids": [Command.set(self.scheme.ids)],
                    **values,
                }
            )
        )

    def _weights(self, scenario, *weights):
        for line, weight in zip(scenario.scheme_ids.line_ids, weights, strict=True):
            line.weight = weight

    def test_unchanged_copies_score_what_the_cards_say(self):
        scenario = self._scenario()
        scenario.action_replay()
        lines = scenario.line_ids.grouped("employee_id")
        for card in self.cards:
            line = lines[card.employee_id]
            self.assertRecordValues(
                line,
                [
                    {
                        "score_before": card.score,
                        "score_after": card.score,
                        "grade_after": card.grade,
                        "difference": 0,
                    }
                ],
            )
        self.assertRecordValues(
            scenario,
            [{"subject_count": 2, "winner_count": 0, "loser_count": 0}],
        )

    def test_changed_weights_and_nothing_else_changes(self):
        scenario = self._scenario(target_bonus=1000)
        self._weights(scenario, 20, 60, 20)
        self.env.flush_all()
        before = self._everything()
        scenario.action_replay()
        self.env.flush_all()
        self.assertEqual(self._everything(), before)
        line = scenario.line_ids.filtered(lambda ln: ln.employee_id == self.sales)
        card = self.cards.filtered(lambda c: c.employee_id == self.sales)
        points = card.line_ids.mapped("points")
        expected = sum(p * w / 10 for p, w in zip(points, (20, 60, 20), strict=True))
        self.assertAlmostEqual(line.score_after, expected, 2)
        self.assertAlmostEqual(line.difference, line.score_after - card.score, 2)
        self.assertEqual(line.bonus_after, round(10 * line.score_after, 2))
        self.assertEqual(
            (scenario.winner_count + scenario.loser_count, scenario.subject_count),
            (2, 2),
        )
        self.assertIn("Sam Sales", scenario.summary)

    def _everything(self):
        """What a replay must not touch."""
        found = []
        for statement in (
            "SELECT * FROM performance_scorecard ORDER BY id",
            "SELECT * FROM performance_scorecard_line ORDER BY id",
            "SELECT * FROM performance_reading ORDER BY id",
        ):
            self.env.cr.execute(statement)
            found.append(self.env.cr.fetchall())
        return found

    def test_people_without_a_card_are_scored_too(self):
        self.cards.sudo().unlink()
        scenario = self._scenario()
        scenario.action_replay()
        self.assertIn(self.sales, scenario.line_ids.employee_id)
        self.assertGreater(scenario.unscored_count, 0)
        sam = scenario.line_ids.filtered(lambda ln: ln.employee_id == self.sales)
        self.assertTrue(sam.has_before)
        self.assertEqual(sam.score_before, sam.score_after)

    def test_targets_of_persons_and_hurdles(self):
        self.env["performance.target"].with_user(self.user_hr).create(
            {
                "kpi_id": self.kpi_revenue.id,
                "period_id": self.period.id,
                "employee_id": self.sales2.id,
                "value": 3000,
            }
        )
        scenario = self._scenario()
        revenue, csat, days = scenario.scheme_ids.line_ids
        days.write({"role": "gate", "weight": 0, "rule": "pass_fail", "limit": 50})
        revenue.weight, csat.weight = 60, 40
        scenario.action_replay()
        sue = scenario.line_ids.filtered(lambda ln: ln.employee_id == self.sales2)
        # 1,500 of the own target of 3,000 is below the floor
        self.assertEqual(sue.score_after, 0)

    def test_stale_after_a_change(self):
        scenario = self._scenario()
        scenario.action_replay()
        self.assertFalse(scenario.is_stale)
        self.env.cr.execute(
            "UPDATE performance_scheme_line SET write_date = NOW() + INTERVAL '1 hour'"
            " WHERE scheme_id = %s",
            [scenario.scheme_ids.id],
        )
        self.env.invalidate_all()
        self.assertTrue(scenario.is_stale)

    def test_adopting_makes_the_next_version(self):
        scenario = self._scenario()
        self._weights(scenario, 40, 40, 20)
        scenario.action_replay()
        action = scenario.action_adopt()
        version = self.env["performance.scheme"].search(action["domain"])
        self.assertRecordValues(
            version,
            [
                {
                    "previous_id": self.scheme.id,
                    "state": "active",
                    "version": 2,
                    "date_from": date(2026, 4, 1),
                    "scenario_id": False,
                }
            ],
        )
        self.assertEqual(version.line_ids.mapped("weight"), [40, 40, 20])
        self.assertIn("Tried in the scenario “Try”", version.rationale)
        self.assertEqual(self.scheme.date_to, date(2026, 3, 31))
        with self.assertRefused(UserError, "adopted already"):
            scenario.action_adopt()
        with self.assertRefused(UserError, "stays as it was tried"):
            scenario.adopt_from = "2026-07-01"

    def test_what_fails_the_checks_is_not_adopted(self):
        scenario = self._scenario()
        self._weights(scenario, 40, 40, 30)
        with self.assertRefused(UserError, "total 110"):
            scenario.action_adopt()
        self.assertFalse(scenario.adopted_at)
        self.assertFalse(self.scheme.next_ids)

    def test_copies_are_not_put_in_force_by_themselves(self):
        scenario = self._scenario()
        with self.assertRefused(UserError, "adopt the scenario"):
            scenario.scheme_ids.action_activate()
        with self.assertRefused(AccessError, "set by its workflow only"):
            scenario.scheme_ids.write({"scenario_id": False})

    def test_a_copy_of_a_scenario_tries_the_same(self):
        scenario = self._scenario()
        self._weights(scenario, 20, 60, 20)
        copy = scenario.copy()
        self.assertEqual(copy.scheme_ids.line_ids.mapped("weight"), [20, 60, 20])
        self.assertEqual(copy.scheme_ids.origin_id, self.scheme)
        self.assertEqual(copy.name, "Try (copy)")

    @users("perf_admin")
    def test_form(self):
        form = Form(self.env["performance.scenario"])
        form.name = "From the form"
        form.period_id = self.period.with_env(self.env)
        form.source_ids.add(self.scheme.with_env(self.env))
        scenario = form.save()
        self.assertEqual(scenario.scheme_ids.origin_id, self.scheme)
        with Form(scenario) as form:
            form.source_ids.clear()
        self.assertFalse(scenario.scheme_ids)
        with self.assertRefused(UserError, "at least one scheme"):
            scenario.action_replay()

    def test_roles(self):
        scenario = self._scenario()
        officer = scenario.with_user(self.user_hr)
        officer.action_replay()
        self.assertTrue(officer.line_ids.read(["score_after"]))
        with self.assertRefused(UserError, "administrator"):
            officer.action_adopt()
        with self.assertRaises(AccessError):
            officer.write({"name": "Mine"})
        with self.assertRaises(AccessError):
            self._scenario(self.user_hr)
        auditor = scenario.with_user(self.user_auditor)
        self.assertTrue(auditor.line_ids)
        with self.assertRefused(AccessError, "Only performance officers"):
            auditor.action_replay()
        for user in (self.user_sales, self.user_manager, self.user_outsider):
            for records in (scenario, scenario.line_ids):
                with self.assertRaises(AccessError):
                    records.with_user(user).read(["display_name"])
            with self.assertRaises(AccessError):
                scenario.with_user(user).action_replay()

    def test_queries_do_not_grow_with_people(self):
        people = self.env["hr.employee"].create(
            [{"name": f"P{n}", "company_id": self.company.id} for n in range(30)]
        )
        scenario = self._scenario()

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            count = self.env.cr.sql_log_count
            scenario._replay()
            self.env.flush_all()
            return self.env.cr.sql_log_count - count

        queries()
        few = queries()
        self.env["performance.scorecard"]._open_for(self.scheme, self.period, people)
        self.assertLessEqual(queries(), few + 2)
        self.assertEqual(scenario.subject_count, 32)
