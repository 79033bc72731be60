import random
from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .journey_common import NOW, START, JourneyCommon

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestJourneyVisits(JourneyCommon):
    """Where deals were, how long, and what became of them."""

    # === STAGES ===#

    def test_dwell_time_is_that_of_odoo(self):
        deal = self._deal((self.new, 2), (self.talk, 5), (self.new, 1), (self.offer, 0))
        self._assert_days(deal, Contact=3, Talk=5, Offer=76)
        by_stage = {
            int(stage): seconds / 86400
            for stage, seconds in deal.duration_tracking.items()
        }
        visits = self._visits(deal)
        for name, stage in (("Contact", self.new), ("Talk", self.talk)):
            self.assertEqual(visits[name].dwell_days, by_stage[stage.id])
        self.assertEqual(visits["Contact"].entry_count, 2)
        self._assert_outcomes(deal, Contact="passed", Talk="passed", Offer="here")

    def test_without_history(self):
        deal = self._deal((self.talk, 0))
        self._assert_days(deal, Contact=0, Talk=84)
        self._assert_outcomes(deal, Contact="passed", Talk="here")

    def test_a_stage_of_no_step_leaves_the_deal_where_it_was(self):
        other = self.env["crm.stage"].create({"name": "Other"})
        deal = self._deal((self.talk, 5), (other, 7), (self.offer, 0))
        self._assert_days(deal, Contact=0, Talk=12, Offer=72)

    def test_target(self):
        quick = self._deal((self.offer, 10), (self.talk, 0))
        slow = self._deal((self.offer, 10.5), (self.talk, 0))
        states = [self._visits(one)["Offer"].target_state for one in (quick, slow)]
        self.assertEqual(states, ["kept", "exceeded"])
        self.assertEqual(self._visits(quick)["Talk"].target_state, "none")
        self._assert_outcomes(quick, Contact="passed", Offer="back", Talk="here")

    # === WON, LOST, REOPENED ===#

    def test_lost(self):
        deal = self._deal((self.new, 2), (self.talk, 0))
        deal.action_set_lost()
        deal.date_closed = START + 9 * DAY
        self._assert_days(deal, Contact=2, Talk=7)
        visit = self._visits(deal)["Talk"]
        self.assertEqual(visit.outcome, "lost")
        self.assertEqual(visit.left_at, START + 9 * DAY)
        self.assertEqual((visit.lost_percent, visit.passed_percent), (100, 0))

    def test_lost_and_reopened(self):
        deal = self._deal((self.new, 2), (self.talk, 0))
        deal.action_set_lost()
        deal.action_unarchive()
        self._assert_outcomes(deal, Contact="passed", Talk="here")
        self._assert_days(deal, Contact=2, Talk=82)

    def test_won_reopened_and_won_again(self):
        deal = self._deal(
            (self.new, 2), (self.offer, 3), (self.won_stage, 4), (self.talk, 0)
        )
        self._assert_outcomes(
            deal, Contact="passed", Offer="back", Signed="back", Talk="here"
        )
        self._assert_days(deal, Contact=2, Offer=3, Signed=4, Talk=75)
        deal.action_set_won()
        self._assert_outcomes(
            deal, Contact="passed", Offer="passed", Signed="here", Talk="passed"
        )

    def test_imported_deals_begin_with_the_first_fact(self):
        """A deal that was won before its record was there."""
        deal = self._create_lead(stage_id=self.won_stage.id)
        self._write_history(deal, NOW, [(self.won_stage, 0)])
        deal.date_closed = START
        self._hand_over(deal, START + 10 * DAY)
        self._assert_days(deal, Contact=0, Signed=10, Delivery=74)

    # === MILESTONES ===#

    def test_from_contact_to_renewal(self):
        deal = self._deal((self.new, 1), (self.offer, 2), (self.won_stage, 0))
        deal.date_closed = START + 3 * DAY
        self._hand_over(deal, START + 13 * DAY, state="withdrawn")
        self._hand_over(deal, START + 20 * DAY, START + 24 * DAY)
        self._hand_over(deal, START + 22 * DAY)
        renewal = self._create_lead(
            name="Again", renewed_lead_id=deal.id, stage_id=self.new.id
        )
        self._write_history(renewal, START + 60 * DAY, [(self.new, 0)])
        self._assert_outcomes(
            deal,
            Contact="passed",
            Offer="passed",
            Signed="passed",
            Delivery="passed",
            Service="passed",
            Renewal="arrived",
        )
        # who has arrived dwells no longer
        self._assert_days(
            deal, Contact=1, Offer=2, Signed=17, Delivery=4, Service=36, Renewal=0
        )
        rows = self.Visit._rows_of(deal)[deal.id]
        self.assertIsNone(rows[self.steps["Renewal"].id]["dwell_days"])
        # nor could he go on: the screen leaves the percentages out there
        self.assertTrue(self.steps["Renewal"].is_arrival)
        self.assertFalse(self.steps["Offer"].is_arrival)

    def test_every_milestone(self):
        marks = dict(
            self.env["performance.journey.step"]._fields["milestone"].selection
        )
        journey = self._create_journey(
            "All", *((mark, mark, None) for mark in marks), sequence=1
        )
        deal = self._deal((self.new, 2), (self.won_stage, 0))
        deal.date_closed = START + 2 * DAY
        self._hand_over(deal, START + 3 * DAY, START + 4 * DAY)
        self._complain(deal, START + 5 * DAY)
        self._complain(deal, START + 1 * DAY, state="invalid")
        again = self._create_lead(renewed_lead_id=deal.id, stage_id=self.won_stage.id)
        self._write_history(again, START + 6 * DAY, [(self.won_stage, 0)])
        again.date_closed = START + 7 * DAY
        visits = self._visits(deal)
        self.assertEqual(
            {name: (visit.entered_at - START).days for name, visit in visits.items()},
            {
                "created": 0,
                "converted": 0,
                "won": 2,
                "submitted": 3,
                "accepted": 4,
                "complaint": 5,
                "renewal_opened": 6,
                "renewal_won": 7,
            },
        )
        self.assertEqual(journey.deal_count, 2)

    def test_leads_become_opportunities(self):
        journey = self._create_journey(
            "Leads", ("In", "created", None), ("Deal", "converted", None), sequence=1
        )
        lead = self._create_lead(type="lead", stage_id=self.new.id)
        self._write_history(lead, START, [(self.new, 0)])
        self.assertEqual(list(self._visits(lead)), ["In"])
        lead.write({"type": "opportunity", "date_conversion": START + 4 * DAY})
        visits = self._visits(lead)
        self.assertEqual(visits["In"].dwell_days, 4)
        self.assertEqual(visits["Deal"].outcome, "arrived")
        self.assertEqual(visits["Deal"].journey_id, journey)

    # === COMPLAINTS AND ANSWERS ===#

    def test_complaints_and_answers_by_step(self):
        deal = self._deal((self.new, 2), (self.talk, 4), (self.new, 4), (self.offer, 0))
        for day in (-3, 1, 3, 7, 11):
            self._complain(deal, START + day * DAY)
        self._complain(deal, START + 3 * DAY, state="invalid")
        self._say(deal, START + 7 * DAY, 10)
        self._say(deal, START + 8 * DAY, 2)
        self._say(deal, START + 9 * DAY, 9)
        self._say(deal, START + 9 * DAY, 5, kind="csat")
        visits = self._visits(deal)
        # the one before the deal counts for its first step
        self.assertEqual(
            {name: visit.complaint_count for name, visit in visits.items()},
            {"Contact": 3, "Talk": 1, "Offer": 1},
        )
        contact = visits["Contact"]
        self.assertEqual((contact.voice_count, contact.nps_count), (4, 3))
        self.assertAlmostEqual(contact.voice_percent, 65)
        self.assertAlmostEqual(contact.nps, 100 / 3)
        self.assertFalse(visits["Talk"].voice_count)
        step = self.steps["Contact"]
        self.assertEqual((step.complaint_count, step.answer_count), (3, 4))
        self.assertAlmostEqual(step.answer_percent, 65)
        self.assertAlmostEqual(step.nps, 100 / 3)

    # === WHICH JOURNEY ===#

    def test_the_first_journey_that_is_meant_for_the_deal(self):
        team = self.env["crm.team"].create(
            {"name": "Shop", "company_id": self.company.id}
        )
        in_shop = self._create_journey(
            "Shop",
            ("In", "created", None),
            sequence=1,
            team_ids=[Command.set(team.ids)],
        )
        big = self._create_journey(
            "Big",
            ("In", "created", None),
            sequence=2,
            lead_domain="[('expected_revenue', '>', 5000)]",
        )
        plain = self._deal((self.new, 0))
        large = self._deal((self.new, 0), expected_revenue=9000)
        shop = self._deal((self.new, 0), expected_revenue=9000, team_id=team.id)
        shop.team_id = team
        for deal, journey in ((plain, self.journey), (large, big), (shop, in_shop)):
            self.assertEqual(self._visits(deal).popitem()[1].journey_id, journey)
        in_shop.active = False
        self.assertEqual(self._visits(shop).popitem()[1].journey_id, big)
        # a filter on what is gone with its app: nobody follows it, the others go on
        self.env.cr.execute(
            "UPDATE performance_journey SET lead_domain = %s WHERE id = %s",
            ["[('gone_with_app', '=', 1)]", big.id],
        )
        self.assertEqual(self._visits(shop).popitem()[1].journey_id, self.journey)

    def test_no_journey(self):
        deal = self._deal((self.new, 0))
        self.journey.active = False
        self.assertFalse(self._visits(deal))
        self.assertFalse(deal.journey_picture)

    # === FUNNEL ===#

    def test_figures_of_a_step(self):
        self._deal((self.talk, 4), (self.offer, 0))
        self._deal((self.talk, 8), (self.offer, 3), (self.won_stage, 0))
        lost = self._deal((self.talk, 0))
        lost.action_set_lost()
        lost.date_closed = START + 6 * DAY
        self._deal((self.talk, 0))
        self.env.flush_all()
        self.env.invalidate_all()
        talk = self.steps["Talk"]
        self.assertEqual((talk.entered_count, talk.here_count), (4, 1))
        self.assertEqual((talk.passed_percent, talk.lost_percent), (50, 25))
        self.assertAlmostEqual(talk.dwell_days, (4 + 8 + 6 + 84) / 4)
        self.assertEqual(self.steps["Service"].entered_count, 0)
        action = talk.action_open_visits()
        self.assertEqual(len(self.Visit.search(action["domain"])), 4)
        groups = self.Visit.formatted_read_group(
            [("journey_id", "=", self.journey.id)],
            ["step_id"],
            ["__count", "passed_percent:avg", "dwell_days:avg"],
        )
        self.assertEqual(
            [group["step_id"][1] for group in groups],
            ["Contact", "Talk", "Offer", "Signed"],
        )
        self.assertEqual(groups[1]["passed_percent:avg"], 50)

    def test_kpis(self):
        kpis = self.env["performance.kpi"].search(
            [("code", "in", ("JOURNEY_IN_TIME", "JOURNEY_DROP_OFF"))]
        )
        for days in (5, 9, 30):
            self._deal((self.offer, days), (self.talk, 0))
        lost = self._deal((self.offer, 0))
        lost.action_set_lost()
        lost.date_closed = START + 3 * DAY
        self.env.flush_all()
        kpis._measure(self.period)
        self.assertFalse(kpis.filtered("is_quarantined"), kpis.mapped("error"))
        values = {
            kpi.code: self._reading(kpi, employee_id=self.sales).value for kpi in kpis
        }
        # contact and offer were left by four deals each, the last step of one was lost
        self.assertEqual(values, {"JOURNEY_IN_TIME": 75, "JOURNEY_DROP_OFF": 12.5})

    # === NUMBERS ===#

    def test_queries_do_not_grow(self):
        def queries(call):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            call()
            return self.env.cr.sql_log_count - before

        def page():
            self.Visit.search([]).read(["step_id", "lead_id", "dwell_days"])
            self.journey.step_ids.mapped("dwell_days")

        self._deal((self.new, 2), (self.talk, 0))
        page()
        few = queries(page)
        for number in range(30):
            self._deal((self.new, number), (self.talk, 1), (self.offer, 0))
        self.assertLessEqual(queries(page), few)

    def test_against_a_naive_reference(self):
        generator = random.Random(20260105)
        deals = [self._random_deal(generator) for _number in range(60)]
        self.env.flush_all()
        self.env.invalidate_all()
        found = {}
        for visit in self.Visit.search([("lead_id", "in", [d.id for d, _h in deals])]):
            found.setdefault(visit.lead_id, {})[visit.step_id.name] = (
                round(visit.dwell_days, 3),
                visit.entry_count,
                visit.outcome,
                visit.complaint_count,
            )
        for deal, happened in deals:
            with self.subTest(happened=happened):
                self.assertEqual(found.get(deal, {}), self._naive(happened))

    def _random_deal(self, generator):
        """A deal and what happened to it: ``{kind: ...}``, times in hours."""
        stages = [self.new, self.talk, self.offer]
        stays = [
            (generator.choice(stages), generator.choice((0, 1, 5, 26, 100)))
            for _number in range(generator.randrange(1, 6))
        ]
        # a tracked change is one to another stage
        stays = [
            stay
            for place, stay in enumerate(stays)
            if not place or stay[0] != stays[place - 1][0]
        ]
        end = generator.choice(("open", "lost", "won"))
        if end == "won":
            stays.append((self.won_stage, 0))
        deal = self._deal(*((stage, hours / 24) for stage, hours in stays))
        at = sum(hours for _stage, hours in stays[:-1])
        happened = {"stays": [(s.name, h) for s, h in stays], "end": end, "facts": []}
        if end == "lost":
            happened["closed"] = at + generator.choice((0, 7, 50))
            deal.action_set_lost()
        elif end == "won":
            happened["closed"] = at
        if end != "open":
            deal.date_closed = START + timedelta(hours=happened["closed"])
        if generator.random() < 0.5:
            first = generator.randrange(0, 900)
            second = generator.choice((None, generator.randrange(0, 300)))
            accepted = None if second is None else first + second
            happened["facts"] += [("Delivery", first), ("Service", accepted)]
            self._hand_over(
                deal,
                START + timedelta(hours=first),
                second is not None and START + timedelta(hours=accepted),
            )
        happened["complaints"] = [
            generator.randrange(-50, 900) for _n in range(generator.randrange(3))
        ]
        for hours in happened["complaints"]:
            self._complain(deal, START + timedelta(hours=hours))
        return deal, happened

    def _naive(self, happened):
        """The same, event by event."""
        order = ["Contact", "Talk", "Offer", "Signed", "Delivery", "Service", "Renewal"]
        names = {"New": "Contact", "Test Won": "Signed"}
        # the earliest of all is when the deal began
        facts = [(name, at) for name, at in happened["facts"] if at is not None]
        born = min([0, *happened["complaints"]])
        events, at = [(born, "Contact")], born
        left = 0
        for place, (stage, hours) in enumerate(happened["stays"]):
            events.append((at if place else born, names.get(stage, stage)))
            left += hours
            at = left
        if happened["end"] == "won":
            events.append((happened["closed"], "Signed"))
        events += [(at, name) for name, at in facts]
        lost = happened["closed"] if happened["end"] == "lost" else None
        events = sorted(
            (
                (at, order.index(name))
                for at, name in events
                if lost is None or at <= lost
            )
        )
        until = lost if lost is not None else (NOW - START).total_seconds() / 3600
        last = events[-1][1]
        result = {}
        for place, (at, rank) in enumerate(events):
            end = events[place + 1][0] if place + 1 < len(events) else until
            days, entries, _outcome, complaints = result.get(rank, (0, 0, "", 0))
            came = not place or events[place - 1][1] != rank
            inside = [
                hours
                for hours in happened["complaints"]
                if (not place or hours >= at)
                and (place + 1 == len(events) or hours < end)
            ]
            outcome = "lost" if lost is not None else "here"
            if rank != last:
                outcome = "passed" if last > rank else "back"
            result[rank] = (
                days + (end - at) / 24,
                entries + came,
                outcome,
                complaints + len(inside),
            )
        return {
            order[rank]: (round(days, 3), *rest)
            for rank, (days, *rest) in result.items()
        }
