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

    @classmethod
    def _rating(cls, record=None, rate=0, **values):
        """A rating of a record; with a rate it was given by the customer."""
        record = record or cls.deal
        rating = cls.env["rating.rating"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "partner_id": cls.ann.id,
                **values,
            }
        )
        if rate:
            cls._rate(rating, rate)
        return rating

    @classmethod
    def _rate(cls, rating, rate, feedback=False, user=None):
        """Give a rating, as the page behind the link does it."""
        rating.with_user(user or cls.public).sudo().write(
            {"rating": rate, "feedback": feedback, "consumed": True}
        )

    @classmethod
    def _voice(cls, source):
        """The answer made of a rating or a filled survey."""
        return cls.Voice.search(
            [("source_model", "=", source._name), ("source_id", "=", source.id)]
        )

    # === SURVEYS ===#

    @classmethod
    def _program(cls, **values):
        return cls.env["performance.voice.program"].create(
            {
                "name": "Test program",
                "company_id": cls.company.id,
                "kind": "nps",
                "survey_id": cls.survey_nps.id,
                "share": 100,
                **values,
            }
        )

    @classmethod
    def _request(cls, survey=None, sent=True, **values):
        """A question that the system drew."""
        survey = survey or cls.survey_nps
        request = cls.Request._plan(
            [
                {
                    "survey_id": survey.id,
                    "kind": survey.voice_kind,
                    "company_id": cls.company.id,
                    "partner_id": cls.ann.id,
                    "email": "ann@customer.example",
                    "employee_id": cls.sales.id,
                    "lead_id": cls.deal.id,
                    **values,
                }
            ]
        ).with_env(cls.env)
        if sent:
            request.sudo()._send()
        return request

    @classmethod
    def _fill(cls, filled, *scores, text=False, user=None):
        """Fill in a survey, as the page does it."""
        filled = filled.with_user(user or cls.public).sudo()
        questions = filled.survey_id.question_ids.sorted("sequence")
        for question, score in zip(questions, scores, strict=False):
            # the page sends text
            filled._save_lines(question, str(score))
        if text:
            filled._save_lines(questions[-1], text)
        filled._mark_done()

    @classmethod
    def _answer(cls, request, *scores, **options):
        cls._fill(request.sudo().user_input_id, *scores, **options)
        return cls._voice(request.sudo().user_input_id)
