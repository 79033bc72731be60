from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import BaseCase, freeze_time, tagged

from ..tools.voice import (
    LONGEST_COMMENT,
    bucket_of,
    clip,
    is_in_sample,
    percent_of_scale,
)
from .voice_common import VoiceCommon


@tagged("post_install", "-at_install")
class TestVoiceTools(BaseCase):
    """What an answer is worth, and chance."""

    def test_buckets_of_five_steps(self):
        found = [bucket_of("csat", percent_of_scale(n, 1, 5)) for n in range(1, 6)]
        self.assertEqual(
            found, ["dissatisfied", "dissatisfied", "fair", "satisfied", "satisfied"]
        )

    def test_buckets_of_recommendation(self):
        found = [bucket_of("nps", percent_of_scale(n, 0, 10)) for n in range(11)]
        self.assertEqual(found, ["detractor"] * 7 + ["passive"] * 2 + ["promoter"] * 2)

    @given(st.floats(-50, 50), st.floats(-20, 20), st.floats(-20, 20))
    def test_a_percent_lies_between_0_and_100_or_is_none(self, score, low, high):
        percent = percent_of_scale(score, low, high)
        if low < high and low <= score <= high:
            self.assertTrue(0 <= percent <= 100)
            for kind in ("csat", "nps", "evaluation"):
                self.assertTrue(bucket_of(kind, percent))
        else:
            self.assertIsNone(percent)

    @given(st.text(max_size=50), st.integers(1, 10**9), st.floats(0, 100))
    def test_a_sample_is_the_same_each_time_and_grows_with_the_share(
        self, seed, number, share
    ):
        key = f"crm.lead,{number}"
        drawn = is_in_sample(seed, key, share)
        self.assertEqual(drawn, is_in_sample(seed, key, share))
        self.assertTrue(is_in_sample(seed, key, 100))
        self.assertFalse(is_in_sample(seed, key, 0))
        if drawn:
            self.assertTrue(is_in_sample(seed, key, min(share + 10, 100)))

    def test_a_sample_is_fair(self):
        for seed in ("a", "b", "c"):
            drawn = [n for n in range(4000) if is_in_sample(seed, f"x,{n}", 25)]
            self.assertTrue(880 < len(drawn) < 1120, len(drawn))

    def test_comments(self):
        self.assertFalse(clip(None))
        self.assertFalse(clip(" \n"))
        self.assertEqual(clip("a\x00b "), "ab")
        self.assertEqual(len(clip("x" * 10**7)), LONGEST_COMMENT)


