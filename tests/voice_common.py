from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .measure_common import MeasureCommon


@tagged("post_install", "-at_install")
class VoiceCommon(MeasureCommon):
    """A customer with two contacts, deals, ratings and surveys by link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Voice = cls.env["performance.voice"]
        cls.Request = cls.env["performance.voice.request"]
        cls.customer.user_id = cls.user_sales2
        cls.ann, cls.bob = (
            cls.env["res.partner"].create(
                {
                    "name": name,
                    "parent_id": cls.customer.id,
                    "company_id": cls.company.id,
                    "email": f"{name.lower()}@customer.example",
                }
            )
            for name in ("Ann", "Bob")
        )
        cls.survey_nps = cls.env.ref("customer_performance.survey_recommend")
        cls.survey_csat = cls.env.ref("customer_performance.survey_satisfaction")
        cls.survey_form = cls.env.ref("customer_performance.survey_evaluation")
        cls.deal = cls._create_lead(partner_id=cls.ann.id)
        cls.public = cls.env.ref("base.public_user")
        # what the database brings along asks nobody here
        cls.env["performance.voice.program"].search([]).active = False

    # === RATINGS ===#

    def _rating(self, record=None, rate=0, **values):
        """A rating of a record; with a rate it was given by the customer."""
        record = record or self.deal
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "partner_id": self.ann.id,
                **values,
            }
        )
        if rate:
            self._rate(rating, rate)
        return rating

    def _rate(self, rating, rate, feedback=False, user=None):
        """Give a rating, as the page behind the link does it."""
        rating.with_user(user or self.public).sudo().write(
            {"rating": rate, "feedback": feedback, "consumed": True}
        )

    def _voice(self, source):
        """The answer made of a rating or a filled survey."""
        return self.Voice.search(
            [("source_model", "=", source._name), ("source_id", "=", source.id)]
        )

    # === SURVEYS ===#

    def _program(self, **values):
        return self.env["performance.voice.program"].create(
            {
                "name": "Test program",
                "company_id": self.company.id,
                "kind": "nps",
                "survey_id": self.survey_nps.id,
                "share": 100,
                **values,
            }
        )

    def _request(self, survey=None, sent=True, **values):
        """A question that the system drew."""
        survey = survey or self.survey_nps
        request = self.Request._plan(
            [
                {
                    "survey_id": survey.id,
                    "kind": survey.voice_kind,
                    "company_id": self.company.id,
                    "partner_id": self.ann.id,
                    "email": "ann@customer.example",
                    "employee_id": self.sales.id,
                    "lead_id": self.deal.id,
                    **values,
                }
            ]
        ).with_env(self.env)
        if sent:
            request.sudo()._send()
        return request

    def _fill(self, filled, *scores, text=False, user=None):
        """Fill in a survey, as the page does it."""
        filled = filled.with_user(user or self.public).sudo()
        questions = filled.survey_id.question_ids.sorted("sequence")
        for question, score in zip(questions, scores, strict=False):
            # the page sends text
            filled._save_lines(question, str(score))
        if text:
            filled._save_lines(questions[-1], text)
        filled._mark_done()

    def _answer(self, request, *scores, **options):
        self._fill(request.sudo().user_input_id, *scores, **options)
        return self._voice(request.sudo().user_input_id)

    def _ago(self, **delta):
        return fields.Datetime.now() - timedelta(**delta)
