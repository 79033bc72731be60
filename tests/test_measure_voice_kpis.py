from odoo.tests import freeze_time, tagged

from .voice_common import VoiceCommon

NOW = "2026-02-10 12:00:00"


@tagged("post_install", "-at_install")
class TestVoiceKpis(VoiceCommon):
    """What customers said, as KPIs of the person, the customer and the deal."""

    def _value(self, code, **subject):
        """The value and number of answers of a KPI; None where there is no data."""
        kpi = self.env["performance.kpi"].search([("code", "=", code)])
        self.env.flush_all()
        subject = subject or {"employee_id": self.sales}
        kpi._measure(self.period, [*subject.values()])
        self.assertFalse(kpi.is_quarantined, kpi.error)
        reading = self._reading(kpi, **subject)
        if not reading or reading.state != "ok":
            return None
        return round(reading.value, 2), reading.sample_size

    @freeze_time(NOW)
    def test_recommendation(self):
        """Five that count: two promoters, one detractor; one by an employee."""
        for score in (10, 9, 8, 7, 3):
            self._answer(self._request(), score)
        self._answer(self._request(), 10, user=self.user_sales)
        self.assertEqual(self._value("NPS"), (20, 5))
        self.assertEqual(self._value("NPS", partner_id=self.customer), (20, 5))
        self.assertEqual(self._value("NPS", lead_id=self.deal), (20, 5))
        self.assertIsNone(self._value("NPS", employee_id=self.sales2))

    @freeze_time(NOW)
    def test_satisfaction_of_ratings_and_surveys(self):
        for rate in (5, 4, 3):
            self._rating(rate=rate)
        for score in (5, 1):
            self._answer(self._request(self.survey_csat), score)
        own = self.user_sales.partner_id
        self._rating(rate=5, partner_id=own.id)
        self.assertEqual(self._value("VOICE_CSAT"), (60, 5))
        self.assertEqual(self._value("NEGATIVE_REVIEWS"), (20, 5))
        self.assertIsNone(self._value("CSAT_RATINGS"), "three ratings are too few")

    @freeze_time(NOW)
    def test_evaluation(self):
        for scores in ([5] * 6, [3] * 6, [4] * 6):
            self._answer(self._request(self.survey_form), *scores)
        self.Voice.create(
            {
                "kind": "evaluation",
                "method": "mystery_shopper",
                "company_id": self.company.id,
                "employee_id": self.sales.id,
                "score": 0,
                "scale_min": 0,
                "scale_max": 100,
                "answered_at": NOW,
            }
        )
        self.assertEqual(self._value("EVALUATION"), (75, 3))

    def test_response_rate(self):
        with freeze_time(NOW):
            requests = [self._request() for _number in range(5)]
            self._request(sent=False)
        with freeze_time("2026-02-12 12:00:00"):
            self._answer(requests[0], 9)
            self._answer(requests[1], 2)
        with freeze_time("2026-03-20 12:00:00"):
            self.Request.sudo()._expire_due()
        self.assertEqual(self._value("RESPONSE_RATE"), (40, 5))
        found = self.Request._read_group(
            [("employee_id", "=", self.sales.id), ("sent_at", "!=", False)],
            [],
            ["response_percent:avg", "answer_days:avg"],
        )
        # those who are silent have no days to answer
        self.assertEqual(found, [(40, 2)])
        self._rating(rate=5)
        found = self.Voice._read_group(
            [("employee_id", "=", self.sales.id)], [], ["answer_days:avg"]
        )
        self.assertEqual(found, [(2,)])

    @freeze_time(NOW)
    def test_one_reads_ones_number_and_not_the_answers(self):
        """An employee reads his number; the answers behind it stay closed to him."""
        for score in (10, 9, 8, 7, 3):
            self._answer(self._request(), score)
        self._value("NPS")
        kpi = self.env["performance.kpi"].search([("code", "=", "NPS")])
        reading = self._reading(kpi, employee_id=self.sales)
        mine = reading.with_user(self.user_sales)
        self.assertEqual(mine.value, 20)
        self.assertFalse(self.Voice.with_user(self.user_sales).search([]))
