from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .review_common import ReviewCommon


@tagged("post_install", "-at_install")
class TestReviewPeople(ReviewCommon):
    """People who have no login, leave, or change while an appraisal runs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.found = cls._launch()
        cls.appraisal = cls.found[cls.sales]

    def _activities(self, appraisal=None):
        appraisal = appraisal or self.appraisal
        return {
            (activity.user_id.login, activity.activity_type_id.name)
            for activity in appraisal.activity_ids
        }

    # === PEOPLE WHO CHANGE ===#

    def test_start_needs_logins(self):
        appraisal = self.found[self.employee].with_user(self.user_hr)
        with self.assertRaisesRegex(UserError, "Boss has no login"):
            appraisal.action_start()
        appraisal.manager_id = self.manager
        appraisal.action_start()
        self.assertEqual(appraisal.state, "self_assessment")

    def test_skip_self(self):
        self._reason(self.appraisal, self.user_hr, "skip_self", "On leave")
        self.assertEqual(self.appraisal.state, "manager_review")
        self.assertFalse(self._side(self.appraisal, "self").submitted_at)
        self._bring(self.appraisal, "published")

    def test_manager_changed_in_hr_keeps_the_snapshot(self):
        self.sales.parent_id = self.boss
        self.assertEqual(self.appraisal.manager_id, self.manager)
        self._bring(self.appraisal, "published")

    def test_hr_gives_another_manager(self):
        self.env.cr.precommit.run()
        self._bring(self.appraisal, "manager_review")
        self._side(self.appraisal, "manager").with_user(
            self.user_manager
        ).summary = "Begun"
        self.appraisal.with_user(self.user_hr).manager_id = self.hr2
        side = self._side(self.appraisal, "manager")
        self.assertEqual(side.rater_id, self.hr2)
        self.assertEqual(self._activities(), {("perf_hr2", "Manager Review")})
        self.assertEqual(side.with_user(self.user_hr2).summary, "Begun")
        with self.assertRaises(AccessError):
            side.with_user(self.user_manager).summary = "No more"
        self._bring(self.appraisal, "published")
        self.env.cr.precommit.run()
        tracked = self.appraisal.message_ids.tracking_value_ids
        self.assertIn("Harry HR", tracked.mapped("new_value_char"))

    def test_manager_cannot_change_late_or_to_nobody(self):
        hr = self.appraisal.with_user(self.user_hr)
        with self.assertRaisesRegex(UserError, "has no login"):
            hr.manager_id = self.boss
        with self.assertRaisesRegex(UserError, "own appraisal"):
            self.found[self.hr].with_user(self.user_hr).manager_id = self.hr2
        with self.assertRaises(AccessError):
            self.appraisal.with_user(self.user_manager).manager_id = self.hr2
        self._bring(self.appraisal, "hr_approval")
        with self.assertRaisesRegex(UserError, "is submitted"):
            hr.manager_id = self.hr2

    def test_employee_archived_in_between(self):
        self._bring(self.appraisal, "manager_review")
        self.sales.active = False
        self.user_sales.active = False
        self.appraisal.invalidate_recordset()
        self._fill(self.appraisal, "manager")
        self.appraisal.with_user(self.user_manager).action_submit_manager()
        self.appraisal.with_user(self.user_hr).action_approve()
        self.assertFalse(self._activities())
        self.appraisal.with_user(self.user_hr).action_acknowledge()
        self.assertEqual(self.appraisal.state, "acknowledged")

    def test_employee_without_login(self):
        quiet = self._create_employee("Quinn Quiet", parent=self.manager)
        appraisal = self._launch()[quiet]
        self._bring(appraisal, "published")
        with self.assertRaisesRegex(UserError, "HR takes this step"):
            appraisal.with_user(self.user_manager).action_acknowledge()
        appraisal.with_user(self.user_hr).action_acknowledge()

    def test_unlink(self):
        hr = self.appraisal.with_user(self.user_hr)
        with self.assertRaisesRegex(UserError, "is running"):
            hr.unlink()
        self._bring(self.appraisal, "published")
        self._reason(self.appraisal, self.user_hr, "reopen")
        self._reason(self.appraisal, self.user_hr, "cancel")
        with self.assertRaisesRegex(UserError, "published once"):
            hr.unlink()
        draft = self.found[self.employee].with_user(self.user_hr)
        sides = draft.sudo().assessment_ids
        draft.unlink()
        self.assertFalse(sides.exists())
