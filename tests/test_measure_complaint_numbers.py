from odoo.tests import tagged, warmup

from .complaint_common import ComplaintCommon

# as the list shows them
SHOWN = {
    "number": {},
    "name": {},
    "partner_id": {"fields": {"display_name": {}}},
    "cause_id": {"fields": {"display_name": {}}},
    "severity": {},
    "employee_id": {"fields": {"display_name": {}}},
    "filed_at": {},
    "next_deadline": {},
    "clock_state": {},
    "state": {},
}


@tagged("post_install", "-at_install")
class TestComplaintNumbers(ComplaintCommon):
    """KPIs on complaints, and what screens cost however many there are."""

    # === KPIS ===#

    def _play(self):
        """Six complaints of Sam in the first quarter of 2026, one of them invalid."""
        quick, late, again, waiting, refused, silent = (
            self._file(f"2026-03-0{day} 07:00:00", severity="high")
            for day in (2, 3, 4, 5, 2, 2)
        )
        # 1 hour to the response, 2 to the resolution, of 4 and 8
        self._at("2026-03-02 08:00:00", quick, "respond")
        self._at("2026-03-02 09:00:00", quick, "resolve")
        # answered after 5 hours, escalated then, resolved after 10
        self._at("2026-03-03 13:00:00", late, "respond")
        late._workflow_engine().write({"escalated_at": "2026-03-03 13:00:00"})
        self._at("2026-03-04 09:00:00", late, "resolve")
        # 2 hours, reopened, 1 more hour
        self._at("2026-03-04 09:00:00", again, "resolve")
        self._at("2026-03-05 07:00:00", again, "reopen")
        self._at("2026-03-05 08:00:00", again, "resolve")
        # waits for ever
        self._at("2026-03-05 09:00:00", waiting, "wait")
        self._at("2026-03-02 08:00:00", refused, "invalid")
        # nobody answers; late when somebody looks
        silent._refresh_clock()

    def test_kpis(self):
        self._play()
        period = self.env["performance.period"].create(
            {
                "kind": "quarter",
                "date_start": "2026-01-01",
                "company_id": self.company.id,
            }
        )
        expected = {
            "COMPLAINTS": 5,
            "FIRST_RESPONSE": (1 + 5 + 2 + 2) / 4,
            "RESOLUTION_TIME": (2 + 10 + 3) / 3,
            "ESCALATION_TIME": 5,
            "RESOLUTION_RATE": 60,
            "RESPONSE_IN_TIME": 60,
            "RESOLUTION_IN_TIME": 50,
            "REOPEN_RATE": 100 / 3,
        }
        kpis = self.env["performance.kpi"].search([("code", "in", list(expected))])
        self.assertEqual(len(kpis), len(expected))
        kpis.write({"minimum_sample": 1})
        kpis._measure(period)
        readings = self.env["performance.reading"].search(
            [
                ("kpi_id", "in", kpis.ids),
                ("period_id", "=", period.id),
                ("employee_id", "=", self.sales.id),
            ]
        )
        found = {reading.kpi_id.code: reading.value for reading in readings}
        self.assertEqual(set(found), set(expected))
        for code, value in expected.items():
            self.assertAlmostEqual(found[code], value, places=3, msg=code)

    def test_customers_deals_and_departments_are_measured_too(self):
        for kpi in self.env["performance.kpi"].search(
            [("model_name", "=", "performance.complaint")]
        ):
            self.assertFalse(kpi.required_module, kpi.code)
            self.assertTrue(kpi.is_available, kpi.code)
            for name in ("employee", "department", "customer", "opportunity"):
                self.assertTrue(kpi[f"{name}_path"], f"{kpi.code}: {name}")

    # === QUERIES ===#

    def _queries(self, call):
        """How many queries a screen costs."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    @warmup
    def test_screens_cost_the_same_for_few_and_many(self):
        model = self.complaints.with_user(self.user_hr)
        calls = {
            "list": lambda: model.web_search_read([], SHOWN, limit=80),
            "kanban": lambda: model.web_read_group([], ["state"], ["__count"]),
            "pivot": lambda: model.formatted_read_grouping_sets(
                [], [["cause_id"], ["cause_id", "filed_at:month"]], ["__count"]
            ),
        }
        for _time in range(2):
            self._file()
        few = {}
        for name, call in calls.items():
            call()
            few[name] = self._queries(call)
        for number in range(40):
            employee = (self.sales, self.sales2, self.hr)[number % 3]
            partner = self.env["res.partner"].create({"name": f"Customer {number}"})
            self._file(employee_id=employee.id, partner_id=partner.id)
        for name, call in calls.items():
            self.assertLessEqual(self._queries(call), few[name], name)

    def test_the_watch_asks_for_what_is_due_by_an_index(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'performance_complaint'"
        )
        indexes = " ".join(row[0] for row in self.env.cr.fetchall())
        for column in ("next_check_at", "next_deadline", "filed_at", "state"):
            self.assertRegex(indexes, rf"\({column}\)")
