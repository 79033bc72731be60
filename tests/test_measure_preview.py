from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.customer_performance.models.measure.engine.preview import TOP

from .cleaning_common import CleaningCommon

WON = "[('won_status', '=', 'won')]"


@tagged("post_install", "-at_install")
class TestPreview(CleaningCommon):
    """A KPI tried on a period: the same numbers, nothing stored, and why nothing."""

    def _try(self, kpi, kind="employee", period=None):
        """What the preview shows, tried by an administrator."""
        admin = self.env["performance.kpi.preview"].with_user(self.user_admin)
        preview = admin.create(
            {
                "kpi_id": kpi.id,
                "period_id": (period or self.period).id,
                "subject_type": kind,
            }
        )
        preview.action_show()
        return preview

    def _assert_reason(self, text, kpi=None, kind="employee", **values):
        kpi = (kpi or self.kpi_deals).copy({"code": "TRIED"})
        kpi.write(values)
        preview = self._try(kpi, kind)
        self.assertRegex(preview.reason or "", text)
        self.assertFalse(preview.line_ids)
        kpi.unlink()

    def test_it_shows_what_measuring_stores_and_stores_nothing(self):
        for revenue in (10, 20):
            self._create_won(expected_revenue=revenue)
        self._create_won(user_id=self.user_sales2.id, expected_revenue=50)
        preview = self._try(self.kpi_revenue)
        Reading = self.env["performance.reading"]
        self.assertFalse(Reading.search([("period_id", "=", self.period.id)]))
        self.assertFalse(
            self.env["performance.measurement"].search(
                [("period_id", "=", self.period.id)]
            )
        )
        self.assertFalse(preview.reason)
        self.assertRecordValues(preview, [{"record_count": 3, "subject_count": 2}])
        lines = preview.line_ids
        self.assertEqual(lines.mapped("res_id"), [self.sales2.id, self.sales.id])
        self.kpi_revenue._measure(self.period)
        for line, employee in zip(lines, self.sales2 + self.sales, strict=True):
            reading = self._reading(self.kpi_revenue, employee_id=employee)
            self.assertEqual(line.subject_name, employee.name)
            self.assertEqual(line.value_text, reading.value_text)
            self.assertEqual(line.sample_size, reading.sample_size)
            # measuring adds which version of the definition it used
            self.assertTrue(reading.explanation.startswith(line.explanation[:-1]))
        whole = self._reading(self.kpi_revenue, subject_company_id=self.company)
        self.assertEqual(preview.company_value, whole.value_text)

    def test_the_best_come_first(self):
        self._create_won(expected_revenue=10)
        self._create_won(user_id=self.user_sales2.id, expected_revenue=50)
        self.kpi_revenue.direction = "lower"
        preview = self._try(self.kpi_revenue)
        self.assertEqual(preview.line_ids[0].res_id, self.sales.id)

    def test_ten_at_most(self):
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {i}"} for i in range(TOP + 2)]
        )
        for customer in customers:
            self._create_won(partner_id=customer.id)
        preview = self._try(self.kpi_deals, "customer")
        self.assertEqual(len(preview.line_ids), TOP)
        self.assertEqual(preview.subject_count, TOP + 2)

    def test_every_kind_of_subject(self):
        lead = self._create_won()
        self.sales.department_id = self.env["hr.department"].create({"name": "Sales"})
        expected = {
            "employee": self.sales,
            "department": self.sales.department_id,
            "team": self.team,
            "customer": self.customer,
            "opportunity": lead,
            "company": self.company,
        }
        for kind, subject in expected.items():
            lines = self._try(self.kpi_deals, kind).line_ids
            self.assertEqual(lines.mapped("res_id"), subject.ids, kind)
            self.assertEqual(lines.subject_name, subject.display_name, kind)

    def test_records_behind_a_line(self):
        lead = self._create_won()
        self._create_won(user_id=self.user_sales2.id)
        lines = self._try(self.kpi_deals).line_ids
        line = lines.filtered(lambda line: line.res_id == self.sales.id)
        action = line.action_open_records()
        self.assertEqual(action["res_model"], "crm.lead")
        self.assertEqual(
            self.env["crm.lead"].search(action["domain"], order="id"), lead
        )

    def test_the_present_definition_counts_not_the_measured_one(self):
        lead = self._create_won(name="Big")
        self._create_won(name="Small")
        self.kpi_deals._measure(self.period)
        self.kpi_deals.domain = "[('won_status', '=', 'won'), ('name', '=', 'Big')]"
        line = self._try(self.kpi_deals).line_ids
        self.assertEqual(line.value_text, "1")
        domain = line.action_open_records()["domain"]
        self.assertEqual(self.env["crm.lead"].search(domain), lead)

    def test_formula(self):
        self._create_won(expected_revenue=30)
        formula = self.env["performance.kpi"].create(
            {
                "name": "Revenue per deal",
                "code": "PER_DEAL",
                "source": "formula",
                "formula": "NEW_REVENUE / DEALS_WON",
            }
        )
        preview = self._try(formula)
        self.assertIn("Measure them first", preview.reason)
        self.assertIn("Deals won", preview.reason)
        (self.kpi_deals + self.kpi_revenue)._measure(self.period)
        preview = self._try(formula)
        self.assertEqual(preview.line_ids.value_text, "30")
        action = preview.line_ids.action_open_records()
        self.assertEqual(action["res_model"], "performance.reading")
        self.assertEqual(
            self.env["performance.reading"].search(action["domain"]).kpi_id,
            self.kpi_deals + self.kpi_revenue,
        )
        formula.formula = "NEW_REVENUE / (DEALS_WON - 1)"
        self.assertIn("divide by zero", self._try(formula).reason)

    # === WHY NOTHING ===#

    def test_why_nothing_no_record_found(self):
        self._create_won()
        self._assert_reason("finds no record", domain="[('name', '=', 'Nowhere')]")
        # the company has the number zero all the same, where nothing counts as zero
        self.kpi_deals.domain = "[('name', '=', 'Nowhere')]"
        self.assertEqual(self._try(self.kpi_deals).company_value, "0")

    def test_why_nothing_no_date(self):
        self._create_lead(name="Undated")
        self._assert_reason(
            "None of the 1 records found has a date in “Closed Date”",
            domain="[('name', '=', 'Undated')]",
        )

    def test_why_nothing_another_company(self):
        other = self.env["res.company"].create({"name": "Other Co"})
        lead = self._create_won(name="Elsewhere")
        lead.write({"team_id": False, "user_id": False, "partner_id": False})
        lead.company_id = other
        self._assert_reason(
            "belongs to Performance Test Co", domain="[('name', '=', 'Elsewhere')]"
        )

    def test_why_nothing_another_period(self):
        self._create_won(closed="2025-11-05 12:00:00", name="Early")
        self._assert_reason(
            "between 01/01/2026 and 03/31/2026.* from 11/05/2025 to 11/05/2025",
            domain="[('name', '=', 'Early')]",
        )

    def test_why_nothing_all_left_out(self):
        self._create_won(name="Test deal", partner_id=self.tester.id)
        self._rule()
        self._assert_reason(
            "All 1 records of the period are left out",
            minimum_sample=1,
            domain="[('name', '=', 'Test deal')]",
        )

    def test_why_nothing_to_measure(self):
        self._create_won(name="Without", date_deadline=False)
        self._assert_reason(
            "None of the 1 records of the period has anything to measure",
            domain="[('name', '=', 'Without')]",
            aggregate="avg",
            measure_type="duration",
            duration_start="create_date",
            duration_stop="date_conversion",
        )

    def test_why_nothing_no_owner(self):
        lead = self._create_won(name="Orphan")
        lead.user_id = False
        self._assert_reason(
            "1 records of the period count, but none leads to this kind of subject",
            domain="[('name', '=', 'Orphan')]",
        )

    def test_why_nothing_no_customer(self):
        lead = self._create_won(name="Nobody's")
        lead.partner_id = False
        self._assert_reason(
            "None of the 1 records of the period leads to what is counted once",
            source="repeat",
            domain='[("name", "=", "Nobody\'s")]',
        )

    def test_why_nothing_too_few(self):
        self._create_won()
        preview = self._try(self.kpi_deals)
        self.assertFalse(preview.reason)
        self.kpi_deals.minimum_sample = 2
        preview = self._try(self.kpi_deals)
        self.assertIn("has 2 records", preview.reason)
        self.assertEqual(preview.without_count, 1)

    def test_why_nothing_to_compare_with(self):
        self._create_won()
        self._assert_reason("nothing to compare with", source="growth")
        self._assert_reason("between 10/01/2025 and 12/31/2025", source="retention")

    def test_why_nothing_no_path(self):
        self._assert_reason("No path leads", kind="team", team_path=False)

    def test_why_nothing_typed_or_not_installed(self):
        self._assert_reason("typed or imported", kpi=self.kpi_csat)
        self._assert_reason(
            "Its records .no.such.model. are not in this database",
            model_name="no.such.model",
        )

    def test_an_error_is_a_sentence(self):
        self._create_won()
        self.env.flush_all()
        self.env.cr.execute(
            'UPDATE performance_kpi SET domain = \'[["gone", "=", 1]]\' WHERE id = %s',
            [self.kpi_deals.id],
        )
        self.env.invalidate_all()
        preview = self._try(self.kpi_deals)
        self.assertIn("“Deals won” cannot be measured", preview.reason)
        self.assertIn("gone", preview.reason)
        # the transaction goes on
        self.assertTrue(self._try(self.kpi_revenue).is_shown)

    # === WHO AND WHEN ===#

    def test_it_opens_on_the_latest_period_that_has_begun(self):
        Period = self.env["performance.period"]
        Period.create(
            {"kind": "month", "date_start": "2026-03-01", "company_id": self.company.id}
        )
        Period.create(
            {"kind": "month", "date_start": "2026-05-01", "company_id": self.company.id}
        )
        kpi = self.kpi_deals.with_user(self.user_admin)
        with freeze_time("2026-04-15 12:00:00"):
            action = kpi.action_preview()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(preview.period_id.name, "2026-03")
        self.assertEqual(preview.subject_type, "employee")
        self.assertTrue(preview.is_shown)
        with (
            freeze_time("2020-01-01 12:00:00"),
            self.assertRefused(UserError, "no period that has begun"),
        ):
            kpi.action_preview()

    def test_drafts_and_archived_kpis_are_tried_too(self):
        self._create_won()
        self.kpi_deals.active = False
        self.assertEqual(self._try(self.kpi_deals).line_ids.value_text, "1")

    def test_it_is_for_officers_and_administrators(self):
        for user in (self.user_hr, self.user_admin):
            self.assertTrue(self.kpi_deals.with_user(user).action_preview()["res_id"])
        for user in (self.user_employee, self.user_manager, self.user_auditor):
            with self.assertRefused(AccessError, "officers and administrators"):
                self.kpi_deals.with_user(user).action_preview()
        preview = self._try(self.kpi_deals)
        with self.assertRaises(AccessError):
            preview.with_user(self.user_manager).action_show()

    def test_a_period_of_another_company_stays_closed(self):
        other = self.env["res.company"].create({"name": "Other Co"})
        period = self.env["performance.period"].create(
            {"kind": "quarter", "date_start": "2026-01-01", "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            self._try(self.kpi_deals, period=period)

    def test_queries_do_not_grow_with_the_subjects(self):
        self._create_won()
        kpi = self.kpi_deals.with_user(self.user_admin)
        kpi._preview(self.period, "customer")

        def queries():
            before = self.env.cr.sql_log_count
            kpi._preview(self.period, "customer")
            return self.env.cr.sql_log_count - before

        few = queries()
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {i}"} for i in range(30)]
        )
        for customer in customers:
            self._create_won(partner_id=customer.id)
        self.env.flush_all()
        kpi._preview(self.period, "customer")
        self.assertLessEqual(queries(), few + 2 * TOP)
