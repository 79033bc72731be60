from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .complaint_common import ComplaintCommon

FILED = "2026-03-02 07:00:00"
RESOLVED = "2026-03-02 09:00:00"
DAYS = "performance_complaint_close_days"


@tagged("post_install", "-at_install")
class TestComplaintClosing(MailCase, ComplaintCommon):
    """Silence closes what is resolved; a word of the customer begins the days anew."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("customer_performance.cron_complaint_watch")
        # complaints of a demo company are none of this test
        cls.complaints.search([])._workflow_engine().write({"next_check_at": False})

    def _watch(self, at):
        with (
            freeze_time(at),
            self.mock_mail_gateway(),
            self.enter_registry_test_mode(),
        ):
            self.cron.method_direct_trigger()
        self.assertFalse(self.cron.failure_count)

    def _resolved(self, at=RESOLVED, **values):
        complaint = self._file(FILED, **values)
        return self._at(at, complaint, "resolve")

    def _customer_writes(self, complaint, at, body="It still squeaks"):
        with freeze_time(at):
            complaint.message_post(
                body=body,
                author_id=self.contact.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
            )

    # === SILENCE ===#

    def test_a_week_of_silence_closes(self):
        self.assertEqual(self.company[DAYS], 7)
        complaint = self._resolved()
        self.assertEqual(complaint.next_check_at, self._time("2026-03-09 09:00"))
        self._watch("2026-03-09 08:59:59")
        self.assertEqual(complaint.state, "resolved")
        self._watch("2026-03-09 09:00:00")
        self.assertRecordValues(
            complaint,
            [
                {
                    "state": "closed",
                    "closed_at": self._time("2026-03-09 09:00"),
                    "resolved_at": self._time("2026-03-02 09:00"),
                    "resolution_working_hours": 2,
                    "next_check_at": False,
                    "escalated_at": False,
                }
            ],
        )

    def test_the_customer_is_asked_as_by_hand(self):
        complaint = self._resolved()
        self._watch("2026-03-09 09:00:00")
        mail = self._new_mails.filtered(lambda mail: "/rate/" in mail.body_html)
        self.assertEqual(mail.recipient_ids, self.contact)
        self.assertEqual(
            complaint.rating_ids.rated_partner_id, self.user_sales.partner_id
        )
        self._watch("2026-03-20 09:00:00")
        self.assertEqual(len(complaint.rating_ids), 1)

    def test_the_chatter_says_why_to_colleagues_only(self):
        complaint = self._resolved()
        self._watch("2026-03-09 09:00:00")
        message = complaint.message_ids.filtered(lambda m: "Closed by itself" in m.body)
        self.assertIn("7 days", message.body)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))
        self.assertNotIn(self.contact, message.notified_partner_ids)

    def test_no_time_zone_and_no_season_shortens_it(self):
        """On 29 March Berlin goes from UTC+1 to UTC+2; the days stay 24 hours."""
        for tz in ("Europe/Berlin", "Asia/Shanghai", "America/Los_Angeles", "UTC"):
            self.company.performance_tz = tz
            self.env.user.tz = tz
            complaint = self._resolved("2026-03-27 23:30:00")
            self.assertEqual(complaint.next_check_at, self._time("2026-04-03 23:30"))
            self._watch("2026-04-03 23:29:00")
            self.assertEqual(complaint.state, "resolved", tz)
            self._watch("2026-04-03 23:30:00")
            self.assertEqual(complaint.state, "closed", tz)

    def test_closed_by_hand_or_open_is_left_alone(self):
        by_hand = self._at("2026-03-03 09:00:00", self._resolved(), "close")
        open_again = self._at("2026-03-03 09:00:00", self._resolved(), "reopen")
        refused = self._at("2026-03-03 09:00:00", self._resolved(), "invalid")
        self._watch("2026-04-30 09:00:00")
        self.assertEqual(by_hand.closed_at, self._time("2026-03-03 09:00"))
        self.assertEqual(open_again.state, "open")
        self.assertEqual(refused.state, "invalid")

    def test_resolved_again_counts_anew(self):
        complaint = self._resolved()
        self._customer_writes(complaint, "2026-03-03 09:00:00")
        self._at("2026-03-04 09:00:00", complaint, "reopen")
        self._at("2026-03-20 09:00:00", complaint, "resolve")
        self.assertEqual(complaint.next_check_at, self._time("2026-03-27 09:00"))

    def test_without_a_contact(self):
        complaint = self._resolved(partner_id=False)
        self._watch("2026-03-09 09:00:00")
        self.assertEqual(complaint.state, "closed")

    # === ANSWERS ===#

    def test_an_answer_by_mail_begins_the_days_anew(self):
        complaint = self._resolved()
        self._customer_writes(complaint, "2026-03-08 12:00:00")
        self.assertEqual(complaint.state, "resolved")
        self.assertEqual(complaint.next_check_at, self._time("2026-03-15 12:00"))
        reply = self.env.ref("customer_performance.activity_complaint_reply")
        self.assertIn(reply, complaint.activity_ids.activity_type_id)
        self._watch("2026-03-15 11:59:00")
        self.assertEqual(complaint.state, "resolved")
        self._watch("2026-03-15 12:00:00")
        self.assertEqual(complaint.state, "closed")

    def test_an_answer_in_the_portal_begins_the_days_anew(self):
        self.user_portal.partner_id.parent_id = self.customer
        complaint = self._resolved()
        with freeze_time("2026-03-04 09:00:00"):
            complaint.with_user(self.user_portal).sudo().message_post(
                body="Thanks", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertEqual(complaint.next_check_at, self._time("2026-03-11 09:00"))

    def test_a_word_of_a_colleague_does_not(self):
        complaint = self._resolved()
        with freeze_time("2026-03-08 12:00:00"):
            complaint.with_user(self.user_sales).message_post(
                body="All fine?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertEqual(complaint.next_check_at, self._time("2026-03-09 09:00"))

    def test_an_answer_after_the_closing_is_noted(self):
        complaint = self._resolved()
        self._watch("2026-03-09 09:00:00")
        self._customer_writes(complaint, "2026-03-10 09:00:00")
        self.assertEqual(complaint.state, "closed")
        self.assertFalse(complaint.next_check_at)
        self._at("2026-03-10 10:00:00", complaint, "reopen")
        self.assertEqual(complaint.state, "open")

    # === SETTING ===#

    def test_never(self):
        self.company[DAYS] = 0
        complaint = self._resolved()
        self.assertFalse(complaint.next_check_at)
        self._watch("2027-03-09 09:00:00")
        self.assertEqual(complaint.state, "resolved")

    def test_a_change_holds_for_those_resolved_already(self):
        quiet, wrote = self._resolved(), self._resolved()
        self._customer_writes(wrote, "2026-03-05 09:00:00")
        open_one = self._file(FILED)
        before = open_one.next_check_at
        for days in (14, 1, 7, 0, 30):
            self.company[DAYS] = days
            for complaint in quiet + wrote:
                due = complaint._closing_due()
                self.assertEqual(complaint.next_check_at, due, days)
                self.assertEqual(bool(due), bool(days))
        self.assertEqual(quiet.next_check_at, self._time("2026-04-01 09:00"))
        self.assertEqual(wrote.next_check_at, self._time("2026-04-04 09:00"))
        self.assertEqual(open_one.next_check_at, before)

    def test_switched_on_later_closes_what_is_due(self):
        self.company[DAYS] = 0
        complaint = self._resolved()
        self.company[DAYS] = 7
        self._watch("2026-05-01 09:00:00")
        self.assertEqual(complaint.closed_at, self._time("2026-05-01 09:00"))

    def test_shortened_between_search_and_closing(self):
        """What is looked at too early is only looked at again."""
        complaint = self._resolved()
        complaint._workflow_engine().write({"next_check_at": RESOLVED})
        self._watch("2026-03-03 09:00:00")
        self.assertEqual(complaint.state, "resolved")
        self.assertEqual(complaint.next_check_at, self._time("2026-03-09 09:00"))

    def test_impossible_days(self):
        for days in (-1, 3651):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
                self.company[DAYS] = days
                self.env.flush_all()

    def test_settings(self):
        settings = self.env["res.config.settings"].create({})
        settings[DAYS] = 3
        complaint = self._resolved()
        settings.execute()
        self.assertEqual(self.company[DAYS], 3)
        self.assertEqual(complaint.next_check_at, self._time("2026-03-05 09:00"))

    def test_each_company_for_itself(self):
        other = self.env["res.company"].create({"name": "Patient Co", DAYS: 30})
        self.env.user.company_ids += other
        env = self.env(context={**self.env.context, "allowed_company_ids": [other.id]})
        with freeze_time(FILED):
            there = env["performance.complaint"].create(
                {"name": "There", "company_id": other.id}
            )
        self._at(RESOLVED, there, "resolve", user=self.env.user)
        here = self._resolved()
        self.company[DAYS] = 2
        self.assertEqual(there.next_check_at, self._time("2026-04-01 09:00"))
        self._watch("2026-03-04 09:00:00")
        self.assertEqual((here.state, there.state), ("closed", "resolved"))
        self._watch("2026-04-01 09:00:00")
        self.assertEqual(there.state, "closed")

    def test_last_word_is_the_engines(self):
        complaint = self._resolved()
        for name in ("last_customer_message_at", "next_check_at"):
            with self.assertRefused(AccessError, "workflow"):
                complaint.with_user(self.user_hr).write({name: "2030-01-01 00:00:00"})

    # === NUMBERS ===#

    def test_deadlines_come_before_closings(self):
        closing = [self._resolved() for _number in range(3)]
        late = self._file("2026-03-09 09:30:00", severity="critical")
        seen = []
        kind = type(self.complaints)
        with (
            patch.object(kind, "_watch", lambda c: seen.append(c.id)),
            patch.object(kind, "_close_silent", lambda c: seen.append(c.id)),
        ):
            self._watch("2026-03-12 09:00:00")
        self.assertEqual(seen[:4], [late.id, *(c.id for c in closing)])

    def _queries(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_one_question_finds_them_and_each_costs_the_same(self):
        self._resolved()
        with freeze_time("2026-03-09 09:00:00"):
            self._resolved("2026-03-02 09:00:00")._close_silent()
            few = self._queries(
                self.complaints.search([("state", "=", "resolved")])._close_silent
            )
        many = self.complaints
        for _number in range(20):
            many += self._resolved()
        due = [("next_check_at", "<=", "2026-03-10 00:00:00")]
        order = "resolved_at NULLS FIRST, next_check_at, id"
        self.assertEqual(
            self._queries(lambda: self.complaints.search(due, order=order)), 1
        )
        with freeze_time("2026-03-09 09:00:00"):
            self.assertLessEqual(self._queries(many._close_silent), few * 20)
        self.assertEqual(set(many.mapped("state")), {"closed"})

    def test_a_change_of_the_setting_is_one_statement(self):
        self._resolved()
        self.company[DAYS] = 3
        few = self._queries(lambda: self.company.write({DAYS: 4}))
        for _number in range(20):
            self._resolved()
        self.assertLessEqual(self._queries(lambda: self.company.write({DAYS: 5})), few)
