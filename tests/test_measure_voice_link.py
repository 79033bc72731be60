import re
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .voice_common import VoiceCommon


@tagged("post_install", "-at_install")
class TestVoiceLink(HttpCase, VoiceCommon):
    """A customer answers by his link without a login; careless and hostile visitors."""

    def setUp(self):
        super().setUp()
        self.request = self._request()
        self.filled = self.request.sudo().user_input_id
        self.question, self.why = self.survey_nps.question_ids.sorted("sequence")
        # the pages speak the visitor's language
        self.opener.cookies["frontend_lang"] = "en_US"
        self.filled.lang_id = self.env["res.lang"]._lang_get("en_US")
        self.env.flush_all()

    def _tokens(self):
        return f"{self.survey_nps.access_token}/{self.filled.access_token}"

    def _submit(self, score, text="", tokens=None):
        post = {str(self.question.id): score, str(self.why.id): text}
        return self.make_jsonrpc_request(
            f"/survey/submit/{tokens or self._tokens()}", post
        )

    def _begin(self, tokens=None):
        return self.make_jsonrpc_request(
            f"/survey/begin/{tokens or self._tokens()}", {}
        )

    def test_recommendation_by_link(self):
        page = self.url_open(self.filled.get_start_url())
        self.assertEqual(page.status_code, 200)
        self.assertIn("Would you recommend us?", page.text)
        self.assertNotIn("o_login", page.text)
        self._begin()
        self._submit("9", "They <b>listen</b>")
        voice = self._voice(self.filled)
        self.assertRecordValues(
            voice,
            [
                {
                    "bucket": "promoter",
                    "comment": "They <b>listen</b>",
                    "is_valid": True,
                    "employee_id": self.sales.id,
                }
            ],
        )
        self.assertEqual(self.request.state, "answered")

    def test_zero_is_an_answer_and_nothing_is_not(self):
        self._begin()
        _ok, error = self._submit("")
        self.assertEqual(error["error"], "validation")
        self.assertFalse(self._voice(self.filled))
        self._submit("0")
        self.assertEqual(self._voice(self.filled).bucket, "detractor")

    def test_steps_that_do_not_exist(self):
        self._begin()
        for odd in ("11", "-1", "many", "9.5", [9, 10], {"a": 1}):
            with self.subTest(odd=odd):
                _ok, error = self._submit(odd)
                self.assertEqual(error["error"], "validation")
        self.assertFalse(self._voice(self.filled))
        self.assertEqual(self.request.state, "sent")

    def test_ten_megabytes(self):
        self._begin()
        _ok, error = self._submit("9", "x" * 10**7)
        self.assertEqual(error["error"], "validation")
        self.assertIn("at most 4000", str(error["fields"]))
        self.assertFalse(self._voice(self.filled))
        self.assertFalse(self.filled.user_input_line_ids.filtered("value_text_box"))
        self._submit("9", "shorter")
        self.assertEqual(self._voice(self.filled).comment, "shorter")

    def test_a_link_answers_once(self):
        self._begin()
        self._submit("9")
        _ok, error = self._submit("0")
        self.assertEqual(error, {"error": "unauthorized"})
        self.assertEqual(self._voice(self.filled).score, 9)
        page = self.url_open(f"/survey/{self._tokens()}")
        self.assertIn("Thank you", page.text)

    def test_a_wrong_link(self):
        wrong = f"{self.survey_nps.access_token}/00000000-0000-4000-8000-000000000000"
        page = self.url_open(f"/survey/{wrong}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("ccess", page.text)
        _ok, error = self._submit("9", tokens=wrong)
        self.assertEqual(error, {"error": "token_wrong"})
        self.assertEqual(self.request.state, "sent")

    def test_a_link_that_has_ended(self):
        self.filled.deadline = fields.Datetime.now() - timedelta(hours=1)
        self.env.flush_all()
        page = self.url_open(self.filled.get_start_url())
        self.assertEqual(page.status_code, 200)
        self.assertRegex(page.text, r"(?i)closed|expired")
        _ok, error = self._begin()
        self.assertEqual(error, {"error": "answer_deadline"})
        _ok, error = self._submit("9")
        self.assertEqual(error, {"error": "answer_deadline"})
        self.assertFalse(self._voice(self.filled))

    # === DECLINE ===#

    def _decline(self, url):
        page = self.url_open(url)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        return self.url_open(url, data={"csrf_token": token[1]})

    def test_decline(self):
        url = f"/performance/voice/decline/{self.filled.access_token}"
        self.assertIn("do not want to answer", self.url_open(url).text)
        self.assertEqual(self.request.state, "sent", "looking declines nothing")
        page = self._decline(url)
        self.assertIn("Thank you for telling us", page.text)
        self.assertEqual(self.request.state, "declined")
        _ok, error = self._begin()
        self.assertEqual(error, {"error": "answer_deadline"})
        self.assertIn("Thank you for telling us", self.url_open(url).text)

    def test_decline_needs_the_page(self):
        with mute_logger("odoo.http"):
            page = self.url_open(
                f"/performance/voice/decline/{self.filled.access_token}",
                data={"csrf_token": "x"},
            )
        self.assertEqual(page.status_code, 400)
        self.assertEqual(self.request.state, "sent")

    def test_decline_too_late(self):
        url = f"/performance/voice/decline/{self.filled.access_token}"
        self._begin()
        self._submit("9")
        self.assertIn("answered already", self.url_open(url).text)
        self.assertNotIn("<form", self.url_open(url).text.split("<main")[-1])
        self.assertEqual(self.request.state, "answered")

    def test_decline_with_wrong_links(self):
        for token in ("x", "0" * 36, "%00" * 36, "x" * 5000, "' OR 1=1 --" * 3):
            page = self.url_open(f"/performance/voice/decline/{token}")
            self.assertEqual(page.status_code, 404, token[:20])
            self.assertIn("do not know this link", page.text)
            self.assertNotIn("Ann", page.text)
