from odoo import fields, http
from odoo.http import request


class VoiceController(http.Controller):
    """Where a customer says, without a login, that he does not want to be asked."""

    @http.route(
        "/performance/voice/decline/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def decline_page(self, token):
        """Ask once more: mail programs open every link they find."""
        return self._page(token, self._asked(token))

    @http.route(
        "/performance/voice/decline/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def decline(self, token, **_post):
        """Close the question; the link to the survey ends with it."""
        asked = self._asked(token)
        if asked.state == "sent" and asked.expires_at > fields.Datetime.now():
            # sudo: the token, which only the customer knows, is his permission
            asked._workflow_apply("decline")
            asked.user_input_id.deadline = fields.Datetime.now()
        return self._page(token, asked)

    def _asked(self, token):
        """The question of this token, or none; long and odd tokens find nothing."""
        # sudo: a visitor reads nothing; the token is his permission
        requests = request.env["performance.voice.request"].sudo()
        if not 20 <= len(token) <= 64 or "\x00" in token:
            return requests
        return requests.search([("user_input_id.access_token", "=", token)], limit=1)

    def _page(self, token, asked):
        state = asked.state
        if state == "sent" and asked.expires_at <= fields.Datetime.now():
            state = "expired"
        return request.render(
            "customer_performance.voice_decline",
            {"token": token, "state": state},
            status=200 if asked else 404,
        )
