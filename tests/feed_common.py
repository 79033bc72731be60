from contextlib import contextmanager

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

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
class FeedCommon(ComplaintCommon):
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

    @contextmanager
    def assertNoMail(self):  # noqa: N802 - as unittest names them
        """Nothing is sent to customers."""
        mails = self.env["mail.mail"].sudo()
        outside = [("recipient_ids", "in", (self.contact | self.customer).ids)]
        before = mails.search_count(outside)
        yield
        self.env.flush_all()
        self.assertEqual(mails.search_count(outside), before)
