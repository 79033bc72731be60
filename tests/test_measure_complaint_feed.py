from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.customer_performance.models.measure.feed import (
    performance_complaint_feed,
)

from .complaint_common import ComplaintCommon

MAPPED = {
    "model_name": "crm.lead",
    "domain": "[('type', '=', 'lead')]",
    "closed_domain": "[('won_status', '=', 'won')]",
    "customer_field": "partner_id",
    "subject_field": "name",
    "text_field": "description",
    # create_date cannot be set in a test
    "received_field": "date_open",
    "resolved_field": "date_closed",
    "reopened_field": "date_last_stage_update",
    "person_field": "user_id",
}


@tagged("post_install", "-at_install")
class TestComplaintFeed(ComplaintCommon):
    """Complaints of records in another app; CRM's leads play the tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_admin.group_ids += cls.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        cls.Feed = cls.env["performance.complaint.feed"]
        with freeze_time("2026-03-01 08:00:00"):
            cls.feed = cls._feed()
        cls.won = cls.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        cls.open_stage = cls.env["crm.stage"].search([("is_won", "=", False)], limit=1)

    @classmethod
    def _feed(cls, user=None, **values):
        return (
            cls.Feed.with_user(user or cls.user_admin)
            .create(
                {
                    "name": "Tickets",
                    "company_id": cls.company.id,
                    "cause_id": cls.cause.id,
                    "date_from": "2026-03-01",
                    **MAPPED,
                    **values,
                }
            )
            .with_env(cls.env)
        )

    @classmethod
    def _ticket(cls, at="2026-03-02 07:00:00", **values):
        with freeze_time(at):
            ticket = cls._create_lead(
                name="Desks came late",
                type="lead",
                partner_id=cls.contact.id,
                description="<p>A <b>week</b> late</p>",
                stage_id=cls.open_stage.id,
                **values,
            )
            ticket.date_open = at
        return ticket

    @classmethod
    def _close(cls, ticket, at):
        with freeze_time(at):
            ticket.write({"stage_id": cls.won.id, "date_closed": at})
        cls.env.flush_all()

    @classmethod
    def _answer(cls, ticket, at, user=None, **values):
        author = (user or cls.user_sales).partner_id
        message = ticket.message_post(
            body="We look into it",
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **values,
        )
        message.date = at
        return message

    def _fetch(self, at="2026-03-09 08:00:00", feed=None):
        with freeze_time(at):
            (feed or self.feed).sudo()._run()
            self.env.flush_all()
        self.assertFalse((feed or self.feed).error)

    def _break(self, feed, column, value):
        """What was right is not any more: an app was removed, a field renamed."""
        self.env.flush_all()
        query = "UPDATE performance_complaint_feed SET %s = %s WHERE id = %s"
        self.env.cr.execute(SQL(query, SQL.identifier(column), value, feed.id))
        self.env.invalidate_all()

    def _complaint(self, ticket):
        self.env.invalidate_all()
        return self.complaints.search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )

    # === TIMES ===#

    def test_the_clocks_take_the_times_of_the_source(self):
        ticket = self._ticket()
        self._answer(ticket, "2026-03-02 08:00:00")
        self._close(ticket, "2026-03-02 09:00:00")
        with self.assertNoMail():
            self._fetch()
        complaint = self._complaint(ticket)
        self.assertRecordValues(
            complaint,
            [
                {
                    "name": "Desks came late",
                    "description": "A *week* late",
                    "partner_id": self.contact.id,
                    "commercial_partner_id": self.customer.id,
                    "employee_id": self.sales.id,
                    "cause_id": self.cause.id,
                    "company_id": self.company.id,
                    "state": "closed",
                    "filed_at": self._time("2026-03-02 07:00"),
                    "first_response_at": self._time("2026-03-02 08:00"),
                    "resolved_at": self._time("2026-03-02 09:00"),
                    "closed_at": self._time("2026-03-02 09:00"),
                    "response_hours": 1,
                    "resolution_hours": 2,
                    "is_response_in_time": True,
                    "is_resolution_in_time": True,
                    "response_breached_at": False,
                    "resolution_breached_at": False,
                    "feed_id": self.feed.id,
                    "filed_by_id": False,
                }
            ],
        )

    def test_what_was_late_there_is_late_here(self):
        answered, silent = self._ticket(), self._ticket()
        self._answer(answered, "2026-03-05 08:00:00")
        self._fetch()
        late = self._complaint(answered)
        self.assertEqual(late.state, "open")
        self.assertEqual(late.response_breached_at, late.response_deadline)
        self.assertFalse(late.is_response_in_time)
        never = self._complaint(silent)
        self.assertEqual(never.state, "new")
        self.assertTrue(never.response_breached_at)

    def test_only_a_word_of_a_colleague_to_the_outside_is_an_answer(self):
        ticket = self._ticket()
        self._answer(ticket, "2026-03-02 07:10:00", self.user_portal)
        ticket.message_post(body="A note", author_id=self.user_sales.partner_id.id)
        self._fetch()
        self.assertEqual(self._complaint(ticket).state, "new")
        self._answer(ticket, "2026-03-09 09:00:00")
        self._fetch("2026-03-09 10:00:00")
        complaint = self._complaint(ticket)
        self.assertEqual(complaint.state, "open")
        self.assertEqual(complaint.first_response_at, self._time("2026-03-09 09:00"))

    def test_closing_and_reopening_follow(self):
        ticket = self._ticket()
        self._fetch("2026-03-02 07:30:00")
        complaint = self._complaint(ticket)
        self.assertEqual(complaint.state, "new")
        self._close(ticket, "2026-03-02 10:00:00")
        self._fetch("2026-03-02 10:15:00")
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(complaint.resolved_at, self._time("2026-03-02 10:00"))
        with freeze_time("2026-03-03 08:00:00"):
            ticket.stage_id = self.open_stage
            ticket.date_last_stage_update = "2026-03-03 08:00:00"
            self.env.flush_all()
        self._fetch("2026-03-03 08:15:00")
        self.assertRecordValues(
            complaint,
            [
                {
                    "state": "open",
                    "reopen_count": 1,
                    "resolved_at": False,
                    "last_reopened_at": self._time("2026-03-03 08:00"),
                }
            ],
        )
        self._close(ticket, "2026-03-03 09:00:00")
        self._fetch("2026-03-03 09:15:00")
        self.assertEqual(complaint.state, "closed")
        # three hours, the night between is none of ours, one hour
        self.assertEqual(complaint.resolution_hours, 4)

    def test_times_out_of_order_do_no_harm(self):
        ticket = self._ticket()
        self._answer(ticket, "2026-03-01 07:00:00")
        self._close(ticket, "2026-03-01 09:00:00")
        self._fetch()
        complaint = self._complaint(ticket)
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(complaint.resolved_at, complaint.filed_at)

    # === ONCE ===#

    def test_fetching_twice_changes_nothing(self):
        tickets = self._ticket(), self._ticket()
        self._close(tickets[0], "2026-03-02 10:00:00")
        self._fetch()
        found = self.complaints.search([("feed_id", "=", self.feed.id)])
        self.assertEqual(len(found), 2)
        facts = found.read(["state", "resolved_at", "first_response_at", "level_id"])
        messages = found.message_ids
        self._fetch()
        self.assertEqual(
            self.complaints.search([("feed_id", "=", self.feed.id)]), found
        )
        self.assertEqual(
            found.read(["state", "resolved_at", "first_response_at", "level_id"]), facts
        )
        self.assertEqual(found.message_ids, messages)
        # what somebody resolved here by hand is not torn open again
        other = self._complaint(tickets[1])
        self._at("2026-03-09 09:00:00", other, "resolve")
        self._fetch("2026-03-09 09:15:00")
        self.assertEqual(other.state, "resolved")

    def test_a_record_is_one_complaint_whatever_the_feed(self):
        ticket = self._ticket()
        self._fetch()
        self._fetch(feed=self._feed(name="Again"))
        self.assertEqual(len(self._complaint(ticket)), 1)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE performance_complaint SET res_model = 'crm.lead', res_id = %s"
                " WHERE id = %s",
                (ticket.id, self._file().id),
            )

    def test_which_records_are_taken(self):
        old = self._ticket("2026-02-20 07:00:00")
        deal = self._ticket()
        deal.type = "opportunity"
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._ticket()
        stranger.write({"company_id": other.id, "team_id": False, "user_id": False})
        self._fetch()
        for ticket in (old, deal, stranger):
            self.assertFalse(self._complaint(ticket), ticket)

    def test_what_was_thrown_away_before_is_not_taken_and_followed_after(self):
        gone, kept = self._ticket(), self._ticket()
        gone.active = False
        self._fetch()
        self.assertFalse(self._complaint(gone))
        self._close(kept, "2026-03-09 09:00:00")
        kept.active = False
        self.env.flush_all()
        self._fetch("2026-03-09 10:00:00")
        self.assertEqual(self._complaint(kept).state, "closed")

    def test_a_record_that_fails_does_not_hold_up_the_others(self):
        bad, good = self._ticket(), self._ticket()
        take = type(self.feed)._take

        def fail(feed, record_id, facts):
            if record_id == bad.id:
                raise ValueError("Nonsense")
            return take(feed, record_id, facts)

        with patch.object(type(self.feed), "_take", fail), freeze_time("2026-03-09"):
            self.assertEqual(self.feed.sudo()._run(), 1)
        self.assertIn("Nonsense", self.feed.error)
        self.assertTrue(self._complaint(good))
        self.assertFalse(self._complaint(bad))
        self._fetch()
        self.assertTrue(self._complaint(bad))

    def test_an_open_complaint_changes_hands_with_its_record(self):
        ticket = self._ticket()
        self._fetch()
        ticket.user_id = self.user_sales2
        self.env.flush_all()
        self._fetch()
        self.assertEqual(self._complaint(ticket).employee_id, self.sales2)

    def test_nobody_is_asked_for_a_rating(self):
        ticket = self._ticket()
        self._fetch()
        complaint = self._complaint(ticket)
        self._at("2026-03-09 10:00:00", complaint, "resolve")
        with self.assertNoMail():
            self._at("2026-03-09 10:00:00", complaint, "close")

    def test_the_scheduled_action(self):
        ticket = self._ticket()
        with freeze_time("2026-03-01"):
            broken = self._feed(name="Broken")
        self._break(broken, "customer_field", "gone")
        cron = self.env.ref("customer_performance.ir_cron_complaint_feed")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(cron.failure_count)
        self.assertTrue(self._complaint(ticket))
        self.assertIn("gone", broken.error)

    def test_queries_do_not_grow_with_what_did_not_change(self):
        def fetch():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._fetch()
            return self.env.cr.sql_log_count - before

        def ended(number):
            for _number in range(number):
                self._close(self._ticket(), "2026-03-02 10:00:00")
            self._fetch()

        ended(2)
        fetch()
        few = fetch()
        ended(20)
        self.assertLessEqual(fetch(), few)

    # === WHAT IS WRONG ===#

    def test_the_form_says_what_is_gone(self):
        for column, value, text in (
            ("customer_field", "gone", "no field “gone” any more"),
            ("model_name", "no.model", "the app that brings it was removed"),
            ("domain", "[('gone', '=', 1)]", "filter does not fit"),
            ("closed_domain", "nonsense(", "filter does not fit"),
            ("resolved_field", "name", "holds something else"),
        ):
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                self._break(self.feed, column, value)
                feed = self.feed.with_user(self.user_admin)
                form = Form(feed)
                self.assertIn(text, form.problem)
                with self.assertRaises(UserError):
                    feed.action_run()
                self.feed.sudo()._run()
                self.assertIn(text, self.feed.error)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_cannot_work_is_refused(self):
        for values, text in (
            ({"model_name": "no.model"}, "not in this database"),
            ({"model_name": "performance.complaint"}, "no complaints to fetch"),
            ({"customer_field": "user_id"}, "holds something else"),
            ({"subject_field": "nothing"}, "no field"),
            ({"domain": "[('nothing', '=', 1)]"}, "does not fit"),
            ({"domain": "import os"}, "does not fit"),
        ):
            with self.assertRefused(ValidationError, text):
                self._feed(**values)

    def test_presets_are_offered_where_the_model_is(self):
        offered = dict(self.Feed._selection_preset())
        self.assertEqual("helpdesk_mgmt" in offered, "helpdesk.ticket" in self.env)
        preset = {"leads": ("Leads", {**MAPPED})}
        with patch.dict(performance_complaint_feed.PRESETS, preset):
            self.assertIn("leads", dict(self.Feed._selection_preset()))
            form = Form(self.Feed.with_user(self.user_admin))
            form.preset = "leads"
            self.assertEqual(form.name, "Leads")
            self.assertEqual(form.customer_field, "partner_id")
            self.assertFalse(form.save().problem)

    # === WHO ===#

    def test_only_administrators_define_and_run(self):
        for user in (self.user_sales, self.user_manager, self.user_crm):
            with self.assertRefused(AccessError, "Source of Complaints"):
                self.feed.with_user(user).read(["name"])
        for user in (self.user_hr, self.user_auditor):
            own = self.feed.with_user(user)
            self.assertEqual(own.name, "Tickets")
            with self.assertRefused(AccessError, "Source of Complaints"):
                own.name = "Mine"
            with self.assertRefused(AccessError, "administrator"):
                own.action_run()
        ticket = self._ticket()
        self.feed.with_user(self.user_admin).action_run()
        self.assertTrue(self._complaint(ticket))

    def test_nobody_learns_what_he_may_not_read(self):
        self.user_admin.group_ids -= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        with self.assertRefused(ValidationError, "may not read"):
            self._feed()
        self.env.invalidate_all()
        self.assertIn("may not read", self.feed.with_user(self.user_admin).problem)
        # one's own records only: so does the feed
        self.user_admin.group_ids += self.env.ref("sales_team.group_sale_salesman")
        ticket = self._ticket()
        self._fetch()
        self.assertFalse(self._complaint(ticket))

    def test_what_the_feed_writes_nobody_else_does(self):
        mine = self._file(user=self.user_sales)
        for values in (
            {"res_id": 1},
            {"res_model": "crm.lead"},
            {"feed_id": self.feed.id},
            {"source_ended": True},
        ):
            with self.assertRefused(AccessError, "set by its workflow"):
                mine.with_user(self.user_sales).write(values)
            with self.assertRefused(AccessError, "set by its workflow"):
                self._file(user=self.user_sales, **values)
        feed = self.feed.with_user(self.user_admin)
        feed.write({"author_id": self.user_hr.id, "last_run_at": False})
        self.assertEqual(self.feed.author_id, self.user_admin)

    def test_nobody_tells_the_clock_the_time(self):
        mine = self._file()
        forged = mine.with_user(self.user_sales).with_context(
            performance_moment=datetime(2020, 1, 1), performance_workflow=True
        )
        forged.action_respond()
        self.assertGreater(mine.first_response_at, mine.filed_at.replace(year=2021))

    def test_a_feed_with_complaints_keeps_its_source(self):
        self._ticket()
        self._fetch()
        feed = self.feed.with_user(self.user_admin)
        with self.assertRefused(UserError, "set up another feed"):
            feed.model_name = "res.partner"
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
        ):
            feed.unlink()
        feed.active = False

    def test_the_original_opens_for_who_may_read_it(self):
        ticket = self._ticket()
        self._fetch()
        complaint = self._complaint(ticket)
        action = complaint.with_user(self.user_sales).action_open_source()
        self.assertEqual(action["res_id"], ticket.id)
        with self.assertRefused(AccessError, ""):
            complaint.with_user(self.user_hr).action_open_source()
        ticket.unlink()
        with self.assertRefused(UserError, "not there any more"):
            complaint.with_user(self.user_hr).action_open_source()
        # the complaint stays
        self._fetch()
        self.assertTrue(complaint.exists())

    @contextmanager
    def assertNoMail(self):  # noqa: N802 - as unittest names them
        """Nothing is sent to customers."""
        mails = self.env["mail.mail"].sudo()
        outside = [("recipient_ids", "in", (self.contact | self.customer).ids)]
        before = mails.search_count(outside)
        yield
        self.env.flush_all()
        self.assertEqual(mails.search_count(outside), before)
