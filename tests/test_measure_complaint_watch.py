from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .complaint_common import ComplaintCommon

MONDAY_8 = "2026-03-02 07:00:00"  # in Berlin


@tagged("post_install", "-at_install")
class TestComplaintWatch(ComplaintCommon):
    """A warning before a deadline, an escalation after, once each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("customer_performance.cron_complaint_watch")
        # complaints of a demo company are none of this test
        cls.complaints.search([])._workflow_engine().write({"next_check_at": False})

    def _watch(self, at):
        with freeze_time(at), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.assertFalse(self.cron.failure_count)

    def _activities(self, complaint, name):
        xmlid = f"customer_performance.activity_complaint_{name}"
        return complaint.activity_ids.filtered(
            lambda a: a.activity_type_id == self.env.ref(xmlid)
        )

    def test_warned_once_then_escalated_once(self):
        complaint = self._file(MONDAY_8, severity="critical")
        self.assertEqual(complaint.next_check_at, self._time("2026-03-02 07:45"))
        self._watch("2026-03-02 07:44:00")
        self.assertFalse(self._activities(complaint, "warning"))
        for minute in (45, 50):
            self._watch(f"2026-03-02 07:{minute}:00")
            warning = self._activities(complaint, "warning")
            self.assertEqual(warning.user_id, self.user_sales)
            self.assertEqual(len(warning), 1)
        self.assertEqual(complaint.response_warned_at, self._time("2026-03-02 07:45"))
        self._watch("2026-03-02 08:00:00")
        self.assertFalse(complaint.escalated_at)
        for minute in ("05", "10"):
            self._watch(f"2026-03-02 08:{minute}:00")
            escalated = self._activities(complaint, "escalated")
            self.assertEqual(escalated.user_id, self.user_manager)
        self.assertRecordValues(
            complaint,
            [
                {
                    # late since the deadline, not since somebody looked
                    "response_breached_at": self._time("2026-03-02 08:00"),
                    "escalated_at": self._time("2026-03-02 08:05"),
                    "escalated_to_id": self.user_manager.id,
                }
            ],
        )
        self._at("2026-03-02 10:05:00", complaint, "resolve")
        self.assertEqual(complaint.escalation_solved_at, self._time("2026-03-02 10:05"))
        self.assertEqual(complaint.escalation_hours, 2)

    def test_after_a_late_answer_the_resolution_is_warned_of_once(self):
        """It does not stay due either, which would hold up all others."""
        complaint = self._file(MONDAY_8, severity="critical")
        self._watch("2026-03-02 08:05:00")
        warning_at = complaint.resolution_warning_at
        self.assertEqual(complaint.next_check_at, warning_at)
        self._watch(warning_at)
        self.assertEqual(complaint.resolution_warned_at, warning_at)
        self.assertEqual(
            self._activities(complaint, "warning").user_id, self.user_sales
        )
        self.assertGreater(complaint.next_check_at, complaint.resolution_deadline)
        self._watch(complaint.next_check_at)
        self.assertTrue(complaint.resolution_breached_at)
        self.assertFalse(complaint.next_check_at)

    def test_escalation_clock_is_the_working_one(self):
        complaint = self._file(MONDAY_8)
        with freeze_time("2026-03-02 15:30:00"):
            complaint.with_user(self.user_sales).action_escalate()
        self._at("2026-03-03 07:30:00", complaint, "resolve")
        self.assertEqual(complaint.escalation_hours, 1)

    def test_in_time_is_left_alone(self):
        complaint = self._file(MONDAY_8, severity="critical")
        self._at("2026-03-02 07:10:00", complaint, "resolve")
        self._watch("2026-03-03 07:00:00")
        self.assertFalse(complaint.escalated_at)
        self.assertFalse(complaint.activity_ids)

    def test_waiting_is_left_alone(self):
        complaint = self._file(MONDAY_8, severity="critical")
        self._at("2026-03-02 07:10:00", complaint, "wait")
        self._watch("2026-03-09 07:00:00")
        self.assertFalse(complaint.escalated_at)
        self.assertFalse(complaint.resolution_breached_at)

    def test_a_new_holiday_moves_the_deadline_before_it_is_late(self):
        complaint = self._file(MONDAY_8, severity="high")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Strike",
                "company_id": self.company.id,
                "calendar_id": self.calendar.id,
                "date_from": "2026-03-01 23:00:00",
                "date_to": "2026-03-02 22:59:59",
                "time_type": "leave",
            }
        )
        self._watch("2026-03-02 12:30:00")
        self.assertFalse(complaint.response_breached_at)
        self.assertEqual(complaint.response_deadline, self._time("2026-03-03 11:00"))

    def test_to_whom(self):
        self.manager.user_id = False
        complaint = self._file(MONDAY_8)
        complaint.employee_id.department_id = self.env["hr.department"].create(
            {
                "name": "Sales",
                "manager_id": self.sales2.id,
                "company_id": self.company.id,
            }
        )
        again = self._file(MONDAY_8)
        self.assertEqual(again._escalation_user(), self.user_sales2)
        officers = self.user_hr + self.user_hr2 + self.user_admin
        self.assertIn(complaint._escalation_user(), officers)
        own = self._file(MONDAY_8, employee_id=self.hr.id)
        self.assertIn(own._escalation_user(), officers - self.user_hr)

    def test_nobody_responsible(self):
        complaint = self._file(MONDAY_8, severity="critical", employee_id=False)
        self._watch("2026-03-02 07:50:00")
        self._watch("2026-03-02 08:10:00")
        self.assertTrue(complaint.escalated_to_id)

    def test_by_hand(self):
        complaint = self._file(MONDAY_8)
        own = complaint.with_user(self.user_sales)
        self.assertTrue(own.can_escalate)
        own.action_escalate()
        self.assertEqual(complaint.escalated_to_id, self.user_manager)
        self.assertFalse(own.can_escalate)

    def test_one_that_fails_does_not_stop_the_others(self):
        broken, fine = (self._file(MONDAY_8, severity="critical") for _ in range(2))
        kind = type(self.complaints)
        escalate = kind._escalate

        def fail(complaint):
            if complaint.id == broken.id:
                raise ValueError("broken")
            return escalate(complaint)

        logger = "odoo.addons.customer_performance.models.measure.complaint"
        with (
            patch.object(kind, "_escalate", fail),
            mute_logger(f"{logger}.performance_complaint_watch"),
        ):
            self._watch("2026-03-02 08:10:00")
        self.assertFalse(broken.escalated_at)
        self.assertEqual(broken.next_check_at, self._time("2026-03-02 09:10"))
        self.assertTrue(fine.escalated_at)

    def test_only_what_is_due_is_looked_at(self):
        self._file(MONDAY_8)
        with (
            freeze_time(MONDAY_8),
            patch.object(type(self.complaints), "_watch", side_effect=AssertionError),
        ):
            self._watch(MONDAY_8)
