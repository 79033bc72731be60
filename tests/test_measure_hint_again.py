from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .hint_common import HintCommon

MAIL = """From: Ann <ann@customer.example>
To: complaints@example.com
Subject: Re: Complaint
Message-Id: <hint-again@customer.example>
Content-Type: text/plain; charset=utf-8

The desk is broken.
"""


@tagged("post_install", "-at_install")
class TestHintAgain(HintCommon):
    """What becomes of a hint when its text, its record or the setting changes."""

    # === LOOKING AGAIN ===#

    def test_whom_a_hint_is_about_stays(self):
        """Who gives a complaint away does not decide on the hint about himself."""
        complaint = self._file(employee_id=self.hr.id)
        hint = self._hints(complaint)
        other = self.env["res.partner"].create({"name": "Other customer"})
        complaint.write({"employee_id": self.sales.id, "partner_id": other.id})
        complaint.with_user(self.user_hr2).action_look_for_hints()
        self.assertEqual(hint.employee_id, self.hr)
        self.assertEqual(hint.commercial_partner_id, self.customer)
        own = hint.with_user(self.user_hr)
        with self.assertRefused(UserError, "about you"):
            own.action_confirm()
        with self.assertRefused(AccessError, "about you"):
            own.tone = "none"

    def test_corrections_stay_while_the_text_does(self):
        rating = self._rating()
        self._rate(rating, 2, feedback="late delivery")
        voice = self._voice(rating)
        hint = self._hints(voice)
        price = self.env.ref("customer_performance.hint_topic_price")
        hint.with_user(self.user_hr).write(
            {"tone": "none", "topic_ids": [Command.set(price.ids)]}
        )
        voice.with_user(self.user_hr).action_look_for_hints()
        self.assertEqual((hint.tone, hint.topic_ids), ("none", price))
        self.assertEqual(hint.suggested_tone, "annoyance")
        self._rate(rating, 5, feedback="good delivery")
        self.assertEqual((hint.tone, hint.topic_ids.code), ("praise", "delivery"))

    def test_an_archived_topic_is_no_correction(self):
        first = self._hints(self._file("late delivery, wrong invoice"))
        second = self._hints(self._file("late delivery"))
        (first | second).topic_ids.active = False
        (first | second).invalidate_recordset()
        first.with_user(self.user_hr).action_confirm()
        self.assertEqual((first.state, first.is_corrected), ("confirmed", False))
        second = second.with_user(self.user_hr)
        second.tone = "none"
        second.action_confirm()
        self.assertTrue(second.is_corrected)

    # === IN WHOSE NAME ===#

    def test_a_colleague_cannot_write_as_the_customer(self):
        complaint = self._file("Lorem")
        for kind in ("comment", "email"):
            for author in (
                {"author_id": self.ann.id},
                {"author_id": False, "email_from": "Eve <eve@customer.example>"},
            ):
                own = complaint.with_user(self.user_sales)
                values = {"body": "excellent", "message_type": kind, **author}
                call_kw(own, "message_post", [own.ids], values)
        messages = complaint.message_ids.filtered(lambda m: m.author_id == self.ann)
        self.assertEqual(len(messages), 2, "posted as the customer")
        self.assertFalse(self._hints(complaint))
        complaint.action_look_for_hints()
        self.assertFalse(self._hints(complaint))

    def test_customers_write_by_login_link_and_mail(self):
        complaint = self._file("Lorem")
        self.user_portal.partner_id.write(
            {"parent_id": self.customer.id, "email": "portal@customer.example"}
        )
        # as the portal posts
        by_login = (
            complaint.with_user(self.user_portal)
            .sudo()
            .message_post(
                body="terrible", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        )
        by_link = self._write_to(complaint, "awful")
        self.env["mail.thread"].with_user(self.user_admin).sudo().message_process(
            "performance.complaint", MAIL, thread_id=complaint.id
        )
        by_mail = complaint.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(by_mail.author_id, self.ann)
        self.assertEqual(
            self._hints(complaint).message_id,
            by_login.with_env(self.env) | by_link | by_mail,
        )

    # === SWITCHED OFF ===#

    def test_switching_off_leaves_nothing_to_decide(self):
        other = self.env["res.company"].create(
            {"name": "Other", "performance_hint_provider": "words"}
        )
        self.env.user.company_ids += other
        there = self._hints(
            self._file(company_id=other.id, partner_id=False, employee_id=False)
        )
        open_hint, decided = self._hints(self._file()), self._hints(self._file())
        self.assertTrue(there and open_hint)
        officer = decided.with_user(self.user_hr)
        officer.action_confirm()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "customer_performance.performance_text_hint_action"
        )
        listed = safe_eval(action["domain"])
        self.assertIn(decided, self.Hint.search(listed))
        self.company.performance_hint_provider = "off"
        self.assertFalse(open_hint.exists())
        self.assertEqual(there.exists().state, "suggested")
        self.assertEqual(decided.state, "confirmed")
        self.assertIn(there, self.Hint.search(listed))
        self.assertNotIn(decided, self.Hint.search(listed))
        self.assertNotIn(decided, self.Hint.with_user(self.user_hr).search(listed))
        with self.assertRefused(UserError, "switched off"):
            officer.action_reconsider()
        self.company.performance_hint_provider = "words"
        officer.action_reconsider()
        self.assertEqual(decided.state, "suggested")

    # === NUMBERS ===#

    def test_what_does_not_count_is_not_counted(self):
        """Neither a complaint that is a duplicate nor an answer that does not count."""
        kpi = self.env.ref("customer_performance.kpi_confirmed_praise")
        kpi.active = True
        kpi.minimum_sample = 2
        complaints = [
            self._file(text, filed_at="2026-02-10 12:00:00")
            for text in ("good", "late", "late")
        ]
        values = {
            "kind": "csat",
            "company_id": self.company.id,
            "employee_id": self.sales.id,
            "partner_id": self.ann.id,
            "score": 1,
            "scale_min": 1,
            "scale_max": 5,
            "answered_at": "2026-02-10 12:00:00",
            "comment": "awful",
        }
        voices = self.Voice.create([values, {**values, "invalid_reason": "not_drawn"}])
        hints = self._hints(voices)
        for complaint in complaints:
            hints |= self._hints(complaint)
        hints.with_user(self.user_hr).action_confirm()
        self.assertEqual(hints.mapped("state"), ["confirmed"] * 5)
        repeated = complaints[2].with_context(performance_original=complaints[1].id)
        repeated._workflow_engine()._workflow_apply("duplicate", "The same")
        self.assertFalse(complaints[2].is_valid or voices[1].is_valid)
        self.env.flush_all()
        kpi._measure(self.period)
        self.assertFalse(kpi.is_quarantined, kpi.error)
        reading = self._reading(kpi, employee_id=self.sales)
        self.assertEqual(reading.sample_size, 3)
        self.assertAlmostEqual(reading.value, 100 / 3, 1)
