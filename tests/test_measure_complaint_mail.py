from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from odoo.addons.mail.tests.common import MailCase

from .complaint_common import ComplaintCommon

MAIL = """Return-Path: <{sender}>
To: {to}
From: {sender}
Subject: {subject}
Message-ID: <{ident}@example.com>
{extra}Content-Type: text/html; charset="utf-8"
MIME-Version: 1.0

{body}
"""


@tagged("post_install", "-at_install")
class TestComplaintMail(MailCase, ComplaintCommon):
    """Messages start and stop the clocks; mails file; ratings are the customer's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create({"name": "perf.example.com"})
        cls.company.alias_domain_id = cls.domain
        cls.company.performance_complaint_alias_name = "complaints-test"

    def _mail(self, body="<p>Too late!</p>", **values):
        values = {
            "sender": "contact@example.com",
            "to": "complaints-test@perf.example.com",
            "subject": "Desks",
            "ident": f"mail-{len(body)}-{values.get('subject', '')[:9]}",
            "extra": "",
            **values,
        }
        last = self.complaints.search([], order="id desc", limit=1)
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                False, MAIL.format(body=body, **values).encode()
            )
        return self.complaints.search([("id", ">", last.id or 0)])

    def _comment(self, complaint, user, body="Hello", **values):
        complaint.with_user(user).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **values,
        )

    # === FIRST RESPONSE ===#

    def test_first_message_to_the_customer_is_the_first_response(self):
        complaint = self._file("2026-03-02 07:00:00")
        with freeze_time("2026-03-02 08:00:00"):
            self._comment(complaint, self.user_sales)
        self.assertEqual(complaint.state, "open")
        self.assertEqual(complaint.first_response_at, self._time("2026-03-02 08:00"))
        self.assertEqual(complaint.response_working_hours, 1)
        with freeze_time("2026-03-02 10:00:00"):
            self._comment(complaint, self.user_sales)
        self.assertEqual(complaint.first_response_at, self._time("2026-03-02 08:00"))

    def test_a_note_is_no_response(self):
        complaint = self._file()
        complaint.with_user(self.user_sales).message_post(
            body="Call him", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertEqual(complaint.state, "new")

    def test_a_message_that_does_not_reach_the_customer_is_none(self):
        complaint = self._file()
        complaint.message_unsubscribe(self.contact.ids)
        self._comment(complaint, self.user_sales)
        self.assertEqual(complaint.state, "new")
        self._comment(complaint, self.user_sales, partner_ids=self.contact.ids)
        self.assertEqual(complaint.state, "open")

    def test_messages_of_others_are_none(self):
        complaint = self._file()
        self._comment(complaint, self.user_auditor)
        self.user_portal.partner_id.parent_id = self.customer
        # as the portal posts
        portal = complaint.with_user(self.user_portal).sudo()
        for author in (self.user_portal, self.user_sales):
            portal.message_post(
                body="Well?",
                author_id=author.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertEqual(complaint.state, "new")

    def test_answer_ends_the_waiting(self):
        complaint = self._file("2026-03-02 07:00:00")
        self._at("2026-03-02 08:00:00", complaint, "wait", user=self.user_sales)
        with freeze_time("2026-03-02 10:00:00"):
            complaint.message_post(
                body="The red one",
                author_id=self.contact.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertEqual(complaint.state, "open")
        self.assertEqual(complaint.pause_ids.ended_at, self._time("2026-03-02 10:00"))

    def test_answer_after_the_end_is_noted(self):
        complaint = self._file()
        for verb in ("resolve", "close"):
            complaint._workflow_apply(verb)
        for _time in range(2):
            complaint.message_post(
                body="Thank you",
                author_id=self.contact.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertEqual(complaint.state, "closed")
        reply = self.env.ref("customer_performance.activity_complaint_reply")
        self.assertEqual(complaint.activity_ids.activity_type_id, reply)
        self.assertEqual(complaint.activity_ids.user_id, self.user_sales)
        self.assertEqual(len(complaint.activity_ids), 1)

    # === MAILS ===#

    def test_a_mail_files_a_complaint(self):
        complaint = self._mail()
        self.assertRecordValues(
            complaint,
            [
                {
                    "name": "Desks",
                    "channel": "email",
                    "partner_id": self.contact.id,
                    "commercial_partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "description": "Too late!",
                    "state": "new",
                    "filed_by_id": False,
                }
            ],
        )
        self.assertTrue(complaint.response_deadline)

    def test_a_stranger_becomes_a_contact(self):
        complaint = self._mail(sender="Jane New <jane.new@example.com>")
        self.assertEqual(complaint.partner_id.email, "jane.new@example.com")
        self.assertFalse(complaint.employee_id)

    def test_a_huge_mail_is_shortened(self):
        complaint = self._mail(
            body="<p>" + "<b>late</b> " * 400_000 + "</p>", subject="x" * 900
        )
        self.assertEqual(len(complaint.name), 200)
        self.assertLessEqual(len(complaint.description), 50_000)
        self.assertLess(max(len(m.body) for m in complaint.message_ids), 30_000)
        self.assertIn("late", complaint.description)

    def test_a_mail_with_nothing(self):
        complaint = self._mail(subject="", body="")
        self.assertEqual(complaint.name, "Mail without a subject")

    def test_a_script_in_a_mail_does_not_run(self):
        complaint = self._mail(body="<script>alert(1)</script><p>Hi</p>")
        for message in complaint.message_ids:
            self.assertNotIn("<script", message.body)

    def test_an_answer_by_mail(self):
        complaint = self._mail()
        complaint._workflow_apply("wait", "Which desk?")
        question = complaint.message_ids.filtered(lambda m: "Which desk" in m.body)
        filed = self._mail(
            ident="answer",
            body="<p>Red</p>",
            extra=f"In-Reply-To: {question.message_id}\n"
            f"References: {question.message_id}\n",
        )
        self.assertFalse(filed)
        self.assertEqual(complaint.state, "open")

    def test_alias_is_renamed_and_switched_off(self):
        alias = self.company.performance_complaint_alias_id
        self.company.performance_complaint_alias_name = "help-test"
        self.assertEqual(alias.alias_name, "help-test")
        self.company.performance_complaint_alias_name = False
        self.assertFalse(alias.alias_name)

    # === RATING ===#

    def _close(self, complaint):
        with self.mock_mail_gateway():
            complaint.with_user(self.user_sales)._workflow_apply("resolve")
            complaint.with_user(self.user_sales)._workflow_apply("close")
            return self._new_mails.filtered(lambda mail: "/rate/" in mail.body_html)

    def test_rating_is_asked_for_at_closing(self):
        complaint = self._file()
        mail = self._close(complaint)
        self.assertEqual(mail.recipient_ids, self.contact)
        token = complaint.rating_ids.sudo().access_token
        self.assertIn(f"/rate/{token}/5", mail.body_html)
        self.assertEqual(
            complaint.rating_ids.rated_partner_id, self.user_sales.partner_id
        )
        complaint.rating_apply(5, token=token, feedback="Quick")
        self.assertEqual(complaint.rating_last_value, 5)
        self.assertEqual(complaint.rating_last_text, "top")
        self.assertEqual(complaint.rating_last_feedback, "Quick")
        reply = self.env.ref("customer_performance.activity_complaint_reply")
        self.assertNotIn(reply, complaint.activity_ids.activity_type_id)

    def test_nobody_inside_finds_the_link(self):
        complaint = self._file()
        self._close(complaint)
        self.env.flush_all()
        token = complaint.rating_ids.sudo().access_token
        for user in (self.user_sales, self.user_manager, self.user_hr):
            messages = self.env["mail.message"].with_user(user)
            self.assertFalse(messages.search([("body", "ilike", token)]))
        # nor in a preview of the mail, which would also make a new one
        template = self.env.ref("customer_performance.mail_template_complaint_rating")
        preview = (
            self.env["mail.template.preview"]
            .with_user(self.user_sales)
            .create(
                {
                    "mail_template_id": template.id,
                    "resource_ref": f"performance.complaint,{complaint.id}",
                }
            )
        )
        self.assertIn("is closed", preview.body_html)
        self.assertNotRegex(preview.body_html, r"/rate/\w{3}")
        self.assertEqual(len(complaint.rating_ids), 1)
        theirs = complaint.with_user(self.user_sales)
        self.assertFalse(theirs._rating_get_access_token())
        key = complaint.sudo()._portal_ensure_token()
        self.assertTrue(key)
        self.assertNotIn(key, theirs.get_portal_url())
        with self.assertRefused(AccessError, ""):
            theirs.read(["access_token"])
        with self.assertRefused(AccessError, ""):
            theirs.write({"access_token": "known"})

    def test_rating_is_not_asked_for_when_switched_off(self):
        self.company.performance_complaint_rating = False
        self.assertFalse(self._close(self._file()))

    def test_no_address_no_rating(self):
        self.contact.email = False
        complaint = self._file()
        self.assertFalse(self._close(complaint))
        self.assertEqual(complaint.state, "closed")
