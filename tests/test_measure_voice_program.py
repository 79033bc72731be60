from psycopg2 import errors

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged, users
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from ..tools.voice import is_in_sample
from .voice_common import VoiceCommon

NOW = "2026-03-02 04:00:00"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestVoiceProgram(MailCase, VoiceCommon):
    """The system chooses whom to ask, sends, reminds once and closes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.won = cls._create_won("2026-02-28 12:00:00", partner_id=cls.ann.id)

    def _contact(self, **values):
        return self.env["res.partner"].create(
            {
                "name": "Contact",
                "email": "contact@customer.example",
                "company_id": self.company.id,
                **values,
            }
        )

    def _run_cron(self):
        """One night; mails are sent at once, where nothing leaves the machine."""
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.env.ref("customer_performance.cron_voice").method_direct_trigger()
        self.env.invalidate_all()

    def _night(self):
        """What the scheduler does, without its commits."""
        self.Request._expire_due()
        for program in self.env["performance.voice.program"].search([]):
            program._draw_safely()
        with self.mock_mail_gateway():
            self.Request._send_due(lambda *_args, **_options: True)

    # === DRAW ===#

    def test_a_deal_won_is_asked_about_once(self):
        program = self._program()
        requests = program._draw()
        self.assertRecordValues(
            requests,
            [
                {
                    "state": "planned",
                    "partner_id": self.ann.id,
                    "commercial_partner_id": self.customer.id,
                    "employee_id": self.sales.id,
                    "lead_id": self.won.id,
                    "company_id": self.company.id,
                    "drawn_by": "system",
                    "kind": "nps",
                }
            ],
        )
        self.assertIn("1 asked now", program.last_message)
        self.assertFalse(program._draw())
        self.assertIn("1 of them in the sample; 0 asked now", program.last_message)

    def test_old_open_and_foreign_deals_are_not_looked_at(self):
        program = self._program()
        other = self.env["res.company"].create({"name": "Other"})
        self.won.date_closed = "2026-02-20 12:00:00"
        self._create_lead(partner_id=self.bob.id)
        foreign = self._create_lead(
            partner_id=self._contact(company_id=False).id,
            company_id=other.id,
            team_id=False,
            user_id=False,
        )
        foreign.action_set_won()
        self.assertFalse(program._draw())
        self.assertIn("0 in the last 7 days", program.last_message)

    def test_chance_alone_decides(self):
        """The sample is that of the seed, whatever the order and however often."""
        contacts = [
            self._contact(email=f"c{number}@customer.example") for number in range(40)
        ]
        deals = self.won
        for contact in contacts:
            deals |= self._create_won("2026-02-28 12:00:00", partner_id=contact.id)
        program = self._program(share=30)
        expected = deals.filtered(
            lambda d: is_in_sample(program.seed, f"crm.lead,{d.id}", 30)
        )
        self.assertEqual(program._draw().lead_id, expected)
        self.assertTrue(3 < len(expected) < 22)
        self.assertFalse(program._draw(), "nobody else the night after")
        self.assertNotEqual(program.seed, program.copy().seed)

    def test_who_is_left_out(self):
        cases = {
            "without an e-mail": self._contact(email=False),
            "want no mails": self._contact(email="No@Customer.Example"),
            "of the own company": self.user_sales2.partner_id,
        }
        self.env["mail.blacklist"]._add("no@customer.example")
        self.won.unlink()
        program = self._program()
        for reason, contact in cases.items():
            contact.company_id = self.company
            deal = self._create_won("2026-02-28 12:00:00", partner_id=contact.id)
            self.assertFalse(program._draw(), reason)
            self.assertIn(reason, program.last_message)
            deal.unlink()

    def test_nobody_is_asked_twice_in_the_rest_period(self):
        """By no program, not by two deals of one night, nor under another name."""
        again = self._create_won("2026-02-28 12:00:00", partner_id=self.ann.id)
        twin = self._contact(name="A. N. N.", email="ANN@customer.example")
        twin_deal = self._create_won("2026-02-28 12:00:00", partner_id=twin.id)
        first = self._program()
        self.assertEqual(first._draw().lead_id, self.won)
        self.assertIn("2 who were asked lately", first.last_message)
        second = self._program(kind="csat", survey_id=self.survey_csat.id)
        self.assertFalse(second._draw())
        self.assertIn("3 who were asked lately", second.last_message)
        with freeze_time("2026-06-30 04:00:00"):
            (again + twin_deal).write({"date_closed": "2026-06-29 12:00:00"})
            self.assertEqual(second._draw().lead_id, again)

    def test_limit_of_one_night(self):
        self._create_won("2026-02-28 12:00:00", partner_id=self.bob.id)
        program = self._program(daily_limit=1)
        self.assertEqual(program._draw().partner_id, self.ann)
        self.assertIn("1 over the limit", program.last_message)
        self.assertEqual(program._draw().partner_id, self.bob)

    def test_a_closed_complaint(self):
        complaint = self.env["performance.complaint"].create(
            {
                "name": "Too late",
                "company_id": self.company.id,
                "partner_id": self.bob.id,
                "employee_id": self.employee.id,
            }
        )
        program = self._program(trigger="complaint_closed")
        self.assertFalse(program._draw())
        complaint._workflow_engine().write(
            {"state": "closed", "closed_at": "2026-02-28 12:00:00"}
        )
        self.assertRecordValues(
            program._draw(),
            [{"partner_id": self.bob.id, "employee_id": self.employee.id}],
        )

    def test_a_decided_acceptance(self):
        acceptance = self.env["performance.acceptance"].create(
            {
                "lead_id": self.won.id,
                "partner_id": self.bob.id,
                "employee_id": self.employee.id,
                "name": "Desks",
                "deliverables": "Forty desks",
            }
        )
        program = self._program(trigger="acceptance_decided")
        self.assertFalse(program._draw())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE performance_acceptance SET state = 'refused', decided_at = %s,"
            " submitted_at = %s, decided_by_name = 'Bob', refusal_reason = 'Scratched'"
            " WHERE id = %s",
            ["2026-02-28 12:00:00", "2026-02-27 12:00:00", acceptance.id],
        )
        self.env.invalidate_all()
        self.assertRecordValues(
            program._draw(),
            [
                {
                    "partner_id": self.bob.id,
                    "employee_id": self.employee.id,
                    "lead_id": self.won.id,
                }
            ],
        )

    def test_one_broken_program_does_not_stop_the_others(self):
        broken, good = self._program(name="A"), self._program(name="B")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE performance_voice_program SET trigger = 'x' WHERE id = %s",
            [broken.id],
        )
        self.env.invalidate_all()
        with mute_logger("odoo.addons.customer_performance"):
            self._night()
        self.assertIn("Nothing was drawn", broken.last_message)
        self.assertEqual(good.sent_count, 1)

    # === SEND ===#

    def test_the_mail(self):
        self._program()
        self._night()
        request = self.Request.search([("lead_id", "=", self.won.id)])
        self.assertEqual(request.state, "sent")
        self.assertEqual(str(request.expires_at), "2026-03-16 04:00:00")
        mail = self._new_mails
        self.assertEqual(len(mail), 1)
        self.assertIn("ann@customer.example", mail.email_to)
        filled = request.sudo().user_input_id
        self.assertIn(filled.access_token, mail.body_html)
        self.assertIn("/performance/voice/decline/", mail.body_html)
        self.assertEqual(filled.deadline, request.expires_at)
        # nobody reads the link in the chatter
        self.assertFalse(mail.mail_message_id.res_id)
        self.assertNotIn(
            filled.access_token, "".join(request.message_ids.mapped("body"))
        )

    def test_reminded_once_and_closed(self):
        self._program()
        self._night()
        request = self.Request.search([("lead_id", "=", self.won.id)])
        with freeze_time("2026-03-05 04:00:00"):
            self._night()
            self.assertFalse(request.reminded_at)
        for day in (7, 8):
            with freeze_time(f"2026-03-0{day} 04:00:00"):
                self._night()
                self.assertEqual(len(self._new_mails), 1 if day == 7 else 0)
        self.assertEqual(request.state, "sent")
        with freeze_time("2026-03-17 04:00:00"):
            self._night()
        self.assertEqual(request.state, "expired")

    def test_who_answered_is_not_reminded(self):
        program = self._program()
        self._night()
        request = self.Request.search([("lead_id", "=", self.won.id)])
        with freeze_time("2026-03-03 04:00:00"):
            self._answer(request, 9)
        self.assertRecordValues(
            program, [{"sent_count": 1, "answered_count": 1, "response_rate": 100}]
        )
        with freeze_time("2026-03-08 04:00:00"):
            self._night()
            self.assertFalse(self._new_mails)
        with freeze_time("2026-04-08 04:00:00"):
            self._night()
        self.assertEqual(request.state, "answered")

    def test_a_mail_that_fails_stays_for_the_next_night(self):
        self._program()
        self.survey_nps.active = False
        with mute_logger("odoo.addons.customer_performance"):
            self._night()
        request = self.Request.search([("lead_id", "=", self.won.id)])
        self.assertEqual(request.state, "planned")
        self.assertTrue(request.error)
        self.survey_nps.active = True
        self._night()
        self.assertRecordValues(request, [{"state": "sent", "error": False}])

    def test_the_scheduler(self):
        self._program()
        self._run_cron()
        request = self.Request.search([("lead_id", "=", self.won.id)])
        self.assertEqual(request.state, "sent")
        cron = self.env.ref("customer_performance.cron_voice")
        self.assertFalse(cron.failure_count)
        self._run_cron()
        self.assertEqual(self.Request.search_count([("lead_id", "=", self.won.id)]), 1)

    # === DEFINITION ===#

    def test_a_program_fits_its_survey(self):
        with self.assertRefused(ValidationError, "not a customer survey of this kind"):
            self._program(kind="csat")
        survey = self.survey_nps.copy({"user_id": self.env.uid})
        survey.voice_kind = "nps"
        survey.access_mode = "public"
        with self.assertRefused(ValidationError, "a link of their own"):
            self._program(survey_id=survey.id)
        survey.access_mode = "token"
        survey.question_ids.unlink()
        with self.assertRefused(ValidationError, "no scale"):
            self._program(survey_id=survey.id)

    def test_numbers_of_a_program(self):
        for vals in (
            {"share": 0},
            {"share": 101},
            {"share": float("nan")},
            {"rest_days": 0},
            {"window_days": 0},
            {"daily_limit": 10**6},
        ):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(errors.CheckViolation),
            ):
                self._program(**vals)
                self.env.flush_all()

    def test_a_program_that_asked_is_archived_not_deleted(self):
        program = self._program()
        program._draw()
        with self.assertRefused(UserError, "Archive it instead"):
            program.with_user(self.user_admin).unlink()

    @users("perf_admin")
    def test_nobody_chooses_the_seed(self):
        programs = self.env["performance.voice.program"]
        vals = {
            "name": "Mine",
            "kind": "nps",
            "survey_id": self.survey_nps.id,
            "company_id": self.company.id,
        }
        program = programs.create(vals)
        with self.assertRefused(AccessError, "chooses the seed"):
            programs.create({**vals, "seed": "1"})
        with self.assertRefused(AccessError, "chooses the seed"):
            program.write({"seed": "1"})
        other = programs.with_context(default_seed="1").create(vals)
        self.assertNotEqual(other.sudo().seed, "1")