@tagged("post_install", "-at_install")
class TestVoiceRatings(VoiceCommon):
    """Ratings become answers by themselves, and only the customer changes them."""

    def test_a_rating_becomes_an_answer(self):
        rating = self._rating()
        self.assertFalse(self._voice(rating), "asked, not answered")
        self._rate(rating, 4, "Good <b>work</b>")
        self.assertRecordValues(
            self._voice(rating),
            [
                {
                    "kind": "csat",
                    "source": "rating",
                    "company_id": self.company.id,
                    "partner_id": self.ann.id,
                    "commercial_partner_id": self.customer.id,
                    "employee_id": self.sales.id,
                    "team_id": self.team.id,
                    "lead_id": self.deal.id,
                    "score": 4,
                    "percent": 75,
                    "bucket": "satisfied",
                    "comment": "Good <b>work</b>",
                    "is_valid": True,
                }
            ],
        )

    def test_the_person_rated_goes_before_the_salesperson(self):
        rating = self._rating(rate=1, rated_partner_id=self.user_sales2.partner_id.id)
        voice = self._voice(rating)
        self.assertEqual(voice.employee_id, self.sales2)
        self.assertEqual(voice.bucket, "dissatisfied")

    def test_the_department_of_that_day(self):
        old, new = self.env["hr.department"].create(
            [{"name": "Old", "company_id": self.company.id}, {"name": "New"}]
        )
        self.sales.create_version(
            {"date_version": date(2026, 1, 1), "department_id": old.id}
        )
        self.sales.create_version(
            {"date_version": date(2026, 3, 1), "department_id": new.id}
        )
        for day, department in (("2026-02-28", old), ("2026-03-01", new)):
            with freeze_time(f"{day} 12:00:00"):
                voice = self._voice(self._rating(rate=5))
            self.assertEqual(voice.department_id, department, day)

    def test_the_customer_changes_his_mind(self):
        rating = self._rating(rate=2)
        voice = self._voice(rating)
        self._rate(rating, 5, "Solved, thank you")
        self.assertEqual(self._voice(rating), voice)
        self.assertRecordValues(
            voice,
            [
                {
                    "score": 5,
                    "bucket": "satisfied",
                    "comment": "Solved, thank you",
                    "source_state": "there",
                }
            ],
        )
        rating.reset()
        self.assertFalse(voice.exists(), "asked again, not answered yet")

    def test_an_employee_changes_nothing(self):
        """Neither by another number, nor by taking back, nor by deleting."""
        rating = self._rating(rate=1)
        voice = self._voice(rating)
        rating.with_user(self.user_sales).write({"rating": 5})
        self.assertRecordValues(
            voice,
            [
                {
                    "score": 1,
                    "is_valid": True,
                    "source_state": "changed",
                    "source_user_id": self.user_sales.id,
                }
            ],
        )
        rating.with_user(self.user_sales).reset()
        self.assertEqual((voice.score, voice.is_valid), (1, True))
        rating.unlink()
        self.assertEqual((voice.score, voice.source_state), (1, "deleted"))
        with self.assertRefused(UserError, "was deleted"):
            voice.with_user(self.user_hr).action_open_source()

    def test_a_deleted_deal_leaves_the_answer(self):
        voice = self._voice(self._rating(rate=1))
        self.deal.unlink()
        self.assertRecordValues(
            voice, [{"score": 1, "lead_id": False, "source_state": "deleted"}]
        )

    def test_what_employees_give_does_not_count(self):
        own = self.user_sales.partner_id
        given = [
            self._rating(rate=5, partner_id=own.id),
            self._rating(rate=5, partner_id=self.company.partner_id.id),
            self._rating(),
        ]
        self._rate(given[2], 5, user=self.user_sales)
        created = (
            self.env["rating.rating"]
            .with_user(self.user_sales)
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                    "res_id": self.deal.id,
                    "partner_id": self.ann.id,
                    "rating": 5,
                    "consumed": True,
                }
            )
        )
        for rating in (*given, created.sudo()):
            self.assertRecordValues(
                self._voice(rating),
                [{"is_valid": False, "invalid_reason": "internal"}],
            )

    def test_ten_megabytes_of_comment(self):
        rating = self._rating()
        self._rate(rating, 3, "<script>alert(1)</script>" * 400_000)
        voice = self._voice(rating)
        self.assertEqual(len(voice.comment), LONGEST_COMMENT)
        self.assertTrue(voice.is_valid)

    def test_a_rating_without_anybody(self):
        """Nothing is known: the answer is there, of nobody, and no traceback."""
        rating = self._rating(record=self.env.company.partner_id, partner_id=False)
        self._rate(rating, 5)
        voice = self._voice(rating)
        self.assertFalse(voice.employee_id)
        self.assertEqual(voice.company_id, self.company)


