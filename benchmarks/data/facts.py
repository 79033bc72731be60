"""Customer facts: complaints and answers of three years, in SQL."""

from datetime import date, datetime

from odoo.tools import SQL

from .bulk import bare_table, copy_rows, dice
from .customers import CONTACTS_OF_COMPANY

DAYS = 3 * 365
# of one hundred complaints
CLOSED, RESOLVED, OPEN, REOPENED = 85, 5, 4, 5
# one customer has so many times his share, as the largest one of a company does
HEAVY = 0.01


def make_facts(env, size, people, customers):
    """Make the complaints and the answers.

    :param dict size: complaints, answers, employees, seed, until
    :param dict people: what ``make_people`` returned
    :param dict customers: what ``make_customers`` returned
    """
    until = datetime.combine(date.fromisoformat(size["until"]), datetime.min.time())
    maker = FactMaker(env, size["seed"] * 1000 + 500, until, people, customers)
    maker.make_complaints(size["complaints"])
    maker.make_answers(size["answers"])


class FactMaker:
    """Where the facts of one made-up company come from."""

    def __init__(self, env, seed, until, people, customers):
        self.env, self.seed, self.until = env, seed, until
        self.people, self.customers = people, customers

    def make_complaints(self, count):
        """Make complaints of all causes and states."""
        Complaint = self.env["performance.complaint"].with_context(
            tracking_disable=True, mail_create_nolog=True
        )
        sample = Complaint.create({"name": "Complaint 0", **self.subjects()})
        causes = self.env["performance.complaint.cause"].search([]).ids
        filed = self.moment(3)
        state = SQL(
            "(CASE WHEN f.share < %s THEN 'closed' WHEN f.share < %s THEN 'resolved'"
            " WHEN f.share < %s THEN 'open' ELSE 'new' END)",
            CLOSED / 100,
            (CLOSED + RESOLVED) / 100,
            (CLOSED + RESOLVED + OPEN) / 100,
        )
        solved = SQL("CASE WHEN f.share < %s THEN ", (CLOSED + RESOLVED) / 100)
        values = {
            **self.subject_values(),
            "number": SQL("'B' || g.n"),
            "name": SQL("'Complaint ' || g.n"),
            "cause_id": SQL(
                "(%s::int[])[1 + floor(%s * %s)::int]",
                causes,
                len(causes),
                self.dice(4),
            ),
            "state": state,
            "filed_at": filed,
            "first_response_at": SQL("%s%s + INTERVAL '2 hours' END", solved, filed),
            "resolved_at": SQL("%s%s + INTERVAL '9 hours' END", solved, filed),
            "next_deadline": SQL(
                "CASE WHEN f.share >= %s THEN %s + INTERVAL '3 days' END",
                (CLOSED + RESOLVED) / 100,
                filed,
            ),
            "next_check_at": SQL("NULL"),
            "last_reopened_at": SQL(
                "CASE WHEN %s < %s THEN %s + INTERVAL '5 days' END",
                self.dice(5),
                REOPENED / 100,
                filed,
            ),
        }
        with bare_table(self.env, sample._table):
            copy_rows(self.env, sample, count, values, self.drawn())

    def make_answers(self, count):
        """Make answers to the question of recommendation and to ratings."""
        sample = self.env["performance.voice"].create(
            {
                "kind": "nps",
                "score": 10,
                "scale_min": 0,
                "scale_max": 10,
                "answered_at": self.until,
                "company_id": self.env.company.id,
                **self.subjects(),
            }
        )
        values = {
            **self.subject_values(),
            "kind": SQL("CASE WHEN f.share < 0.5 THEN 'nps' ELSE 'csat' END"),
            "score": SQL("floor(10.9 * %s)", self.dice(6)),
            "percent": SQL("10 * floor(10.9 * %s)", self.dice(6)),
            "answered_at": self.moment(7),
        }
        with bare_table(self.env, sample._table):
            copy_rows(self.env, sample, count, values, self.drawn())

    def subjects(self):
        """Return what the ORM makes one fact of."""
        return {
            "partner_id": self.customers["contact"] + 1,
            "employee_id": self.people["employee"] + 1,
        }

    def subject_values(self):
        """Return the columns that name people: contact, customer, responsible."""
        customer = self.customers["customer"]
        return {
            "partner_id": SQL("%s + 1 + f.contact", self.customers["contact"]),
            "commercial_partner_id": SQL(
                "%s + 1 + f.contact / %s", customer, CONTACTS_OF_COMPANY
            ),
            "employee_id": SQL(
                "%s + 1 + g.n %% %s", self.people["employee"], self.people["users"]
            ),
        }

    def drawn(self):
        """Return what is drawn once for each row: a contact, a share in [0, 1)."""
        return SQL(
            "CROSS JOIN LATERAL (SELECT CASE WHEN %s < %s THEN 0"
            " ELSE floor(%s * %s)::int END AS contact, %s AS share) AS f",
            self.dice(0),
            HEAVY,
            self.dice(1),
            self.customers["contacts"],
            self.dice(2),
        )

    def moment(self, number):
        """Return an instant of the three years before."""
        return SQL(
            "(%s::timestamp - INTERVAL '1 minute' * (1 + floor(%s * %s)))",
            self.until,
            self.dice(number),
            DAYS * 24 * 60 - 1,
        )

    def dice(self, number):
        """Return an SQL expression in [0, 1), one of several for each row."""
        return dice(self.seed + number)
