from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .voice_common import VoiceCommon

EVERYBODY = (
    "perf_sales",
    "perf_sales2",
    "perf_manager",
    "perf_hr",
    "perf_admin",
    "perf_auditor",
    "perf_employee",
    "perf_crm",
    "perf_outsider",
    "perf_portal",
)


@tagged("post_install", "-at_install")
class TestVoiceAccess(VoiceCommon):
    """Who reads answers with names, and that nobody writes them.

    The answer is about Sam (perf_sales); Sue (perf_sales2) owns the account, Mia
    (perf_manager) leads Sam.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request = cls._request()
        cls.voice = cls._answer(cls.request, 3, text="Slow")

    def _user(self, login):
        return self.env["res.users"].search([("login", "=", login)])

    def test_readers(self):
        for login in EVERYBODY:
            user = self._user(login)
            found = {
                name: bool(records.with_user(user).has_access("read"))
                and bool(
                    records.with_user(user).search_count([("id", "in", records.ids)])
                )
                for name, records in (("voice", self.voice), ("asked", self.request))
            }
            inside = login in ("perf_manager", "perf_hr", "perf_admin", "perf_auditor")
            self.assertEqual(
                found,
                {"voice": inside or login == "perf_sales2", "asked": inside},
                login,
            )

    def test_a_lead_reads_nothing_about_himself(self):
        voice = self.Voice.create(
            {
                "kind": "csat",
                "company_id": self.company.id,
                "employee_id": self.manager.id,
                "score": 1,
                "scale_min": 1,
                "scale_max": 5,
                "answered_at": "2026-02-10 12:00:00",
            }
        )
        mine = self.Voice.with_user(self.user_manager)
        self.assertNotIn(voice, mine.search([]))
        self.assertIn(voice, self.Voice.with_user(self.user_hr).search([]))

    def test_the_account_follows_its_owner(self):
        self.customer.user_id = self.user_employee
        self.assertTrue(self.voice.with_user(self.user_employee).comment)
        with self.assertRaises(AccessError):
            self.voice.with_user(self.user_sales2).read(["comment"])

    def test_before_it_is_sent_leads_know_nothing(self):
        planned = self._request(sent=False)
        theirs = self.Request.with_user(self.user_manager)
        self.assertNotIn(planned, theirs.search([]))
        self.assertIn(planned, self.Request.with_user(self.user_auditor).search([]))

    def test_nobody_reads_the_link(self):
        token = self.request.sudo().user_input_id.access_token
        for login in ("perf_manager", "perf_hr", "perf_admin", "perf_auditor"):
            request = self.request.with_user(self._user(login))
            with self.assertRaises(AccessError):
                request.read(["token"])
            with self.assertRaises(AccessError):
                request.read(["user_input_id"])
            with self.assertRaises(AccessError):
                request.search([("user_input_id.access_token", "=", token)])
            self.assertNotIn(token, str(request.read()))

    def test_nobody_writes_by_rpc(self):
        """Neither answers nor requests: not by create, write, unlink or context."""
        answer = {
            "kind": "nps",
            "company_id": self.company.id,
            "employee_id": self.sales.id,
            "score": 10,
            "scale_min": 0,
            "scale_max": 10,
            "answered_at": "2026-02-10 12:00:00",
        }
        asked = {
            "kind": "nps",
            "survey_id": self.survey_nps.id,
            "company_id": self.company.id,
            "partner_id": self.ann.id,
        }
        context = {"context": {"performance_workflow": "<workflow engine>"}}
        calls = [
            (self.voice, "create", [[answer]]),
            (self.voice, "write", [self.voice.ids, {"score": 10}]),
            (self.voice, "write", [self.voice.ids, {"is_valid": False}]),
            (self.voice, "write", [self.voice.ids, {"employee_id": False}]),
            (self.voice, "unlink", [self.voice.ids]),
            (self.voice, "copy", [self.voice.ids]),
            (self.request, "create", [[asked]]),
            (self.request, "write", [self.request.ids, {"state": "declined"}]),
            (self.request, "write", [self.request.ids, {"partner_id": False}]),
            (self.request, "unlink", [self.request.ids]),
            (self.request, "copy", [self.request.ids]),
        ]
        before = self.voice.read(["score", "is_valid", "employee_id"])
        for login in EVERYBODY:
            for record, method, args in calls:
                with (
                    self.subTest(login=login, method=method, model=record._name),
                    self.assertRaises(UserError),
                    self.env.cr.savepoint(),
                ):
                    model = self.env[record._name].with_user(self._user(login))
                    call_kw(model, method, args, dict(context))
                    self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.voice.read(["score", "is_valid", "employee_id"]), before)

    def test_nobody_moves_a_request(self):
        waiting = self._request(lead_id=False)
        for login in ("perf_hr", "perf_admin", "perf_manager"):
            user = self._user(login)
            wizard = (
                self.env["performance.reason.wizard"]
                .with_user(user)
                .create(
                    {
                        "res_model": waiting._name,
                        "res_ids": str(waiting.id),
                        "verb": "expire",
                        "reason": "x",
                    }
                )
            )
            with self.assertRefused(UserError, "no person does"):
                wizard.action_confirm()
        self.assertEqual(waiting.state, "sent")

    def test_programs_are_of_administrators(self):
        program = self._program()
        for login in EVERYBODY:
            records = program.with_user(self._user(login))
            self.assertEqual(records.has_access("write"), login == "perf_admin", login)
        with self.assertRaises(AccessError):
            program.with_user(self.user_hr).read(["seed"])
        self.assertTrue(program.with_user(self.user_auditor).seed)

    def test_collecting_and_importing_is_of_officers(self):
        for method in ("action_collect", "action_import"):
            for login in EVERYBODY:
                action = getattr(self.Voice.with_user(self._user(login)), method)
                if login in ("perf_hr", "perf_admin"):
                    self.assertTrue(action())
                else:
                    with self.assertRefused(AccessError, "Only a performance officer"):
                        action()

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.user_hr.write({"company_ids": [(4, other.id)], "company_id": other.id})
        there = self.Voice.with_user(self.user_hr).with_company(other)
        there = there.with_context(allowed_company_ids=other.ids)
        self.assertNotIn(self.voice, there.search([]))

    def test_actions_of_an_answer(self):
        answer = self.request.with_user(self.user_hr).action_open_answer()
        self.assertEqual(answer["domain"], [("id", "in", self.voice.ids)])
        with self.assertRaises(AccessError):
            # officers of performance are no officers of surveys
            self.voice.with_user(self.user_hr).action_open_source()
        self.user_hr.group_ids += self.env.ref("survey.group_survey_manager")
        action = self.voice.with_user(self.user_hr).action_open_source()
        self.assertEqual(action["res_model"], "survey.user_input")
