from datetime import datetime

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .measure_custom import MeasureProof

CLOSED = datetime(2026, 2, 10, 12)


@tagged("post_install", "-at_install")
class TestAttribution(MeasureProof):
    """Whose a record is: one rule for each case, as people are told them."""

    def _deal(self, closed=CLOSED, **values):
        """A deal closed at an instant, past whatever Odoo would make of the values."""
        with freeze_time("2026-01-05 08:00:00"):
            lead = self.env["crm.lead"].create(
                {"name": "Deal", "type": "opportunity", "user_id": self.user_sales.id}
            )
            self.env.flush_all()
            self.cr.precommit.run()
        self.put(
            lead,
            {
                "date_closed": closed,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "partner_id": self.partners[0].id,
                "expected_revenue": 100,
                **values,
            },
        )
        self.env.invalidate_all(flush=False)
        return lead

    def _hand_over(self, lead, user, when):
        """Change the salesperson, tracked as in a request of its own."""
        with freeze_time(when):
            lead.user_id = user
            self.env.flush_all()
            self.cr.precommit.run()

    def _assert_shares(self, expected, period=None, **values):
        """How many deals each subject of the kinds named has, and no other subject.

        :param dict expected: ``{kind: {record: count}}``
        """
        period = period or self.period
        definition = self.definition(**values)
        found = self.measured([definition], period)[1]
        self.assert_numbers(definition, period, found)
        for kind, counts in expected.items():
            self.assertEqual(
                {s: int(v) for (k, s), (_n, v, _x) in found.items() if k == kind},
                {record.id: count for record, count in counts.items()},
                kind,
            )

    # === THE SALESPERSON CHANGES ===#

    def test_changed_salesperson_owner_now(self):
        """Owner now: a deal belongs to whoever stands on it today, wholly."""
        deal = self._deal()
        self._hand_over(deal, self.user_sales2, "2026-02-20 09:00:00")
        self._assert_shares(
            {"employee": {self.sales2: 1}, "department": {self.right: 1, self.upper: 1}}
        )

    def test_changed_salesperson_owner_on_the_date(self):
        """Owner on the date: a deal belongs to whoever stood on it when it was won."""
        deal = self._deal()
        self._hand_over(deal, self.user_sales2, "2026-02-20 09:00:00")
        self._assert_shares(
            {"employee": {self.sales: 1}, "department": {self.left: 1, self.upper: 1}},
            owner_at="date",
        )

    def test_changed_before_the_date(self):
        """Owner on the date: what changed before the date does not matter any more."""
        deal = self._deal()
        self._hand_over(deal, self.user_sales2, "2026-02-09 09:00:00")
        self._assert_shares({"employee": {self.sales2: 1}}, owner_at="date")

    def test_change_within_a_minute_belongs_to_the_event(self):
        """Who wins and hands over in one click: the deal is the new owner's."""
        deal = self._deal()
        self._hand_over(deal, self.user_sales2, "2026-02-10 12:01:00")
        self._assert_shares({"employee": {self.sales2: 1}}, owner_at="date")

    def test_change_after_a_minute_does_not(self):
        """A minute and a second later it is another event."""
        deal = self._deal()
        self._hand_over(deal, self.user_sales2, "2026-02-10 12:01:01")
        self._assert_shares({"employee": {self.sales: 1}}, owner_at="date")

    def test_two_changes(self):
        """Of several later changes the first tells who stood there."""
        deal = self._deal()
        self._hand_over(deal, self.user_sales2, "2026-02-11 12:00:00")
        self._hand_over(deal, self.user_manager, "2026-02-12 12:00:00")
        self._assert_shares({"employee": {self.sales: 1}}, owner_at="date")
        self._assert_shares({"employee": {self.manager: 1}}, owner_at="now")

    def test_there_and_back(self):
        """Away and back again: it was the first owner's all the time."""
        deal = self._deal()
        self._hand_over(deal, self.user_sales2, "2026-02-11 12:00:00")
        self._hand_over(deal, self.user_sales, "2026-02-12 12:00:00")
        for owner_at in ("date", "now"):
            self._assert_shares({"employee": {self.sales: 1}}, owner_at=owner_at)

    def test_change_to_nobody(self):
        """Taken away later, a deal stays with who won it; now it is nobody's."""
        deal = self._deal()
        self._hand_over(deal, self.env["res.users"], "2026-02-20 09:00:00")
        self._assert_shares({"employee": {self.sales: 1}}, owner_at="date")
        self._assert_shares({"employee": {}, "company": {self.company: 1}})

    def test_change_from_nobody(self):
        """A deal that nobody stood on when it was won is nobody's, whoever takes it."""
        deal = self._deal(user_id=None)
        self._hand_over(deal, self.user_sales2, "2026-02-20 09:00:00")
        self._assert_shares(
            {"employee": {}, "team": {self.team: 1}, "company": {self.company: 1}},
            owner_at="date",
        )

    def test_deal_of_no_company_and_its_owner_then(self):
        """Without a company of its own a deal is that of its owner *then*."""
        deal = self._deal(company_id=None, team_id=None)
        self._hand_over(deal, self.fay.user_id, "2026-02-20 09:00:00")
        self.put(deal, {"company_id": None, "team_id": None})
        self.env.invalidate_all(flush=False)
        self._assert_shares(
            {"employee": {self.sales: 1}, "company": {self.company: 1}}, owner_at="date"
        )
        far = self._make_period(self.other)
        self._assert_shares({"employee": {}, "company": {}}, far, owner_at="date")
        self._assert_shares({"employee": {self.fay: 1}}, far, owner_at="now")

    def test_owner_of_a_day(self):
        """A date is the first instant of its day: later that day is later."""
        deal = self._deal(date_deadline="2026-02-10")
        self._hand_over(deal, self.user_sales2, "2026-02-09 23:00:30")
        self._assert_shares(
            {"employee": {self.sales2: 1}}, owner_at="date", date_field="date_deadline"
        )
        self._hand_over(deal, self.user_manager, "2026-02-10 09:00:00")
        self._assert_shares(
            {"employee": {self.sales2: 1}}, owner_at="date", date_field="date_deadline"
        )

    # === PEOPLE ===#

    def test_user_without_employee(self):
        """Deals of users without an employee count for team and company only."""
        stranger = self.users.filtered(lambda u: u.login == "perf_proof_stranger")
        self._deal(user_id=stranger.id)
        self._assert_shares(
            {
                "employee": {},
                "department": {},
                "team": {self.team: 1},
                "company": {self.company: 1},
            }
        )

    def test_employee_in_two_companies(self):
        """Each company's employee has the deals of that company, though one person."""
        self._deal()
        self._deal(company_id=self.other.id)
        self._deal(company_id=self.other.id)
        far = self._make_period(self.other)
        self._assert_shares({"employee": {self.sales: 1}})
        self._assert_shares(
            {"employee": {self.twin: 2}, "department": {self.far: 2}}, far
        )

    def test_deal_without_company_of_somebody_in_two(self):
        """A deal without a company is its owner's, in his user's own company only."""
        self._deal(company_id=None)
        far = self._make_period(self.other)
        self._assert_shares({"employee": {self.sales: 1}, "company": {self.company: 1}})
        self._assert_shares({"employee": {}, "company": {}}, far)

    def test_archived_employee(self):
        """Who left keeps what was earned."""
        self._deal(user_id=self.archie.user_id.id)
        self._assert_shares({"employee": {self.archie: 1}})

    def test_archived_user_of_a_deal_without_company(self):
        """A user who left still tells the company of his deals."""
        gone = self.users.filtered(lambda u: u.login == "perf_proof_gone")
        if not gone:
            gone = self.env["res.users"].search(
                [("login", "=", "perf_proof_gone"), ("active", "=", False)]
            )
        self._deal(user_id=gone.id, company_id=None)
        self._assert_shares({"employee": {}, "company": {self.company: 1}})

    def test_employee_created_later(self):
        """An employee made after the deal has it, in his first department."""
        stranger = self.users.filtered(lambda u: u.login == "perf_proof_stranger")
        self._deal(user_id=stranger.id)
        with freeze_time("2026-03-20"):
            late = self._create_employee("Late", stranger)
            late.department_id = self.left
        self.assertEqual(late.version_id.date_version.isoformat(), "2026-03-20")
        self._assert_shares(
            {"employee": {late: 1}, "department": {self.left: 1, self.upper: 1}}
        )

    def test_employee_whose_user_changed(self):
        """The deals follow the user: they are those of the employee he is now."""
        self._deal()
        self.sales.user_id = False
        self.archie.user_id = self.user_sales
        self._assert_shares({"employee": {self.archie: 1}})

    def test_employee_who_left_the_company(self):
        """An employee moved to another company leaves his deals without a person."""
        self._deal()
        self.twin.user_id = False
        self.env.flush_all()
        self.sales.company_id = self.other
        self._assert_shares({"employee": {}, "company": {self.company: 1}})

    # === DEPARTMENTS ===#

    def test_department_moved_mid_period(self):
        """A deal is the department's in which the employee was on that local day."""
        self._deal(datetime(2026, 2, 14, 22, 59, 59))
        self._deal(datetime(2026, 2, 14, 23))  # midnight of the 15th in Berlin
        self._assert_shares(
            {
                "employee": {self.sales: 2},
                "department": {self.left: 1, self.right: 1, self.upper: 2},
            }
        )

    def test_archived_version_does_not_count(self):
        """A version that was taken back never was."""
        self._deal(datetime(2026, 3, 1, 12))
        self.sales.version_ids.sorted("date_version")[-1].active = False
        self._assert_shares({"department": {self.left: 1, self.upper: 1}})

    def test_department_under_another(self):
        """The tree of departments is the present one."""
        self._deal()
        self.left.parent_id = False
        self._assert_shares({"department": {self.left: 1}})

    # === CUSTOMERS, TEAMS, COMPANIES ===#

    def test_deal_without_customer(self):
        """It counts for people, team and company, and for no customer."""
        self._deal(partner_id=None)
        self._assert_shares({"customer": {}, "employee": {self.sales: 1}})

    def test_contact_is_the_firm(self):
        """A deal with a contact is the firm's; a private person is a customer."""
        firm, _other, contact, _contact2, person = self.partners
        self._deal(partner_id=contact.id)
        self._deal(partner_id=person.id)
        self._assert_shares({"customer": {firm: 1, person: 1}})
        self._assert_shares(
            {"customer": {contact: 1, person: 1}}, customer_path="partner_id"
        )

    def test_contact_moved_to_another_firm(self):
        """The deals of a contact move with him: the firm he is with today has them."""
        _firm, other, contact, _contact2, _person = self.partners
        self._deal(partner_id=contact.id)
        contact.parent_id = other
        self._assert_shares({"customer": {other: 1}})

    def test_record_without_company_and_owner(self):
        """Neither company nor owner: it is nobody's, in no company."""
        self._deal(company_id=None, user_id=None)
        self._assert_shares({"employee": {}, "company": {}, "team": {}})

    def test_team_without_company(self):
        """A team of all companies has, in each company, the deals of that company."""
        nobodys = self.teams[1]
        self._deal(team_id=nobodys.id)
        self._deal(team_id=nobodys.id, company_id=self.other.id)
        far = self._make_period(self.other)
        self._assert_shares({"team": {nobodys: 1}})
        self._assert_shares({"team": {nobodys: 1}}, far)

    def test_path_to_the_company_that_breaks_off(self):
        """No team, or a team of no company, is no company: its owner's counts."""
        self._deal(team_id=None, company_id=self.other.id)
        self._deal(team_id=self.teams[1].id, company_id=self.other.id)
        self._deal(team_id=self.teams[2].id)
        self._assert_shares(
            {"company": {self.company: 2}}, company_path="team_id.company_id"
        )

    def test_partial_measurement_of_a_department_with_a_path(self):
        """Asked for one department, the records of those below it count too."""
        Department = self.env["hr.department"]
        self.assertEqual(self.left.parent_id, self.upper)
        definition = self.definition(
            model_name="hr.version",
            date_field="date_version",
            employee_path="",
            team_path="",
            customer_path="",
            opportunity_path="",
            department_path="department_id",
        )
        found = self.measured([definition], self.period)[1]
        one = self.measured([definition], self.period, {"department": self.upper.ids})[
            1
        ]
        self.assertEqual(
            one, {("department", self.upper.id): found["department", self.upper.id]}
        )
        self.assertTrue(Department.browse(self.upper.id))

    def test_evidence_is_what_was_counted(self):
        """The records behind a number are exactly those that the number counts."""
        kpi = self.env.ref("customer_performance.kpi_deals_won")
        kpi.write({"owner_at": "date", "domain": "[]"})
        mine = self._deal()
        self._hand_over(mine, self.user_sales2, "2026-02-20 09:00:00")
        self._deal(user_id=self.user_sales2.id)
        kpi._measure(self.period)
        reading = self.env["performance.reading"].search(
            [("kpi_id", "=", kpi.id), ("employee_id", "=", self.sales.id)]
        )
        self.assertEqual(reading.value, 1)
        self.assertEqual(reading._evidence_ids(), mine.ids)

    def test_members_of_companies_are_not_mixed(self):
        """A user allowed in a company without being employed there is no employee."""
        self.user_sales2.company_ids = [Command.link(self.other.id)]
        self._deal(user_id=self.user_sales2.id, company_id=self.other.id)
        far = self._make_period(self.other)
        self._assert_shares({"employee": {}, "company": {self.other: 1}}, far)
