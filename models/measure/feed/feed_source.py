"""What a feed reads of the records behind its complaints; no model here."""

from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import fields
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ....tools.periods import utc_bounds
from ..complaint.performance_complaint import LONGEST_NAME, LONGEST_TEXT

# {field of the feed: (types it may name, model it has to lead to)}
MAPPING = {
    "customer_field": (("many2one",), ("res.partner",)),
    "subject_field": (("char", "text"), ()),
    "text_field": (("html", "text", "char"), ()),
    "received_field": (("datetime", "date"), ()),
    "response_field": (("datetime", "date"), ()),
    "resolved_field": (("datetime", "date"), ()),
    "reopened_field": (("datetime", "date"), ()),
    "person_field": (
        ("many2one", "many2many"),
        ("res.users", "hr.employee", "hr.employee.public"),
    ),
}


class Facts(NamedTuple):
    """What a record tells: instants in naive UTC, None for what has not happened."""

    received: datetime
    responded: datetime | None
    resolved: datetime | None
    # what the record itself says of that, by which a new resolution is known from one
    # seen before; None where only its last change tells
    stamp: datetime | None
    # when it was taken up again, if it was
    reopened: datetime
    values: dict


class FeedSource:
    """The records of one feed, with the rights of whoever set it up.

    :param feed: one ``performance.complaint.feed`` without a problem
    """

    def __init__(self, feed):
        self.feed = feed
        author, company = feed.author_id, feed.company_id
        context = {"allowed_company_ids": company.ids, "active_test": False}
        self.model = feed.env(user=author, su=False, context=context)[feed.model_name]
        self.domain = feed._parsed("domain")
        self.ended = feed._parsed("closed_domain")

    def fresh(self, known, limit):
        """Records that are no complaint yet.

        :param known: a query of the ids of those that are
        """
        received, start = self.feed.received_field, self.feed.date_from
        if self.model._fields[received].type == "datetime":
            start = self._start_of(start)
        domain = self.domain & Domain(received, ">=", start)
        domain &= Domain("id", "not in", known)
        domain &= self._ours()
        # what was archived before it came in is no complaint, unless the filter asks
        model = self.model.with_context(active_test=True)
        return model.search(domain, limit=limit, order="id")

    def _ours(self):
        """Records of this company, and those of none that belong here.

        While several companies fetch from the model, one of none goes to the company
        of its customer, else of whoever is responsible; without either it stays where
        it is.
        """
        ours = Domain.TRUE
        if self._has_rivals():
            # any!: where somebody belongs, not who it is
            customer, person = self.feed.customer_field, self.feed.person_field
            of_all = Domain(customer, "=", False) | Domain(
                customer, "any!", Domain("company_id", "=", False)
            )
            here = Domain("company_id", "=", self.feed.company_id.id)
            ours = Domain(customer, "any!", here)
            if person:
                ours |= of_all & Domain(person, "any!", here)
        if "company_id" not in self.model._fields:
            return ours
        ours &= Domain("company_id", "=", False)
        return ours | Domain("company_id", "=", self.feed.company_id.id)

    def _has_rivals(self):
        """Whether another company fetches from the same model."""
        # sudo: feeds of companies that whoever fetches need not see
        feeds = self.feed.sudo().with_context(active_test=True)
        domain = Domain("model_name", "=", self.feed.model_name)
        domain &= Domain("company_id", "!=", self.feed.company_id.id)
        return bool(feeds.search_count(domain, limit=1))

    def changed(self, since):
        """Return a query of the records written since an instant; None for all."""
        domain = Domain("write_date", ">=", since) if since else Domain.TRUE
        return self.model._search(domain)

    def facts(self, ids):
        """What records tell, those that are gone or hidden left out.

        :return: ``{id: Facts}``
        """
        records = self.model.search([("id", "in", list(ids))])
        over = records.filtered_domain(self.ended) if self.feed.closed_domain else None
        answers = {} if self.feed.response_field else self._answers(records)
        return {
            record.id: self._facts(record, answers.get(record.id), over)
            for record in records
        }

    def _facts(self, record, answer, over):
        now = fields.Datetime.now()
        received = min(
            self._instant(record, "received_field") or record.create_date, now
        )
        responded = answer or self._instant(record, "response_field", until=True)
        stamp = self._instant(record, "resolved_field", until=True)
        if over is not None and record not in over:
            # a stamp that stays when the record is taken up again does not count then
            stamp = None
        resolved = stamp or (record.write_date if over and record in over else None)
        # nothing happens before it was received, nor in the future
        if resolved:
            resolved = min(max(resolved, received), now)
        if responded:
            responded = min(max(responded, received), resolved or now)
        reopened = self._instant(record, "reopened_field") or record.write_date
        return Facts(
            received=received,
            responded=responded,
            resolved=resolved,
            stamp=stamp,
            reopened=min(reopened, now),
            values=self._values(record),
        )

    def _instant(self, record, name, until=False):
        """When something happened; None when it did not.

        Of a mere day, its start where the company is, or its last second.
        """
        field = self.feed[name]
        value = record[field] if field else None
        if not value:
            return None
        if record._fields[field].type == "datetime":
            return value.replace(microsecond=0)
        if until:
            return self._start_of(value + timedelta(days=1)) - timedelta(seconds=1)
        return self._start_of(value)

    def _start_of(self, day):
        """When a day begins where the company is, in naive UTC."""
        # sudo: the time zone of a company is no secret
        tz = self.feed.company_id.sudo().performance_tz or "UTC"
        return utc_bounds(day, day, tz)[0]

    def _answers(self, records):
        """``{id: when a colleague first wrote to somebody outside}``."""
        if not hasattr(records, "message_post"):
            return {}
        comment = records.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        # sudo: when somebody answered, not what
        messages = self.feed.env["mail.message"].sudo()
        outside = Domain("message_type", "=", "email_outgoing") | (
            Domain("message_type", "=", "comment") & Domain("subtype_id", "=", comment)
        )
        domain = Domain("model", "=", records._name) & Domain(
            "res_id", "in", records.ids
        )
        domain &= outside & Domain("is_internal", "=", False)
        domain &= Domain("author_id.partner_share", "=", False)
        return dict(messages._read_group(domain, ["res_id"], ["date:min"]))

    def _values(self, record):
        """Who and what, as a complaint holds it."""
        subject = self._text(record, "subject_field")[:LONGEST_NAME]
        return {
            "name": " ".join(subject.split()) or f"{record._description} {record.id}",
            "description": self._text(record, "text_field")[:LONGEST_TEXT],
            "partner_id": self._customer(record).id,
            "employee_id": self._person(record).id,
        }

    def _customer(self, record):
        """The contact, unless another company keeps it to itself."""
        partner = record[self.feed.customer_field]
        # sudo: to which company a contact belongs
        home = partner.sudo().company_id
        return partner[:0] if home and home != self.feed.company_id else partner

    def _text(self, record, name):
        field = self.feed[name]
        text = (record[field] if field else "") or ""
        if field and record._fields[field].type == "html":
            text = html2plaintext(text)
        return text.replace("\x00", "").strip()

    def _person(self, record):
        """The employee who is responsible, of the company of the feed."""
        field = self.feed.person_field
        # sudo: who is whose login, and which company somebody belongs to
        env = self.feed.env(su=True)
        person = record[field][:1] if field else record.env["res.users"]
        if person._name == "res.users":
            user = env["res.users"].browse(person.id)
            return user.with_company(self.feed.company_id).employee_id
        employee = env["hr.employee"].browse(person.id)
        return employee.filtered(lambda e: e.company_id == self.feed.company_id)
