from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .measure_common import MeasureCommon


@tagged("post_install", "-at_install")
class TestEngine(MeasureCommon):
    def _measure(self, subjects=None):
        kpis = self.kpi_revenue + self.kpi_deals + self.kpi_days
        units = kpis._measure(self.period, subjects)
        self.assertEqual(set(units.mapped("state")), {"done"}, units.mapped("message"))
        return units

    def test_what_counts_in_the_period(self):
        self._create_won("2025-12-31 22:59:59", expected_revenue=1)  # 23:59 in Berlin
        self._create_won(
            "2025-12-31 23:00:00", expected_revenue=10
        )  # midnight in Berlin
        self._create_won("2026-03-31 21:59:59", expected_revenue=100)
        self._create_won("2026-03-31 22:00:00", expected_revenue=1000)  # summer time
        self._create_lead(expected_revenue=10000)  # not won
        lost = self._create_lead(expected_revenue=100000)
        lost.action_set_lost()
        self._measure()
        reading = self._reading(self.kpi_revenue, employee_id=self.sales)
        self.assertRecordValues(
            reading,
            [{"value": 110.0, "sample_size": 2, "state": "ok", "numerator": 110.0}],
        )
        self.assertEqual(self._reading(self.kpi_deals, employee_id=self.sales).value, 2)

    def test_each_kind_of_subject(self):
        upper = self.env["hr.department"].create(
            {"name": "Upper", "company_id": self.company.id}
        )
        lower = self.env["hr.department"].create(
            {"name": "Lower", "company_id": self.company.id, "parent_id": upper.id}
        )
        self.sales.department_id = lower
        self.sales2.department_id = upper
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.customer.id}
        )
        deal = self._create_won(expected_revenue=100, partner_id=contact.id)
        self._create_won(
            expected_revenue=50, user_id=self.user_sales2.id, team_id=False
        )
        self._measure()
        self._measure([self.customer, deal])
        table = [
            (self._reading(self.kpi_revenue, employee_id=self.sales), 100),
            (self._reading(self.kpi_revenue, employee_id=self.sales2), 50),
            (self._reading(self.kpi_revenue, department_id=lower), 100),
            (self._reading(self.kpi_revenue, department_id=upper), 150),
            (self._reading(self.kpi_revenue, team_id=self.team), 100),
            (self._reading(self.kpi_revenue, subject_company_id=self.company), 150),
            (self._reading(self.kpi_revenue, partner_id=self.customer), 150),
            (self._reading(self.kpi_revenue, lead_id=deal), 100),
        ]
        for reading, value in table:
            self.assertEqual(reading.value, value, reading.subject_type)

    def test_average_of_a_department_is_over_records_not_over_people(self):
        department = self.env["hr.department"].create(
            {"name": "Dept", "company_id": self.company.id}
        )
        (self.sales + self.sales2).department_id = department
        for user, days in (
            (self.user_sales, 10),
            (self.user_sales, 20),
            (self.user_sales2, 60),
        ):
            self._create_won(user_id=user.id).day_close = days
        self._measure()
        reading = self._reading(self.kpi_days, department_id=department)
        self.assertEqual(
            (reading.value, reading.numerator, reading.denominator), (30, 90, 3)
        )

    def test_without_a_path_there_is_no_data_rather_than_zero(self):
        self.kpi_revenue.team_path = False
        self._create_won(expected_revenue=10)
        self._measure([self.sales, self.team])
        reading = self._reading(self.kpi_revenue, team_id=self.team)
        self.assertEqual(reading.state, "no_data")
        self.assertIn("no path", reading.explanation)
        self.assertEqual(
            self._reading(self.kpi_revenue, employee_id=self.sales).value, 10
        )

    def test_partial_measurement_gives_the_same_numbers(self):
        for user, revenue in ((self.user_sales, 10), (self.user_sales2, 20)):
            self._create_won(user_id=user.id, expected_revenue=revenue)
        self._measure([self.sales, self.team])
        self.assertEqual(
            self._reading(self.kpi_revenue, employee_id=self.sales).value, 10
        )
        self.assertEqual(self._reading(self.kpi_revenue, team_id=self.team).value, 30)
        self.assertFalse(
            self._reading(self.kpi_revenue, employee_id=self.sales2),
            "nobody asked for the second salesperson",
        )

    def test_a_number_that_falls_to_nothing_is_set_back(self):
        deal = self._create_won(expected_revenue=10)
        self._measure()
        deal.action_archive()
        self._measure()
        self.assertEqual(
            self._reading(self.kpi_revenue, employee_id=self.sales).value, 0
        )
        self.assertEqual(
            self._reading(self.kpi_revenue, employee_id=self.sales).state, "ok"
        )
        days = self._reading(self.kpi_days, employee_id=self.sales)
        self.assertEqual(
            days.state, "no_data", "an average of nothing is no data, not zero"
        )
        self.assertIn("No data", days.explanation)
        self.assertEqual(days.value_text, "–")

    def test_measuring_twice_writes_one_reading(self):
        self._create_won(expected_revenue=10)
        self._measure()
        before = self.env["performance.reading"].search_count([])
        written = self._reading(self.kpi_revenue, employee_id=self.sales).measured_at
        self._measure()
        self.assertEqual(self.env["performance.reading"].search_count([]), before)
        self.assertEqual(
            self._reading(self.kpi_revenue, employee_id=self.sales).measured_at, written
        )

    def test_user_without_employee_counts_for_team_and_company_and_is_told(self):
        stranger = new_test_user(
            self.env,
            "perf_stranger",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self._create_won(user_id=stranger.id, expected_revenue=10)
        units = self._measure()
        self.assertIn("1 records of people without an employee", units[0].message)
        self.assertEqual(self._reading(self.kpi_revenue, team_id=self.team).value, 10)

    def test_archived_employee_keeps_what_was_earned(self):
        self._create_won(expected_revenue=10)
        self.sales.action_archive()
        self._measure()
        self.assertEqual(
            self._reading(self.kpi_revenue, employee_id=self.sales).value, 10
        )

    def test_companies_stay_apart(self):
        other = self.env["res.company"].create({"name": "Other Co"})
        self.user_sales.company_ids += other
        twin = self.env["hr.employee"].create(
            {
                "name": "Sam elsewhere",
                "user_id": self.user_sales.id,
                "company_id": other.id,
            }
        )
        self._create_won(expected_revenue=10)
        self._create_won(
            expected_revenue=99, company_id=other.id, team_id=False, partner_id=False
        )
        theirs = self.env["performance.period"].create(
            {"kind": "quarter", "date_start": "2026-01-01", "company_id": other.id}
        )
        (self.kpi_revenue + self.kpi_deals + self.kpi_days)._measure(
            self.period + theirs
        )
        self.assertEqual(
            self._reading(self.kpi_revenue, employee_id=self.sales).value, 10
        )
        reading = self.env["performance.reading"].search(
            [("employee_id", "=", twin.id), ("kpi_id", "=", self.kpi_revenue.id)]
        )
        self.assertRecordValues(
            reading, [{"value": 99, "period_id": theirs.id, "company_id": other.id}]
        )

    def test_deal_without_company_belongs_to_its_owners_company(self):
        deal = self._create_won(expected_revenue=10)
        deal.write({"team_id": False, "partner_id": False})
        deal.company_id = False
        self.assertFalse(deal.company_id)
        self._measure()
        self.assertEqual(
            self._reading(self.kpi_revenue, employee_id=self.sales).value, 10
        )

    def test_evidence_opens_the_records_that_were_counted(self):
        won = self._create_won(expected_revenue=10)
        self._create_won("2026-07-01 00:00:00")
        self._create_won(user_id=self.user_sales2.id)
        self._measure()
        action = self._reading(
            self.kpi_revenue, employee_id=self.sales
        ).action_open_evidence()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), won)

    def test_number_of_queries_does_not_grow_with_subjects(self):
        def run():
            self.env.flush_all()
            self.env.invalidate_all()
            count = self.env.cr.sql_log_count
            self._measure()
            self.env.flush_all()
            return self.env.cr.sql_log_count - count

        self._create_won(expected_revenue=5)
        run()
        few = run()
        for number in range(30):
            user = new_test_user(
                self.env,
                f"perf_many_{number}",
                groups="sales_team.group_sale_salesman",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            self._create_employee(f"Many {number}", user)
            self._create_won(user_id=user.id, expected_revenue=number)
        run()
        self.assertLessEqual(run(), few + 3)
