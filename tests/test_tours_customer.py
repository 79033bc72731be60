import re

from odoo.tests import HttpCase, tagged

from .complaint_common import ComplaintCommon
from .voice_common import VoiceCommon

# a link of the mail that asks for a rating
RATE = r"/rate/[\w-]+/5"


@tagged("post_install", "-at_install")
class TestToursComplaint(HttpCase, ComplaintCommon):
    """A complaint's way in a real browser, and what three of them become."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_portal.partner_id.write(
            {"parent_id": cls.customer.id, "email": "portal@customer.example"}
        )
        # portal customers file with the company of their login
        cls.customer.user_id = cls.user_sales

    def test_from_the_portal_to_the_rating(self):
        self.start_tour("/my", "performance_complaint_portal", login="perf_portal")
        complaint = self.complaints.search([("name", "=", "Tour complaint")])
        self.assertRecordValues(
            complaint,
            [{"state": "new", "channel": "portal", "employee_id": self.sales.id}],
        )
        page = "/odoo/performance-complaints"
        self.start_tour(page, "performance_complaint_answer", login="perf_sales")
        self.assertEqual(complaint.state, "open")
        self.assertTrue(complaint.first_response_at)
        self.start_tour(page, "performance_complaint_close", login="perf_sales")
        self.assertEqual(complaint.state, "closed")
        mails = self.env["mail.mail"].sudo().search([("subject", "like", "Tour comp")])
        links = re.findall(RATE, " ".join(mails.mapped("body_html")))
        self.assertEqual(len(links), 1)
        # nobody is logged in
        self.authenticate(None, None)
        self.start_tour(links[0], "performance_complaint_rate")
        rating = complaint.sudo().rating_ids
        self.assertRecordValues(
            rating,
            [{"rating": 5, "consumed": True, "feedback": "Quick and friendly."}],
        )
        voice = self.env["performance.voice"].search(
            [("source_model", "=", "rating.rating"), ("source_id", "=", rating.id)]
        )
        self.assertRecordValues(
            voice, [{"percent": 100, "is_valid": True, "employee_id": self.sales.id}]
        )

    def test_by_phone_in_under_six_clicks(self):
        page = "/odoo/performance-complaints"
        self.start_tour(page, "performance_complaint_phone", login="perf_sales")
        complaint = self.complaints.search([("name", "=", "Phone complaint")])
        self.assertRecordValues(
            complaint, [{"partner_id": self.contact.id, "state": "new"}]
        )

    def test_three_complaints_become_an_incident(self):
        for _number in range(3):
            self._file()
        self.env.ref("customer_performance.ir_cron_incidents").method_direct_trigger()
        incident = self.env["performance.incident"].search(
            [("commercial_partner_id", "=", self.customer.id)]
        )
        self.assertRecordValues(incident, [{"kind": "major", "state": "draft"}])
        self.start_tour(
            "/odoo/incidents", "performance_incident_confirm", login="perf_manager"
        )
        self.assertRecordValues(
            incident,
            [{"state": "confirmed", "confirmed_by_id": self.user_manager.id}],
        )


@tagged("post_install", "-at_install")
class TestToursVoice(HttpCase, VoiceCommon):
    """The customer says by a link whether he would recommend us."""

    def test_recommendation_by_link(self):
        request = self._request()
        filled = request.sudo().user_input_id
        filled.lang_id = self.env["res.lang"]._lang_get("en_US")
        self.env.flush_all()
        self.start_tour(filled.get_start_url(), "performance_voice_recommend")
        self.assertRecordValues(
            self._voice(filled),
            [{"bucket": "promoter", "comment": "They listen.", "is_valid": True}],
        )
        self.assertEqual(request.state, "answered")
