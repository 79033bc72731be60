from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import freeze_time, tagged

from ..models.measure.complaint.service_calendars import ServiceCalendars
from ..tools.working_time import segments
from .complaint_common import ComplaintCommon

FRIDAY_15 = "2026-03-06 14:00:00"  # UTC; 15 o'clock in Berlin


@tagged("post_install", "-at_install")
class TestComplaintClock(ComplaintCommon):
    """Deadlines, breaches and durations over nights, weekends, leave and pauses."""

    def _deadlines(self, complaint):
        return complaint.response_deadline, complaint.resolution_deadline

    # === DEADLINES ===#

    def test_default_levels(self):
        found = {
            severity: (
                level.response_hours,
                level.resolution_hours,
                level.clock,
                level.warn_percent,
            )
            for severity in ("critical", "high", "normal", "low")
            for level in self._file(severity=severity).level_id
        }
        self.assertEqual(
            found,
            {
                "critical": (1, 4, "elapsed", 75),
                "high": (4, 8, "working", 75),
                "normal": (8, 24, "working", 75),
                "low": (24, 72, "working", 75),
            },
        )

    def test_over_a_weekend(self):
        complaint = self._file(FRIDAY_15)
        # 2 hours are left on Friday, 6 are worked on Monday: until 15 in Berlin
        self.assertEqual(
            self._deadlines(complaint),
            (self._time("2026-03-09 14:00"), self._time("2026-03-11 14:00")),
        )
        # 75 % are 6 hours: 2 on Friday, 4 on Monday until noon
        self.assertEqual(complaint.response_warning_at, self._time("2026-03-09 11:00"))

    def test_critical_runs_at_night(self):
        complaint = self._file("2026-03-06 22:30:00", severity="critical")
        self.assertEqual(
            self._deadlines(complaint),
            (self._time("2026-03-06 23:30"), self._time("2026-03-07 02:30")),
        )

    def test_holidays_are_no_working_time(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": self.company.id,
                "calendar_id": self.calendar.id,
                "date_from": "2026-03-08 23:00:00",
                "date_to": "2026-03-09 22:59:59",
                "time_type": "leave",
            }
        )
        complaint = self._file(FRIDAY_15)
        self.assertEqual(complaint.response_deadline, self._time("2026-03-10 14:00"))

    def test_daylight_saving(self):
        """On 29 March Berlin goes from UTC+1 to UTC+2."""
        complaint = self._file("2026-03-27 14:00:00")
        self.assertEqual(complaint.response_deadline, self._time("2026-03-30 13:00"))

    def test_calendar_of_the_level(self):
        tokyo = self.calendar.copy({"name": "Tokyo", "tz": "Asia/Tokyo"})
        self.env["performance.service.level"].create(
            {
                "name": "Tokyo desk",
                "partner_id": self.customer.id,
                "severity": "normal",
                "response_hours": 1,
                "resolution_hours": 8,
                "calendar_id": tokyo.id,
            }
        )
        # Monday 17 o'clock in Tokyo is 8 UTC: the day there is over
        complaint = self._file("2026-03-02 08:00:00")
        self.assertEqual(
            self._deadlines(complaint),
            (self._time("2026-03-03 00:00"), self._time("2026-03-03 08:00")),
        )

    def test_months_of_hours_are_found(self):
        level = self._file(severity="low").level_id
        level.resolution_hours = 8 * 5 * 30
        complaint = self._file("2026-03-02 07:00:00", severity="low")
        self.assertEqual(complaint.resolution_deadline.date().isoformat(), "2026-09-25")

    def test_nobody_works(self):
        self.calendar.attendance_ids.unlink()
        complaint = self._file(FRIDAY_15)
        self.assertEqual(self._deadlines(complaint), (False, False))
        self._at("2026-03-09 14:00:00", complaint, "resolve")
        self.assertFalse(complaint.is_resolution_in_time)
        self.assertEqual(complaint.resolution_hours, 72)
        self.assertEqual(complaint.resolution_working_hours, 0)

    def test_no_level_no_deadline(self):
        self.env["performance.service.level"].search([]).active = False
        complaint = self._file(FRIDAY_15)
        self.assertFalse(complaint.level_id)
        self.assertEqual(self._deadlines(complaint), (False, False))
        self.assertFalse(complaint.next_check_at)

    # === LEVELS ===#

    def test_most_specific_level(self):
        levels = self.env["performance.service.level"]
        base = {"response_hours": 2, "resolution_hours": 3}
        all_of_them = levels.create({"name": "All", **base})
        customer = levels.create(
            {"name": "Customer", "partner_id": self.customer.id, **base}
        )
        both = levels.create(
            {
                "name": "Customer, critical",
                "partner_id": self.customer.id,
                "severity": "critical",
                **base,
            }
        )
        other = self.env["res.partner"].create({"name": "Other"})
        normal = self.env.ref("customer_performance.service_level_normal")
        self.assertEqual(self._file().level_id, customer)
        self.assertEqual(self._file(severity="critical").level_id, both)
        self.assertEqual(self._file(partner_id=other.id).level_id, normal)
        normal.active = False
        self.assertEqual(self._file(partner_id=other.id).level_id, all_of_them)

    def test_level_of_another_company_or_cause(self):
        levels = self.env["performance.service.level"]
        base = {"response_hours": 2, "resolution_hours": 3, "severity": "normal"}
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        levels.create({"name": "There", "company_id": elsewhere.id, **base})
        billing = self.env.ref("customer_performance.complaint_cause_billing")
        of_cause = levels.create({"name": "Billing", "cause_id": billing.id, **base})
        normal = self.env.ref("customer_performance.service_level_normal")
        self.assertEqual(self._file().level_id, normal)
        self.assertEqual(self._file(cause_id=billing.id).level_id, of_cause)

    # === DURATIONS, PAUSES, REOPENING ===#

    def test_answered_and_resolved_in_time(self):
        complaint = self._file("2026-03-02 07:00:00")
        self._at("2026-03-02 09:30:00", complaint, "respond")
        self._at("2026-03-03 09:00:00", complaint, "resolve")
        self.assertTrue(complaint.is_response_in_time)
        self.assertTrue(complaint.is_resolution_in_time)
        self.assertEqual(complaint.response_hours, 2.5)
        self.assertEqual(complaint.response_working_hours, 2.5)
        self.assertEqual(complaint.resolution_hours, 26)
        self.assertEqual(complaint.resolution_working_hours, 10)
        # no deadline is left; silence closes it
        self.assertFalse(complaint.next_deadline)
        self.assertEqual(complaint.next_check_at, self._time("2026-03-10 09:00"))
        self.assertFalse(complaint.next_deadline)

    def test_resolved_at_once_is_answered_too(self):
        complaint = self._file("2026-03-02 07:00:00")
        self._at("2026-03-02 08:00:00", complaint, "resolve")
        self.assertEqual(complaint.first_response_at, self._time("2026-03-02 08:00"))
        self.assertTrue(complaint.is_response_in_time)

    def test_late_by_a_second(self):
        for second, in_time in ((0, True), (1, False)):
            complaint = self._file("2026-03-02 07:00:00", severity="critical")
            self._at(f"2026-03-02 08:00:0{second}", complaint, "respond")
            self.assertEqual(complaint.is_response_in_time, in_time)
            self.assertEqual(
                complaint.response_breached_at,
                not in_time and self._time("2026-03-02 08:00"),
            )

    def test_the_clock_stands_still_while_waiting(self):
        complaint = self._file("2026-03-02 07:00:00", severity="high")
        self.assertEqual(complaint.resolution_deadline, self._time("2026-03-02 16:00"))
        self._at("2026-03-02 08:00:00", complaint, "wait")
        self.assertFalse(complaint.resolution_deadline)
        self.assertFalse(complaint.next_check_at)
        self._at("2026-03-03 10:00:00", complaint, "resume")
        # one hour was used, seven of eight are left: 11 to 12, 13 to 17, 8 to 10
        self.assertEqual(complaint.resolution_deadline, self._time("2026-03-04 09:00"))
        self._at("2026-03-03 12:00:00", complaint, "resolve")
        self.assertEqual(complaint.resolution_hours, 3)
        self.assertEqual(complaint.resolution_working_hours, 2)
        self.assertTrue(complaint.is_resolution_in_time)

    def test_a_question_is_a_response_in_time(self):
        complaint = self._file("2026-03-02 07:00:00")
        self._at("2026-03-02 08:00:00", complaint, "wait")
        self.assertEqual(complaint.response_deadline, self._time("2026-03-02 16:00"))
        self.assertTrue(complaint.is_response_in_time)

    def test_a_pause_does_not_undo_a_breach(self):
        complaint = self._file("2026-03-02 07:00:00", severity="critical")
        # due at 11 UTC; nobody looked before the question of 12 UTC
        self._at("2026-03-02 12:00:00", complaint, "wait")
        self.assertEqual(
            complaint.resolution_breached_at, self._time("2026-03-02 11:00")
        )
        self._at("2026-03-02 13:00:00", complaint, "resolve")
        self.assertFalse(complaint.is_resolution_in_time)

    def test_a_lower_severity_does_not_undo_a_breach(self):
        complaint = self._file("2026-03-02 07:00:00", severity="critical")
        with freeze_time("2026-03-02 08:30:00"):
            complaint.with_user(self.user_hr).severity = "low"
        self.assertEqual(complaint.level_id.severity, "low")
        self.assertEqual(complaint.response_breached_at, self._time("2026-03-02 08:00"))
        self.assertGreater(complaint.response_deadline, self._time("2026-03-03 00:00"))
        self._at("2026-03-02 08:31:00", complaint, "respond")
        self.assertFalse(complaint.is_response_in_time)

    def test_what_was_answered_keeps_its_deadline(self):
        complaint = self._file("2026-03-02 07:00:00")
        self._at("2026-03-02 12:00:00", complaint, "respond")
        deadline = complaint.response_deadline
        with freeze_time("2026-03-02 13:00:00"):
            complaint.severity = "critical"
        self.assertEqual(complaint.response_deadline, deadline)
        self.assertTrue(complaint.is_response_in_time)
        self.assertEqual(
            complaint.resolution_breached_at, self._time("2026-03-02 11:00")
        )

    def test_reopening_goes_on_where_it_stopped(self):
        complaint = self._file("2026-03-02 07:00:00", severity="high")
        self._at("2026-03-02 09:00:00", complaint, "resolve")
        self._at("2026-03-02 10:00:00", complaint, "close")
        self._at("2026-03-04 07:00:00", complaint, "reopen")
        self.assertRecordValues(
            complaint,
            [
                {
                    "state": "open",
                    "reopen_count": 1,
                    "resolved_at": False,
                    "closed_at": False,
                    "is_resolution_in_time": False,
                    "resolution_hours": 0,
                    "resolution_deadline": self._time("2026-03-04 14:00"),
                }
            ],
        )
        self._at("2026-03-04 15:00:00", complaint, "resolve")
        self.assertEqual(complaint.resolution_hours, 10)
        self.assertEqual(complaint.resolution_working_hours, 9)
        self.assertFalse(complaint.is_resolution_in_time)
        self.assertTrue(complaint.is_response_in_time)

    def test_rejected_and_taken_up_again(self):
        complaint = self._file("2026-03-02 07:00:00", severity="high")
        self._at("2026-03-02 08:00:00", complaint, "invalid")
        self.assertFalse(complaint.is_valid)
        self._at("2026-03-05 07:00:00", complaint, "reconsider")
        self.assertEqual((complaint.state, complaint.is_valid), ("new", True))
        # one of four hours was used before
        self.assertEqual(complaint.response_deadline, self._time("2026-03-05 10:00"))
        self.assertFalse(complaint.response_breached_at)

    def test_clock_state(self):
        complaint = self._file("2026-03-02 07:00:00", severity="critical")
        for minute, state in ((10, "in_time"), (45, "warning"), (60, "warning")):
            now = self._time("2026-03-02 07:00") + timedelta(minutes=minute)
            self.assertEqual(complaint._clock_state_at(now), state)
        self.assertEqual(complaint._clock_state_at(datetime(2026, 3, 2, 9)), "late")
        self._at("2026-03-02 07:30:00", complaint, "wait")
        self.assertEqual(complaint._clock_state_at(datetime(2026, 3, 9)), "paused")

    # === PROPERTY ===#

    @given(
        st.integers(0, 7 * 24 * 60 - 1),
        st.lists(
            st.tuples(st.integers(0, 5000), st.integers(1, 3000)),
            max_size=4,
        ),
        st.integers(1, 30 * 60),
    )
    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.differing_executors],
    )
    def test_deadline_is_that_of_a_walk(self, filed, gaps, minutes):
        """With the calendar's real working time, against a walk by the minute."""
        start = datetime(2026, 3, 23) + timedelta(minutes=filed)
        pauses, clock = [], start
        for gap, length in gaps:
            first = clock + timedelta(minutes=gap)
            clock = first + timedelta(minutes=length)
            pauses.append((first, clock))
        calendars = ServiceCalendars(start, start)
        due = calendars.due(self.calendar, self.company, start, minutes / 60, pauses)
        work = {
            (piece.start + timedelta(minutes=n))
            for piece in calendars.segments(self.calendar, self.company)
            if piece.is_work
            for n in range(int((piece.stop - piece.start).total_seconds()) // 60)
        }
        minute, left = start, minutes
        while left:
            paused = any(first <= minute < last for first, last in pauses)
            left -= minute in work and not paused
            minute += timedelta(minutes=1)
        self.assertEqual(due, minute)
        self.assertAlmostEqual(
            calendars.hours(self.calendar, self.company, start, due, pauses),
            minutes / 60,
            places=6,
        )

    def test_working_time_is_that_of_the_company(self):
        """The segments of the walk above are the calendar's, seen from Berlin."""
        monday = datetime(2026, 3, 2)
        found = ServiceCalendars(monday, monday).segments(self.calendar, self.company)
        hours = [(7, 11), (12, 16)]
        day = [
            (monday.replace(hour=first), monday.replace(hour=last))
            for first, last in hours
        ]
        expected = segments(day, monday, monday + timedelta(days=1))
        self.assertEqual(found[: len(expected)], expected)
