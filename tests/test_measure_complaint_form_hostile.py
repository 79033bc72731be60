from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models.measure.complaint.performance_complaint_attempt import _mailbox, _network
from .complaint_form_common import SCRIPT, ComplaintFormCommon


@tagged("post_install", "-at_install")
class TestComplaintFormHostile(ComplaintFormCommon):
    """What visitors send by mistake or on purpose: a clear answer, nothing kept."""

    # === HOSTILE AND CARELESS FORMS ===#

    def test_company_sent_as_a_field(self):
        for page in (
            self.url_open("/complaint?company_id=1"),
            self._submit("/complaint", company_id="1"),
        ):
            self.assertEqual(page.status_code, 404)
            self.assertIn("There is no form here", page.text)
        self.assertFalse(self.requests.search([]))

    def test_careless_forms(self):
        for values, text in (
            *(({name: " "}, "fill in") for name in ("name", "description")),
            *(({name: ""}, "fill in") for name in ("contact_name", "email")),
            ({"name": "x" * 201}, "“Title”: at most 200"),
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
