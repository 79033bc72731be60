import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..models.measure.complaint.performance_complaint_attempt import _mailbox, _network
from .complaint_common import ComplaintCommon

SCRIPT = "<script>alert(1)</script>"


@tagged("post_install", "-at_install")
class TestComplaintForm(HttpCase, ComplaintCommon):
    """Anybody writes, who confirms files, and nobody in another's name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {"performance_complaint_form": True, "email": "info@co.example.com"}
        )
        cls.requests = cls.env["performance.complaint.request"]
        cls.attempts = cls.env["performance.complaint.attempt"]
        cls.url = f"/complaint/{cls.company.id}"
        cls.customer.user_id = cls.user_sales

    def setUp(self):
        super().setUp()
        self.last_mail = self.env["mail.mail"].search([], order="id desc", limit=1).id

    def _csrf(self, url=None):
        page = self.url_open(url or self.url).text
        return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    def _submit(self, url=None, **values):
        """Send the form, as the page does."""
        form = {
            "name": "Desks",
            "description": "They are late.",
            "contact_name": "Tess Contact",
            "email": "contact@example.com",
            "phone": "+49 30 1234",
            "homepage": "",
            **values,
        }
        if "csrf_token" not in form:
            form["csrf_token"] = self._csrf()
        return self.url_open(url or self.url, data=form)

    def _sent(self):
        """The request just made, and the path of the link that was mailed."""
        asked = self.requests.search([], limit=1)
        return asked, f"/complaint/confirm/{asked._token()}"

    def _mails(self):
        return self.env["mail.mail"].search([("id", ">", self.last_mail or 0)])

    def _confirm(self, path, **values):
        if "csrf_token" not in values:
            values["csrf_token"] = self._csrf()
        return self.url_open(path, data=values)

    def _filed(self):
        return self.complaints.search([("channel", "=", "web")])

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
            self._confirm(path)
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

    # === HOSTILE AND CARELESS FORMS ===#

    def _assert_nothing_kept(self):
        self.assertFalse(self.requests.search([]))
        self.assertFalse(self._mails())

    def test_careless_forms(self):
        for values, text in (
            *(({name: " "}, "fill in") for name in ("name", "description")),
            *(({name: ""}, "fill in") for name in ("contact_name", "email")),
            ({"name": "x" * 201}, "“Subject”: at most 200"),
            ({"description": "x" * 10_001}, "at most 10000"),
            ({"contact_name": "x" * 121}, "at most 120"),
            ({"phone": "1" * 41}, "at most 40"),
            ({"email": "x" * 250 + "@example.com"}, "at most 254"),
            ({"email": "nobody"}, "check your e-mail"),
            ({"email": "a@example.com, b@example.com"}, "check your e-mail"),
            ({"email": "a@example.com\r\nBcc: b@example.com"}, "check your e-mail"),
            ({"email": "a@localhost"}, "check your e-mail"),
            ({"cause_id": "99999999"}, "from the list"),
            ({"cause_id": "1 OR 1=1"}, "from the list"),
        ):
            page = self._submit(**values)
            self.assertEqual(page.status_code, 200)
            self.assertIn(text, page.text)
        self._assert_nothing_kept()
        self.assertFalse(self.attempts.search([]))

    def test_what_was_typed_comes_back_as_text(self):
        page = self._submit(name="", description=f"Typed {SCRIPT}").text
        self.assertIn("Typed &lt;script&gt;", page)
        self.assertNotIn(SCRIPT, page)

    def test_html_stays_text_to_the_end(self):
        self._submit(name=f"N {SCRIPT}", description=f"D {SCRIPT}", contact_name=SCRIPT)
        asked, path = self._sent()
        pages = self.url_open(path).text + self._confirm(path).text
        self.assertNotIn(SCRIPT, pages)
        self.assertIn("D &lt;script&gt;", pages)
        self.assertEqual(asked.complaint_id.description, f"D {SCRIPT}")
        for body in asked.complaint_id.message_ids.mapped("body"):
            self.assertNotIn("<script", body)

    def test_ten_megabytes(self):
        page = self._submit(description="x" * 10_000_000)
        self.assertIn(page.status_code, (200, 413))
        self.assertLess(len(page.text), 200_000)
        if page.status_code == 200:
            self.assertIn("at most 10000", page.text)
        with mute_logger("odoo.http"):
            page = self._submit(description="x" * 12_000_000)
        self.assertEqual(page.status_code, 413)
        self._assert_nothing_kept()

    def test_control_characters_and_lines(self):
        self._submit(name="De\x00sks\r\nBcc: x", description="One\r\nTwo\x00")
        asked, _path = self._sent()
        self.assertEqual(asked.name, "De sks Bcc: x")
        self.assertEqual(
            [line.strip() for line in asked.description.split("\n")], ["One", "Two"]
        )

    def test_a_file_is_no_text(self):
        form = {"csrf_token": self._csrf(), "name": "x", "email": "a@example.com"}
        page = self.url_open(
            self.url, data=form, files={"description": ("x.txt", b"late")}
        )
        self.assertIn("fill in", page.text)
        self._assert_nothing_kept()

    def test_forged_form(self):
        for token in ("", "wrong"):
            with mute_logger("odoo.http"):
                page = self._submit(csrf_token=token)
            self.assertEqual(page.status_code, 400)
        self._assert_nothing_kept()

    def test_the_trap(self):
        page = self._submit(homepage="http://spam.example.com")
        self.assertTrue(page.url.endswith("/complaint/sent"))
        self._assert_nothing_kept()

    def test_other_values_are_ignored(self):
        self._submit(
            state="confirmed",
            confirmed_at="2026-03-02 07:00:00",
            complaint_id=str(self._file().id),
            company_id="1",
            severity="critical",
        )
        asked, _path = self._sent()
        self.assertEqual(asked.company_id, self.company)
        self.assertFalse(asked.confirmed_at or asked.complaint_id)

    def test_our_own_addresses(self):
        domain = self.env["mail.alias.domain"].create({"name": "form.example.com"})
        self.company.alias_domain_id = domain
        self.company.performance_complaint_alias_name = "complaints-form"
        page = self._submit(email="complaints-form@form.example.com")
        self.assertIn("address of ours", page.text)
        self._assert_nothing_kept()

    # === HOW OFTEN ===#

    def test_one_mailbox(self):
        for email in ("a@example.com", "A+1@example.com", "a+2@Example.com"):
            self.assertIn("mailbox", self._submit(email=email).text)
        page = self._submit(email="a+3@example.com", description="Typed long")
        self.assertIn("Too many complaints", page.text)
        self.assertIn("Typed long", page.text)
        self.assertIn("mailbox", self._submit(email="b@example.com").text)
        self.assertEqual(len(self.requests.search([])), 4)
        self.env.cr.execute(
            "UPDATE performance_complaint_attempt"
            " SET attempted_at = attempted_at - interval '1 hour'"
        )
        self.assertIn("mailbox", self._submit(email="a@example.com").text)

    def test_one_network(self):
        for number in range(10):
            self.attempts._note(self.company, f"{number}@example.com", "127.0.0.1")
        self.assertIn("Too many complaints", self._submit().text)
        self.attempts.search([]).unlink()
        for number in range(10):
            self.attempts._note(self.company, f"{number}@example.com", "10.0.0.1")
        self.assertIn("mailbox", self._submit().text)

    def test_one_company(self):
        for number in range(100):
            self.attempts._note(
                self.company, f"{number}@example.com", f"10.0.0.{number}"
            )
        self.assertIn("Too many complaints", self._submit().text)
        self._assert_nothing_kept()

    def test_no_address_is_kept(self):
        self._submit()
        note = self.attempts.search([])
        self.assertEqual(len(note), 1)
        for value in (note.email_hash, note.network_hash):
            self.assertRegex(value, r"^[0-9a-f]{64}$")
        # another database has other hashes
        self.env["ir.config_parameter"].set_param("database.secret", "other")
        self.assertNotEqual(self.attempts._hash("127.0.0.1"), note.network_hash)

    def test_networks_and_mailboxes(self):
        self.assertEqual(_network("2001:db8:1:2:3::4"), _network("2001:db8:1:2::9"))
        self.assertNotEqual(_network("2001:db8:1:3::"), _network("2001:db8:1:2::"))
        self.assertEqual(_network("::ffff:10.0.0.1"), _network("10.0.0.1"))
        self.assertEqual(_network(None), _network("no address"))
        self.assertEqual(_mailbox("A+x+y@Example.com"), "a@example.com")

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

    def _request(self, company):
        return self.requests.create(
            {
                "name": "Desks",
                "description": "Late",
                "contact_name": "Tess",
                "email": "tess@example.com",
                "company_id": company.id,
            }
        )

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

    # === CLEANING ===#

    def test_requests_go_after_a_week(self):
        with freeze_time("2026-03-02 07:00:00"):
            asked = self._request(self.company)
        kept = self._request(self.company)
        with freeze_time("2026-03-09 06:59:59"):
            self.requests._gc_requests()
            self.assertTrue(asked.exists())
        with freeze_time("2026-03-09 07:00:00"):
            done, more = self.requests._gc_requests()
        self.assertFalse(asked.exists())
        self.assertTrue(kept.exists())
        self.assertGreaterEqual(done, 1)
        self.assertFalse(more)

    def test_a_complaint_outlives_its_request(self):
        self._submit()
        asked, path = self._sent()
        self._confirm(path)
        with freeze_time(fields.Datetime.now() + timedelta(days=8)):
            self.requests._gc_requests()
        self.assertFalse(asked.exists())
        self.assertTrue(self._filed())

    def test_attempts_go_after_an_hour(self):
        self.attempts._note(self.company, "a@example.com", "10.0.0.1")
        self.attempts._gc_attempts()
        self.assertEqual(len(self.attempts.search([])), 1)
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.attempts._gc_attempts()
        self.assertFalse(self.attempts.search([]))
