import re

from odoo.exceptions import UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .complaint_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestComplaintPortal(HttpCase, ComplaintCommon):
    """A customer files and follows complaints, and nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_portal.partner_id.parent_id = cls.customer
        cls.user_portal.partner_id.email = "portal@example.com"
        cls.stranger = cls.env["res.partner"].create({"name": "Other Customer"})
        cls.of_stranger = cls._file(name="Secret", partner_id=cls.stranger.id)
        cls.user_internal = cls.user_sales
        cls.env.registry.clear_cache()

    def setUp(self):
        super().setUp()
        self.authenticate("perf_portal", "perf_portal")

    def _token(self, url):
        page = self.url_open(url).text
        return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    def _submit(self, **values):
        """Send the form, as the page does."""
        form = {"name": "Desks", "description": "They are late.", **values}
        form.setdefault("csrf_token", self._token("/my/complaints/new"))
        return self.url_open("/my/complaints/new", data=form)

    def _mine(self):
        return self.complaints.search(
            [("partner_id", "=", self.user_portal.partner_id.id)]
        )

    # === FILING ===#

    def test_file_and_follow(self):
        lead = self._create_lead(partner_id=self.customer.id)
        lead.action_set_won()
        page = self._submit(cause_id=self.cause.id, lead_id=lead.id)
        complaint = self._mine()
        self.assertRecordValues(
            complaint,
            [
                {
                    "name": "Desks",
                    "description": "They are late.",
                    "channel": "portal",
                    "cause_id": self.cause.id,
                    "lead_id": lead.id,
                    "commercial_partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "employee_id": self.sales.id,
                    "filed_by_id": False,
                    "state": "new",
                }
            ],
        )
        self.assertTrue(complaint.response_deadline)
        self.assertTrue(page.url.endswith(f"/my/complaints/{complaint.id}?filed=1"))
        self.assertIn("was filed", page.text)
        listed = self.url_open("/my/complaints").text
        self.assertIn(complaint.number, listed)
        self.assertNotIn("Secret", listed)
        self.assertIn("/my/complaints", self.url_open("/my/home").text)

    def test_html_is_shown_as_text(self):
        page = self._submit(description="<script>alert(1)</script>").text
        self.assertNotIn("<script>alert(1)", page)
        self.assertIn("&lt;script&gt;alert(1)", page)

    def test_careless_forms_save_nothing(self):
        leads = self._create_lead(partner_id=self.stranger.id)
        leads.action_set_won()
        for values, text in (
            ({"name": " "}, "fill in"),
            ({"description": ""}, "fill in"),
            ({"name": "x" * 201}, "shorten"),
            ({"description": "x" * 200_000}, "shorten"),
            ({"cause_id": "99999999"}, "from the lists"),
            ({"cause_id": "1 OR 1=1"}, "from the lists"),
            ({"cause_id": "9" * 400}, "from the lists"),
            ({"lead_id": str(leads.id)}, "from the lists"),
        ):
            page = self._submit(**values)
            self.assertEqual(page.status_code, 200)
            self.assertIn(text, page.text)
        self.assertFalse(self._mine())

    def test_what_was_typed_comes_back(self):
        page = self._submit(name="", description="Typed <b>long</b>").text
        self.assertIn("Typed &lt;b&gt;long&lt;/b&gt;", page)

    def test_zero_bytes(self):
        self._submit(name="De\x00sks", description="\x00late")
        self.assertEqual(self._mine().name, "Desks")

    def test_ten_megabytes(self):
        page = self._submit(description="x" * 10_000_000)
        self.assertIn(page.status_code, (200, 413))
        self.assertLess(len(page.text), 200_000)
        self.assertFalse(self._mine())

    def test_forged_form(self):
        for token in ("", "wrong"):
            with mute_logger("odoo.http"):
                page = self._submit(csrf_token=token)
            self.assertEqual(page.status_code, 400)
        self.assertFalse(self._mine())

    def test_other_values_of_a_form_are_ignored(self):
        self._submit(
            state="closed",
            severity="low",
            employee_id=str(self.sales2.id),
            partner_id=str(self.stranger.id),
        )
        self.assertEqual(self._mine().state, "new")
        self.assertFalse(self._mine().employee_id)

    def test_not_too_often(self):
        for number in range(10):
            self._file(
                partner_id=self.user_portal.partner_id.id,
                channel="portal",
                name=f"No. {number}",
            )
        self.assertIn("write again later", self._submit().text)
        self.assertEqual(len(self._mine()), 10)

    def test_visitors_sign_in_first(self):
        self.authenticate(None, None)
        page = self.url_open("/my/complaints/new")
        self.assertIn("/web/login", page.url)

    def test_colleagues_without_access_are_led_home(self):
        self.authenticate("perf_outsider", "perf_outsider")
        for url in ("/my/complaints", "/my/complaints/new"):
            self.assertTrue(self.url_open(url).url.endswith("/my"))

    # === FOLLOWING ===#

    def test_of_others_nothing_is_seen(self):
        answers = {
            self.url_open(url, allow_redirects=False).headers.get("Location")
            for url in (
                f"/my/complaints/{self.of_stranger.id}",
                f"/my/complaints/{self.of_stranger.id}?access_token=wrong",
                "/my/complaints/99999999",
                "/my/complaints/999999999999999999999",
            )
        }
        self.assertEqual({a.rsplit("/", 1)[-1] for a in answers}, {"my"})

    def test_link_of_a_mail(self):
        self.authenticate(None, None)
        complaint = self._file()
        token = complaint._portal_ensure_token()
        page = self.url_open(f"/my/complaints/{complaint.id}?access_token={token}")
        self.assertIn(complaint.number, page.text)
        other = f"/my/complaints/{self.of_stranger.id}?access_token={token}"
        self.assertNotIn("Secret", self.url_open(other).text)

    def test_nothing_internal_is_on_the_page(self):
        complaint = self._file(partner_id=self.user_portal.partner_id.id)
        complaint.with_user(self.user_hr)._workflow_apply("invalid", "Troublemaker")
        page = self.url_open(f"/my/complaints/{complaint.id}").text
        self.assertIn("Closed", page)
        for text in ("Troublemaker", "Sam Sales", "Invalid", "Normal"):
            self.assertNotIn(text, page)

    # === REOPENING ===#

    def _reopen(self, complaint, reason="Still broken", **values):
        url = f"/my/complaints/{complaint.id}"
        form = {"reason": reason, **values}
        form.setdefault("csrf_token", self._token("/my/complaints/new"))
        return self.url_open(f"{url}/reopen", data=form)

    def test_reopen(self):
        complaint = self._file(partner_id=self.user_portal.partner_id.id)
        complaint._workflow_apply("resolve")
        self._reopen(complaint)
        self.assertEqual(complaint.state, "open")
        self.assertEqual(complaint.reopen_count, 1)
        message = complaint.message_ids.filtered(lambda m: "Still" in m.body)
        self.assertEqual(message.author_id, self.user_portal.partner_id)
        self._reopen(complaint)
        self.assertEqual(complaint.reopen_count, 1)

    def test_reopen_without_a_reason_or_anothers(self):
        complaint = self._file(partner_id=self.user_portal.partner_id.id)
        for other in (complaint, self.of_stranger):
            other._workflow_apply("resolve")
        self.assertIn("not reopened", self._reopen(complaint, " ").text)
        self.assertIn("not reopened", self._reopen(complaint, "x" * 10_001).text)
        self._reopen(self.of_stranger)
        self._reopen(self.of_stranger, access_token="wrong")
        with mute_logger("odoo.http"):
            self._reopen(complaint, csrf_token="wrong")
        self.assertEqual(
            (complaint + self.of_stranger).mapped("state"), ["resolved"] * 2
        )

    # === MESSAGES ===#

    def _post(self, complaint, body, **params):
        return self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": complaint._name,
                "thread_id": complaint.id,
                "post_data": {
                    "body": body,
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
                **params,
            },
        )

    def test_answer_in_the_portal(self):
        complaint = self._file(partner_id=self.user_portal.partner_id.id)
        complaint._workflow_apply("wait", "Which one?")
        self._post(complaint, "The red one")
        self.assertEqual(complaint.state, "open")
        self.assertIn("The red one", complaint.message_ids[:1].body)

    def test_messages_have_limits(self):
        complaint = self._file(partner_id=self.user_portal.partner_id.id)
        before = len(complaint.message_ids)
        with mute_logger("odoo.http"), self.assertRaisesRegex(Exception, "UserError"):
            self._post(complaint, "x" * 10_001)
        self.assertEqual(len(complaint.message_ids), before)
        portal = complaint.with_user(self.user_portal).sudo()
        for _time in range(30):
            portal.message_post(body="Hurry!", message_type="comment")
        with self.assertRefused(UserError, "write again later"):
            portal.message_post(body="Hurry!", message_type="comment")

    def test_no_messages_on_others(self):
        before = len(self.of_stranger.message_ids)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self._post(self.of_stranger, "Hello")
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self._post(self.of_stranger, "Hello", token="wrong")
        self.assertEqual(len(self.of_stranger.message_ids), before)

    # === RATING ===#

    def test_from_the_portal_to_the_rating(self):
        self._submit()
        complaint = self._mine()
        with freeze_time("2027-01-04 10:00:00"):
            for verb in ("respond", "resolve", "close"):
                complaint.with_user(self.user_hr)._workflow_apply(verb)
        token = complaint.rating_ids.sudo().access_token
        self.authenticate(None, None)
        page = self.url_open(f"/rate/{token}/5")
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        self.url_open(
            f"/rate/{token}/submit_feedback",
            data={"csrf_token": csrf, "rate": 5, "feedback": "Well done"},
        )
        self.assertEqual(complaint.rating_last_value, 5)
        self.assertEqual(complaint.rating_last_feedback, "Well done")
        self.assertEqual(complaint.state, "closed")
