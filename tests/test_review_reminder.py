from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .review_common import ReviewCommon

LOGGER = "odoo.addons.customer_performance.models.review.performance_appraisal_reminder"


@tagged("post_install", "-at_install")
class TestReviewReminder(ReviewCommon):
    """One reminder shortly before a deadline, one after it; per step, never twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # nobody else's appraisals are due while we look
        cls.cron = cls.env.ref("customer_performance.cron_appraisal_remind")
        cls.found = cls._launch()
        cls.appraisal = cls.found[cls.sales]
        cls.env["performance.appraisal"].search(
            [("id", "!=", cls.appraisal.id)]
        )._workflow_engine().write({"state": "cancelled"})

    def _run(self, day):
        """Run the cron on a day; who was notified, with the subjects."""
        last = self.env["mail.message"].search([], limit=1, order="id desc").id
        with freeze_time(f"{day} 10:00:00"), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.cron.failure_count)
        messages = self.env["mail.message"].search(
            [
                ("id", ">", last),
                ("model", "=", "performance.appraisal"),
                ("message_type", "=", "user_notification"),
            ]
        )
        return {
            (partner.user_ids.login, message.subject.split(":")[0])
            for message in messages
            for partner in message.partner_ids
        }

    def test_timeline(self):
        """self 14 April, manager 21 April, approval 28 April."""
        due, over = "Due soon", "Overdue"
        self.assertFalse(self._run("2025-04-10"))
        self.assertEqual(self._run("2025-04-11"), {("perf_sales", due)})
        self.assertFalse(self._run("2025-04-12"))
        self.assertFalse(self._run("2025-04-14"))
        self.assertEqual(self._run("2025-04-15"), {("perf_sales", over)})
        self.assertFalse(self._run("2025-05-20"))
        self._bring(self.appraisal, "manager_review")
        self.assertEqual(self.appraisal.reminder, "none")
        self.assertEqual(self._run("2025-04-19"), {("perf_manager", due)})
        self.assertEqual(self._run("2025-04-30"), {("perf_manager", over)})
        self._bring(self.appraisal, "hr_approval")
        self.assertEqual(self._run("2025-04-30"), {("perf_hr", over)})
        self._bring(self.appraisal, "published")
        self.assertFalse(self._run("2025-06-30"))

    def test_another_deadline_is_reminded_of_anew(self):
        self.assertTrue(self._run("2025-04-15"))
        self.cycle.write(
            {
                "approval_deadline": "2025-05-30",
                "manager_deadline": "2025-05-25",
                "self_deadline": "2025-05-20",
            }
        )
        self.assertFalse(self._run("2025-05-16"))
        self.assertTrue(self._run("2025-05-18"))

    def test_without_deadline_nobody_is_reminded(self):
        self.cycle.write({"self_deadline": False})
        self.assertFalse(self._run("2025-06-30"))

    def test_day_of_the_company(self):
        """At 10:00 UTC it is the next day in Kiritimati."""
        self.company.performance_tz = "Pacific/Kiritimati"
        self.assertEqual(self._run("2025-04-14"), {("perf_sales", "Overdue")})

    def test_text_says_nothing_of_a_side(self):
        self._bring(self.appraisal, "hr_approval")
        self._run("2025-06-30")
        message = self.env["mail.message"].search(
            [("subject", "=like", "Overdue%")], limit=1, order="id desc"
        )
        self.assertIn("was due on", message.body)
        self.assertNotIn("TOPSECRET", message.body)

    def test_one_failure_does_not_stop_the_others(self):
        other = self.found[self.sales2]
        other._workflow_engine().write({"state": "self_assessment"})
        original = type(other)._remind_subject

        def broken(record, overdue):
            if record.employee_id == self.sales:
                raise ValueError("broken")
            return original(record, overdue)

        self.patch(type(other), "_remind_subject", broken)
        with mute_logger(LOGGER):
            self.assertEqual(self._run("2025-05-30"), {("perf_sales2", "Overdue")})
        self.assertEqual(self.appraisal.reminder, "overdue")
