from datetime import timedelta

from lxml import html

from odoo.fields import Domain
from odoo.tests import Form, tagged, users

from ..models.measure.journey.performance_journey_visit import NARROWED
from .journey_common import START, JourneyCommon

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestJourneyPicture(JourneyCommon):
    """What people see on the deal and on the customer."""

    def _steps(self, picture):
        """The texts of each step that is drawn."""
        tree = html.fromstring(picture)
        return [" ".join(item.text_content().split()) for item in tree.iter("li")]

    @users("perf_sales")
    def test_on_the_deal(self):
        deal = self._deal(
            (self.new, 2), (self.offer, 12), (self.talk, 1), (self.offer, 5)
        )
        deal.name = "<b>Desks</b>"
        self._complain(deal, START + 3 * DAY)
        self.env.invalidate_all()
        form = Form(deal.with_env(self.env))
        self.assertEqual(
            self._steps(form.journey_picture),
            [
                "1. Contact Went on 01/05/2026 – 01/07/2026 2 days",
                "2. Talk Went on 01/19/2026 – 01/20/2026 1 day",
                "3. Offer Now here since 01/07/2026 81 days Over the target of 10 days"
                " came 2 times Complaints: 1",
                "4. Signed Ahead",
                "5. Delivery Ahead",
                "6. Service Ahead",
                "7. Renewal Ahead",
            ],
        )
        self.assertIn('aria-current="step"', form.journey_picture)

    def test_lost_and_skipped(self):
        deal = self._deal((self.new, 2), (self.offer, 0))
        deal.action_set_lost()
        deal.date_closed = START + 5 * DAY
        self.assertEqual(
            self._steps(deal.journey_picture)[1:4],
            [
                "2. Talk Skipped",
                "3. Offer Lost here 01/07/2026 – 01/10/2026 3 days"
                " Within the target of 10 days",
                "4. Signed Not reached",
            ],
        )

    def test_in_the_end(self):
        deal = self._deal((self.won_stage, 0))
        deal.date_closed = START
        self._create_lead(renewed_lead_id=deal.id)
        self.assertIn("7. Renewal Arrived since", self._steps(deal.journey_picture)[-1])

    def test_on_the_customer(self):
        contact = self.env["res.partner"].create(
            {"name": "Cora", "parent_id": self.customer.id}
        )
        for number in range(7):
            deal = self._deal(
                (self.new, 0),
                born=START + number * DAY,
                partner_id=contact.id,
                name=f"<i>Deal</i> {number}",
            )
        deal.action_set_lost()
        self._deal(
            (self.new, 0),
            user_id=self.user_sales2.id,
            name="Of Sue",
            born=START + 9 * DAY,
        )
        self.env.invalidate_all()
        mine = self.customer.with_user(self.user_sales)
        with Form(mine) as form:
            picture = form.journey_picture
        titles = [node.text_content() for node in html.fromstring(picture).iter("h5")]
        # the last five, lost ones too, of those that Sam may see
        self.assertEqual(titles, [f"<i>Deal</i> {n}" for n in (6, 5, 4, 3, 2)])
        self.assertNotIn("<i>", picture)
        theirs = contact.with_user(self.user_manager)
        self.assertIn("Of Sue", theirs.journey_picture)

    def test_archived_journeys_are_not_drawn(self):
        self._create_journey("Old", ("In", "created", None), sequence=1, active=False)
        self._deal((self.new, 0))
        self.env.invalidate_all()
        self.assertIn("Test journey", self.customer.journey_picture)
        Visit = self.Visit.with_context(active_test=False)
        self.assertEqual(Visit.search([]).journey_id, self.journey)

    def test_nothing_to_draw(self):
        stranger = self.env["res.partner"].create({"name": "Nobody"})
        self.assertFalse(stranger.journey_picture)
        self.assertFalse(self.env["res.partner"].new({"name": "x"}).journey_picture)
        self.assertFalse(self.env["crm.lead"].new({"name": "x"}).journey_picture)
        self._deal((self.new, 0))
        for user in (self.user_hr, self.user_employee):
            self.assertFalse(self.customer.with_user(user).journey_picture)

    def test_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.steps["Contact"].update_field_translations(
            "name", {"fr_FR": "Premier contact"}
        )
        deal = self._deal((self.new, 0)).with_context(lang="fr_FR")
        self.assertIn("Premier contact", deal.journey_picture)

    # === NUMBERS ===#

    def _queries(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    def test_queries_are_bounded(self):
        calls = {
            "funnel": (
                lambda env: env["performance.journey.visit"].formatted_read_group(
                    [], ["step_id", "outcome"], ["__count"]
                ),
                8,
            ),
            "steps": (
                lambda env: self.journey.with_env(env).step_ids.mapped("dwell_days"),
                15,
            ),
            "customer": (
                lambda env: self.customer.with_env(env).journey_picture,
                25,
            ),
            "list": (
                lambda env: env["performance.journey.visit"].web_search_read(
                    [], {"lead_id": {"fields": {"display_name": {}}}, "dwell_days": {}}
                ),
                20,
            ),
        }
        env = self.env(user=self.user_sales)
        self._deal((self.new, 2), (self.talk, 0))
        few = {}
        for name, (call, most) in calls.items():
            call(env)
            few[name] = self._queries(lambda call=call: call(env))
            self.assertLessEqual(few[name], most, name)
        for number in range(30):
            deal = self._deal((self.new, number), (self.talk, 1), (self.offer, 0))
            self._complain(deal, START)
        for name, (call, _most) in calls.items():
            number = self._queries(lambda call=call: call(env))
            self.assertLessEqual(number, few[name] + 1, name)

    def test_a_page_about_one_customer_asks_for_its_deals_only(self):
        mine = self._deal((self.new, 2), (self.talk, 0))
        other = self.env["res.partner"].create({"name": "Other"})
        self._deal((self.new, 2), (self.talk, 0), partner_id=other.id)
        Visit = self.Visit.with_user(self.user_manager)
        visits = Visit.search([("lead_id", "=", mine.id)])
        for domain in (
            [("commercial_partner_id", "=", self.customer.id)],
            [("id", "in", visits.ids)],
            [("lead_id", "=", mine.id), ("outcome", "!=", "lost")],
            ["|", ("lead_id", "=", mine.id), ("id", "=", visits[0].id)],
        ):
            self.assertEqual(Visit.search(domain).lead_id, mine)
            narrowed = Visit._narrowed(Domain(domain).optimize_full(Visit))
            self.assertTrue(narrowed.env.context[NARROWED], domain)
        # what asks of the step, or for others, is asked of all deals
        for domain, found in (
            ([("lead_id", "!=", mine.id), ("partner_id", "=", other.id)], 2),
            (["|", ("lead_id", "=", mine.id), ("step_id.name", "=", "Talk")], 3),
            (["!", ("lead_id", "=", mine.id), ("partner_id", "=", other.id)], 2),
            (
                [
                    ("commercial_partner_id", "child_of", self.customer.id),
                    ("lead_id", "in", mine.ids),
                ],
                2,
            ),
            ([("lead_id", "in", [])], 0),
        ):
            self.assertEqual(Visit.search_count(domain), found, domain)

    def test_nothing_there(self):
        self.assertFalse(self.Visit.search([("journey_id", "=", self.journey.id)]))
        for step in self.journey.step_ids:
            figures = (
                step.entered_count,
                step.passed_percent,
                step.dwell_days,
                step.nps,
            )
            self.assertEqual(figures, (0, 0, 0, 0))
        empty = self.env["performance.journey"].create({"name": "Empty", "sequence": 0})
        deal = self._deal((self.new, 0))
        self.env.invalidate_all()
        self.assertEqual(self.journey.deal_count, 0)
        self.assertTrue(empty.deal_count)
        # it follows a journey that leads nowhere yet
        self.assertFalse(deal.journey_picture)
        self.assertFalse(self._visits(deal))
        self.env["performance.journey"].search([]).unlink()
        self.assertFalse(self.Visit.search([]))
        self.assertEqual(
            self.Visit.formatted_read_group([], ["step_id"], ["__count"]), []
        )
