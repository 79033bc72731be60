from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .measure_common import MeasureCommon

START = datetime(2026, 1, 5, 9)
EVENT = st.tuples(
    st.integers(0, 400),  # day filed
    st.sampled_from(["delivery", "other"]),
    st.sampled_from(["open", "open", "invalid"]),
    st.one_of(st.none(), st.integers(0, 60)),  # days until it was reopened
)


def naive(complaints, count, days):
    """Clusters of complaints, by looking at each run of ``count`` events.

    :param complaints: ``{id: (group, valid, [instants])}``
    """
    found = []
    for group in {c[0] for c in complaints.values()}:
        events = sorted(
            (at, key)
            for key, (own, valid, instants) in complaints.items()
            if own == group and valid
            for at in instants
        )
        runs = [
            set(range(i, i + count))
            for i in range(len(events) - count + 1)
            if events[i + count - 1][0] - events[i][0] <= timedelta(days=days)
        ]
        merged = []
        for run in runs:
            if merged and merged[-1] & run:
                merged[-1] |= run
            else:
                merged.append(run)
        found += [frozenset(events[i][1] for i in run) for run in merged]
    return sorted(map(sorted, found))


@tagged("post_install", "-at_install")
class TestIncident(MeasureCommon):
    """Repeated complaints become one incident; critical ones are written by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Incident = cls.env["performance.incident"]
        cls.rule = cls.env.ref("customer_performance.incident_rule_repeated")
        cls.causes = {
            name: cls.env["performance.complaint.cause"].create(
                {"name": name, "code": f"test_{name}"}
            )
            for name in ("delivery", "other")
        }

    # === RECORDS ===#

    def _complaint(self, day, cause="delivery", state="open", reopened=None):
        at = START + timedelta(days=day)
        with freeze_time(at):
            complaint = self.env["performance.complaint"].create(
                {
                    "name": f"Day {day}",
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "employee_id": self.sales.id,
                    "cause_id": self.causes[cause].id,
                }
            )
        self._fact(
            complaint,
            state=state,
            is_valid=state != "invalid",
            filed_at=at,
            last_reopened_at=at + timedelta(days=reopened)
            if reopened is not None
            else None,
        )
        return complaint

    def _fact(self, complaint, **columns):
        """What a complaint became, without walking it there."""
        self.env.flush_all()
        for name, value in columns.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE performance_complaint SET %s = %s WHERE id = %s",
                    SQL.identifier(name),
                    value,
                    complaint.id,
                )
            )
        complaint.invalidate_recordset()

    def _found(self):
        self.Incident._find()
        return self.Incident.search(
            [("company_id", "=", self.company.id), ("kind", "=", "major")]
        )

    # === THE RULE ===#

    def test_three_in_ninety_days(self):
        complaints = [self._complaint(day) for day in (0, 45)]
        self.assertFalse(self._found())
        complaints.append(self._complaint(90))
        incident = self._found()
        self.assertRecordValues(
            incident,
            [
                {
                    "kind": "major",
                    "state": "draft",
                    "commercial_partner_id": self.customer.id,
                    "cause_id": self.causes["delivery"].id,
                    "employee_id": self.sales.id,
                    "occurred_at": START + timedelta(days=90),
                    "complaint_count": 3,
                }
            ],
        )
        self.assertEqual(incident.activity_ids.user_id, self.user_manager)
        self.assertEqual(self._found(), incident, "found once")

    def test_what_does_not_count(self):
        for day, cause, state in (
            (0, "delivery", "open"),
            (1, "delivery", "invalid"),
            (2, "other", "open"),
            (91, "delivery", "open"),
            (92, "delivery", "open"),
        ):
            self._complaint(day, cause, state)
        self.assertFalse(self._found())

    def test_a_reopening_counts(self):
        self._complaint(0)
        self._complaint(10, reopened=5)
        self.assertEqual(self._found().complaint_count, 2)

    def test_it_grows_and_keeps_what_was_confirmed(self):
        first = [self._complaint(day) for day in (0, 1, 2)]
        incident = self._found()
        incident.with_user(self.user_manager).action_confirm()
        self._complaint(60)
        self.assertEqual(self._found(), incident)
        self.assertEqual(incident.complaint_count, 4)
        self.assertEqual(incident.occurred_at, START + timedelta(days=2))
        for complaint in first:
            self._fact(complaint, state="invalid", is_valid=False)
        self.assertEqual(self._found(), incident, "what was confirmed stays")

    def test_a_draft_goes_with_its_complaints(self):
        complaints = [self._complaint(day) for day in (0, 1, 2)]
        self.assertTrue(self._found())
        self._fact(complaints[0], state="invalid", is_valid=False)
        self.assertFalse(self._found())

    def test_settings_of_the_rule(self):
        self._complaint(0)
        self._complaint(3, "other")
        self.rule.with_user(self.user_admin).write(
            {"minimum_count": 2, "window_days": 3, "grouping": "customer"}
        )
        self.assertEqual(self._found().complaint_count, 2)
        self.rule.active = False
        self._complaint(4)
        self.assertEqual(self._found().complaint_count, 2)

    @settings(max_examples=40)
    @given(
        st.lists(EVENT, max_size=9),
        st.integers(2, 4),
        st.integers(1, 120),
    )
    def test_against_a_naive_reference(self, drawn, count, days):
        with self.env.cr.savepoint() as savepoint:
            self.rule.write({"minimum_count": count, "window_days": days})
            complaints = {}
            for day, cause, state, reopened in drawn:
                complaint = self._complaint(day, cause, state, reopened)
                at = START + timedelta(days=day)
                instants = [at]
                if reopened is not None:
                    instants.append(at + timedelta(days=reopened))
                complaints[complaint.id] = cause, state != "invalid", instants
            for _twice in range(2):
                found = [sorted(i.complaint_ids.ids) for i in self._found()]
                self.assertEqual(sorted(found), naive(complaints, count, days))
            savepoint.rollback()

    # === BY HAND ===#

    def _critical(self, user=None, **values):
        return self.Incident.with_user(user or self.user_manager).create(
            {
                "name": "Server down",
                "kind": "critical",
                "company_id": self.company.id,
                "commercial_partner_id": self.customer.id,
                "employee_id": self.sales.id,
                "situation": "Nobody could order.",
                "behaviour": "Called at once, brought in the technicians.",
                "result": "Back before noon.",
                "is_technical_parallel": True,
                # a Friday evening
                "occurred_at": "2026-02-06 16:30:00",
                **values,
            }
        )

    def test_two_hours_by_both_clocks(self):
        self.company.resource_calendar_id.tz = "UTC"
        elapsed = self._critical(solved_at="2026-02-06 18:31:00")
        self.assertFalse(elapsed.is_solved_in_time)
        self.assertTrue(
            self._critical(solved_at="2026-02-06 18:30:00").is_solved_in_time
        )
        working = self._critical(severity="high", solved_at="2026-02-09 08:30:00")
        self.assertLess(working.solution_working_hours, 2)
        self.assertEqual(working.solution_hours, 64)
        self.assertTrue(working.is_solved_in_time)
        self.assertFalse(self._critical().is_solved_in_time)

    def test_confirmed_by_others_only(self):
        incident = self._critical(user=self.user_employee)
        for user in (self.user_sales, self.user_employee):
            with self.assertRefused(UserError, "about yourself|is confirmed by those"):
                incident.with_user(user).action_confirm()
        own = self._critical(user=self.user_hr, employee_id=self.manager.id)
        with self.assertRefused(UserError, "about yourself"):
            own.with_user(self.user_manager).action_confirm()
        incident.with_user(self.user_manager).action_confirm()
        self.assertEqual(incident.confirmed_by_id, self.user_manager)
        for values in ({"employee_id": self.hr.id}, {"result": "Nothing"}):
            with self.assertRefused(AccessError, "does not change any more"):
                incident.with_user(self.user_manager).write(values)
        with self.assertRefused(UserError, "when was it solved"):
            incident.with_user(self.user_manager).action_close()
        incident.with_user(self.user_manager).write(
            {"solved_at": "2026-02-06 17:00:00"}
        )
        incident.with_user(self.user_manager).action_close()
        with self.assertRefused(AccessError, "does not change any more"):
            incident.with_user(self.user_manager).write({"solved_at": False})

    def test_roles(self):
        incident = self._critical()
        for user, sees in (
            (self.user_sales, True),
            (self.user_sales2, False),
            (self.user_manager, True),
            (self.user_employee, False),
            (self.user_hr, True),
            (self.user_auditor, True),
        ):
            found = self.Incident.with_user(user).search([("id", "=", incident.id)])
            self.assertEqual(bool(found), sees, user.login)
        with self.assertRefused(AccessError, "."):
            incident.with_user(self.user_sales).write({"result": "All well"})
        with self.assertRefused(AccessError, "."):
            self._critical(user=self.user_sales)
        with self.assertRefused(AccessError, "workflow only"):
            self._critical(is_solved_in_time=True)
        with self.assertRefused(AccessError, "workflow only"):
            self._critical(rule_id=self.rule.id, kind="major")

    def test_numbers(self):
        for index in range(4):
            solved = "2026-02-06 17:00:00" if index else False
            self._critical(solved_at=solved).action_confirm()
        for day in (0, 1, 2):
            self._complaint(day)
        incident = self._found()
        kpis = self.env["performance.kpi"].search(
            [("code", "in", ["MAJOR_INCIDENTS", "CRITICAL_SOLVED_IN_TIME"])]
        )
        major, solved = kpis.sorted("code", reverse=True)
        kpis._measure(self.period)
        self.assertFalse(self._reading(major, employee_id=self.sales).value)
        self.assertEqual(self._reading(solved, employee_id=self.sales).value, 75)
        incident.with_user(self.user_manager).action_confirm()
        self.env.flush_all()
        kpis._measure(self.period)
        self.assertEqual(self._reading(major, employee_id=self.sales).value, 1)
