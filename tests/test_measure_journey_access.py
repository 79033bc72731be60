from odoo.exceptions import AccessError, MissingError
from odoo.fields import Command
from odoo.tests import tagged

from .journey_common import START, JourneyCommon


@tagged("post_install", "-at_install")
class TestJourneyAccess(JourneyCommon):
    """Who writes the process, and whose deals one sees."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._deal((cls.new, 2), (cls.talk, 0))
        cls.of_sue = cls._deal((cls.new, 2), (cls.talk, 0), user_id=cls.user_sales2.id)

    def _seen(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.Visit.with_user(user).search([]).lead_id

    # === THE PROCESS ===#

    def test_administrators_write_journeys(self):
        journey = self.journey.with_user(self.user_admin)
        journey.write({"description": "Text"})
        journey.create({"name": "New"}).unlink()
        readers = (
            self.user_sales,
            self.user_manager,
            self.user_hr,
            self.user_auditor,
        )
        for user in readers:
            theirs = self.journey.with_user(user)
            self.assertTrue(theirs.step_ids.mapped("name"))
            for call in (
                lambda theirs=theirs: theirs.write({"description": "Mine"}),
                lambda theirs=theirs: theirs.create({"name": "Mine"}),
                lambda theirs=theirs: theirs.unlink(),
                lambda theirs=theirs: theirs.step_ids[0].write({"name": "Mine"}),
            ):
                with self.assertRefused(AccessError, ""):
                    call()
        for user in (self.user_outsider, self.user_portal, self.user_crm):
            for records in (self.journey, self.journey.step_ids, self.Visit):
                with self.assertRefused(AccessError, ""):
                    records.with_user(user).read(["display_name"])
                    records.with_user(user).search([])

    def test_journeys_of_another_company_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self._create_journey(
            "Theirs", ("In", "created", None), company_id=other.id
        )
        mine = self.env["performance.journey"].with_user(self.user_sales)
        self.assertEqual(mine.search([]), self.journey)
        with self.assertRefused(AccessError, ""):
            theirs.step_ids.with_user(self.user_sales).read(["name"])

    # === WHOSE DEALS ===#

    def test_whoever_reads_the_deal_sees_its_visits(self):
        both = self.own + self.of_sue
        self.assertEqual(self._seen(self.user_sales), self.own)
        self.assertEqual(self._seen(self.user_sales2), self.of_sue)
        self.assertEqual(self._seen(self.user_manager), both)
        # no right on deals, no visits
        for user in (self.user_hr, self.user_auditor, self.user_employee):
            self.assertFalse(self._seen(user))
        reader = self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.user_auditor.group_ids = [Command.link(reader.id)]
        self.assertEqual(self._seen(self.user_auditor), both)
        # a stranger's row is not opened by its number either
        theirs = self.Visit.search([("lead_id", "=", self.of_sue.id)])
        mine = theirs.with_user(self.user_sales)
        self.assertFalse(mine.search([("id", "in", mine.ids)]))
        self.env.invalidate_all()
        for call in (mine[0].action_open_deal, lambda: mine.read(["lead_id"])):
            with self.assertRefused((AccessError, MissingError), ""):
                call()

    def test_figures_are_those_of_the_deals_one_reads(self):
        talk = self.steps["Talk"]
        for user, number in (
            (self.user_sales, 1),
            (self.user_manager, 2),
            (self.user_hr, 0),
        ):
            step = talk.with_user(user)
            step.invalidate_recordset()
            self.assertEqual(step.entered_count, number)
            self.assertEqual(step.journey_id.deal_count, number)

    def test_complaints_and_answers_that_one_reads(self):
        # Mia does not read complaints that are in the charge of others than her line
        self._complain(self.own, START, employee_id=self.hr.id)
        self._complain(self.own, START)
        self._say(self.own, START, 10)
        counts = {}
        for user in (self.user_sales, self.user_manager):
            visit = self._visits(self.own, user)["Contact"]
            counts[user.login] = (visit.complaint_count, visit.voice_count)
        visit = self._visits(self.own)["Contact"].sudo()
        self.assertEqual((visit.complaint_count, visit.voice_count), (2, 1))
        # what a customer said of oneself comes as a KPI, never deal by deal
        self.assertEqual(counts, {"perf_sales": (2, 0), "perf_manager": (1, 1)})

    def test_two_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        common = self._create_journey(
            "Common", ("In", "created", None), company_id=False, sequence=90
        )
        nobody = {"user_id": False, "team_id": False, "partner_id": False}
        theirs = self._deal((self.new, 0), company_id=other.id, **nobody)
        nobodys = self._deal((self.new, 0), company_id=False, **nobody)
        self.env.flush_all()
        # the journey of one company is not for deals of others, nor of none
        rows = self.Visit.sudo()._rows_of(theirs + nobodys + self.own)
        followed = {
            lead: {row["journey_id"] for row in steps.values()}
            for lead, steps in rows.items()
        }
        self.assertEqual(
            followed,
            {
                theirs.id: {common.id},
                nobodys.id: {common.id},
                self.own.id: {self.journey.id},
            },
        )
        seen = self._seen(self.user_manager)
        self.assertIn(nobodys, seen)
        self.assertNotIn(theirs, seen)
        self.user_manager.company_ids = [Command.link(other.id)]
        allowed = {"allowed_company_ids": [other.id]}
        Visit = self.Visit.with_user(self.user_manager).with_context(**allowed)
        self.assertEqual(Visit.search([]).lead_id, theirs + nobodys)

    def test_nobody_writes_visits(self):
        visit = self.Visit.search([], limit=1)
        for user in (self.user_admin, self.user_manager):
            with self.assertRefused(AccessError, ""):
                visit.with_user(user).write({"dwell_days": 1})
            with self.assertRefused(AccessError, ""):
                visit.with_user(user).create({"dwell_days": 1})

    # === ACTIONS ===#

    def test_actions(self):
        visit = self._visits(self.own, self.user_sales)["Talk"]
        self.assertEqual(visit.action_open_deal()["res_id"], self.own.id)
        customer = self.customer.with_user(self.user_sales)
        action = customer.action_open_journey_visits()
        found = self.Visit.with_user(self.user_sales).search(action["domain"])
        self.assertEqual(found.lead_id, self.own)
        for record in (
            self.journey.with_user(self.user_outsider),
            self.steps["Talk"].with_user(self.user_outsider),
        ):
            with self.assertRefused(AccessError, ""):
                record.action_open_visits()
        with self.assertRefused(AccessError, ""):
            self.customer.with_user(self.user_outsider).action_open_journey_visits()
