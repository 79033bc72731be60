from unittest.mock import patch

import psycopg2

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .feed_common import FeedCommon

RUN = (
    "odoo.addons.customer_performance.models.measure.feed."
    "performance_complaint_feed_run"
)


@tagged("post_install", "-at_install")
class TestComplaintFeed(FeedCommon):
    """What a feed brings in, with which times, and that it does it once."""

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

    def test_a_contact_of_another_company_stays_there(self):
        other = self.env["res.company"].create({"name": "Other"})
        ticket = self._ticket()
        partner = self.env["res.partner"].create({"name": "Of all companies"})
        ticket.partner_id = partner
        self.env.flush_all()
        partner.company_id = other
        self._fetch()
        self.assertFalse(self._complaint(ticket).partner_id)

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
        self._fetch("2026-03-02 07:15:00")
        ticket.user_id = self.user_sales2
        self.env.flush_all()
        self._fetch("2026-03-02 07:30:00")
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

    def test_a_job_ends_when_every_feed_had_its_turn(self):
        with freeze_time("2026-03-01"):
            others = self._feed(name="Second") + self._feed(name="Third")
        tried = []
        others[0].last_run_at = "2026-03-08 08:00:00"

        def slow(feed):
            tried.append(feed)
            if feed == others[1]:
                raise ValueError("Nonsense")

        left = []

        def progress(_cron, processed=0, *, remaining=None, **_options):
            """Each fetch takes all the time that there is."""
            left.append(remaining)
            return 0 if processed else 60

        with (
            patch.object(type(self.feed), "_run", slow),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", progress),
            mute_logger(RUN),
        ):
            for minute in range(4):
                with freeze_time(f"2026-03-09 08:0{minute}:00"):
                    self.Feed.sudo()._cron_feed()
            self.assertEqual(tried, [self.feed, others[1], others[0]])
            self.assertEqual(left[-1], 0)
            with freeze_time("2026-03-09 08:15:00"):
                self.Feed.sudo()._cron_feed()
        self.assertEqual(len(tried), 4)
        self.assertIn("Nonsense", others[1].error)

    def test_a_feed_with_more_to_bring_in_comes_again(self):
        tickets = self._ticket(), self._ticket()
        with (
            patch(f"{RUN}.MOST_NEW", 1),
            self.enter_registry_test_mode(),
        ):
            self.env.ref(
                "customer_performance.ir_cron_complaint_feed"
            ).method_direct_trigger()
        for ticket in tickets:
            self.assertTrue(self._complaint(ticket))

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
