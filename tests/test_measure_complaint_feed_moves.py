from odoo.tests import freeze_time, tagged

from .feed_common import FeedCommon


@tagged("post_install", "-at_install")
class TestComplaintFeedMoves(FeedCommon):
    """How a complaint follows its record without undoing what is decided here."""

    def _hand_over(self, ticket, user):
        opened = ticket.date_open
        ticket.user_id = user
        # CRM notes when it was assigned, which here plays when it was received
        ticket.date_open = opened
        self.env.flush_all()

    def _reopen_and_close(self, ticket, at):
        """Both between two fetches."""
        with freeze_time(at):
            ticket.stage_id = self.open_stage
            self.env.flush_all()
        self._close(ticket, at)

    def _todos(self, complaint):
        todo = self.env.ref("mail.mail_activity_data_todo")
        return complaint.activity_ids.filtered(lambda a: a.activity_type_id == todo)

    # === RESPONSIBLE ===#

    def test_who_is_responsible_is_decided_here_too(self):
        ticket = self._ticket()
        self._fetch("2026-03-02 07:15:00")
        complaint = self._complaint(ticket)
        with freeze_time("2026-03-02 07:20:00"):
            complaint.with_user(self.user_hr).employee_id = self.sales2
        self._fetch("2026-03-02 07:30:00")
        self.assertEqual(complaint.employee_id, self.sales2)
        # what changes in the source after that counts
        self._hand_over(ticket, self.user_manager)
        self._fetch("2026-03-02 07:45:00")
        self.assertEqual(complaint.employee_id, self.manager)

    def test_a_late_complaint_is_not_given_away_in_the_source(self):
        ticket = self._ticket()
        self._fetch("2026-03-02 07:15:00")
        complaint = self._complaint(ticket)
        # nobody looked at it meanwhile, also not the watch
        self._hand_over(ticket, self.user_sales2)
        self._fetch("2026-03-09 08:00:00")
        self.assertEqual(complaint.employee_id, self.sales)
        self.assertTrue(complaint.response_breached_at)
        self.assertEqual(self._todos(complaint).user_id, self.user_manager)
        self.assertIn("Sue Seller", complaint.message_ids[0].body)
        self.assertEqual(complaint.message_ids[0].subtype_id.internal, True)
        messages = complaint.message_ids
        self._fetch("2026-03-09 08:15:00")
        self.assertEqual(complaint.message_ids, messages)
        self.assertEqual(len(self._todos(complaint)), 1)

    def test_an_escalated_complaint_is_not_given_away_in_the_source(self):
        ticket = self._ticket()
        self._fetch("2026-03-02 07:15:00")
        complaint = self._complaint(ticket)
        with freeze_time("2026-03-02 07:20:00"):
            complaint.with_user(self.user_hr).action_escalate()
        self._hand_over(ticket, self.user_sales2)
        self._fetch("2026-03-02 07:30:00")
        self.assertEqual(complaint.employee_id, self.sales)
        self.assertTrue(self._todos(complaint))

    def test_whoever_took_it_over_and_solved_it_in_time_did_it(self):
        ticket = self._ticket()
        self._fetch("2026-03-02 07:15:00")
        self._hand_over(ticket, self.user_sales2)
        self._close(ticket, "2026-03-02 07:45:00")
        # late by now, but not when it was solved
        self._fetch("2026-03-09 08:00:00")
        complaint = self._complaint(ticket)
        self.assertEqual(complaint.employee_id, self.sales2)
        self.assertEqual(complaint.state, "closed")
        self.assertTrue(complaint.is_resolution_in_time)

    # === RESOLUTIONS ===#

    def test_a_resolution_older_than_the_reopening_is_none(self):
        ticket = self._ticket()
        self._fetch("2026-03-02 07:15:00")
        complaint = self._complaint(ticket)
        self._at("2026-03-02 10:00:00", complaint, "resolve")
        self._close(ticket, "2026-03-02 10:30:00")
        self._at("2026-03-02 11:00:00", complaint, "reopen")
        for minute in ("05", "20"):
            self._fetch(f"2026-03-02 11:{minute}:00")
            self.assertEqual(complaint.state, "open")
        self._reopen_and_close(ticket, "2026-03-02 12:00:00")
        self._fetch("2026-03-02 12:05:00")
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(complaint.resolved_at, self._time("2026-03-02 12:00"))

    def test_reopened_here_and_closed_again_there_between_two_fetches(self):
        ticket = self._ticket()
        self._close(ticket, "2026-03-02 09:00:00")
        self._fetch("2026-03-02 09:05:00")
        complaint = self._complaint(ticket)
        self.assertEqual(complaint.state, "closed")
        self._at("2026-03-02 10:00:00", complaint, "reopen")
        self._fetch("2026-03-02 10:05:00")
        self.assertEqual(complaint.state, "open")
        self._reopen_and_close(ticket, "2026-03-02 11:00:00")
        self._fetch("2026-03-02 11:05:00")
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(complaint.resolved_at, self._time("2026-03-02 11:00"))

    def test_a_record_without_a_stamp_is_resolved_once(self):
        ticket = self._ticket()
        self._close(ticket, "2026-03-02 09:00:00")
        ticket.date_closed = False
        self._fetch("2026-03-02 09:05:00")
        complaint = self._complaint(ticket)
        self.assertEqual(complaint.state, "closed")
        self._at("2026-03-02 10:00:00", complaint, "reopen")
        # any change of the record is no new resolution
        with freeze_time("2026-03-02 11:00:00"):
            ticket.name = "Desks and chairs came late"
            self.env.flush_all()
        self._fetch("2026-03-02 11:05:00")
        self.assertEqual(complaint.state, "open")

    def test_a_question_after_the_resolution_in_the_source(self):
        ticket = self._ticket()
        self._fetch("2026-03-02 07:15:00")
        complaint = self._complaint(ticket)
        self._close(ticket, "2026-03-02 09:00:00")
        self._at("2026-03-02 09:30:00", complaint, "wait")
        self._fetch("2026-03-02 09:45:00")
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(complaint.resolved_at, self._time("2026-03-02 09:30"))
        self.assertEqual(complaint.pause_ids.ended_at, complaint.resolved_at)
        # and a pause that is over
        other = self._ticket()
        self._fetch("2026-03-02 09:50:00")
        complaint = self._complaint(other)
        self._close(other, "2026-03-02 09:55:00")
        self._at("2026-03-02 10:00:00", complaint, "wait")
        self._at("2026-03-02 10:30:00", complaint, "resume")
        self._fetch("2026-03-02 10:45:00")
        self.assertEqual(complaint.resolved_at, self._time("2026-03-02 10:30"))

    # === WHO HEARS OF IT ===#

    def _told(self):
        """How many messages were sent to colleagues."""
        self.env.flush_all()
        return (
            self.env["mail.message"]
            .sudo()
            .search_count([("message_type", "=", "user_notification")])
        )

    def test_nobody_hears_of_what_is_over(self):
        ticket = self._ticket()
        self._answer(ticket, "2026-03-02 08:00:00")
        self._close(ticket, "2026-03-02 09:00:00")
        before = self._told()
        self._fetch()
        complaint = self._complaint(ticket)
        self.assertEqual(complaint.state, "closed")
        self.assertFalse(complaint.activity_ids)
        self.assertEqual(self._told(), before)

    def test_whoever_has_to_act_hears_of_it_once(self):
        ticket = self._ticket()
        self._answer(ticket, "2026-03-02 07:30:00")
        before = self._told()
        self._fetch("2026-03-02 07:45:00")
        complaint = self._complaint(ticket)
        resolve = self.env.ref("customer_performance.activity_complaint_resolve")
        self.assertEqual(complaint.activity_ids.activity_type_id, resolve)
        self.assertEqual(complaint.activity_ids.user_id, self.user_sales)
        self.assertEqual(self._told(), before + 1)
        self._hand_over(ticket, self.user_sales2)
        self._fetch("2026-03-02 07:50:00")
        self.assertEqual(complaint.activity_ids.user_id, self.user_sales2)
        self._close(ticket, "2026-03-02 07:55:00")
        self._fetch("2026-03-02 08:00:00")
        self.assertFalse(complaint.activity_ids)

    def test_whoever_fetches_now_did_not_file(self):
        ticket = self._ticket()
        with freeze_time("2026-03-02 07:15:00"):
            self.feed.with_user(self.user_admin).action_run()
        complaint = self._complaint(ticket)
        self.assertFalse(complaint.filed_by_id)
        self.assertEqual(complaint.create_uid, self.env.ref("base.user_root"))
        people = self.contact | self.user_sales.partner_id
        self.assertEqual(complaint.message_partner_ids, people)
