from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .measure_common import MeasureCommon


@tagged("post_install", "-at_install")
class CleaningCommon(MeasureCommon, MailCase):
    """A customer whose deals do not count, and rules that say so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # only what a test defines is in force
        cls.env["performance.cleaning.rule"].search([]).filtered(
            lambda rule: rule.state == "in_force"
        )._workflow_engine().write({"state": "draft"})
        cls.user_admin2 = cls._create_user(
            "perf_admin2", "customer_performance.group_admin"
        )
        cls.tester = cls.env["res.partner"].create(
            {"name": "Test & Co", "is_company": True, "company_id": cls.company.id}
        )
        cls.env.flush_all()

    # === RECORDS ===#

    def _rule_values(self, **values):
        return {
            "name": "Test customers",
            "reason": "test_customer",
            "model_name": "crm.lead",
            "domain": f"[('partner_id', '=', {self.tester.id})]",
            "company_id": self.company.id,
            **values,
        }

    def _draft_rule(self, env=None, user=None, **values):
        model = (env or self.env)["performance.cleaning.rule"]
        if env is None:
            model = model.with_user(user or self.user_admin)
        rule = model.create(self._rule_values(**values))
        return rule if env is not None else rule.with_env(self.env)

    def _rule(self, **values):
        """A rule in force."""
        rule = self._draft_rule(**values)
        self._approve(rule)
        return rule

    def _approve(self, rule):
        rule.with_user(self.user_hr).action_approve()
        self.env.invalidate_all()

    def _apply(self):
        Rule = self.env["performance.cleaning.rule"]
        Rule._apply(["crm.lead"])
        self.assertFalse(Rule.search([]).filtered("error").mapped("error"))

    def _log(self, rule):
        return self.env["performance.exclusion"].search(
            [("rule_id", "=", rule.id)], order="id"
        )

    def _question_and_lift(self, exclusions):
        for exclusion in exclusions:
            exclusion.with_user(self.user_sales)._workflow_apply(
                "question", "It is a real one"
            )
            exclusion.with_user(self.user_hr2)._workflow_apply("lift", "You are right")

    def _create_kpi(self, code, **values):
        return self.env["performance.kpi"].create(
            {
                "name": code.title(),
                "code": code,
                "model_name": "crm.lead",
                "date_field": "date_closed"
                if values.get("model_name", "crm.lead") == "crm.lead"
                else "create_date",
                "employee_path": "user_id",
                "minimum_sample": 0,
                **values,
            }
        )

    def _more_kpis(self):
        """A share, and one that counts customers."""
        model = self.env["performance.kpi"]
        return model.search(
            [("code", "in", ("CLEAN_SHARE", "CLEAN_REPEAT"))]
        ) or self._create_kpi(
            "CLEAN_SHARE",
            source="share",
            unit="percent",
            match_domain="[('expected_revenue', '>', 50)]",
        ) + self._create_kpi(
            "CLEAN_REPEAT",
            source="repeat",
            unit="percent",
            customer_path="partner_id.commercial_partner_id",
        )

    def _other_company(self):
        """Another company, its period, and Sam's second employment there."""
        other = self.env["res.company"].create({"name": "Other Co"})
        self.user_sales.company_ids += other
        twin = self.env["hr.employee"].create(
            {
                "name": "Sam elsewhere",
                "user_id": self.user_sales.id,
                "company_id": other.id,
            }
        )
        theirs = self.env["performance.period"].create(
            {"kind": "quarter", "date_start": "2026-01-01", "company_id": other.id}
        )
        return other, theirs, twin

    def _value(self, kpi=None, employee=None, period=None):
        """The number of Sam, measured anew."""
        kpi = kpi or self.kpi_revenue
        period = period or self.period
        units = kpi._measure(period)
        self.assertEqual(units.mapped("state"), ["done"], units.mapped("message"))
        return (
            self.env["performance.reading"]
            .search(
                [
                    ("kpi_id", "=", kpi.id),
                    ("period_id", "=", period.id),
                    ("employee_id", "=", (employee or self.sales).id),
                ]
            )
            .value
        )


@tagged("post_install", "-at_install")
class ExclusionCommon(CleaningCommon):
    """A deal of Sam and one of Sue, measured, and what officers propose about them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls._create_won(expected_revenue=10)
        cls.other_deal = cls._create_won(
            expected_revenue=100, user_id=cls.user_sales2.id
        )
        (cls.kpi_revenue + cls.kpi_deals)._measure(cls.period)
        cls.env.flush_all()

    def _my_reading(self, **subject):
        return self._reading(
            self.kpi_revenue, **(subject or {"employee_id": self.sales})
        )

    def _propose(self, user=None, deal=None, **values):
        reading = self._my_reading(subject_company_id=self.company)
        proposals = reading.with_user(user or self.user_hr)._leave_out(
            (deal or self.deal).ids, "duplicate", "Entered twice", **values
        )
        return proposals.with_env(self.env)

    def _applied(self, **values):
        proposal = self._propose(**values)
        proposal.with_user(self.user_hr2).action_approve()
        return proposal
