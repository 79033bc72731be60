from unittest.mock import patch

from markupsafe import Markup

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.hints import Span
from .hint_common import HintCommon

LOOK = "odoo.addons.customer_performance.models.measure.hint.performance_text_hint_look"
MAIL = """From: Ann <ann@customer.example>
To: complaints@example.com
Subject: Broken
Message-Id: <hint-test@customer.example>
Content-Type: text/html; charset=utf-8

<div>The desk is broken.</div>
<blockquote>Your colleague wrote: excellent, perfect</blockquote>
"""


@tagged("post_install", "-at_install")
class TestHint(HintCommon):
    """What customers write gets hints, what colleagues write gets none."""

    # === OFF ===#

    def test_off_is_the_default_and_does_nothing(self):
        fresh = self.env["res.company"].create({"name": "Fresh"})
        self.assertEqual(fresh.performance_hint_provider, "off")
        self.company.performance_hint_provider = "off"
        words = type(self.env["performance.hint.provider.words"])
        with patch.object(words, "_find", side_effect=AssertionError):
            complaint = self._file()
            self._write_to(complaint, "late")
            voice = self._say("late")
        self.assertFalse(self.Hint.search([("company_id", "=", self.company.id)]))
        self.assertFalse(complaint.is_hint_shown)
        self.assertFalse(voice.is_hint_shown)
        with self.assertRefused(UserError, "switched off"):
            complaint.action_look_for_hints()

    def test_off_asks_the_database_nothing(self):
        self.company.performance_hint_provider = "off"
        self.env.flush_all()
        complaint = self._file()
        self.env.flush_all()
        self.assertTrue(complaint.sudo().company_id.performance_hint_provider)
        with self.assertQueryCount(0):
            self.assertFalse(complaint._hint_wanted())

    def test_menus_come_and_go_with_the_setting(self):
        group = self.env.ref("customer_performance.group_hint")
        lead = self.env.ref("customer_performance.group_lead")
        self.assertIn(group, lead.implied_ids)
        self.assertIn(group, self.user_manager.all_group_ids)
        self.assertNotIn(group, self.user_sales.all_group_ids)
        self.env["res.company"].search([]).performance_hint_provider = "off"
        self.assertNotIn(group, lead.implied_ids)
        self.assertNotIn(group, self.user_auditor.all_group_ids)
        self.env["res.company"].create(
            {"name": "With", "performance_hint_provider": "words"}
        )
        self.assertIn(group, self.user_auditor.all_group_ids)

    # === COMPLAINTS ===#

    def test_complaint_of_the_customer(self):
        hint = self._hints(self._file("The delivery was late, not good. Nice staff!"))
        self.assertRecordValues(
            hint,
            [
                {
                    "source": "complaint",
                    "state": "suggested",
                    "tone": "mixed",
                    "suggested_tone": "mixed",
                    "employee_id": self.sales.id,
                    "commercial_partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "provider": "words",
                    "is_changed": False,
                }
            ],
        )
        self._assert_marks(
            hint,
            ("delivery", "topic"),
            ("late", "annoyance"),
            ("not good", "annoyance"),
            ("Nice", "praise"),
            ("staff", "topic"),
        )
        self.assertEqual(set(hint.topic_ids.mapped("code")), {"delivery", "support"})
        self.assertIn('title="Annoyance: “good” negated">not good<', hint.highlighted)
        self.assertIn('title="Topic Delivery: “delivery”"', hint.highlighted)

    def test_chinese_complaint(self):
        hint = self._hints(self._file("客服态度差\uff0c我们很不满意"))
        self.assertEqual(hint.tone, "annoyance")
        self.assertEqual(hint.topic_ids.code, "support")
        self._assert_marks(
            hint,
            ("客服", "topic"),
            ("态度差", "annoyance"),
            ("不满意", "annoyance"),
        )

    def test_what_a_colleague_notes_gets_no_hint(self):
        for channel in ("phone", "visit", "other"):
            self.assertFalse(self._hints(self._file(channel=channel)), channel)

    def test_nothing_found_is_no_hint(self):
        self.assertFalse(self._hints(self._file("Lorem ipsum")))
        self.assertFalse(self._hints(self._file(False)))

    def test_html_in_a_text_stays_text(self):
        hint = self._hints(self._file("<script>late</script> & <b>good</b>"))
        self.assertIn("&lt;script&gt;<mark", hint.highlighted)
        self.assertNotIn("<script", hint.highlighted)
        self.assertNotIn("<b>", hint.highlighted)

    def test_endless_text(self):
        hint = self._hints(self._file(("x" * 49_000) + " late"))
        self.assertFalse(hint)
        hint = self._hints(self._file("late" + " x" * 20_000))
        self._assert_marks(hint, ("late", "annoyance"))

    # === MESSAGES ===#

    def test_message_of_the_customer(self):
        complaint = self._file("Lorem")
        self._write_to(complaint, "Still <b>waiting</b>, terrible")
        self._write_to(
            complaint, "We are terribly late, sorry", self.user_hr.partner_id
        )
        self._write_to(complaint, "late", self.env.ref("base.partner_root"))
        hint = self._hints(complaint)
        self.assertEqual(hint.source, "message")
        self._assert_marks(hint, ("terrible", "annoyance"))

    def test_colleagues_without_a_login_are_no_customers(self):
        complaint = self._file("Lorem")
        self.employee.work_email = "dora@example.com"
        self.employee.user_id = False
        author = self.employee.work_contact_id
        self.assertTrue(author)
        self._write_to(complaint, "terrible", author)
        complaint.message_post(
            body="terrible",
            author_id=False,
            email_from="Dora <dora@example.com>",
            message_type="email",
        )
        self.assertFalse(self._hints(complaint))

    def test_quotes_are_somebody_elses_words(self):
        complaint = self._file("Lorem")
        self._write_to(
            complaint,
            Markup(
                "<p>late</p><blockquote>good</blockquote><div class='gmail_quote'>"
                "excellent</div>"
            ),
        )
        self._assert_marks(self._hints(complaint), ("late", "annoyance"))
        complaint = self._file("Lorem")
        self._write_to(complaint, "ok\n> excellent work\n>> good")
        self.assertFalse(self._hints(complaint))

    def test_mail_is_read_once_and_without_its_quotes(self):
        complaint_id = self.env["mail.thread"].message_process(
            "performance.complaint", MAIL, custom_values={"company_id": self.company.id}
        )
        complaint = self.complaints.browse(complaint_id)
        hint = self._hints(complaint)
        self.assertEqual(hint.source, "message")
        self._assert_marks(hint, ("broken", "annoyance"))

    def test_an_emptied_message_has_no_suggestion(self):
        complaint = self._file("Lorem")
        message = self._write_to(complaint, "late")
        self.assertTrue(self._hints(complaint))
        complaint._message_update_content(message, body="", strict=False)
        self.assertFalse(self._hints(complaint))

    # === ANSWERS ===#

    def test_answer(self):
        voice = self._say("Great support, quick response", rate=5)
        hint = self._hints(voice)
        self.assertEqual((hint.source, hint.tone), ("answer", "praise"))
        self.assertEqual(hint.employee_id, voice.employee_id)
        self.assertEqual(set(hint.topic_ids.mapped("code")), {"response", "support"})

    def test_answers_of_shoppers_and_colleagues_have_none(self):
        values = {
            "kind": "evaluation",
            "company_id": self.company.id,
            "score": 50,
            "scale_min": 0,
            "scale_max": 100,
            "answered_at": "2026-02-10 12:00:00",
            "comment": "late",
        }
        voices = self.Voice.create(
            [
                {**values, "method": "mystery_shopper"},
                {**values, "method": "interview"},
                {**values, "invalid_reason": "internal"},
            ]
        )
        self.assertFalse(self._hints(voices))

    def test_a_customer_who_changes_his_mind(self):
        rating = self._rating()
        self._rate(rating, 2, feedback="late")
        hint = self._hints(self._voice(rating))
        self._rate(rating, 5, feedback="good")
        self.assertEqual(hint.tone, "praise")
        self._rate(rating, 5, feedback="Lorem")
        self.assertFalse(hint.exists())

    def test_what_is_decided_stays(self):
        rating = self._rating()
        self._rate(rating, 2, feedback="late")
        hint = self._hints(self._voice(rating))
        hint.with_user(self.user_hr).action_confirm()
        self._rate(rating, 5, feedback="good")
        self.assertEqual((hint.tone, hint.state), ("annoyance", "confirmed"))
        hint.invalidate_recordset()
        self.assertTrue(hint.is_changed)
        self.assertNotIn("<mark", hint.highlighted)

    # === LANGUAGES AND WORDS ===#

    def test_english_words_are_not_looked_for_in_german(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.ann.lang = "de_DE"
        self.assertFalse(self._hints(self._file("Bad und Gift, fast angry")))
        self.env["performance.hint.word"].create(
            {"name": "Ärger", "kind": "annoyance", "lang": "any"}
        )
        self._assert_marks(self._hints(self._file("nur ärger")), ("ärger", "annoyance"))

    def test_a_changed_list_counts_at_once_for_new_texts(self):
        Word = self.env["performance.hint.word"]
        self.assertFalse(self._hints(self._file("flabbergasting")))
        word = Word.create({"name": "Flabbergasting", "kind": "annoyance"})
        old = self._file("flabbergasting")
        self.assertEqual(self._hints(old).tone, "annoyance")
        word.kind = "praise"
        self.assertEqual(self._hints(self._file("flabbergasting")).tone, "praise")
        self.assertEqual(self._hints(old).tone, "annoyance")
        old.action_look_for_hints()
        self.assertEqual(self._hints(old).suggested_tone, "praise")
        self.assertEqual(self._hints(old).tone, "annoyance", "the text is the same")
        word.unlink()
        hint = self._hints(old)
        self.assertIn("not in the list any more", hint.highlighted)
        old.action_look_for_hints()
        self.assertFalse(hint.exists())

    def test_words_are_checked(self):
        Word = self.env["performance.hint.word"]
        for name in ("!!!", "x" * 61):
            with self.assertRefused(ValidationError, "letters"):
                Word.create({"name": name, "kind": "praise"})
        self.assertFalse(Word._load_shipped())

    def test_a_word_of_a_company_counts_there(self):
        other = self.env["res.company"].create(
            {"name": "Other", "performance_hint_provider": "words"}
        )
        self.env["performance.hint.word"].create(
            {"name": "Late", "kind": "praise", "company_id": other.id}
        )
        self.env.user.company_ids += other
        complaints = self.complaints.with_context(
            allowed_company_ids=[other.id, self.company.id]
        )
        there = complaints.create(
            {
                "name": "There",
                "description": "late",
                "channel": "letter",
                "company_id": other.id,
            }
        )
        self.assertEqual(there.hint_ids.tone, "praise")
        self.assertEqual(self._hints(self._file("late")).tone, "annoyance")

    # === OLD RECORDS ===#

    def test_look_for_hints_by_hand(self):
        self.company.performance_hint_provider = "off"
        complaint = self._file("late")
        self._write_to(complaint, "terrible")
        self._write_to(complaint, "terrible", self.user_hr.partner_id)
        voice = self._say("awful")
        self.company.performance_hint_provider = "words"
        self.assertFalse(self._hints(complaint))
        result = complaint.with_user(self.user_manager).action_look_for_hints()
        self.assertIn("2", result["params"]["message"])
        self.assertEqual(len(self._hints(complaint)), 2)
        complaint.with_user(self.user_manager).action_look_for_hints()
        self.assertEqual(len(self._hints(complaint)), 2)
        voice.with_user(self.user_hr).action_look_for_hints()
        self.assertEqual(self._hints(voice).tone, "annoyance")
        with patch(f"{LOOK}.MOST_RECORDS", 0), self.assertRefused(UserError, "at most"):
            complaint.action_look_for_hints()

    def test_two_companies(self):
        other = self.env["res.company"].create({"name": "Without"})
        self.env.user.company_ids += other
        model = self.complaints.with_context(
            allowed_company_ids=[other.id, self.company.id]
        )
        values = {"name": "Late", "description": "late", "channel": "letter"}
        both = model.create(
            [
                {**values, "company_id": self.company.id},
                {**values, "company_id": other.id},
            ]
        )
        self.assertEqual([len(c.hint_ids) for c in both], [1, 0])
        both.action_look_for_hints()
        self.assertEqual([len(c.hint_ids) for c in both], [1, 0])
        hints = both.hint_ids.with_context(allowed_company_ids=other.ids)
        self.user_hr.company_ids += other
        seen = hints.with_user(self.user_hr).search([("id", "in", hints.ids)])
        self.assertFalse(seen)

    # === WHAT HAPPENS TO THE RECORDS ===#

    def test_deleted_records_take_their_hints_along(self):
        complaint = self._file()
        message = self._write_to(complaint, "terrible")
        voice = self._say("awful")
        hints = self._hints(complaint) + self._hints(voice)
        self.assertEqual(len(hints), 3)
        message.unlink()
        self.assertEqual(len(hints.exists()), 2)
        complaint.sudo().unlink()
        voice.sudo().unlink()
        self.assertFalse(hints.exists())

    def test_merged_customers(self):
        complaint = self._file()
        twin = self.env["res.partner"].create(
            {"name": "Twin", "is_company": True, "company_id": self.company.id}
        )
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (twin + self.customer).ids, twin
        )
        self.assertEqual(self._hints(complaint).commercial_partner_id, twin)

    def test_archived_topics_and_words_still_explain(self):
        hint = self._hints(self._file("late delivery"))
        topic = hint.topic_ids
        self.env["performance.hint.word"].search(
            [("topic_id", "=", topic.id)]
        ).active = False
        topic.active = False
        hint.invalidate_recordset()
        self.assertIn("Topic Delivery: “delivery”", hint.highlighted)

    # === OTHER PROVIDERS ===#

    def test_a_provider_that_fails_stops_nobody(self):
        words = type(self.env["performance.hint.provider.words"])
        with (
            patch.object(words, "_find", side_effect=ValueError),
            mute_logger(LOOK),
        ):
            complaint = self._file()
            voice = self._say("late")
        self.assertTrue(complaint and voice)
        self.assertFalse(self._hints(complaint) + self._hints(voice))

    def test_a_provider_with_nonsense_does_no_harm(self):
        words = type(self.env["performance.hint.provider.words"])
        wrong = [Span(-1, 99, 0, "praise"), Span(2, 1, 0, "praise")]
        with patch.object(words, "_find", return_value=wrong):
            self.assertFalse(self._hints(self._file("short")))
        right = [Span(0, 5, 0, "praise"), Span(3, 5, 0, "topic")]
        with patch.object(words, "_find", return_value=right):
            hint = self._hints(self._file("short"))
        self.assertEqual(len(hint._spans()), 1)
        self.assertFalse(hint.topic_ids)

    # === NUMBERS ===#

    def test_200_answers_at_once_cost_few_queries(self):
        values = {
            "kind": "csat",
            "company_id": self.company.id,
            "partner_id": self.ann.id,
            "employee_id": self.sales.id,
            "score": 2,
            "scale_min": 1,
            "scale_max": 5,
            "answered_at": "2026-02-10 12:00:00",
        }

        def queries(count, comment):
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.Voice.create([{**values, "comment": comment}] * count)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        queries(2, "late delivery, poor quality")
        alone = queries(200, "Lorem ipsum")
        with_hints = queries(200, "late delivery, poor quality")
        self.assertLess(with_hints - alone, 25)
        self.assertLess(alone, 30)

    def test_only_confirmed_hints_count(self):
        kpi = self.env.ref("customer_performance.kpi_confirmed_praise")
        self.assertFalse(kpi.active, "off until somebody wants it")
        kpi.active = True
        kpi.minimum_sample = 2
        complaints = [
            self._file(text, filed_at="2026-02-10 12:00:00")
            for text in ("good", "late", "good")
        ]
        hints = [self._hints(complaint) for complaint in complaints]
        kpi._measure(self.period)
        reading = self._reading(kpi, employee_id=self.sales)
        self.assertTrue(not reading or reading.state != "ok")
        for hint in hints[:2]:
            hint.with_user(self.user_hr).action_confirm()
        hints[2].with_user(self.user_hr).action_reject()
        self.env.flush_all()
        kpi._measure(self.period)
        self.assertFalse(kpi.is_quarantined, kpi.error)
        self.assertEqual(self._reading(kpi, employee_id=self.sales).value, 50)

    def test_topics_can_be_grouped_and_filtered(self):
        self._file("late delivery")
        self._file("late delivery, wrong invoice")
        found = self.Hint._read_group(
            [("company_id", "=", self.company.id)], ["topic_ids"], ["__count"]
        )
        counts = {topic.code: count for topic, count in found}
        self.assertEqual(counts, {"delivery": 2, "billing": 1})
        self.Hint.search([]).topic_ids = [Command.clear()]
