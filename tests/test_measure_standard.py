from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users

from .measure_common import MeasureCommon


@tagged("post_install", "-at_install")
class TestServiceStandard(MeasureCommon):
    """Standards: who writes them, for whom they hold, and who keeps them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["performance.service.standard"].search([]).active = False
        jobs = cls.env["hr.job"].create(
            [{"name": name, "company_id": cls.company.id} for name in ("Sales", "Care")]
        )
        cls.job_sales, cls.job_care = jobs
        cls.sales.job_id = cls.job_sales
        cls.employee.job_id = cls.job_care

    @classmethod
    def _standard(cls, name="Answer soon", **values):
        return cls.env["performance.service.standard"].create(
            {
                "name": name,
                "description": "Every letter is answered.",
                "kpi_id": cls.kpi_deals.id,
                "limit": 2,
                **values,
            }
        )

    def _shown(self, record, user):
        action = record.with_user(user).action_open_service_standards()
        return self.env[action["res_model"]].search(action["domain"])

    # === WHO ===#

    @users("perf_admin")
    def test_administrators_write_standards(self):
        with Form(self.env["performance.service.standard"]) as form:
            form.name = "Deals"
            form.description = "Win deals."
            form.kpi_id = self.kpi_deals.with_env(self.env)
            form.limit = 3
        self.assertEqual(form.record.promise, "at least 3")

    def test_others_read_them(self):
        standard = self._standard()
        for user in (self.user_sales, self.user_manager, self.user_hr):
            self.assertEqual(standard.with_user(user).name, "Answer soon")
            with self.assertRefused(AccessError, ""):
                standard.with_user(user).write({"limit": 0})
        self.assertEqual(standard.with_user(self.user_auditor).name, "Answer soon")
        for user in (self.user_outsider, self.user_portal):
            with self.assertRefused(AccessError, ""):
                standard.with_user(user).read(["name"])

    def test_standards_of_another_company_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._standard("Theirs", company_id=other.id)
        found = self.env["performance.service.standard"].with_user(self.user_sales)
        self.assertFalse(found.search([("name", "=", "Theirs")]))

    # === WHAT ===#

    def test_what_is_refused(self):
        kpi = self.kpi_deals.copy({"code": "RANGE", "direction": "range"})
        with self.assertRefused(ValidationError, "upper limit lies below"):
            self._standard(kpi_id=kpi.id, limit=5, limit_upper=2)
        kpi.company_id = self.company
        with self.assertRefused(ValidationError, "choose the company"):
            self._standard(kpi_id=kpi.id, limit=2, limit_upper=5)
        standard = self._standard(
            kpi_id=kpi.id, limit=2, limit_upper=5, company_id=self.company.id
        )
        self.assertEqual(standard.promise, "2 to 5")

    # === WHERE ===#

    def test_shown_for_the_job_of_who_is_responsible(self):
        everybody = self._standard("Everybody")
        sales = self._standard("Sales", job_ids=self.job_sales.ids)
        care = self._standard("Care", job_ids=self.job_care.ids)
        self._standard("Elsewhere", on_opportunity=False, on_customer=False)
        deal = self._create_lead()
        self.assertEqual(self._shown(deal, self.user_sales), everybody + sales)
        self.customer.account_maintainer_id = self.user_employee
        self.assertEqual(self._shown(self.customer, self.user_hr), everybody + care)
        deal.user_id = False
        self.assertEqual(self._shown(deal, self.user_manager), everybody)

    def test_one_record_and_a_role_are_needed(self):
        deals = self._create_lead() + self._create_lead()
        with self.assertRefused(UserError, "exactly one"):
            deals.with_user(self.user_sales).action_open_service_standards()
        with self.assertRefused(AccessError, "role in Performance"):
            deals[0].with_user(self.user_crm).action_open_service_standards()

    def test_who_keeps_it(self):
        self._create_won()
        self.kpi_deals._measure(self.period)
        standard = self._standard(job_ids=self.job_sales.ids)
        action = standard.with_user(self.user_hr).action_open_readings()
        found = self.env["performance.reading"].search(action["domain"])
        self.assertEqual(found.employee_id, self.sales)
        self.assertEqual(found.value, 1)
