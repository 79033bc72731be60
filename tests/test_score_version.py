from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from .score_common import ScoreCommon


@tagged("post_install", "-at_install")
class TestScoreVersion(ScoreCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["performance.period"].create(
            {
                "kind": "quarter",
                "date_start": "2026-04-01",
                "company_id": cls.company.id,
            }
        )

    def _scheme(self, **values):
        scheme = self._create_scheme(
            [(self.kpi_deals, {"weight": 100, "target": 1})], **values
        )
        scheme.sudo()._workflow_move("activate")
        return scheme

    def _next(self, scheme, day="2026-04-01"):
        version = scheme.sudo()._new_version(date_from=day)
        version.line_ids.target = 2
        return version

    @users("perf_admin")
    def test_the_next_version_takes_over_on_its_day(self):
        first = self._scheme()
        action = first.action_new_version()
        second = self.env["performance.scheme"].browse(action["res_id"])
        self.assertRecordValues(
            second,
            [
                {
                    "state": "draft",
                    "version": 2,
                    "previous_id": first.id,
                    "name": first.name,
                }
            ],
        )
        with self.assertRefused(UserError, "enter the day"):
            second.action_activate()
        second.date_from = "2026-04-01"
        second.action_activate()
        self.assertEqual(first.date_to, date(2026, 3, 31))
        self.assertEqual(first._version_for(self.period), first)
        self.assertEqual(first._version_for(self.second), second)
        self.assertEqual((first | second).mapped("version_count"), [2, 2])
        self.assertIn("(version 2)", second.display_name)

    def test_a_period_is_scored_by_the_version_of_its_first_day(self):
        first = self._scheme()
        second = self._next(first)
        second._workflow_move("activate")
        Card = self.env["performance.scorecard"]
        with self.assertRefused(UserError, "is scored by “Test Scheme”, not by"):
            Card._open_for(second, self.period, self.sales)
        with self.assertRefused(UserError, "is scored by “Test Scheme \\(version 2"):
            Card._open_for(first, self.second, self.sales)
        old = Card._open_for(first, self.period, self.sales)
        new = Card._open_for(second, self.second, self.sales)
        self.assertEqual((old + new).line_ids.mapped("target"), [1, 2])

    def test_a_new_scheme_may_begin_inside_a_period(self):
        scheme = self._scheme(date_from="2026-02-15")
        self.assertEqual(scheme._version_for(self.period), scheme)
        later = self._scheme(date_from="2026-04-02")
        self.assertFalse(later._version_for(self.period))
        with self.assertRefused(UserError, "not in force in 2026-Q1"):
            self.env["performance.scorecard"]._open_for(later, self.period, self.sales)

    def test_no_version_takes_over_what_was_scored(self):
        first = self._scheme()
        self.env["performance.scorecard"]._open_for(first, self.second, self.sales)
        second = self._next(first)
        with self.assertRefused(UserError, "scorecards of 2026-Q2 are open"):
            second.with_user(self.user_admin).action_activate()

    @users("perf_admin")
    def test_what_scorecards_stand_on_is_not_redrafted(self):
        scheme = self._scheme()
        self.env["performance.scorecard"]._open_for(scheme, self.period, self.sales)
        with self.assertRefused(UserError, "make a new version instead"):
            scheme.action_redraft()

    @users("perf_admin")
    def test_one_successor(self):
        scheme = self._scheme()
        scheme.action_new_version()
        with self.assertRefused(UserError, "has a next version already"):
            scheme.action_new_version()
        draft = scheme.next_ids
        with self.assertRefused(UserError, "not in force"):
            draft.action_new_version()

    @users("perf_admin")
    def test_links_between_versions_are_made_by_the_verb_only(self):
        scheme, other = self._scheme(), self._scheme()
        for values in ({"previous_id": other.id}, {"date_to": "2026-01-31"}):
            with self.assertRefused(AccessError, "set by its workflow only"):
                scheme.write(values)

    @users("perf_hr")
    def test_only_administrators_make_versions(self):
        scheme = self._create_scheme(
            [(self.kpi_deals, {"weight": 100, "target": 1})], sudo=True
        )
        scheme._workflow_move("activate")
        with self.assertRefused(UserError, "administrator"):
            scheme.with_env(self.env).action_new_version()

    @users("perf_admin")
    def test_form_of_a_version(self):
        scheme = self._scheme()
        version = self.env["performance.scheme"].browse(
            scheme.action_new_version()["res_id"]
        )
        form = Form(version)
        form.date_from = "2026-07-01"
        form.strengths = "Ties sellers to the customer"
        form.save().action_activate()
        self.assertEqual(scheme.date_to, date(2026, 6, 30))
