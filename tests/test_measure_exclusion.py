from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from .cleaning_common import ExclusionCommon


@tagged("post_install", "-at_install")
class TestExclusion(ExclusionCommon):
    """Left out by hand: proposed from a number, decided by somebody else."""

    # === BY HAND ===#

    def test_proposed_by_one_approved_by_another(self):
        proposal = self._propose()
        self.assertRecordValues(
            proposal,
            [
                {
                    "state": "proposed",
                    "is_applied": False,
                    "record_name": self.deal.name,
                    "reason": "duplicate",
                    "note": "Entered twice",
                    "kpi_id": self.kpi_revenue.id,
                    "company_id": self.company.id,
                    "scope_company_id": self.company.id,
                    "employee_ids": self.sales.ids,
                    "proposed_by_id": self.user_hr.id,
                }
            ],
        )
        self.assertEqual(self._value(), 10, "a proposal changes nothing")
        self.assertIn(self.user_hr2, proposal.activity_ids.user_id)
        self.assertNotIn(self.user_hr, proposal.activity_ids.user_id)
        with self.assertRefused(UserError, "You proposed"):
            proposal.with_user(self.user_hr).action_approve()
        with self.mock_mail_gateway():
            proposal.with_user(self.user_hr2).action_approve()
        self.assertTrue(proposal.is_applied)
        self.assertFalse(proposal.activity_ids)
        told = self.env["mail.message"].search(
            [
                ("partner_ids", "in", self.user_sales.partner_id.ids),
                ("subject", "=", "Left out of your performance"),
            ]
        )
        self.assertIn(self.deal.name, told.body)
        self.assertEqual(self._value(), 0)
        self.assertEqual(self._value(self.kpi_deals), 1, "of this KPI only")

    def test_of_all_kpis(self):
        self.assertFalse(self._applied(every_kpi=True).kpi_id)
        self.assertEqual((self._value(), self._value(self.kpi_deals)), (0, 0))

    def test_approval_makes_the_numbers_due(self):
        unit = self.env["performance.measurement"]._units(self.kpi_revenue, self.period)
        other = self.env["performance.measurement"]._units(self.kpi_deals, self.period)
        proposal = self._propose()
        self.assertFalse(unit.is_stale)
        proposal.with_user(self.user_hr2).action_approve()
        self.assertTrue(unit.is_stale)
        self.assertFalse(other.is_stale)

    def test_refused_with_a_reason(self):
        proposal = self._propose()
        with self.assertRefused(UserError, "give a reason"):
            proposal.with_user(self.user_hr2)._workflow_apply("refuse", " ")
        proposal.with_user(self.user_hr2)._workflow_apply("refuse", "It is not")
        self.assertRecordValues(proposal, [{"state": "refused", "is_applied": False}])
        self.assertTrue(self._propose(), "may be proposed again")

    def test_nobody_decides_about_himself(self):
        self.kpi_revenue.owner_at = "now"
        self.deal.user_id = self.user_hr
        self.kpi_revenue._measure(self.period)
        with self.assertRefused(UserError, "concerns yourself"):
            self._propose(self.user_hr)
        proposal = self._propose(self.user_hr2)
        self.assertNotIn(self.user_hr, proposal.activity_ids.user_id)
        for verb in ("approve", "refuse"):
            with self.assertRefused(UserError, "concerns yourself"):
                proposal.with_user(self.user_hr)._workflow_apply(verb, "No")
        proposal.with_user(self.user_admin).action_approve()
        proposal.with_user(self.user_hr)._workflow_apply("question", "Why?")
        for verb in ("uphold", "lift"):
            with self.assertRefused(UserError, "concerns yourself"):
                proposal.with_user(self.user_hr)._workflow_apply(verb, "Yes")

    def test_twice_is_refused(self):
        self._propose()
        with self.assertRefused(UserError, "proposed already"):
            self._propose(self.user_hr2)

    def test_only_records_that_the_number_counts(self):
        lost = self._create_lead()
        foreign = self._create_won(
            company_id=self._other_company()[0].id, team_id=False, partner_id=False
        )
        mine = self._my_reading().with_user(self.user_hr)
        for record in (lost, foreign, self.other_deal):
            with self.assertRefused(UserError, "that this number counts"):
                mine._leave_out(record.ids, "invalid", "No")
        for ids in ([], [2**31 - 1], [self.deal.id, lost.id]):
            with self.assertRefused(UserError, "that this number counts"):
                mine._leave_out(ids, "invalid", "No")
        with self.assertRefused(UserError, "give a reason"):
            mine._leave_out(self.deal.ids, "invalid", "  ")

    def test_not_from_typed_formula_or_closed_numbers(self):
        formula = self.env["performance.kpi"].create(
            {"name": "F", "code": "F_X", "source": "formula", "formula": "DEALS_WON"}
        )
        formula.formula = f"{self.kpi_deals.code} * 2"
        formula._measure(self.period)
        reading = self._reading(formula, employee_id=self.sales)
        with self.assertRefused(UserError, "does not count records itself"):
            reading.with_user(self.user_hr).action_leave_out()
        self.period._workflow_engine().write({"state": "closed"})
        with self.assertRefused(UserError, "is closed"):
            self._my_reading().with_user(self.user_hr).action_leave_out()

    def test_reading_of_another_company(self):
        other, theirs, twin = self._other_company()
        self._create_won(
            company_id=other.id, team_id=False, partner_id=False, expected_revenue=5
        )
        self.kpi_revenue._measure(theirs)
        reading = self.env["performance.reading"].search(
            [("employee_id", "=", twin.id), ("kpi_id", "=", self.kpi_revenue.id)]
        )
        wizard = self.env["performance.leave.out.wizard"].with_user(self.user_hr)
        with self.assertRefused(AccessError, ""):
            wizard.create({"reading_id": reading.id}).action_find()
        with self.assertRefused(AccessError, ""):
            reading.with_user(self.user_hr).action_leave_out()

    # === WIZARD ===#

    @users("perf_hr")
    def test_choosing_without_rights_in_crm(self):
        reading = self._my_reading(subject_company_id=self.company).with_env(self.env)
        action = reading.action_leave_out()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(
            set(wizard.line_ids.mapped("res_id")), {self.deal.id, self.other_deal.id}
        )
        self.assertIn("2 of 2", wizard.shown)
        with self.assertRefused(UserError, "Choose the records"):
            wizard.action_confirm()
        line = wizard.line_ids.filtered(lambda x: x.res_id == self.deal.id)
        line.is_chosen = True
        wizard.name_part = "no such name"
        wizard.action_find()
        self.assertEqual(wizard.line_ids, line, "what was chosen stays")
        with Form(wizard) as form:
            form.reason = "invalid"
            form.note = "Test"
        wizard.action_confirm()
        proposal = self.env["performance.exclusion"].search(
            [("proposed_by_id", "=", self.env.uid)]
        )
        self.assertRecordValues(
            proposal, [{"res_id": self.deal.id, "state": "proposed"}]
        )
        with self.assertRefused(AccessError, ""):
            proposal.action_open_record()

    @users("perf_hr")
    def test_forged_lines(self):
        lead = self._create_lead()
        reading = self._my_reading().with_env(self.env)
        wizard = self.env["performance.leave.out.wizard"].create(
            {
                "reading_id": reading.id,
                "reason": "invalid",
                "note": "x",
                "line_ids": [
                    (
                        0,
                        0,
                        {"res_id": lead.id, "record_name": "Mine", "is_chosen": True},
                    )
                ],
            }
        )
        with self.assertRefused(UserError, "that this number counts"):
            wizard.action_confirm()

    def test_others_do_not_propose(self):
        reading = self._my_reading()
        for user in (self.user_sales, self.user_manager, self.user_auditor):
            with self.assertRefused((AccessError, UserError), ""):
                reading.with_user(user).action_leave_out()
            with self.assertRefused(AccessError, ""):
                self.env["performance.leave.out.wizard"].with_user(user).create(
                    {"reading_id": reading.id}
                )
