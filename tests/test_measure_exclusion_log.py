from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged, users

from .cleaning_common import ExclusionCommon


@tagged("post_install", "-at_install")
class TestExclusionLog(ExclusionCommon):
    """The log: who reads it, who questions it, and that nobody writes it."""

    # === QUESTION ===#

    def test_question_and_uphold(self):
        exclusion = self._applied()
        asked = exclusion.with_user(self.user_sales)
        self.assertTrue(asked.can_question)
        self.assertFalse(asked.can_lift)
        action = asked.action_question()
        self.assertEqual(action["res_model"], "performance.reason.wizard")
        self.assertEqual(action["name"], "Question")
        wizard = (
            self.env["performance.reason.wizard"]
            .with_user(self.user_sales)
            .create(
                {
                    "res_model": "performance.exclusion",
                    "res_ids": str(exclusion.id),
                    "verb": "question",
                    "reason": "Two deals, two contracts",
                }
            )
        )
        wizard.action_confirm()
        self.assertRecordValues(
            exclusion,
            [
                {
                    "state": "questioned",
                    "is_applied": True,
                    "question": "Two deals, two contracts",
                    "questioned_by_id": self.user_sales.id,
                }
            ],
        )
        self.assertEqual(self._value(), 0, "left out until somebody answers")
        self.assertIn(self.user_hr2, exclusion.activity_ids.user_id)
        with self.assertRefused(UserError, "You proposed"):
            exclusion.with_user(self.user_hr)._workflow_apply("uphold", "No")
        with self.mock_mail_gateway():
            exclusion.with_user(self.user_hr2)._workflow_apply(
                "uphold", "The second contract is a copy"
            )
        self.assertRecordValues(
            exclusion,
            [
                {
                    "state": "upheld",
                    "is_applied": True,
                    "answer": "The second contract is a copy",
                    "answered_by_id": self.user_hr2.id,
                }
            ],
        )
        self.assertFalse(exclusion.activity_ids)
        read = exclusion.with_user(self.user_sales)
        self.assertIn("a copy", " ".join(read.message_ids.mapped("body")))
        answer = read.message_ids.filtered(lambda m: "a copy" in (m.body or ""))
        self.assertIn(self.user_sales.partner_id, answer.sudo().partner_ids)
        with self.assertRefused(UserError, "starts from"):
            read._workflow_apply("question", "Again")

    def test_lifted_counts_again_and_may_be_proposed_again(self):
        exclusion = self._applied()
        self.assertEqual(self._value(), 0)
        self._question_and_lift(exclusion)
        self.assertEqual(exclusion.state, "lifted")
        unit = self.env["performance.measurement"]._units(self.kpi_revenue, self.period)
        self.assertTrue(unit.is_stale)
        self.assertEqual(self._value(), 10)
        self.assertTrue(self._propose())

    def test_who_asks_does_not_answer(self):
        exclusion = self._applied()
        exclusion.with_user(self.user_hr)._workflow_apply("question", "Sure?")
        with self.assertRefused(UserError, "You questioned"):
            exclusion.with_user(self.user_hr)._workflow_apply("lift", "Yes")
        exclusion.with_user(self.user_hr2)._workflow_apply("lift", "Right")

    def test_who_may_question(self):
        exclusion = self._applied()
        for user in (self.user_sales2, self.user_employee, self.user_outsider):
            with self.assertRefused(AccessError, ""):
                exclusion.with_user(user)._workflow_apply("question", "Why?")
        with self.assertRefused(UserError, "Only those whom"):
            exclusion.with_user(self.user_auditor)._workflow_apply("question", "Why?")
        self.assertTrue(exclusion.with_user(self.user_manager).can_question)
        exclusion.with_user(self.user_manager)._workflow_apply("question", "Why?")

    def test_nobody_but_officers_decides(self):
        proposal = self._propose()
        for user in (self.user_auditor,):
            with self.assertRefused(UserError, "Only a performance officer"):
                proposal.with_user(user).action_approve()
        for user in (self.user_sales, self.user_manager):
            with self.assertRefused(AccessError, ""):
                proposal.with_user(user).action_approve()
        proposal.with_user(self.user_hr2).action_approve()
        proposal.with_user(self.user_sales)._workflow_apply("question", "Why?")
        for user in (self.user_sales, self.user_manager, self.user_auditor):
            for verb in ("uphold", "lift"):
                with self.assertRefused(UserError, "Only a performance officer"):
                    proposal.with_user(user)._workflow_apply(verb, "Because")

    def test_question_becomes_idle_when_the_rule_ends(self):
        self.deal.partner_id = self.tester
        rule = self._rule()
        exclusion = self._log(rule)
        exclusion.with_user(self.user_sales)._workflow_apply("question", "Why?")
        # whoever defined the rule answers
        self.assertEqual(exclusion.activity_ids.user_id, self.user_admin)
        self.deal.partner_id = self.customer
        self._apply()
        self.assertEqual(exclusion.state, "obsolete")
        self.assertFalse(exclusion.activity_ids)
        self.assertIn("counts again", exclusion.message_ids[0].body)

    # === READING RIGHTS ===#

    def test_who_reads_the_log(self):
        mine = self._applied()
        hers = self._applied(deal=self.other_deal)
        table = [
            (self.user_sales, mine),
            (self.user_sales2, hers),
            (self.user_manager, mine + hers),
            (self.user_hr, mine + hers),
            (self.user_admin, mine + hers),
            (self.user_auditor, mine + hers),
            (self.user_employee, mine.browse()),
        ]
        for user, expected in table:
            found = mine.with_user(user).search([("id", "in", (mine + hers).ids)])
            self.assertEqual(found.with_env(self.env), expected, user.login)
        for user in (self.user_outsider, self.user_portal, self.user_crm):
            with self.assertRefused(AccessError, ""):
                mine.with_user(user).search([])
        proposal = self._propose(deal=self._create_won())
        found = proposal.with_user(self.user_sales).search([("id", "in", proposal.ids)])
        self.assertFalse(found, "what is only proposed is not told yet")

    @users("perf_sales")
    def test_the_person_reads_all_of_the_form(self):
        self.deal.partner_id = self.tester
        rule = self._rule(description="They pay nothing")
        exclusion = self._log(rule).with_env(self.env)
        fields = {
            name: {"fields": {"display_name": {}}} if field.relational else {}
            for name, field in exclusion._fields.items()
            if name in ("record_name", "explanation", "rule_description", "reason")
            or name in ("rule_id", "employee_ids", "kpi_id", "company_id")
        }
        values = exclusion.web_read(fields)[0]
        self.assertEqual(values["rule_description"], "They pay nothing")
        self.assertEqual(values["rule_id"]["display_name"], "Test customers")
        self.assertEqual(values["employee_ids"][0]["display_name"], "Sam Sales")
        self.assertIn("by the rule “Test customers”", values["explanation"])
        with Form(exclusion) as form:
            self.assertEqual(form.record_name, self.deal.name)
        self.assertEqual(exclusion.action_open_record()["res_id"], self.deal.id)
        self.deal.sudo().unlink()
        with self.assertRefused(UserError, "not there any more"):
            exclusion.action_open_record()

    def test_the_record_opens_with_own_rights_only(self):
        exclusion = self._applied()
        with self.assertRefused(AccessError, ""):
            exclusion.with_user(self.user_hr).action_open_record()

    def test_reading_leads_to_the_log(self):
        exclusion = self._applied()
        (self.kpi_revenue)._measure(self.period)
        reading = self._my_reading().with_user(self.user_sales)
        self.assertEqual(reading.excluded_count, 1)
        action = reading.action_open_exclusions()
        model = self.env[action["res_model"]].with_user(self.user_sales)
        self.assertEqual(model.search(action["domain"]).ids, exclusion.ids)
        view = self.env["performance.reading"].get_view(view_type="form")
        buttons = etree.fromstring(view["arch"]).xpath(
            "//button[.//field[@name='excluded_count']]"
        )
        self.assertEqual([b.get("name") for b in buttons], ["action_open_exclusions"])
        with self.assertRefused(UserError, "No record was left out"):
            self._my_reading(employee_id=self.sales2).action_open_exclusions()

    def test_leaving_out_is_offered_where_it_is_possible(self):
        self.kpi_revenue._measure(self.period)
        reading = self._my_reading()
        self.assertTrue(reading.with_user(self.user_hr).can_leave_out)
        self.assertFalse(reading.with_user(self.user_sales).can_leave_out)
        self.period.with_user(self.user_hr).action_close()
        self.assertFalse(reading.with_user(self.user_hr).can_leave_out)

    # === RPC ===#

    def test_rpc_writes_nothing(self):
        exclusion = self._propose()
        table = [
            {"state": "applied"},
            {"is_applied": True},
            {"proposed_by_id": self.user_hr2.id},
            {"employee_ids": [(5,)]},
            {"reason": "invalid"},
            {"record_name": "x"},
        ]
        context = {"performance_workflow": True}
        for login in ("perf_sales", "perf_manager", "perf_hr", "perf_admin"):
            user = self.env["res.users"].search([("login", "=", login)])
            model = exclusion.with_user(user).browse()
            for vals in table:
                with self.assertRefused(AccessError, ""):
                    call_kw(model, "write", [exclusion.ids, vals], {"context": context})
            with self.assertRefused(AccessError, ""):
                call_kw(
                    model,
                    "create",
                    [
                        {
                            "res_model": "crm.lead",
                            "res_id": self.deal.id,
                            "reason": "invalid",
                        }
                    ],
                    {"context": {**context, "default_state": "applied"}},
                )
            with self.assertRefused(AccessError, ""):
                call_kw(model, "unlink", [exclusion.ids], {"context": context})
            for name in ("_leave_out", "_workflow_apply", "_make_due", "_apply"):
                with self.assertRaises(AccessError):
                    call_kw(model, name, [exclusion.ids], {})
        self.assertEqual(exclusion.state, "proposed")

    def test_superuser_does_not_slip_past_the_workflow(self):
        exclusion = self._propose()
        for vals in ({"state": "applied"}, {"is_applied": True}, {"res_id": 1}):
            with self.assertRefused(AccessError, "workflow only"):
                exclusion.sudo().write(vals)

    def test_bulk_decision_says_what_was_left(self):
        proposals = self._propose() + self._propose(self.user_hr2, deal=self.other_deal)
        result = proposals.with_user(self.user_hr2).action_approve()
        self.assertIn("1 done", result["params"]["message"])
        self.assertEqual(proposals.mapped("state"), ["applied", "proposed"])
