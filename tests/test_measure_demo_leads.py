from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemoLeads(TransactionCase):
    """The shipped KPIs against plain SQL, on the leads that Odoo's own demo data
    brings.
    """

    SQL = """
        SELECT l.user_id,
               COALESCE(SUM(l.expected_revenue), 0) AS revenue,
               COUNT(*) AS deals,
               AVG(l.day_close) AS days
          FROM crm_lead l
         WHERE l.active
           AND l.type = 'opportunity'
           AND l.won_status = 'won'
           AND l.company_id = %(company)s
           AND l.date_closed >= (%(first)s::timestamp
                                 AT TIME ZONE %(tz)s AT TIME ZONE 'UTC')
           AND l.date_closed < ((%(last)s::date + 1)::timestamp
                                AT TIME ZONE %(tz)s AT TIME ZONE 'UTC')
         GROUP BY l.user_id
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        # plain SQL knows nothing of what the demo company leaves out or overrides
        cls.env.cr.execute("UPDATE performance_exclusion SET is_applied = FALSE")
        cls.env.cr.execute("UPDATE performance_cleaning_rule SET active = FALSE")
        cls.env.cr.execute(
            "UPDATE performance_reading SET is_overridden = FALSE,"
            " value = computed_value, state = computed_state WHERE is_overridden"
        )
        cls.env.invalidate_all(flush=False)
        cls.demo_leads = cls.env["ir.model.data"].search(
            [("module", "=", "crm"), ("model", "=", "crm.lead")]
        )

    def _measured(self, kpi, period):
        """{user: value} of the employees' readings."""
        readings = self.env["performance.reading"].search(
            Domain("kpi_id", "=", kpi.id)
            & Domain("period_id", "=", period.id)
            & Domain("employee_id", "!=", False)
            & Domain("state", "=", "ok")
            & Domain("sample_size", ">", 0)
        )
        return {r.employee_id.user_id.id: r.value for r in readings}

    def test_there_are_demo_leads(self):
        self.assertGreaterEqual(len(self.demo_leads), 30)

    def test_same_figures_as_plain_sql(self):
        leads = self.env["crm.lead"].search(
            [("won_status", "=", "won"), ("company_id", "=", self.company.id)]
        )
        self.assertTrue(leads, "the demo data of CRM has won deals")
        quarters = {lead.date_closed.date() for lead in leads}
        compared = 0
        for day in quarters:
            period = self.env["performance.period"]._get_or_create(
                "quarter", day, self.company
            )
            if period.state == "closed":
                period._workflow_move("reopen", "measured again by a test")
            compared += self._compare(period)
        self.assertGreaterEqual(compared, 2)

    def _compare(self, period):
        period._measure()
        owners = (
            self.env["hr.employee"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.company.id)])
            .user_id.ids
        )
        self.env.flush_all()
        self.env.cr.execute(
            self.SQL,
            {
                "company": self.company.id,
                "first": period.date_start,
                "last": period.date_end,
                "tz": period.tz,
            },
        )
        rows = [row for row in self.env.cr.fetchall() if row[0] in owners]
        for code, index in (("NEW_REVENUE", 1), ("DEALS_WON", 2), ("DAYS_TO_CLOSE", 3)):
            kpi = self.env["performance.kpi"].search([("code", "=", code)])
            measured = self._measured(kpi, period)
            self.assertEqual(set(measured), {row[0] for row in rows}, code)
            for row in rows:
                self.assertAlmostEqual(measured[row[0]], float(row[index]), 4, code)
        return len(rows)
