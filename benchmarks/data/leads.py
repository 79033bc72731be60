"""Leads and opportunities: twelve months of closings up to a day.

Of the opportunities 45 % are won, 30 % lost (archived, as Odoo does) and the others
open; 15 % of all are leads that nobody has qualified. Some salespeople and customers
have more of them than others.
"""

from odoo.tools import SQL

from .bulk import bare_table, copy_rows, dice
from .customers import CONTACTS_OF_COMPANY

# What one lead is, drawn by dice: every line may use the lines above its SELECT.
DRAWN = """
    CROSS JOIN LATERAL (
        SELECT %(d1)s AS who, %(d2)s AS what, %(d3)s AS fate, %(d4)s AS at,
            %(d5)s AS age, %(d6)s AS size, %(d7)s AS rank, %(d8)s AS customer
    ) AS d
    CROSS JOIN LATERAL (
        SELECT
            1 + floor(%(users)s * power(d.who, 1.3))::int AS person,
            CASE WHEN d.what < 0.15 THEN 'lead' ELSE 'opportunity' END AS type,
            CASE
                WHEN d.what < 0.15 AND d.fate < 0.5 THEN 'lost'
                WHEN d.what < 0.15 THEN 'pending'
                WHEN d.fate < 0.45 THEN 'won'
                WHEN d.fate < 0.75 THEN 'lost'
                ELSE 'pending'
            END AS status,
            date_trunc('second', %(first)s + d.at * (%(until)s - %(first)s)) AS moment,
            round((500 * exp(4 * d.size * d.size))::numeric, 2) AS revenue,
            CASE WHEN d.customer < 0.95 THEN d.customer / 0.95 END AS buyer
    ) AS e
    CROSS JOIN LATERAL (
        SELECT
            e.moment - INTERVAL '1 day' * floor(1 + 150 * d.age * d.age) AS created,
            CASE e.status WHEN 'won' THEN 100 WHEN 'lost' THEN 0
                ELSE round((5 + 85 * d.rank)::numeric, 2) END AS probability,
            floor(%(contacts)s * power(e.buyer, 1.5))::int AS contact
    ) AS c
    CROSS JOIN LATERAL (
        SELECT c.*, 'shop' || 1 + c.contact / %(each)s || '.example' AS shop
    ) AS f
"""


def make_leads(env, count, seed, people, customers, window):
    """Make ``count`` leads.

    :param dict people: what ``make_people`` returned, with the number of users
    :param dict customers: what ``make_customers`` returned
    :param tuple window: first instant of the closings, first instant after them
    """
    sample = make_sample(env)
    first, until = window
    drawn = SQL(
        DRAWN,
        **{f"d{n}": dice(seed + n) for n in range(1, 9)},
        users=people["users"],
        contacts=customers["contacts"],
        each=CONTACTS_OF_COMPANY,
        first=SQL("%s::timestamp", first),
        until=SQL("%s::timestamp", until),
    )
    values = {
        **who_values(people, customers),
        **when_values(),
        **what_values(env, sample),
    }
    with bare_table(env, "crm_lead"):
        base = copy_rows(env, sample, count, values, drawn)
    sample.unlink()
    return base


def make_sample(env):
    """Make one opportunity with the ORM, the pattern of all others."""
    Lead = env["crm.lead"].with_context(tracking_disable=True)
    return Lead.create(
        {
            "name": "Opportunity 0",
            "type": "opportunity",
            "user_id": False,
            "company_id": env.company.id,
            "contact_name": "Contact 0",
            "email_from": "contact0@shop.example",
            "expected_revenue": 1000.0,
        }
    )


def who_values(people, customers):
    """Return the columns that name people."""
    email = SQL("'contact' || 1 + f.contact || '@' || f.shop")
    return {
        "user_id": SQL("%s + e.person", people["user"]),
        "team_id": SQL(
            "(%s::int[])[1 + e.person %% %s]", people["teams"], len(people["teams"])
        ),
        "partner_id": SQL("%s + 1 + f.contact", customers["contact"]),
        "contact_name": SQL("'Contact ' || 1 + f.contact"),
        "email_from": email,
        "email_normalized": email,
    }


def when_values():
    """Return the columns that are moments."""
    closed = SQL("CASE WHEN e.status <> 'pending' THEN e.moment END")
    return {
        "create_date": SQL("f.created"),
        "date_open": SQL("f.created + INTERVAL '1 hour' * floor(48 * d.rank)"),
        "day_open": SQL("floor(2 * d.rank)"),
        "date_closed": closed,
        "day_close": SQL(
            "CASE WHEN e.status <> 'pending' THEN floor(1 + 150 * d.age * d.age) END"
        ),
        "date_last_stage_update": SQL("e.moment"),
        "write_date": SQL("e.moment"),
        "date_automation_last": SQL("NULL"),
    }


def what_values(env, sample):
    """Return the columns that tell of the deal."""
    Stage = env["crm.stage"].search([])
    won = Stage.filtered("is_won")[:1]
    other = (Stage - won).ids
    reason = env["crm.lost.reason"].search([], limit=1)
    return {
        "name": SQL("'Opportunity ' || g.n"),
        "type": SQL("e.type"),
        "active": SQL("e.status <> 'lost'"),
        "won_status": SQL("e.status"),
        "stage_id": SQL(
            "CASE WHEN e.status = 'won' THEN %s "
            "ELSE (%s::int[])[1 + floor(%s * d.rank)::int] END",
            won.id,
            other,
            len(other),
        ),
        "lost_reason_id": SQL(
            "CASE WHEN e.status = 'lost' THEN %s END", reason.id or None
        ),
        "priority": SQL("(floor(4 * d.rank * d.age))::int::text"),
        "probability": SQL("f.probability"),
        "automated_probability": SQL("f.probability"),
        "expected_revenue": SQL("e.revenue"),
        "prorated_revenue": SQL("round(e.revenue * f.probability / 100, 2)"),
        "email_domain_criterion": SQL("f.shop"),
    }
