from datetime import datetime
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_performance.models.measure.feed import (
    performance_complaint_feed,
)

from .feed_common import MAPPED, FeedCommon


@tagged("post_install", "-at_install")
class TestComplaintFeedAccess(FeedCommon):
    """Who defines a feed, what it may read, and what it says when it cannot."""

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
            {"source_resolved_at": "2026-03-02 10:00:00"},
            {"source_employee_id": self.sales2.id},
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

    def test_a_feed_reads_in_its_company_only(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.feed.company_id = other
        self.assertIn("may not read", self.feed._problem(self.user_admin))
        self.feed.company_id = self.company
        self.assertFalse(self.feed._problem(self.user_admin))

    def test_whoever_widens_a_feed_is_who_it_reads_as(self):
        self.env.user.company_ids += self.company
        self.assertEqual(self.feed.author_id, self.user_admin)
        self.feed.date_from = "2020-01-01"
        self.assertEqual(self.feed.author_id, self.env.user)
