from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged

from .complaint_common import ComplaintCommon

# what a customer's login reads by RPC, technical fields of Odoo apart
FOR_CUSTOMERS = {
    "access_url",
    "access_warning",
    "can_close",
    "can_duplicate",
    "can_invalid",
    "can_reconsider",
    "can_reopen",
    "can_resolve",
    "can_respond",
    "can_resume",
    "can_wait",
    "cause_id",
    "channel",
    "closed_at",
    "commercial_partner_id",
    "company_id",
    "description",
    "filed_at",
    "first_response_at",
    "name",
    "number",
    "partner_id",
    "resolved_at",
    "state",
}


@tagged("post_install", "-at_install")
class TestComplaintAccess(ComplaintCommon):
    """Everybody sees what concerns him, and no more, by whatever way he asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lead = cls._create_lead(user_id=cls.user_sales2.id)
        cls.of_sam = cls._file()
        cls.filed_by_dora = cls._file(user=cls.user_employee)
        cls.deal_of_sue = cls._file(employee_id=cls.hr.id, lead_id=lead.id)
        cls.nobodys = cls._file(employee_id=False, partner_id=False)
        cls.of_dora = cls._file(employee_id=cls.employee.id)
        cls.all = (
            cls.of_sam + cls.filed_by_dora + cls.deal_of_sue + cls.nobodys + cls.of_dora
        )
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.env.user.company_ids += cls.elsewhere
        cls.foreign = (
            cls.complaints.with_context(allowed_company_ids=cls.elsewhere.ids)
            .create({"name": "There", "company_id": cls.elsewhere.id})
            .with_env(cls.env)
        )
        cls.env.flush_all()

    def _seen(self, user):
        domain = [("id", "in", (self.all + self.foreign).ids)]
        return self.complaints.with_user(user).search(domain).sudo()

    def _assert_no_call(self, model, method, args):
        """The call ends in a sentence."""
        # an AccessError is a UserError
        with self.assertRaises(UserError), self.env.cr.savepoint():
            call_kw(model, method, args, {})

    def test_who_sees_what(self):
        line = self.of_sam + self.filed_by_dora + self.nobodys
        for user, expected in (
            (self.user_sales, self.of_sam + self.filed_by_dora),
            (self.user_sales2, self.deal_of_sue),
            (self.user_employee, self.filed_by_dora + self.of_dora),
            (self.user_manager, line),
            (self.user_hr, self.all),
            (self.user_admin, self.all),
            (self.user_auditor, self.all),
        ):
            self.assertEqual(self._seen(user), expected.sorted(), user.login)

    def test_others_see_nothing(self):
        for user in (
            self.user_outsider,
            self.user_crm,
            self.env.ref("base.public_user"),
        ):
            for call in (
                ("search_read", [[]]),
                ("read", [self.of_sam.ids, ["name"]]),
                ("web_search_read", [[], {"name": {}}]),
                ("formatted_read_group", [[], ["state"], ["__count"]]),
            ):
                with self.assertRaises(AccessError):
                    call_kw(self.complaints.with_user(user), *call, {})

    def test_reading_by_rpc(self):
        model = self.complaints.with_user(self.user_employee)
        with self.assertRaises(AccessError):
            call_kw(model, "read", [self.of_sam.ids, ["name"]], {})
        with self.assertRaises(AccessError):
            call_kw(model, "write", [self.of_sam.ids, {"name": "x"}], {})
        groups = call_kw(
            model, "formatted_read_group", [[], ["state"], ["__count"]], {}
        )
        self.assertEqual(sum(group["__count"] for group in groups), 2)

    def test_buttons_by_rpc_on_others(self):
        for user in (self.user_employee, self.user_auditor, self.user_outsider):
            model = self.complaints.with_user(user)
            for method in ("action_respond", "action_resolve", "action_escalate"):
                self._assert_no_call(model, method, [self.of_sam.ids])
        self.assertEqual(self.of_sam.state, "new")
        self.assertFalse(self.of_sam.escalated_at)

    def test_auditor_changes_nothing(self):
        complaint = self.of_sam.with_user(self.user_auditor)
        for operation in ("write", "create", "unlink"):
            self.assertFalse(complaint.has_access(operation))
        for verb in complaint._workflow:
            with self.assertRefused(UserError, "cannot work on|starts from"):
                complaint._workflow_apply(verb, "Because")

    def test_everybody_concerned_works_on_it(self):
        for user, complaint in (
            (self.user_employee, self.filed_by_dora),
            (self.user_sales2, self.deal_of_sue),
            (self.user_manager, self.of_sam),
            (self.user_manager, self.nobodys),
            (self.user_hr, self.of_dora),
        ):
            complaint.with_user(user).action_respond()
            self.assertEqual(complaint.state, "open")

    def test_screens_open_for_every_role(self):
        fields = {
            name: {"fields": {"display_name": {}}} if name.endswith("_id") else {}
            for name in (
                *(
                    "name",
                    "number",
                    "partner_id",
                    "employee_id",
                    "cause_id",
                    "severity",
                ),
                *("clock_state", "next_deadline", "state", "level_id"),
                *("department_id", "can_invalid", "can_escalate"),
            )
        }
        for user in (
            self.user_sales,
            self.user_manager,
            self.user_hr,
            self.user_auditor,
        ):
            model = self.complaints.with_user(user)
            self.assertTrue(model.web_search_read([], fields)["records"])
            for view in ("form", "list", "kanban", "calendar", "pivot", "graph"):
                self.assertTrue(model.get_view(view_type=view)["arch"])

    def test_levels_and_causes_are_the_administrators(self):
        level = self.env.ref("customer_performance.service_level_low")
        for user in (self.user_sales, self.user_manager, self.user_hr):
            for record in (level, self.cause):
                own = record.with_user(user)
                self.assertTrue(own.has_access("read"))
                self.assertFalse(own.has_access("write"))
        self.assertTrue(level.with_user(self.user_admin).has_access("write"))

    def test_pauses_are_read_with_the_complaint(self):
        with freeze_time("2026-03-02 07:00:00"):
            self.of_sam._workflow_apply("wait", "Which?")
        for user, count in (
            (self.user_sales, 1),
            (self.user_hr, 1),
            (self.user_sales2, 0),
            (self.user_employee, 0),
        ):
            pauses = self.env["performance.complaint.pause"].with_user(user)
            self.assertEqual(pauses.search_count([]), count)
            self.assertFalse(pauses.has_access("write") or pauses.has_access("create"))

    # === CUSTOMERS ===#

    def _portal(self):
        self.user_portal.partner_id.parent_id = self.customer
        # rules are remembered for each user
        self.env.registry.clear_cache()
        return self.complaints.with_user(self.user_portal)

    def test_customer_sees_his_own(self):
        self.assertFalse(self._seen(self.user_portal))
        model = self._portal()
        self.assertEqual(
            self._seen(self.user_portal), (self.all - self.nobodys).sorted()
        )
        self.assertTrue(call_kw(model, "search_read", [[], ["name", "state"]], {}))

    def test_customer_reads_nothing_internal(self):
        model = self._portal()
        technical = set(self.env["performance.workflow.mixin"]._fields)
        technical |= set(self.env["rating.mixin"]._fields)
        technical |= set(models.MAGIC_COLUMNS)
        own = set(model.fields_get()) - technical
        self.assertEqual(own, FOR_CUSTOMERS - technical)
        for name, operator, value in (
            ("employee_id", "=", self.sales.id),
            ("severity", "=", "normal"),
            ("resolution_deadline", ">", "2020-01-01"),
            ("reject_reason", "ilike", "x"),
        ):
            with self.assertRaises(AccessError):
                call_kw(model, "read", [self.of_sam.ids, [name]], {})
            with self.assertRaises(AccessError):
                call_kw(model, "search", [[(name, operator, value)]], {})

    def test_customer_writes_nothing(self):
        model = self._portal()
        for method, args in (
            ("create", [{"name": "x"}]),
            ("write", [self.of_sam.ids, {"name": "x"}]),
            ("unlink", [self.of_sam.ids]),
            ("action_resolve", [self.of_sam.ids]),
            ("action_escalate", [self.of_sam.ids]),
        ):
            self._assert_no_call(model, method, args)
        self.assertEqual(self.of_sam.state, "new")
