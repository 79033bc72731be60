from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from .cleaning_common import CleaningCommon


@tagged("post_install", "-at_install")
class TestCleaningNumbers(CleaningCommon):
    """What rules leave out, whom it concerns, and that numbers follow."""

    # === NUMBERS ===#

    def test_the_number_changes_and_comes_back(self):
        self._create_won(expected_revenue=100)
        deal = self._create_won(partner_id=self.tester.id, expected_revenue=10)
        self.assertEqual(self._value(), 110)
        rule = self._rule()
        self.assertRecordValues(
            self._log(rule),
            [
                {
                    "res_model": "crm.lead",
                    "res_id": deal.id,
                    "record_name": deal.name,
                    "reason": "test_customer",
                    "state": "applied",
                    "is_applied": True,
                    "kpi_id": False,
                    "employee_ids": self.sales.ids,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(str(self._log(rule).record_date), "2026-02-10")
        self.assertEqual(self._value(), 100)
        reading = self._reading(self.kpi_revenue, employee_id=self.sales)
        self.assertEqual((reading.sample_size, reading.excluded_count), (1, 1))
        self.assertIn("1 left out", reading.explanation)
        rule.with_user(self.user_admin)._workflow_apply("withdraw", "Not needed")
        self.assertEqual(self._log(rule).state, "obsolete")
        self.assertEqual(self._value(), 110)

    def test_a_rule_that_no_longer_matches(self):
        deal = self._create_won(partner_id=self.tester.id, expected_revenue=10)
        rule = self._rule()
        self.assertEqual(self._value(), 0)
        deal.partner_id = self.customer
        self.assertEqual(self._value(), 10)
        self.assertEqual(self._log(rule).state, "obsolete")
        deal.partner_id = self.tester
        self.assertEqual(self._value(), 0)
        self.assertEqual(
            sorted(self._log(rule).mapped("state")), ["applied", "obsolete"]
        )

    def test_applying_twice_changes_nothing(self):
        self._create_won(partner_id=self.tester.id)
        rule = self._rule()
        before = self._log(rule).read()
        self._apply()
        self.assertEqual(self._log(rule).read(), before)

    def test_overlapping_rules(self):
        deal = self._create_won(partner_id=self.tester.id, expected_revenue=10)
        first = self._rule()
        ours = f"('company_id', '=', {self.company.id})"
        small = f"[{ours}, ('expected_revenue', '<', 20)]"
        second = self._rule(domain=small, reason="invalid")
        self.assertEqual(self._value(), 0)
        asked = self._log(first)
        self._question_and_lift(asked)
        self.assertEqual(self._value(), 0, "the second rule still leaves it out")
        self.assertIn(
            "still left out", " ".join(asked.message_ids.mapped("body")).lower()
        )
        reading = self._reading(self.kpi_revenue, employee_id=self.sales)
        self.assertEqual(
            reading.excluded_count, 1, "counted once, though twice left out"
        )
        deal.expected_revenue = 30
        self.assertEqual(self._value(), 30)
        self.assertEqual(self._log(second).state, "obsolete")

    def test_lifted_stays_lifted(self):
        self._create_won(partner_id=self.tester.id, expected_revenue=10)
        rule = self._rule()
        self._question_and_lift(self._log(rule))
        self.assertEqual(self._value(), 10)
        self._apply()
        self.assertEqual(self._log(rule).mapped("state"), ["lifted"])
        rule.with_user(self.user_admin)._workflow_apply("withdraw", "To reword it")
        self._approve(rule)
        self.assertEqual(self._log(rule).mapped("state"), ["lifted"])

    def test_rule_for_some_kpis(self):
        self._create_won(partner_id=self.tester.id, expected_revenue=10)
        rule = self._rule(kpi_ids=[(6, 0, (self.kpi_revenue + self.kpi_days).ids)])
        self.assertEqual(self._log(rule).kpi_id, self.kpi_revenue + self.kpi_days)
        self.assertEqual(self._value(), 0)
        self.assertEqual(self._value(self.kpi_deals), 1)

    def test_archived_records_are_left_out_too(self):
        kpi = self._create_kpi("ARCHIVED", include_archived=True)
        deal = self._create_won(partner_id=self.tester.id)
        date = deal.date_closed
        deal.active = False
        deal.date_closed = date
        self.assertEqual(self._value(kpi), 1)
        rule = self._rule()
        self.assertEqual(self._log(rule).res_id, deal.id)
        self.assertEqual(self._value(kpi), 0)

    def test_whoever_stood_on_the_record_on_its_date(self):
        kpi = self._create_kpi("THEN", owner_at="date")
        deal = self._create_won(partner_id=self.tester.id)
        self.flush_tracking()
        deal.user_id = self.user_sales2
        self.flush_tracking()
        rule = self._rule(kpi_ids=[(6, 0, kpi.ids)])
        self.assertEqual(self._log(rule).employee_ids, self.sales)
        now = self._create_kpi("NOW", owner_at="now")
        rule = self._rule(kpi_ids=[(6, 0, now.ids)])
        self.assertEqual(self._log(rule).employee_ids, self.sales2)
        # some KPIs give it to the one, others to the other
        self.assertEqual(self._log(self._rule()).employee_ids, self.sales + self.sales2)

    def test_whom_it_concerns_follows_the_record(self):
        deal = self._create_won(partner_id=self.tester.id)
        kpi = self._create_kpi("NOW", owner_at="now")
        rule = self._rule(kpi_ids=[(6, 0, kpi.ids)])
        deal.user_id = self.user_sales2
        self._apply()
        self.assertEqual(self._log(rule).employee_ids, self.sales2)
        deal.user_id = False
        self._apply()
        self.assertFalse(self._log(rule).employee_ids)

    def test_records_of_several_people_concern_them_all(self):
        kpi = self._create_kpi(
            "MEETINGS",
            model_name="calendar.event",
            date_field="start",
            employee_path="partner_ids.user_ids",
        )
        event = self.env["calendar.event"].create(
            {
                "name": "Internal round",
                "start": "2026-02-10 10:00:00",
                "stop": "2026-02-10 11:00:00",
                "user_id": self.user_sales.id,
                "partner_ids": [
                    (6, 0, (self.user_sales + self.user_sales2).partner_id.ids)
                ],
            }
        )
        rule = self._rule(
            model_name="calendar.event",
            domain="[('name', 'ilike', 'internal round')]",
            kpi_ids=[(6, 0, kpi.ids)],
            reason="internal",
        )
        self.assertRecordValues(
            self._log(rule),
            [{"res_id": event.id, "employee_ids": (self.sales + self.sales2).ids}],
        )
        for user in (self.user_sales, self.user_sales2):
            self.assertTrue(self._log(rule).with_user(user).read(["record_name"]))
        self.assertEqual(self._value(kpi), 0)

    def test_a_model_on_which_nothing_is_measured(self):
        rule = self._rule(model_name="res.country", domain="[('code', '=', 'CN')]")
        self.assertEqual(len(self._log(rule)), 1)
        self.assertFalse(self._log(rule).employee_ids)

    # === COMPANIES ===#

    def test_without_company_it_belongs_to_whoever_stood_on_it_then(self):
        kpi = self._create_kpi("THEN", owner_at="date")
        other = self._other_company()[0]
        stranger = new_test_user(
            self.env,
            "perf_stranger",
            groups="sales_team.group_sale_salesman",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.tester.company_id = False
        deal = self._create_won(partner_id=self.tester.id)
        self.flush_tracking()
        deal.write({"team_id": False, "company_id": False})
        deal.user_id = stranger
        deal.company_id = False
        self.flush_tracking()
        self.assertEqual(self._value(kpi), 1)
        self._rule(kpi_ids=[(6, 0, kpi.ids)])
        self.assertEqual(self._value(kpi), 0)

    def test_two_companies(self):
        other, theirs, twin = self._other_company()
        self.tester.company_id = False
        self._create_won(partner_id=self.tester.id, expected_revenue=10)
        foreign = self._create_won(
            partner_id=self.tester.id,
            expected_revenue=99,
            company_id=other.id,
            team_id=False,
        )
        rule = self._rule()
        self.assertEqual(len(self._log(rule)), 1, "only records of its company")
        self.assertEqual(self._value(), 0)
        self.assertEqual(self._value(employee=twin, period=theirs), 99)
        shared = self._rule(company_id=False)
        log = self._log(shared).filtered(lambda x: x.res_id == foreign.id)
        self.assertRecordValues(
            log,
            [
                {
                    "company_id": other.id,
                    "scope_company_id": False,
                    "employee_ids": twin.ids,
                }
            ],
        )
        self.assertEqual(self._value(employee=twin, period=theirs), 0)
        visible = self.env["performance.exclusion"].with_user(self.user_hr)
        self.assertNotIn(foreign.id, visible.search([]).mapped("res_id"))
        with self.assertRefused(AccessError, ""):
            log.with_user(self.user_hr).read(["record_name"])

    def test_a_record_of_no_company_is_left_out_where_the_rule_holds(self):
        kpi = self._create_kpi(
            "PARTNERS",
            model_name="res.country",
            date_field="create_date",
            employee_path=False,
            minimum_sample=0,
        )
        other, _theirs, _twin = self._other_company()
        periods = self.env["performance.period"]
        for company in (self.company, other):
            day = self.env.ref("base.cn").create_date.date()
            periods += periods._get_or_create("quarter", day, company)
        self._rule(model_name="res.country", domain="[]", kpi_ids=[(6, 0, kpi.ids)])
        kpi._measure(periods)
        values = {
            reading.company_id: reading.value
            for reading in self.env["performance.reading"].search(
                Domain("kpi_id", "=", kpi.id) & Domain("subject_type", "=", "company")
            )
        }
        self.assertEqual(values[self.company], 0)
        self.assertGreater(values[other], 100)
