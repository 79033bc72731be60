from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .hint_common import HintCommon


@tagged("post_install", "-at_install")
class TestHintAgain(HintCommon):
    """What becomes of a hint when its text, its record or the setting changes."""

    # === LOOKING AGAIN ===#

    def test_whom_a_hint_is_about_stays(self):
        """Who gives a complaint away does not decide on the hint about himself."""
        complaint = self._file(employee_id=self.hr.id)
        hint = self._hints(complaint)
        complaint.sudo().write(
            {"employee_id": self.sales.id, "partner_id": self.bob.id}
        )
        complaint.with_user(self.user_hr2).action_look_for_hints()
        self.assertEqual(hint.employee_id, self.hr)
        self.assertEqual(hint.commercial_partner_id, self.customer)
        own = hint.with_user(self.user_hr)
        with self.assertRefused(UserError, "about you"):
            own.action_confirm()
        with self.assertRefused(AccessError, "about you"):
            own.tone = "none"

    def test_corrections_stay_while_the_text_does(self):
        rating = self._rating()
        self._rate(rating, 2, feedback="late delivery")
        voice = self._voice(rating)
        hint = self._hints(voice)
        price = self.env.ref("customer_performance.hint_topic_price")
        hint.with_user(self.user_hr).write(
            {"tone": "none", "topic_ids": [Command.set(price.ids)]}
        )
        voice.with_user(self.user_hr).action_look_for_hints()
        self.assertEqual((hint.tone, hint.topic_ids), ("none", price))
        self.assertEqual(hint.suggested_tone, "annoyance")
        self._rate(rating, 5, feedback="good delivery")
        self.assertEqual((hint.tone, hint.topic_ids.code), ("praise", "delivery"))
