from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged, users
from odoo.tools import mute_logger

from .complaint_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestComplaintWorkflow(ComplaintCommon):
    """The life of a complaint, and who may do what to whose numbers."""

    # === LIFE ===#

    def test_filed_with_a_number_and_the_filer(self):
        complaint = self._file(user=self.user_employee)
        self.assertRegex(complaint.number, r"C\d{5}")
        self.assertIn(complaint.number, complaint.display_name)
        self.assertEqual(complaint.filed_by_id, self.user_employee)
        self.assertEqual(complaint.commercial_partner_id, self.customer)
        self.assertEqual(complaint.state, "new")
        self.assertTrue(complaint.is_valid)

    def test_filed_by_form(self):
        form = Form(self.complaints.with_user(self.user_sales))
        form.name = "Broken"
        self.customer.user_id = self.user_sales2
        form.partner_id = self.contact
        self.assertEqual(form.employee_id.id, self.sales2.id)
        complaint = form.save()
        self.assertEqual(complaint.state, "new")

    def test_responsible_is_who_looks_after_the_deal_then_the_customer(self):
        department = self.env["hr.department"].create({"name": "Field"})
        self.sales2.department_id = department
        self.customer.user_id = self.user_sales
        lead = self._create_lead(user_id=self.user_sales2.id)
        values = {"name": "x", "company_id": self.company.id}
        of_deal = self.complaints.create(
            {**values, "partner_id": self.contact.id, "lead_id": lead.id}
        )
        of_customer = self.complaints.create({**values, "partner_id": self.contact.id})
        nobody = self.complaints.create(values)
        self.assertEqual(of_deal.employee_id, self.sales2)
        self.assertEqual(of_deal.department_id, department)
        self.assertEqual(of_customer.employee_id, self.sales)
        self.assertFalse(nobody.employee_id)

    def test_whole_life_in_clicks(self):
        complaint = self._file()
        own = complaint.with_user(self.user_sales)
        for button, state in (
            ("action_respond", "open"),
            ("action_resolve", "resolved"),
            ("action_close", "closed"),
        ):
            getattr(own, button)()
            self.assertEqual(complaint.state, state)
        self.assertTrue(complaint.closed_at)
        self.assertEqual(own.action_reopen()["res_model"], "performance.reason.wizard")

    def test_reasons_are_asked_for(self):
        complaint = self._file()
        for verb in ("wait", "invalid"):
            with self.assertRefused(UserError, "reason"):
                complaint._workflow_apply(verb, " ")

    def test_a_question_goes_to_the_customer(self):
        complaint = self._file()
        complaint.with_user(self.user_sales)._workflow_apply("wait", "Which desk?")
        self.assertEqual(complaint.state, "waiting")
        self.assertTrue(complaint.first_response_at)
        message = complaint.message_ids.filtered(lambda m: "Which desk?" in m.body)
        self.assertIn(self.contact, message.notified_partner_ids)
        self.assertEqual(message.author_id, self.user_sales.partner_id)
        self.assertFalse(message.subtype_id.internal)

    def test_nobody_to_ask(self):
        complaint = self._file(partner_id=False)
        with self.assertRefused(UserError, "no contact"):
            complaint._workflow_apply("wait", "Who are you?")

    def test_reasons_for_rejection_stay_inside(self):
        complaint = self._file()
        complaint.with_user(self.user_hr)._workflow_apply("invalid", "Only a question")
        message = complaint.message_ids.filtered(lambda m: "Only a" in m.body)
        self.assertNotIn(self.contact, message.notified_partner_ids)
        self.assertEqual(complaint.reject_reason, "Only a question")

    def test_activities_follow(self):
        def types():
            return complaint.activity_ids.mapped(
                lambda a: (a.activity_type_id.name, a.user_id)
            )

        complaint = self._file()
        self.assertEqual(types(), [("Answer Complaint", self.user_sales)])
        complaint.with_user(self.user_hr).employee_id = self.sales2
        self.assertEqual(types(), [("Answer Complaint", self.user_sales2)])
        complaint._workflow_apply("respond")
        self.assertEqual(types(), [("Resolve Complaint", self.user_sales2)])
        complaint._workflow_apply("resolve")
        self.assertFalse(types())

    def test_steps_of_many(self):
        complaints = self._file() + self._file()
        complaints[0]._workflow_apply("resolve")
        result = complaints.with_user(self.user_sales).action_respond()
        self.assertIn("1 done.", result["params"]["message"])
        self.assertEqual(complaints.mapped("state"), ["resolved", "open"])

    # === DUPLICATES ===#

    def _duplicate(self, complaint, original, user=None, reason="The same"):
        wizard = (
            self.env["performance.complaint.duplicate.wizard"]
            .with_user(user or self.user_hr)
            .create(
                {
                    "complaint_id": complaint.id,
                    "original_id": original.id,
                    "reason": reason,
                }
            )
        )
        wizard.action_confirm()

    def test_duplicate(self):
        original, again = self._file(), self._file()
        self._duplicate(again, original)
        self.assertEqual(again.state, "duplicate")
        self.assertEqual(again.duplicate_of_id, original)
        self.assertFalse(again.is_valid)
        again.with_user(self.user_hr)._workflow_apply("reconsider", "Different desks")
        self.assertFalse(again.duplicate_of_id)
        self.assertTrue(again.is_valid)

    def test_duplicate_of_what_it_cannot_be(self):
        complaint, original = self._file(), self._file()
        stranger = self._file(
            partner_id=self.env["res.partner"].create({"name": "Other"}).id
        )
        for other, text in ((complaint, "the same"), (stranger, "another customer")):
            with self.assertRefused(UserError, text):
                self._duplicate(complaint, other)
        self._duplicate(complaint, original)
        with self.assertRefused(UserError, "it is the original"):
            self._duplicate(original, self._file())
        with self.assertRefused(UserError, "is a duplicate"):
            self._duplicate(self._file(), complaint)

    def test_duplicate_without_original(self):
        complaint = self._file().with_user(self.user_hr)
        for context in ({}, {"performance_original": "1"}):
            with self.assertRefused(UserError, "Choose the complaint"):
                complaint.with_context(**context)._workflow_apply("duplicate", "Same")

    # === HARD TO FAKE ===#

    @users("perf_sales")
    def test_responsible_does_not_decide_what_counts(self):
        complaint = self._file().with_env(self.env)
        for verb in ("invalid", "duplicate"):
            with self.assertRefused(UserError, "You are responsible"):
                complaint._workflow_apply(verb, "It is nothing")
        self.assertFalse(complaint.can_invalid or complaint.can_duplicate)

    def test_officer_and_lead_do_not_decide_on_their_own(self):
        for user, employee in (
            (self.user_hr, self.hr),
            (self.user_manager, self.manager),
        ):
            complaint = self._file(employee_id=employee.id).with_user(user)
            with self.assertRefused(UserError, "You are responsible"):
                complaint._workflow_apply("invalid", "It is nothing")

    def test_who_decides_what_counts(self):
        for user in (self.user_manager, self.user_hr):
            self._file().with_user(user)._workflow_apply("invalid", "No complaint")
        filer = self._file(user=self.user_employee).with_user(self.user_employee)
        with self.assertRefused(UserError, "decided by a manager"):
            filer._workflow_apply("invalid", "A mistake")
        outside = self._file(employee_id=self.employee.id, user=self.user_manager)
        with self.assertRefused(UserError, "decided by a manager"):
            outside.with_user(self.user_manager)._workflow_apply("invalid", "No")

    @users("perf_sales")
    def test_responsible_changes_no_facts(self):
        complaint = self._file().with_env(self.env)
        other = self.env["res.partner"].sudo().create({"name": "Other"})
        billing = self.env.ref("customer_performance.complaint_cause_billing")
        for values in (
            {"severity": "low"},
            {"employee_id": self.sales2.id},
            {"employee_id": False},
            {"partner_id": other.id},
            {"cause_id": billing.id},
        ):
            with self.assertRefused(AccessError, "You are responsible"):
                complaint.write(values)
        # nothing changes, or it becomes more severe
        complaint.write({"severity": "normal", "employee_id": self.sales.id})
        complaint.write({"severity": "high"})

    def test_who_gives_it_to_somebody_else(self):
        complaint = self._file(user=self.user_employee)
        with self.assertRefused(AccessError, "given to somebody else"):
            complaint.with_user(self.user_employee).employee_id = self.sales2
        complaint.with_user(self.user_manager).employee_id = self.sales2
        complaint.with_user(self.user_hr).employee_id = self.employee

    def test_times_are_the_engines(self):
        complaint = self._file("2026-03-02 07:00:00")
        original = self._file()
        for user in (self.user_sales, self.user_hr, self.user_admin):
            for name, value in {
                "state": "closed",
                "first_response_at": "2026-03-02 07:30:00",
                "resolved_at": "2026-03-02 07:30:00",
                "closed_at": "2026-03-02 07:30:00",
                "response_deadline": "2027-03-02 07:30:00",
                "response_breached_at": "2026-03-02 07:30:00",
                "is_response_in_time": True,
                "resolution_hours": 1.0,
                "escalated_at": "2026-03-02 07:30:00",
                "escalation_hours": 1.0,
                "reopen_count": 7,
                "is_valid": False,
                "duplicate_of_id": original.id,
                "filed_by_id": self.user_hr2.id,
                "department_id": 1,
                "next_check_at": "2027-03-02 07:30:00",
                "number": "C1",
                "rating_last_value": 5.0,
                "level_id": self.env.ref("customer_performance.service_level_low").id,
                "pause_ids": [Command.create({"started_at": "2026-03-02 07:00:00"})],
            }.items():
                with self.assertRefused(AccessError, "workflow|pause"):
                    complaint.with_user(user).write({name: value})
                if not value:
                    continue
                with self.assertRefused(AccessError, "workflow|pause"):
                    self.complaints.with_user(user).create(
                        {"name": "x", "company_id": self.company.id, name: value}
                    )
            for name, value in (
                ("filed_at", "2026-03-09 07:00:00"),
                ("company_id", self.env.ref("base.main_company").id),
            ):
                with self.assertRefused(AccessError, "stays as it is"):
                    complaint.with_user(user).write({name: value})

    def test_times_do_not_come_by_the_context(self):
        model = self.complaints.with_user(self.user_sales).with_context(
            default_first_response_at="2026-03-02 07:30:00",
            default_state="closed",
            performance_workflow="<workflow engine>",
        )
        complaint = model.create({"name": "x", "company_id": self.company.id})
        self.assertEqual(complaint.state, "new")
        self.assertFalse(complaint.first_response_at)

    def test_filed_in_the_past_never_in_the_future(self):
        with freeze_time("2026-03-09 07:00:00"):
            letter = self._file(filed_at="2026-03-02 07:00:00", channel="letter")
            self.assertTrue(letter.response_breached_at)
            with self.assertRefused(ValidationError, "future"):
                self._file(filed_at="2026-03-09 07:00:01")

    def test_never_deleted_never_copied(self):
        complaint = self._file()
        for user in (self.user_sales, self.user_hr, self.user_admin):
            with self.assertRaises(AccessError):
                complaint.with_user(user).unlink()
        with self.assertRaises(UserError):
            complaint.copy()

    def test_huge_texts(self):
        for values in ({"name": "x" * 201}, {"description": "x" * 50_001}):
            with self.assertRefused(ValidationError, "at most"):
                self._file(**values)

    def test_database_refuses_what_cannot_be(self):
        level = self.env.ref("customer_performance.service_level_low")
        for values in ({"response_hours": 0}, {"warn_percent": 101}):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
                level.write(values)
                self.env.flush_all()
