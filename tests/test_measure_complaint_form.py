import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .complaint_form_common import SCRIPT, ComplaintFormCommon


@tagged("post_install", "-at_install")
class TestComplaintForm(ComplaintFormCommon):
    """Anybody writes, who confirms files, and nobody in another's name."""

    # === FROM THE FORM TO THE COMPLAINT ===#

    def test_whole_way(self):
        with freeze_time("2026-03-02 07:00:00"):
            page = self._submit(cause_id=str(self.cause.id))
        self.assertTrue(page.url.endswith("/complaint/sent"))
        self.assertIn("mailbox", page.text)
        asked, path = self._sent()
        self.assertRecordValues(
            asked,
            [
                {
                    "name": "Desks",
                    "email": "contact@example.com",
                    "company_id": self.company.id,
                    "cause_id": self.cause.id,
                    "state": "expired",
                    "complaint_id": False,
                }
            ],
        )
        self.assertFalse(self._filed())
        with freeze_time("2026-03-02 12:00:00"):
            self.assertEqual(asked.state, "expired")
            asked.invalidate_recordset()
            self.assertEqual(asked.state, "unconfirmed")
            shown = self.url_open(path).text
            self.assertIn("They are late.", shown)
            # programs that open links confirm nothing
            self.assertFalse(self._filed())
            page = self._confirm(path)
        complaint = self._filed()
        self.assertRecordValues(
            complaint,
            [
                {
                    "name": "Desks",
                    "description": "They are late.",
                    "partner_id": self.contact.id,
                    "commercial_partner_id": self.customer.id,
                    "employee_id": self.sales.id,
                    "cause_id": self.cause.id,
                    "company_id": self.company.id,
                    "channel": "web",
                    "state": "new",
                    "filed_by_id": False,
                    # nobody could act before it was confirmed
                    "filed_at": self._time("2026-03-02 12:00"),
                    "response_deadline": self._time("2026-03-03 11:00"),
                }
            ],
        )
        self.assertEqual(asked.complaint_id, complaint)
        self.assertIn(complaint.number, page.text)
        self.assertIn("was filed", page.text)
        self.assertIn(complaint.access_token, page.url)
        note = complaint.message_ids.filtered(lambda m: "public form" in m.body)
        self.assertIn("08:00", note.body)
        self.assertIn("+49 30 1234", note.body)
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        # and the visitor does not read it
        self.assertNotIn("+49 30 1234", page.text)

    def test_mails(self):
        self._submit(name="BUY " + SCRIPT, description="Cheap pills")
        asked, path = self._sent()
        mail = self._mails()
        self.assertEqual(mail.email_to, "contact@example.com")
        self.assertIn(path, mail.body_html)
        # nobody can send his words to others through us
        for text in ("BUY", "pills", "Tess"):
            self.assertNotIn(text, mail.subject + mail.body_html)
        self._confirm(path)
        follow = (self._mails() - mail).filtered(lambda m: m.email_to == asked.email)
        self.assertIn(asked.complaint_id.number, follow.subject)
        self.assertIn(asked.complaint_id.access_token, follow.body_html)

    def test_nobody_inside_finds_the_link(self):
        self._submit()
        _asked, path = self._sent()
        self.env.flush_all()
        for user in (self.user_hr, self.user_admin, self.user_auditor):
            messages = self.env["mail.message"].with_user(user)
            self.assertFalse(messages.search([("body", "ilike", path[-40:])]))
            with self.assertRaises(AccessError):
                self.env["mail.mail"].with_user(user).search([])

    def test_a_stranger_becomes_a_contact_when_he_confirms(self):
        partners = self.env["res.partner"].with_context(active_test=False)
        same = [("email_normalized", "=", "jane@example.org")]
        self._submit(email="Jane@Example.org", contact_name="Jane New")
        self.assertFalse(partners.search(same))
        self._confirm(self._sent()[1])
        self.assertRecordValues(
            partners.search(same),
            [
                {
                    "name": "Jane New",
                    "phone": "+49 30 1234",
                    "company_id": self.company.id,
                    "user_ids": [],
                }
            ],
        )
        self.assertFalse(self._filed().employee_id)

    def test_a_known_contact_stays_as_it_is(self):
        self._submit(contact_name="Mallory", phone="666")
        self._confirm(self._sent()[1])
        self.assertEqual(self._filed().partner_id, self.contact)
        self.assertEqual(self.contact.name, "Test Contact")
        self.assertFalse(self.contact.phone)

    def test_a_colleague_who_is_signed_in_is_not_who_filed(self):
        self._submit()
        self.authenticate("perf_sales", "perf_sales")
        self._confirm(self._sent()[1])
        self.assertFalse(self._filed().filed_by_id)
        self.assertEqual(
            self._filed().message_ids[-1:].author_id,
            self.env.ref("base.partner_root"),
        )

    def test_known_and_unknown_get_the_same_answer(self):
        pages = [
            self._submit(email=email)
            for email in ("contact@example.com", "nobody@example.com")
        ]
        self.assertEqual(*(page.url for page in pages))
        texts = {re.sub(r"csrf_token[^,]+,", "", page.text) for page in pages}
        self.assertEqual(len(texts), 1)
        self.assertEqual(len(self._mails()), 2)

    # === LINKS ===#

    def test_wrong_links(self):
        self._submit()
        asked, path = self._sent()
        other = self.requests.create(
            {
                "name": "Other",
                "description": "x",
                "contact_name": "x",
                "email": "x@example.com",
                "company_id": self.company.id,
            }
        )
        forged = path[:-3] + ("AAA" if path[-3:] != "AAA" else "BBB")
        for wrong in (
            forged,
            "/complaint/confirm/x",
            "/complaint/confirm/%00",
            "/complaint/confirm/%F0%9F%92%A9",
            "/complaint/confirm/AQAAAA",
            "/complaint/confirm/" + "A" * 5000,
            f"/complaint/confirm/{other.id}",
        ):
            for page in (self.url_open(wrong), self._confirm(wrong)):
                self.assertEqual(page.status_code, 404, wrong)
                self.assertIn("do not know this link", page.text)
        self.assertFalse(self._filed())
        self.assertFalse(asked.confirmed_at)

    def test_a_link_works_once(self):
        self._submit()
        asked, path = self._sent()
        self._confirm(path)
        for page in (self.url_open(path), self._confirm(path)):
            self.assertEqual(page.status_code, 410)
            self.assertIn("confirmed already", page.text)
            self.assertNotIn(asked.complaint_id.access_token, page.text)
        self.assertEqual(len(self._filed()), 1)

    def test_two_clicks_at_once(self):
        self._submit()
        asked, path = self._sent()
        with patch.object(
            type(self.requests), "try_lock_for_update", lambda own: own.browse()
        ):
            page = self._confirm(path)
        self.assertIn("confirmed already", page.text)
        self.assertFalse(self._filed())
        self.assertFalse(asked.confirmed_at)

    def test_a_link_ends(self):
        self._submit()
        asked, path = self._sent()
        end = asked.expires_at
        self.assertEqual(end, asked.submitted_at + timedelta(days=3))
        with freeze_time(end):
            for page in (self.url_open(path), self._confirm(path)):
                self.assertEqual(page.status_code, 410)
                self.assertIn("has ended", page.text)
        self.assertFalse(self._filed())
        asked.unlink()
        self.assertIn("has ended", self.url_open(path).text)

    def test_confirming_needs_the_form(self):
        self._submit()
        asked, path = self._sent()
        for token in ("", "wrong"):
            with mute_logger("odoo.http"):
                page = self._confirm(path, csrf_token=token)
            self.assertEqual(page.status_code, 400)
        self.assertFalse(asked.confirmed_at)

    def test_a_form_that_was_switched_off_meanwhile(self):
        self._submit()
        self.company.performance_complaint_form = False
        _asked, path = self._sent()
        self._confirm(path, csrf_token=self._csrf(path))
        self.assertTrue(self._filed())

    # === COMPANIES ===#

    def test_which_company(self):
        main = self.env.ref("base.main_company")
        main.performance_complaint_form = False
        other = self.env["res.company"].create({"name": "Silent Co"})
        for url in (
            "/complaint",
            f"/complaint/{main.id}",
            f"/complaint/{other.id}",
            "/complaint/0",
            "/complaint/99999999",
            "/complaint/999999999999999999999",
        ):
            for page in (self.url_open(url), self._submit(url)):
                self.assertEqual(page.status_code, 404, url)
                self.assertIn("no form here", page.text)
        self.assertNotIn("Silent Co", self.url_open(f"/complaint/{other.id}").text)
        self._assert_nothing_kept()
        main.performance_complaint_form = True
        self.assertIn(main.name, self.url_open("/complaint").text)
        self._submit("/complaint")
        self.assertEqual(self._sent()[0].company_id, main)
        self.assertIn("Performance Test Co", self.url_open(self.url).text)

    def test_causes_and_contacts_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Other Co"})
        hidden = self.env["performance.complaint.cause"].create(
            {"name": "Hidden cause", "code": "hidden", "company_id": other.id}
        )
        self.assertNotIn("Hidden cause", self.url_open(self.url).text)
        self.assertIn("from the list", self._submit(cause_id=str(hidden.id)).text)
        there = self.env["res.partner"].create(
            {"name": "There", "email": "there@example.com", "company_id": other.id}
        )
        self._submit(email="there@example.com")
        self._confirm(self._sent()[1])
        partner = self._filed().partner_id
        self.assertNotEqual(partner, there)
        self.assertEqual(partner.company_id, self.company)

    # === WHO READS ===#

    def test_who_reads_requests(self):
        here = self._request(self.company)
        there = self._request(self.env["res.company"].create({"name": "Other Co"}))
        both = [("id", "in", (here + there).ids)]
        for user in (self.user_hr, self.user_admin, self.user_auditor):
            self.assertEqual(self.requests.with_user(user).search(both), here)
        for user in (
            self.user_sales,
            self.user_manager,
            self.user_employee,
            self.user_outsider,
            self.user_portal,
            self.env.ref("base.public_user"),
        ):
            with self.assertRaises(AccessError):
                self.requests.with_user(user).search(both)
        for user in (self.user_hr, self.user_admin, self.user_auditor):
            own = here.with_user(user)
            for call in (
                lambda own=own: own.write({"confirmed_at": fields.Datetime.now()}),
                lambda own=own: own.copy(),
                lambda own=own: own.unlink(),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    call()
            for view in ("form", "list", "kanban", "search"):
                self.assertTrue(own.get_view(view_type=view)["arch"])
            with self.assertRaises(AccessError):
                self.attempts.with_user(user).search([])

    def test_settings_show_the_address(self):
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.performance_complaint_form)
        self.assertTrue(settings.performance_complaint_form_url.endswith(self.url))
