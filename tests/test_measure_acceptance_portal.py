from datetime import timedelta
from urllib.parse import quote

from odoo import fields, http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .acceptance_common import AcceptanceCommon, picture

SECRET = "Forty desks, mounted."


@tagged("post_install", "-at_install")
class TestAcceptancePortal(HttpCase, AcceptanceCommon):
    """What customers and strangers get over HTTP, with careless and hostile input."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acceptance = cls._submitted()
        cls.token = cls.acceptance.sudo().access_token
        cls.url = f"/my/acceptances/{cls.acceptance.id}"
        cls.env.flush_all()

    # === CALLS ===#

    def _open(self, token=None, url=None):
        query = "" if token is None else f"?access_token={quote(token)}"
        return self.url_open((url or self.url) + query)

    def _accept_over_http(self, token=None, url=None, name="Carl", signature=None):
        query = "" if token is None else f"?access_token={quote(token)}"
        return self.make_jsonrpc_request(
            f"{url or self.url}/accept{query}",
            {"name": name, "signature": signature or picture()},
        )

    def _refuse_over_http(self, token=None, url=None, **data):
        query = "" if token is None else f"?access_token={quote(token)}"
        if not self.session:
            self.authenticate(None, None)
        data = {"name": "Carl", "reason": "Two desks wobble.", **data}
        data.setdefault("csrf_token", http.Request.csrf_token(self))
        return self.url_open(f"{url or self.url}/refuse{query}", data=data)

    def _state(self):
        self.acceptance.invalidate_recordset()
        return self.acceptance.state

    def _assert_nothing_saved(self):
        self.acceptance.invalidate_recordset()
        self.assertRecordValues(
            self.acceptance,
            [
                {
                    "state": "submitted",
                    "decided_at": False,
                    "decided_by_name": False,
                    "signature": False,
                    "refusal_reason": False,
                }
            ],
        )

    # === THE LINK WITHOUT SIGNING IN ===#

    def test_read_and_accept_by_link(self):
        page = self._open(self.token)
        self.assertEqual(page.status_code, 200)
        self.assertIn(SECRET, page.text)
        self.assertIn("modalaccept", page.text)
        answer = self._accept_over_http(self.token, name="  Carl\n Contact ")
        self.assertTrue(answer["force_refresh"])
        page = self.url_open(answer["redirect_url"])
        self.assertIn("Your acceptance has been recorded", page.text)
        self.assertIn("Accepted by", page.text)
        self.assertNotIn("modalaccept", page.text)
        self.acceptance.invalidate_recordset()
        self.assertRecordValues(
            self.acceptance,
            [
                {
                    "state": "accepted",
                    "decided_by_name": "Carl Contact",
                    "decided_via": "link",
                    "decided_by_id": False,
                }
            ],
        )

    def test_refuse_by_link(self):
        page = self._refuse_over_http(self.token, reason="<b>Two</b>\ndesks wobble 🙁")
        self.assertEqual(page.status_code, 200)
        self.assertIn("We look at what you wrote", page.text)
        self.assertIn("&lt;b&gt;Two&lt;/b&gt;", page.text)
        self.acceptance.invalidate_recordset()
        self.assertEqual(self.acceptance.state, "refused")
        self.assertEqual(self.acceptance.refusal_reason, "<b>Two</b>\ndesks wobble 🙁")

    def test_signed_in(self):
        self.authenticate("perf_portal", "perf_portal")
        self.assertIn(SECRET, self._open().text)
        self._accept_over_http(name="Paula Portal")
        self.assertEqual(self._state(), "accepted")
        self.assertEqual(self.acceptance.decided_via, "portal")
        self.assertEqual(self.acceptance.decided_by_id, self.user_portal.partner_id)

    def test_typed_reason_is_kept(self):
        page = self._refuse_over_http(self.token, name="", reason="A long story")
        self.assertIn("Please type your name", page.text)
        self.assertIn("A long story", page.text)
        self._assert_nothing_saved()

    # === REPLAYED, WITHDRAWN ===#

    def test_replayed_after_the_decision(self):
        self._accept_over_http(self.token)
        signature = self.acceptance.signature
        answer = self._accept_over_http(self.token, name="Mallory")
        self.assertIn("was decided already", answer["error"])
        page = self._refuse_over_http(self.token)
        self.assertIn("was decided already", page.text)
        self.acceptance.invalidate_recordset()
        self.assertEqual(self.acceptance.decided_by_name, "Carl")
        self.assertEqual(self.acceptance.signature, signature)
        self.assertFalse(self.acceptance.refusal_reason)

    def test_withdrawn(self):
        self.acceptance.with_user(self.user_sales)._workflow_apply("withdraw", "Wrong")
        page = self._open(self.token)
        self.assertIn("This was withdrawn", page.text)
        self.assertNotIn(SECRET, page.text)
        self.assertNotIn("Wrong", page.text)
        self.assertIn("not submitted", self._accept_over_http(self.token)["error"])
        page = self._refuse_over_http(self.token)
        self.assertIn("not submitted", page.text)
        self.assertNotIn(SECRET, page.text)
        self.assertEqual(self._state(), "withdrawn")

    # === STRANGERS ===#

    def _assert_closed(self, page):
        self.assertEqual(page.status_code, 404)
        self.assertIn("This page is not available", page.text)
        for text in (SECRET, "Installation", "Test Customer", "Carl"):
            self.assertNotIn(text, page.text)

    def test_wrong_tokens(self):
        other = self._submitted().sudo()
        self.env.flush_all()
        for token in (None, "", "x", other.access_token, "é", "%00", self.token[:-1]):
            self._assert_closed(self._open(token))
            answer = self._accept_over_http(token)
            self.assertEqual(answer["error"], "This page is not available.")
            self._assert_closed(self._refuse_over_http(token))
        for token in (True, 7, [self.token], {"a": self.token}):
            answer = self.make_jsonrpc_request(
                f"{self.url}/accept",
                {"access_token": token, "name": "Carl", "signature": picture()},
            )
            self.assertEqual(answer["error"], "This page is not available.")
        self._assert_nothing_saved()

    def test_what_is_not_there_looks_the_same(self):
        draft = self._create_acceptance()
        self.env.flush_all()
        for number in (draft.id, 2**31 - 1, 2**70):
            url = f"/my/acceptances/{number}"
            self._assert_closed(self._open("x", url))
            answer = self._accept_over_http("x", url)
            self.assertEqual(answer["error"], "This page is not available.")

    def test_other_customers(self):
        self.authenticate("perf_portal2", "perf_portal2")
        self._assert_closed(self._open())
        self._assert_closed(self._open("x&y=1"))
        answer = self._accept_over_http()
        self.assertEqual(answer["error"], "This page is not available.")
        self._assert_closed(self._refuse_over_http())
        page = self.url_open("/my/acceptances")
        self.assertNotIn("Installation", page.text)
        self.assertIn("Nothing was submitted", page.text)
        self._assert_nothing_saved()

    def test_staff_looks_but_does_not_decide(self):
        for login in ("perf_sales", "perf_hr"):
            self.authenticate(login, login)
            page = self._open()
            self.assertIn(SECRET, page.text)
            self.assertNotIn("modalaccept", page.text)
            self.assertNotIn(self.token, page.text)
            for token in (None, self.token):
                answer = self._accept_over_http(token)
                self.assertIn("one of our staff", answer["error"])
                page = self._refuse_over_http(token)
                self.assertIn("one of our staff", page.text)
        self.authenticate("perf_sales2", "perf_sales2")
        self._assert_closed(self._open())
        self._assert_nothing_saved()

    def test_forged_forms(self):
        with mute_logger("odoo.http"):
            page = self._refuse_over_http(self.token, csrf_token="forged")
        self.assertEqual(page.status_code, 400)
        self._assert_nothing_saved()

    # === CARELESS AND HOSTILE INPUT ===#

    def test_names_and_signatures(self):
        huge = "A" * 10_000_000
        for name, signature, text in (
            ("", picture(), "type your name"),
            (" \n\u202e", picture(), "type your name"),
            (huge, picture(), "at most 120 characters"),
            (["Carl"], picture(), "type your name"),
            (None, picture(), "type your name"),
            ("Carl", picture(drawn=False), "blank"),
            ("Carl", "not base64 €", "no picture"),
            ("Carl", "PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+", "no picture"),
            ("Carl", picture()[:60], "signature is"),
            ("Carl", huge, "too large"),
            ("Carl", picture(size=(5000, 10)), "too large"),
            ("Carl", {"a": 1}, "signature is missing"),
            ("Carl", 7, "signature is missing"),
        ):
            answer = self._accept_over_http(self.token, name=name, signature=signature)
            self.assertIn(text, answer["error"])
        answer = self.make_jsonrpc_request(
            f"{self.url}/accept?access_token={self.token}", {}
        )
        self.assertIn("type your name", answer["error"])
        self._assert_nothing_saved()

    def test_reasons(self):
        for reason, text in (
            ("", "what is missing or wrong"),
            (" \n ", "what is missing or wrong"),
            ("x" * 10_000_000, "shorten the reason"),
        ):
            page = self._refuse_over_http(self.token, reason=reason)
            self.assertEqual(page.status_code, 200)
            self.assertIn(text, page.text)
            self.assertLess(len(page.content), 300_000)
        self._assert_nothing_saved()

    def test_scripts_and_odd_characters(self):
        script = "<script>alert(1)</script>"
        answer = self._accept_over_http(self.token, name=f"{script} \x00\ud800 Carl")
        page = self.url_open(answer["redirect_url"])
        self.assertNotIn(script, page.text)
        self.assertEqual(self._state(), "accepted")
        self.assertEqual(self.acceptance.decided_by_name, f"{script} Carl")
        for message in self.acceptance.message_ids:
            self.assertNotIn(script, message.body)

    def test_nothing_of_the_address_is_echoed(self):
        page = self.url_open(
            f"{self.url}?access_token={self.token}&error=Call+0900&message=accepted"
        )
        self.assertNotIn("Call 0900", page.text)
        self.assertNotIn("has been recorded", page.text)

    # === LIST AND HOME ===#

    def test_list(self):
        self._create_acceptance(name="Not yet for you")
        for index in range(85):
            acceptance = self._create_acceptance(name=f"Lot {index}")
            acceptance._workflow_engine().write(
                {
                    "state": "submitted",
                    "submitted_at": fields.Datetime.now() - timedelta(days=index + 1),
                }
            )
        self.env.flush_all()
        self.authenticate("perf_portal", "perf_portal")
        page = self.url_open("/my/acceptances")
        self.assertIn("Lot 0<", page.text)
        self.assertNotIn("Lot 84<", page.text)
        self.assertNotIn("Not yet for you", page.text)
        self.assertNotIn("access_token", page.text)
        self.assertIn("Lot 84<", self.url_open("/my/acceptances/page/2").text)
        for odd in ("page/999", "page/0", "?filterby=x&sortby=y", "?page=abc"):
            self.assertEqual(
                self.url_open(f"/my/acceptances/{odd}".replace("/?", "?")).status_code,
                200,
                odd,
            )
        page = self.url_open("/my/acceptances?filterby=decided")
        self.assertIn("Nothing was submitted", page.text)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["acceptance_count", "acceptance_open_count"]}
        )
        self.assertEqual(counters["acceptance_count"], 86)
        self.assertEqual(counters["acceptance_open_count"], 86)

    def test_home(self):
        self.authenticate("perf_portal", "perf_portal")
        page = self.url_open("/my")
        self.assertIn("Deliverables to accept", page.text)
        self.assertIn("/my/acceptances", page.text)

    # === IN A BROWSER ===#

    def test_tour_signed_in_the_portal(self):
        self.start_tour(
            f"{self.url}?access_token={self.token}", "performance_acceptance_sign"
        )
        self.acceptance.invalidate_recordset()
        self.assertRecordValues(
            self.acceptance,
            [
                {
                    "state": "accepted",
                    "decided_by_name": "Carl Contact",
                    "decided_via": "link",
                    "is_first_pass": True,
                }
            ],
        )
        self.assertTrue(self.acceptance.signature)
