from odoo.tests import freeze_time, tagged

from .change_common import ChangeCommon
from .score_common import ScoreCommon


@tagged("post_install", "-at_install")
class TestScoreChange(ScoreCommon, ChangeCommon):
    """What overrides and corrections do to scorecards."""

    def setUp(self):
        super().setUp()
        self.reading = self._measured()
        scheme = self._create_scheme(
            [(self.kpi_deals, {"weight": 100, "target": 4})], sudo=True
        )
        scheme._workflow_move("activate")
        self.card = self.env["performance.scorecard"]._open_for(
            scheme, self.period, self.sales
        )

    def test_override_refreshes_open_scorecards(self):
        with freeze_time("2026-03-10 09:00:00"):
            override = self._confirm(self._override(self.reading, value=4))
            self.assertEqual(self.card.score, 100)
            override._workflow_apply("withdraw", "Cleared up")
        self.assertEqual(self.card.line_ids.actual, 2)

    @freeze_time("2026-04-10 09:00:00")
    def test_settled_scorecards_stay_and_say_so(self):
        self._close()
        before = self.card.score
        self._confirm(self._correction(self.reading, value=4))
        self.assertEqual((self.card.score, self.card.state), (before, "settled"))
        self.assertEqual(self.card.line_ids.reading_id, self.reading)
        self.assertIn("was corrected after", self.card.line_ids.explanation)
        # a reopened period stands on the number in force
        self._reopen()
        self.assertEqual(self.card.score, 100)
        self.assertNotIn("was corrected after", self.card.line_ids.explanation)
