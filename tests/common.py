from contextlib import contextmanager

from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class PerformanceCommon(TransactionCase):
    """A company of its own, with one person for each role.

    Hierarchy of employees, with logins::

        Boss (no user)
         +- Mia Manager   perf_manager   leads the sales team and the line below
         |   +- Sam Sales     perf_sales
         |   +- Sue Seller    perf_sales2
         +- Holly HR      perf_hr        officer
         +- Harry HR      perf_hr2       officer
         +- Dora Delivery perf_employee  user

    Without an employee: ``perf_admin`` (administrator), ``perf_auditor``, ``perf_crm``
    (CRM administrator, leads no team), ``perf_outsider`` (internal, no group of ours),
    ``perf_portal``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True})
        cls.company = cls.env["res.company"].create(
            {"name": "Performance Test Co", "performance_tz": "Europe/Berlin"}
        )
        cls.env.user.write({"company_ids": [(4, cls.company.id)]})
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.company = cls.company.with_env(cls.env)
        ours = "customer_performance.group_"
        sale = "sales_team.group_sale_"
        cls.user_manager = cls._create_user(
            "perf_manager", f"{ours}lead,{sale}salesman_all_leads"
        )
        cls.user_sales = cls._create_user("perf_sales", f"{ours}user,{sale}salesman")
        cls.user_sales2 = cls._create_user("perf_sales2", f"{ours}user,{sale}salesman")
        cls.user_hr = cls._create_user("perf_hr", f"{ours}officer")
        cls.user_hr2 = cls._create_user("perf_hr2", f"{ours}officer")
        cls.user_employee = cls._create_user("perf_employee", f"{ours}user")
        cls.user_admin = cls._create_user("perf_admin", f"{ours}admin")
        cls.user_auditor = cls._create_user("perf_auditor", f"{ours}auditor")
        cls.user_crm = cls._create_user("perf_crm", f"{sale}manager")
        cls.user_outsider = cls._create_user("perf_outsider", "base.group_user")
        cls.user_portal = cls._create_user("perf_portal", "base.group_portal")

        cls.boss = cls._create_employee("Boss")
        cls.manager = cls._create_employee("Mia Manager", cls.user_manager, cls.boss)
        cls.sales = cls._create_employee("Sam Sales", cls.user_sales, cls.manager)
        cls.sales2 = cls._create_employee("Sue Seller", cls.user_sales2, cls.manager)
        cls.hr = cls._create_employee("Holly HR", cls.user_hr, cls.boss)
        cls.hr2 = cls._create_employee("Harry HR", cls.user_hr2, cls.boss)
        cls.employee = cls._create_employee(
            "Dora Delivery", cls.user_employee, cls.boss
        )
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Performance Test Team",
                "company_id": cls.company.id,
                "user_id": cls.user_manager.id,
                "member_ids": [(6, 0, (cls.user_sales + cls.user_sales2).ids)],
            }
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Test Customer", "is_company": True, "company_id": cls.company.id}
        )

    # === ASSERTIONS ===#

    @contextmanager
    def assertRefused(  # noqa: N802 - as unittest names them
        self, exception, text
    ):
        """Like assertRaisesRegex, and what was half done is undone as in a request."""
        with self.assertRaisesRegex(exception, text), self.env.cr.savepoint():
            yield

    # === RECORDS ===#

    @classmethod
    def _create_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            name=login.replace("_", " ").title(),
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            tz="UTC",
        )

    @classmethod
    def _create_employee(cls, name, user=None, parent=None, **values):
        return cls.env["hr.employee"].create(
            {
                "name": name,
                "user_id": user.id if user else False,
                "parent_id": parent.id if parent else False,
                "company_id": cls.company.id,
                **values,
            }
        )

    @classmethod
    def _create_lead(cls, **values):
        return cls.env["crm.lead"].create(
            {
                "name": "Test Deal",
                "type": "opportunity",
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": cls.user_sales.id,
                "partner_id": cls.customer.id,
                "expected_revenue": 1000.0,
                **values,
            }
        )
