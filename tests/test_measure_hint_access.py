from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged, users

from .hint_common import HintCommon

EVERYBODY = (
    "perf_sales",
    "perf_sales2",
    "perf_manager",
    "perf_hr",
    "perf_hr2",
    "perf_admin",
    "perf_auditor",
    "perf_employee",
    "perf_crm",
    "perf_outsider",
    "perf_portal",
)


@tagged("post_install", "-at_install")
class TestHintAccess(HintCommon):
    """A hint is seen with its record, and decided by somebody it is not about.

    Answers are about Sam (perf_sales) or Holly (perf_hr); Sue (perf_sales2) owns the
    account, Mia (perf_manager) leads Sam.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lead = cls._create_lead(user_id=cls.user_sales2.id)
        cls.filed = [
            cls._file(),
            cls._file(employee_id=cls.hr.id, lead_id=lead.id),
            cls._file(employee_id=cls.employee.id),
            cls._file(employee_id=False, partner_id=False),
            cls._file(employee_id=cls.manager.id),
            cls.complaints.with_user(cls.user_employee)
            .create(
                {
                    "name": "Letter",
                    "channel": "letter",
                    "description": "Too late",
                    "company_id": cls.company.id,
                    "employee_id": cls.sales.id,
                }
            )
            .with_env(cls.env),
        ]
        for complaint in cls.filed:
            cls._write_to(complaint, "terrible")
        cls.answered = [
            cls._say("awful"),
            cls.Voice.create(
                [
                    {
                        "kind": "csat",
                        "company_id": cls.company.id,
                        "employee_id": employee.id,
                        "partner_id": cls.bob.id,
                        "score": 1,
                        "scale_min": 1,
                        "scale_max": 5,
                        "answered_at": "2026-02-10 12:00:00",
                        "comment": "awful",
                    }
                    for employee in (cls.manager, cls.hr, cls.sales)
                ]
            ),
        ]
        cls.env.flush_all()
        cls.hints = cls.Hint.search([("company_id", "=", cls.company.id)])
        cls.of_sam = cls._hints(cls.filed[0])[:1]
        cls.answer_of_sam = cls._hints(cls.answered[0])

    def _user(self, login):
        return self.env["res.users"].search([("login", "=", login)])

    def _seen(self, records, user):
        model = records.browse().with_user(user)
        if not model.has_access("read"):
            return records.browse()
        return model.search([("id", "in", records.ids)]).with_env(self.env)

    # === WHO READS ===#

    def test_hints_are_read_with_their_records(self):
        """For each role exactly the hints of what that role may read."""
        self.assertEqual(len(self.hints), 16)
        for login in EVERYBODY:
            user = self._user(login)
            seen = self._seen(self.hints, user)
            if login == "perf_portal":
                self.assertFalse(seen)
                continue
            complaints = self._seen(self.hints.complaint_id, user)
            voices = self._seen(self.hints.voice_id, user)
            expected = self.hints.filtered(
                lambda hint, c=complaints, v=voices: (
                    hint.complaint_id in c or hint.voice_id in v
                )
            )
            self.assertEqual(seen, expected, login)
            for hint in self.hints:
                self.assertEqual(
                    hint.with_user(user).has_access("read"), hint in expected, login
                )

    @users("perf_sales")
    def test_the_rated_person_learns_nothing(self):
        hints = self.answer_of_sam.with_env(self.env)
        for name in (
            "found",
            "topic_ids",
            "tone",
            "highlighted",
            "commercial_partner_id",
        ):
            with self.assertRaises(AccessError):
                hints.read([name])
        domain = [("voice_id", "!=", False)]
        self.assertFalse(self.env["performance.text.hint"].search(domain))
        self.assertFalse(
            self.env["performance.text.hint"]._read_group(
                domain, ["commercial_partner_id"], ["__count"]
            )
        )
        with self.assertRaises(AccessError):
            hints.action_open_record()

    @users("perf_sales")
    def test_hints_are_shown_to_whoever_works_on_the_complaint(self):
        hint = self.of_sam.with_env(self.env)
        self.assertIn("<mark", hint.highlighted)
        self.assertTrue(hint.complaint_id.is_hint_shown)
        self.assertEqual(hint.action_open_record()["res_id"], hint.complaint_id.id)
        self.assertEqual(hint.action_open()["res_id"], hint.id)

    def test_the_text_needs_rights_on_its_record(self):
        """Even where a rule of hints let somebody through."""
        hint = self.answer_of_sam.with_user(self.user_sales)
        self.env["ir.rule"].search(
            [("model_id.model", "=", "performance.text.hint")]
        ).active = False
        hint.invalidate_recordset()
        self.assertFalse(hint.text)
        self.assertNotIn("<mark", hint.highlighted)

    # === WHO DECIDES ===#

    def test_who_decides(self):
        of_holly = self._hints(self.answered[1][1])
        for hint, allowed in (
            # Mia leads Sam; officers
            (self.of_sam, {"perf_manager", "perf_hr", "perf_hr2", "perf_admin"}),
            (self.answer_of_sam, {"perf_hr", "perf_hr2", "perf_admin"}),
            (of_holly, {"perf_hr2", "perf_admin"}),
            # Dora filed it, Sam is responsible
            (
                self._hints(self.filed[5])[:1],
                {"perf_manager", "perf_hr", "perf_hr2", "perf_admin", "perf_employee"},
            ),
            # Mia is responsible
            (
                self._hints(self.filed[4])[:1],
                {"perf_hr", "perf_hr2", "perf_admin"},
            ),
        ):
            for login in EVERYBODY:
                own = hint.with_user(self._user(login))
                done = self._decides(own)
                self.assertEqual(
                    done, login in allowed, f"{login}: {hint.display_name}"
                )

    def _decides(self, hint):
        """Whether correcting and each move work, by RPC; nothing of it stays."""
        calls = [
            ("write", [hint.ids, {"tone": "none"}]),
            ("action_confirm", [hint.ids]),
            ("action_reconsider", [hint.ids]),
            ("action_reject", [hint.ids]),
        ]
        done = set()
        with self.env.cr.savepoint() as savepoint:
            for method, args in calls:
                try:
                    with self.env.cr.savepoint():
                        call_kw(hint, method, args, {})
                    result = True
                except (AccessError, UserError):
                    result = False
                # who decided nothing takes nothing back
                if method != "action_reconsider":
                    done.add(result)
            self.env.flush_all()
            savepoint.rollback()
        self.assertEqual(len(done), 1, "all or nothing")
        return done.pop()

    @users("perf_manager")
    def test_correct_and_confirm(self):
        hint = self.of_sam.with_env(self.env)
        topic = self.env.ref("customer_performance.hint_topic_price")
        self.assertTrue(hint.can_confirm)
        hint.write({"tone": "none", "topic_ids": [(6, 0, topic.ids)]})
        hint.action_confirm()
        self.assertRecordValues(
            hint,
            [
                {
                    "state": "confirmed",
                    "tone": "none",
                    "suggested_tone": "annoyance",
                    "is_corrected": True,
                    "decided_by_id": self.env.uid,
                }
            ],
        )
        with self.assertRefused(UserError, "Take the decision back"):
            hint.tone = "praise"
        hint.action_reconsider()
        hint.tone = "annoyance"
        self.assertFalse(hint.decided_by_id)
        self.assertFalse(hint.is_corrected)

    @users("perf_manager")
    def test_as_suggested_is_not_corrected(self):
        hint = self.of_sam.with_env(self.env)
        hint.action_confirm()
        self.assertFalse(hint.is_corrected)

    @users("perf_hr")
    def test_several_at_once(self):
        hints = self._hints(self.answered[1]).with_env(self.env)
        result = hints.action_confirm()
        self.assertEqual(hints.mapped("state").count("confirmed"), 2)
        self.assertIn("about you", result["params"]["message"])

    def test_nothing_else_is_written(self):
        """Neither what was found nor the state; no hint is made or deleted by hand."""
        hint = self.of_sam
        values = {
            "state": "confirmed",
            "found": {"spans": []},
            "employee_id": self.hr.id,
            "complaint_id": self.filed[1].id,
            "said_at": "2020-01-01 00:00:00",
            "suggested_tone": "praise",
            "decided_by_id": self.user_hr.id,
        }
        for login in EVERYBODY:
            own = hint.with_user(self._user(login))
            for name, value in values.items():
                with self.assertRaises(AccessError, msg=f"{login} {name}"):
                    call_kw(own, "write", [own.ids, {name: value}], {})
            for method, args in (
                ("unlink", [own.ids]),
                (
                    "create",
                    [[{"source": "complaint", "complaint_id": self.filed[0].id}]],
                ),
            ):
                with self.assertRaises(AccessError, msg=f"{login} {method}"):
                    call_kw(own, method, args, {})

    # === WHO LOOKS, WHO DEFINES ===#

    def test_who_looks(self):
        for login in EVERYBODY:
            user = self._user(login)
            for records, allowed in (
                (
                    self.filed[0],
                    {"perf_sales", "perf_manager", "perf_hr", "perf_hr2", "perf_admin"},
                ),
                (self.answered[0], {"perf_hr", "perf_hr2", "perf_admin"}),
            ):
                own = records.with_user(user)
                if login in allowed:
                    call_kw(own, "action_look_for_hints", [own.ids], {})
                else:
                    with self.assertRaises(AccessError, msg=login):
                        call_kw(own, "action_look_for_hints", [own.ids], {})

    def test_customers_see_no_hint(self):
        self.user_portal.partner_id.parent_id = self.customer
        complaint = self.filed[0].with_user(self.user_portal)
        self.assertTrue(complaint.has_access("read"))
        for name in ("hint_ids", "is_hint_shown"):
            with self.assertRaises(AccessError):
                complaint.read([name])