@tagged("post_install", "-at_install")
class TestVoiceSurveys(VoiceCommon):
    """Surveys become answers when they are finished; those that the system sent."""

    def test_recommendation(self):
        with freeze_time("2026-02-10 12:00:00"):
            request = self._request()
        with freeze_time("2026-02-12 12:00:00"):
            voice = self._answer(request, 0, text="Never again")
        self.assertRecordValues(
            voice,
            [
                {
                    "kind": "nps",
                    "score": 0,
                    "percent": 0,
                    "bucket": "detractor",
                    "employee_id": self.sales.id,
                    "lead_id": self.deal.id,
                    "partner_id": self.ann.id,
                    "comment": "Never again",
                    "answer_days": 2,
                    "is_valid": True,
                }
            ],
        )
        self.assertRecordValues(
            request,
            [{"state": "answered", "answer_days": 2, "response_percent": 100}],
        )

    def test_evaluation_is_the_mean(self):
        voice = self._answer(self._request(self.survey_form), 5, 4, 4, 3, 5, 3)
        self.assertRecordValues(
            voice,
            [{"kind": "evaluation", "score": 4, "percent": 75, "bucket": "satisfied"}],
        )

    def test_half_a_form_is_enough_and_less_is_not(self):
        voice = self._answer(self._request(self.survey_form), 2, 2, 2)
        self.assertEqual(voice.percent, 25)
        request = self._request(self.survey_form)
        self.assertFalse(self._answer(request, 5, 5))
        self.assertEqual(request.state, "sent", "not answered")

    def test_who_was_not_drawn_does_not_count(self):
        filled = self.survey_csat._create_answer(partner=self.ann)
        self._fill(filled, 5)
        self.assertRecordValues(
            self._voice(filled),
            [
                {
                    "is_valid": False,
                    "invalid_reason": "not_drawn",
                    "employee_id": self.sales2.id,
                }
            ],
        )
        self.survey_csat.voice_accept_unasked = True
        filled = self.survey_csat._create_answer(partner=self.ann)
        self._fill(filled, 5)
        self.assertTrue(self._voice(filled).is_valid)

    def test_tests_never_count(self):
        filled = self.env["survey.user_input"].create(
            {
                "survey_id": self.survey_nps.id,
                "partner_id": self.ann.id,
                "test_entry": True,
            }
        )
        self._fill(filled, 10)
        self.Voice._collect()
        self.assertFalse(self._voice(filled))

    def test_an_employee_who_fills_in_does_not_count(self):
        voice = self._answer(self._request(), 10, user=self.user_sales)
        self.assertEqual(voice.invalid_reason, "internal")

    def test_a_deleted_survey_leaves_the_answer(self):
        request = self._request()
        voice = self._answer(request, 3)
        request.sudo().user_input_id.unlink()
        self.assertRecordValues(voice, [{"score": 3, "source_state": "deleted"}])

    def test_done_twice_is_one_answer(self):
        request = self._request()
        voice = self._answer(request, 9)
        filled = request.sudo().user_input_id
        filled.write({"state": "done"})
        self.assertEqual(self._voice(filled), voice)

    def test_only_officers_say_which_surveys_count(self):
        self.user_sales.group_ids += self.env.ref("survey.group_survey_manager")
        survey = self.env["survey.survey"].create(
            {"title": "Mine", "user_id": self.user_sales.id}
        )
        mine = survey.with_user(self.user_sales)
        for vals in ({"voice_kind": "nps"}, {"voice_accept_unasked": True}):
            with self.assertRefused(UserError, "Only a performance officer"):
                mine.write(vals)
        with self.assertRefused(UserError, "Only a performance officer"):
            mine.create({"title": "Mine too", "voice_kind": "csat"})


@tagged("post_install", "-at_install")
class TestVoiceCollect(VoiceCommon):
    """What was there before the addon is taken over once."""

    def test_collect(self):
        given = self._rating(rate=4)
        by_employee = self._rating(rate=5)
        done = self._request()
        self._answer(done, 8)
        self.env.flush_all()
        self.Voice.search([]).unlink()
        self.env.cr.execute(
            "UPDATE rating_rating SET write_uid = %s, write_date = rated_on"
            " WHERE id = %s",
            [self.user_sales.id, by_employee.id],
        )
        self.env.invalidate_all()
        made, more = self.Voice._collect()
        self.assertGreaterEqual(made, 3)
        self.assertFalse(more)
        self.assertTrue(self._voice(given).is_valid)
        self.assertFalse(self._voice(by_employee).is_valid)
        self.assertEqual(self._voice(done.sudo().user_input_id).bucket, "passive")
        self.assertEqual(self.Voice._collect(), (0, False))

    def test_collect_in_parts(self):
        for _number in range(3):
            self._rating(rate=4)
        self.Voice.search([]).unlink()
        self.assertTrue(self.Voice._collect(limit=2)[1])
        while self.Voice._collect(limit=2)[1]:
            pass
        self.assertEqual(self.Voice._collect(), (0, False))
