import re

from odoo.tests import HttpCase, tagged

from .complaint_common import ComplaintCommon

SCRIPT = "<script>alert(1)</script>"


@tagged("post_install", "-at_install")
class ComplaintFormCommon(HttpCase, ComplaintCommon):
    """A company with the public form switched on, and a visitor who uses it."""

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

    def _assert_nothing_kept(self):
        self.assertFalse(self.requests.search([]))
        self.assertFalse(self._mails())

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
