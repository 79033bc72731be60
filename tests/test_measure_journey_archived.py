from datetime import timedelta

from odoo.fields import Command
from odoo.tests import Form, tagged

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

    def test_open_deals_that_are_archived_are_nowhere(self):
        deal = self._deal((self.new, 2), (self.talk, 0))
        lost = self._deal((self.talk, 0))
        lost.action_set_lost()
        won = self._won(START + 3 * DAY)
        won.action_archive()
        talk = self.steps["Talk"]
        for is_active in (True, False, True):
            deal.active = is_active
            self.env.invalidate_all()
            self.assertEqual(
                sorted(self._visits(deal)), ["Contact", "Talk"] * is_active
            )
            self.assertEqual(bool(deal.journey_picture), is_active)
            self.assertEqual(talk.here_count, int(is_active))
            self.assertEqual(talk.entered_count, 1 + is_active)
            self.assertEqual(self.journey.deal_count, 2 + is_active)
            self._assert_outcomes(lost, Contact="passed", Talk="lost")
            self._assert_outcomes(won, Contact="passed", Offer="passed", Signed="here")

    def test_on_the_page_of_a_customer_they_take_no_place(self):
        self._deal((self.new, 0), name="Kept")
        for number in range(5):
            self._deal(
                (self.new, 0), born=START + number * DAY, name=f"{number}"
            ).active = False
        self.assertIn("Kept", self.customer.journey_picture)

    # === TEAMS ===#

    def test_a_journey_whose_teams_are_archived_takes_no_other_deals(self):
        team = self.env["crm.team"].create(
            {"name": "Shop", "company_id": self.company.id}
        )
        in_shop = self._create_journey(
            "Shop",
            ("In", "created", None),
            sequence=1,
            team_ids=[Command.set(team.ids)],
        )
        plain = self._deal((self.new, 0))
        shop = self._deal((self.new, 0), team_id=team.id)
        shop.team_id = team
        process = in_shop._process()
        self.assertEqual(process["teams"], "Teams: Shop")
        team.active = False
        self.env.invalidate_all()
        for deal, journey in ((plain, self.journey), (shop, in_shop)):
            self.assertEqual(self._visits(deal).popitem()[1].journey_id, journey)
        self.assertEqual(in_shop._process(), process)
        self.assertEqual(in_shop.copy().team_ids, team)
        with Form(in_shop.with_user(self.user_admin)) as form:
            form.description = "Saved"
        self.assertEqual(in_shop.team_ids, team)
