from odoo.exceptions import AccessError, MissingError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.measure.journey.visits import SLOTS
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

    def test_a_colleagues_visit_is_not_opened_by_its_number(self):
        theirs = self.Visit.search([("lead_id", "=", self.of_sue.id)])
        own = self.Visit.search([("lead_id", "=", self.own.id)])
        # in the cache, as superuser
        self.assertEqual(len(theirs.sudo().mapped("dwell_days")), 2)
        for is_cached in (True, False):
            if not is_cached:
                self.env.invalidate_all()
            mine = theirs.with_user(self.user_sales)
            both = mine + own.with_user(self.user_sales)
            by_number = [("id", "in", both.ids)]
            self.assertEqual(both._filtered_access("read"), own)
            self.assertEqual(mine.search(by_number), own)
            self.assertEqual(mine.search_count(by_number), 2)
            self.assertEqual(len(mine.search_read(by_number, ["lead_id"])), 2)
            (counted,) = mine._read_group(by_number, [], ["__count"])
            self.assertEqual(counted, (2,))
            groups = mine.formatted_read_group(by_number, ["lead_id"], ["__count"])
            self.assertEqual([group["lead_id"][0] for group in groups], [self.own.id])
            for call in (
                lambda mine=mine: mine.read(["lead_id"]),
                lambda mine=mine: mine.read(["display_name"]),
                lambda mine=mine: mine.web_read({"lead_id": {}}),
                lambda mine=mine: self._export(mine),
                mine.exists,
            ):
                self._assert_nothing(call)
            for call in (
                lambda mine=mine: mine.check_access("read"),
                mine[0].action_open_deal,
            ):
                with self.assertRefused((AccessError, MissingError), ""):
                    call()
        self.assertEqual(len(both.read(["dwell_days"])), 2)
        self.assertEqual(len(self._export(own.with_user(self.user_sales))), 2)

    def _assert_nothing(self, call):
        """A client that calls this is refused, or gets nothing."""
        try:
            result = call()
        except (AccessError, MissingError):
            return
        self.assertFalse(result)

    def _export(self, visits):
        self.user_sales.group_ids = [
            Command.link(self.env.ref("base.group_allow_export").id)
        ]
        return visits.export_data(["lead_id/id", "dwell_days"])["datas"]

    def test_what_is_not_there_is_answered_as_what_is_hidden(self):
        nowhere = self.Visit.browse(self.of_sue.id * SLOTS + SLOTS - 1)
        hidden = self.Visit.search([("lead_id", "=", self.of_sue.id)], limit=1)
        answers = []
        for visit in (nowhere, hidden):
            self.env.invalidate_all()
            mine = visit.with_user(self.user_sales)
            with self.assertRaises(AccessError) as refused:
                mine.check_access("read")
            answers.append(
                (str(refused.exception), mine.exists(), mine.read(["lead_id"]))
            )
        self.assertEqual(*answers)
        self.assertFalse(nowhere.exists())
        self.assertEqual(hidden.exists(), hidden)

    def test_a_client_narrows_no_query(self):
        for sent in (True, "l.id", ["l.id"], {"sql": "FALSE"}):
            Visit = self.Visit.with_user(self.user_sales).with_context(
                performance_journey_narrowed=sent
            )
            self.assertEqual(Visit.search([]).lead_id, self.own)
            self.assertTrue(Visit.browse(Visit.search([]).ids).read(["lead_id"]))

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

    def test_milestones_tell_only_what_one_reads(self):
        """Complaints in the charge of others, and renewals by colleagues."""
        self._create_journey(
            "Telling",
            ("In", "created", None),
            ("Complaint", "complaint", None),
            ("Renewal", "renewal_opened", None),
            ("Renewed", "renewal_won", None),
            sequence=1,
        )
        # Mia reads the deal, not a complaint in the charge of others than her line
        self._complain(self.own, START, employee_id=self.hr.id)
        names = {"In", "Complaint"}
        self.assertEqual(self._visits(self.own, self.user_manager).keys(), {"In"})
        self.assertEqual(self._visits(self.own, self.user_sales).keys(), names)
        # Sam does not read the deal of Sue that renews his
        self._create_lead(
            renewed_lead_id=self.own.id,
            user_id=self.user_sales2.id,
            stage_id=self.won_stage.id,
        )
        self.assertEqual(self._visits(self.own, self.user_sales).keys(), names)
        visits = self._visits(self.own, self.user_manager)
        self.assertEqual(visits.keys(), {"In", "Renewal", "Renewed"})
        self.env.invalidate_all()
        own = self.own.with_user(self.user_sales)
        self.assertIn("Complaint Now here", own.journey_picture.striptags())
        # measured by a KPI, all count
        visits = self._visits(self.own)
        self.assertEqual(visits.keys(), {*names, "Renewal", "Renewed"})

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
        seen = Visit.search([]).lead_id
        self.assertIn(nobodys, seen)
        self.assertIn(theirs, seen)
        self.assertNotIn(self.own, seen)

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
