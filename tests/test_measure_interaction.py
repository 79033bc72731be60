from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged, users

from .measure_common import MeasureCommon

NOON = datetime(2026, 2, 10, 12)


@tagged("post_install", "-at_install")
class TestInteraction(MeasureCommon):
    """What counts as a contact, in which direction, and when it was answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {"name": "Cora", "email": "cora@test.example", "parent_id": cls.customer.id}
        )
        cls.deal = cls._create_lead(partner_id=cls.contact.id)

    def _message(self, author, hours=0, record=None, **values):
        message = (record or self.deal).message_post(
            body="Hello",
            author_id=author.id,
            message_type=values.pop("message_type", "comment"),
            subtype_xmlid=values.pop("subtype_xmlid", "mail.mt_comment"),
            **values,
        )
        message.date = NOON + timedelta(hours=hours)
        return message

    def _in(self, hours=0, **values):
        return self._message(self.contact, hours, message_type="email", **values)

    def _out(self, hours=0, **values):
        values = {"partner_ids": self.contact.ids, **values}
        return self._message(self.user_sales.partner_id, hours, **values)

    def _found(self, **values):
        self.env.flush_all()
        found = self.env["performance.interaction"].search(
            [("commercial_partner_id", "=", self.customer.id)], order="date, id"
        )
        return found.filtered(
            lambda one: all(one[name] == value for name, value in values.items())
        )

    # === MESSAGES ===#

    def test_mails_and_comments_that_reach_the_customer(self):
        self._in()
        self._out(2)
        self._out(3, record=self.customer)
        self.assertRecordValues(
            self._found(),
            [
                {
                    "channel": "email",
                    "direction": "in",
                    "partner_id": self.contact.id,
                    "lead_id": self.deal.id,
                    "user_id": self.user_sales.id,
                    "company_id": self.company.id,
                    "res_model": "crm.lead",
                },
                {
                    "channel": "email",
                    "direction": "out",
                    "partner_id": self.contact.id,
                    "lead_id": self.deal.id,
                    "user_id": self.user_sales.id,
                    "company_id": self.company.id,
                    "res_model": "crm.lead",
                },
                {
                    "channel": "email",
                    "direction": "out",
                    "partner_id": self.customer.id,
                    "lead_id": False,
                    "user_id": self.user_sales.id,
                    "company_id": self.company.id,
                    "res_model": "res.partner",
                },
            ],
        )

    def test_what_is_no_contact(self):
        self._out(subtype_xmlid="mail.mt_note")
        self._out(partner_ids=[])
        self._out(partner_ids=self.user_manager.partner_id.ids)
        self._message(self.env.ref("base.partner_root"), partner_ids=self.contact.ids)
        self.deal.stage_id = self.env["crm.stage"].create({"name": "Later"})
        self.env.cr.precommit.run()
        self.assertFalse(self._found())

    def test_the_first_answer(self):
        first = self._in(0)
        self._in(1)
        self._out(2, partner_ids=[])
        self._out(5)
        self._out(9)
        last = self._in(20)
        found = {one.id // 4: one for one in self._found(direction="in")}
        self.assertEqual(len(found), 3)
        self.assertEqual(found[first.id].answered_at, NOON + timedelta(hours=5))
        self.assertEqual(found[first.id].response_hours, 5)
        self.assertFalse(found[last.id].answered_at)
        self.assertEqual(len(self._found().filtered("answered_at")), 1)

    # === MEETINGS AND ACTIVITIES ===#

    def test_meetings_that_have_begun(self):
        values = {
            "name": "Kick-off",
            "user_id": self.user_sales.id,
            "partner_ids": [
                (6, 0, (self.contact + self.user_sales.partner_id).ids),
            ],
            "opportunity_id": self.deal.id,
        }
        Event = self.env["calendar.event"].with_context(no_mail_to_attendees=True)
        Event.create({**values, "start": NOON, "stop": NOON + timedelta(hours=1)})
        ahead = fields.Datetime.now() + timedelta(days=30)
        Event.create({**values, "start": ahead, "stop": ahead + timedelta(hours=1)})
        self.assertRecordValues(
            self._found(),
            [
                {
                    "channel": "meeting",
                    "direction": "both",
                    "name": "Kick-off",
                    "lead_id": self.deal.id,
                    "user_id": self.user_sales.id,
                    "date": NOON,
                }
            ],
        )

    def test_calls_and_visits_that_are_done(self):
        for xmlid in (
            "mail.mail_activity_data_call",
            "customer_performance.activity_customer_visit",
            "mail.mail_activity_data_todo",
        ):
            self.deal.activity_schedule(xmlid, user_id=self.user_sales.id)
        self.assertFalse(self._found())
        self.deal.activity_ids.action_done()
        self.assertEqual(
            sorted(self._found().mapped("channel")),
            ["phone", "visit"],
        )

    # === READERS ===#

    def _visible(self, user):
        self.env.flush_all()
        return (
            self.env["performance.interaction"]
            .with_user(user)
            .search_count([("commercial_partner_id", "=", self.customer.id)])
        )

    def test_who_sees_what(self):
        self._in()
        self._out(1)
        self._message(self.user_sales2.partner_id, 2, partner_ids=self.contact.ids)
        self.assertEqual(self._visible(self.user_sales), 2)
        self.assertEqual(self._visible(self.user_sales2), 1)
        self.assertEqual(self._visible(self.user_employee), 0)
        self.assertEqual(self._visible(self.user_manager), 3)
        self.assertEqual(self._visible(self.user_hr), 3)
        self.assertEqual(self._visible(self.user_auditor), 3)
        self.customer.account_maintainer_id = self.user_employee
        self.assertEqual(self._visible(self.user_employee), 3)
        for user in (self.user_outsider, self.user_portal):
            with self.assertRefused(AccessError, ""):
                self._visible(user)

    @users("perf_hr")
    def test_nobody_writes_contacts(self):
        Interaction = self.env["performance.interaction"]
        with self.assertRefused(AccessError, ""):
            Interaction.create({"name": "x"})

    def test_last_contact_of_many_customers_in_few_queries(self):
        self._in()
        self._out(4)
        partners = self.customer + self.contact + self.env.company.partner_id
        partners = partners.with_user(self.user_hr)
        partners.mapped("commercial_partner_id.name")
        self.env.flush_all()
        with self.assertQueryCount(5):
            self.assertEqual(partners.mapped("interaction_count"), [2, 2, 0])
        self.assertEqual(partners[0].last_interaction_at, NOON + timedelta(hours=4))

    # === KPIS ===#

    def test_kpis_over_contacts(self):
        self._in()
        for hour in range(1, 5):
            self._out(hour)
        self.env.flush_all()
        kpis = {
            code: self.env.ref(f"customer_performance.kpi_{code.lower()}")
            for code in ("INTERACTIONS", "PROACTIVE_INTERACTIONS", "REPLY_TIME")
        }
        self.env["performance.kpi"].union(*kpis.values())._measure(self.period)
        values = {
            code: self._reading(kpi, employee_id=self.sales).value
            for code, kpi in kpis.items()
        }
        self.assertEqual(
            values, {"INTERACTIONS": 5, "PROACTIVE_INTERACTIONS": 80, "REPLY_TIME": 1}
        )
        reading = self._reading(kpis["INTERACTIONS"], employee_id=self.sales)
        self.assertEqual(len(reading._evidence_ids()), 5)

    def test_a_night_measures_contacts_again(self):
        """Nothing watches a view, so its KPIs are due every night."""
        kpi = self.env.ref("customer_performance.kpi_interactions")
        run = self.env["performance.run"]
        run._start("nightly", kpi, self.period)._work(lambda _count: True)
        self._out()
        self.env.flush_all()
        run._start("nightly", kpi, self.period)._work(lambda _count: True)
        self.assertEqual(self._reading(kpi, employee_id=self.sales).value, 1)
