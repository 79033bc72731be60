from odoo.tests import HttpCase, tagged

from .objective_common import ObjectiveCommon


@tagged("post_install", "-at_install")
class TestToursObjective(HttpCase, ObjectiveCommon):
    """The tree of objectives and a check-in in a real browser."""

    def test_tree_and_check_in(self):
        top = self._create_objective(
            name="Customers stay", subject_company_id=self.company.id
        )
        low = self._create_objective(name="Team calls back", team_id=self.team.id)
        low.parent_id = top
        (top + low).with_user(self.user_hr).action_activate()
        self.start_tour(
            "/odoo/objectives", "performance_objective_checkin", login="perf_manager"
        )
        self.assertRecordValues(
            low.checkin_ids,
            [{"author_id": self.user_manager.id, "confidence": "on_track"}],
        )
        self.assertEqual(low.checkin_ids.done, "Called everybody")
