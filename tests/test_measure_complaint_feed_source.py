from odoo.tests import tagged

from .feed_common import MAPPED, FeedCommon


@tagged("post_install", "-at_install")
class TestComplaintFeedSource(FeedCommon):
    """What a feed reads of its source: mere days, records of no company."""

    # === DAYS ===#

    def _dated(self, day, **values):
        ticket = self._ticket(**values)
        ticket.date_deadline = day
        self.env.flush_all()
        return ticket

    def test_a_day_begins_where_the_company_is(self):
        self.feed.active = False
        feed = self._feed(received_field="date_deadline", date_from="2026-03-03")
        before, on_day = self._dated("2026-03-02"), self._dated("2026-03-03")
        self._fetch("2026-03-03 09:00:00", feed)
        self.assertFalse(self._complaint(before))
        filed = self._complaint(on_day).filed_at
        # midnight in Berlin
        self.assertEqual(filed, self._time("2026-03-02 23:00"))

    def test_the_first_day_of_a_feed_begins_where_the_company_is(self):
        self.feed.date_from = "2026-03-03"
        self.feed.author_id = self.user_admin
        early = self._ticket("2026-03-02 22:30:00")
        first = self._ticket("2026-03-02 23:30:00")
        self._fetch("2026-03-03 09:00:00")
        self.assertFalse(self._complaint(early))
        self.assertTrue(self._complaint(first))

    def test_what_is_done_on_a_day_is_done_at_its_end(self):
        self.feed.active = False
        feed = self._feed(
            resolved_field="date_deadline", response_field="date_deadline"
        )
        ticket = self._dated("2026-03-02")
        self._close(ticket, "2026-03-02 09:00:00")
        self._fetch("2026-03-03 09:00:00", feed)
        complaint = self._complaint(ticket)
        self.assertEqual(complaint.state, "closed")
        end = self._time("2026-03-02 22:59").replace(second=59)
        self.assertEqual(complaint.resolved_at, end)
        self.assertEqual(complaint.first_response_at, end)

    def test_a_day_that_is_not_over_is_done_now_and_once(self):
        self.feed.active = False
        feed = self._feed(resolved_field="date_deadline")
        ticket = self._dated("2026-03-02")
        self._close(ticket, "2026-03-02 09:00:00")
        self._fetch("2026-03-02 09:15:00", feed)
        complaint = self._complaint(ticket)
        self.assertEqual(complaint.resolved_at, self._time("2026-03-02 09:15"))
        self._at("2026-03-02 10:00:00", complaint, "reopen")
        # the same day is no new resolution
        self._fetch("2026-03-02 10:15:00", feed)
        self.assertEqual(complaint.state, "open")

    # === RECORDS OF NO COMPANY ===#

    def _theirs(self):
        """A feed of another company on the same model."""
        other = self.env["res.company"].create({"name": "Other"})
        self.user_admin.company_ids += other
        both = (self.company + other).ids
        model = self.Feed.with_user(self.user_admin)
        return (
            model.with_context(allowed_company_ids=both)
            .create(
                {
                    **MAPPED,
                    "name": "Theirs",
                    "company_id": other.id,
                    "date_from": "2026-03-01",
                }
            )
            .with_env(self.env)
        )

    def _free(self, home=None, user=None):
        """A ticket of no company, whose customer may belong to one."""
        ticket = self._ticket()
        partner = self.env["res.partner"].create({"name": "Of all"})
        ticket.write(
            {
                "partner_id": partner.id,
                "team_id": False,
                "user_id": user.id if user else False,
            }
        )
        ticket.write({"company_id": False, "date_open": "2026-03-02 07:00:00"})
        self.env.flush_all()
        # CRM would refuse it the other way round, other apps do not
        partner.company_id = home
        self.env.flush_all()
        self.assertFalse(ticket.company_id)
        return ticket

    def test_a_record_of_no_company_goes_where_it_belongs(self):
        theirs = self._theirs()
        other = theirs.company_id
        by_customer = self._free(other)
        by_person = self._free(user=self.user_sales)
        nobodys = self._free()
        self._fetch()
        self.assertFalse(self._complaint(by_customer))
        self.assertEqual(self._complaint(by_person).feed_id, self.feed)
        self._fetch(feed=theirs)
        self.assertEqual(self._complaint(by_customer).feed_id, theirs)
        self.assertEqual(self._complaint(by_customer).company_id, other)
        self.assertFalse(self._complaint(nobodys))
        theirs.active = False
        self._fetch()
        self.assertEqual(self._complaint(nobodys).feed_id, self.feed)

    def test_the_customer_tells_more_than_the_person(self):
        theirs = self._theirs()
        other = theirs.company_id
        self.user_sales.company_ids += other
        self.user_sales.company_id = other
        ticket = self._free(self.company, self.user_sales)
        self._fetch(feed=theirs)
        self.assertFalse(self._complaint(ticket))
        self._fetch()
        self.assertEqual(self._complaint(ticket).company_id, self.company)
