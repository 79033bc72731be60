from datetime import timedelta

from odoo.tests import tagged

from .journey_common import START, JourneyCommon

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestJourneyArchived(JourneyCommon):
    """What archiving deals and teams does to the journeys: nothing by accident."""

    def _won(self, at, **values):
        """A deal that came to the won stage at a time, in the past."""
        deal = self._deal((self.offer, (at - START).days), (self.won_stage, 0))
        # the frozen clock is not that of the database
        deal.write({"date_closed": at, "date_last_stage_update": at, **values})
        return deal

    # === DEALS ===#

    def test_won_delivered_accepted_then_archived(self):
        deal = self._won(START + 3 * DAY)
        self._hand_over(deal, START + 20 * DAY, START + 24 * DAY)
        outcomes = {
            "Contact": "passed",
            "Offer": "passed",
            "Signed": "passed",
            "Delivery": "passed",
            "Service": "here",
        }
        days = {"Contact": 0, "Offer": 3, "Signed": 17, "Delivery": 4, "Service": 60}
        for is_archived in (False, True):
            if is_archived:
                deal.action_archive()
                # Odoo closes it once more
                self.assertGreater(deal.date_closed, START + 24 * DAY)
                self.assertEqual(deal.won_status, "won")
            self._assert_outcomes(deal, **outcomes)
            self._assert_days(deal, **days)

    def test_a_won_renewal_is_archived(self):
        self._create_journey(
            "Renewals",
            ("In", "created", None),
            ("Renewed", "renewal_won", None),
            sequence=1,
        )
        deal = self._won(START + 3 * DAY)
        renewal = self._won(START + 30 * DAY, renewed_lead_id=deal.id)
        for is_archived in (False, True):
            renewal.active = not is_archived
            visit = self._visits(deal)["Renewed"]
            self.assertEqual(visit.entered_at, START + 30 * DAY)
