"""Interactions with customers out of what Odoo has recorded, as one SQL relation.

Every branch of the union has the columns of ``performance.interaction``; a condition on
customer, date or record reaches the tables below it.
"""

from typing import NamedTuple

from odoo.tools import SQL

# superuser: what Odoo sends by itself is no contact
ROOT = 1


class Place(NamedTuple):
    """A model on whose records we are in contact, and where its customer is found."""

    model: str
    # how record and customer (p) are joined to the id of a record
    joins: str
    lead: SQL
    user: SQL
    company: SQL


PLACES = (
    Place(
        "crm.lead",
        "crm_lead l ON l.id = %s JOIN res_partner p ON p.id = l.partner_id",
        SQL("l.id"),
        SQL("l.user_id"),
        SQL("COALESCE(l.company_id, p.company_id)"),
    ),
    Place(
        "performance.complaint",
        "performance_complaint c ON c.id = %s"
        " JOIN res_partner p ON p.id = c.partner_id",
        SQL("c.lead_id"),
        SQL("(SELECT e.user_id FROM hr_employee e WHERE e.id = c.employee_id)"),
        SQL("c.company_id"),
    ),
    Place(
        "res.partner",
        "res_partner p ON p.id = %s",
        SQL("NULL::int"),
        SQL("p.user_id"),
        SQL("p.company_id"),
    ),
)


def interactions(comment):
    """All interactions.

    :param int comment: id of the subtype of messages that go to followers
    """
    branches = [_messages(place, comment) for place in PLACES]
    branches += [_activities(place) for place in PLACES]
    staff = _staff(SQL("p.id"))
    return SQL(" UNION ALL ").join([*branches, SQL(MEETINGS, staff=staff)])


def _messages(place, comment):
    """Messages on the records of a model."""
    m, a, b = (SQL.identifier(alias) for alias in "mab")
    return SQL(
        MESSAGES,
        model=place.model,
        joins=SQL(place.joins, SQL("m.res_id")),
        lead=place.lead,
        user=place.user,
        company=place.company,
        staff=_staff(SQL("m.author_id")),
        answer=SQL(
            ANSWER,
            written=_is_written(a, comment),
            ours=_is_ours(a),
            reaches=_reaches(a),
            before_written=_is_written(b, comment),
            before_ours=_is_ours(SQL("before")),
        ),
        written=_is_written(m, comment),
        reaches=_reaches(m),
        root=ROOT,
    )


def _activities(place):
    """Activities done on the records of a model, of types that are a contact."""
    return SQL(
        ACTIVITIES,
        model=place.model,
        joins=SQL(place.joins, SQL("a.res_id")),
        lead=place.lead,
        company=place.company,
    )


def _staff(partner):
    """Join the internal user of a partner, archived ones too."""
    return SQL(
        "LEFT JOIN (SELECT partner_id, MIN(id) AS user_id FROM res_users"
        " WHERE NOT share GROUP BY partner_id) staff ON staff.partner_id = %s",
        partner,
    )


def _is_ours(message):
    return SQL(
        "EXISTS (SELECT FROM res_users u"
        " WHERE u.partner_id = %s.author_id AND NOT u.share)",
        message,
    )


def _is_written(message, comment):
    """A mail or a comment: neither a note nor tracking."""
    return SQL(
        "NOT COALESCE(%(m)s.is_internal, FALSE)"
        " AND (%(m)s.message_type IN ('email', 'email_outgoing')"
        " OR (%(m)s.message_type = 'comment' AND %(m)s.subtype_id = %(comment)s))",
        m=message,
        comment=comment,
    )


def _reaches(message):
    """It went to the customer, not only to colleagues who follow."""
    return SQL(REACHES, m=message)


REACHES = """
    (%(m)s.message_type = 'email_outgoing'
     OR EXISTS (
        SELECT FROM mail_message_res_partner_rel r
          JOIN res_partner rp ON rp.id = r.res_partner_id
         WHERE r.mail_message_id = %(m)s.id
           AND rp.commercial_partner_id = p.commercial_partner_id)
     OR EXISTS (
        SELECT FROM mail_notification n JOIN res_partner np ON np.id = n.res_partner_id
         WHERE n.mail_message_id = %(m)s.id
           AND np.commercial_partner_id = p.commercial_partner_id))
"""
# of a message that came in while none before it waited for an answer
ANSWER = """
    LEFT JOIN LATERAL (
        SELECT MIN(a.date) AS at FROM mail_message a
         WHERE a.model = m.model AND a.res_id = m.res_id AND a.id > m.id
           AND %(written)s AND %(ours)s AND %(reaches)s
           AND NOT EXISTS (
               SELECT FROM (
                   SELECT b.author_id FROM mail_message b
                    WHERE b.model = m.model AND b.res_id = m.res_id AND b.id < m.id
                      AND %(before_written)s
                    ORDER BY b.id DESC LIMIT 1
                   ) before
                WHERE NOT %(before_ours)s)
        ) answer ON staff.user_id IS NULL
"""
MESSAGES = """
    SELECT m.id::bigint * 4 AS id, COALESCE(m.subject, '') AS name, m.date,
           'email' AS channel,
           CASE WHEN staff.user_id IS NULL THEN 'in' ELSE 'out' END AS direction,
           p.id AS partner_id, p.commercial_partner_id, %(lead)s AS lead_id,
           COALESCE(staff.user_id, %(user)s) AS user_id, %(company)s AS company_id,
           answer.at AS answered_at,
           EXTRACT(EPOCH FROM answer.at - m.date) / 3600 AS response_hours,
           m.model AS res_model, m.res_id
      FROM mail_message m JOIN %(joins)s %(staff)s %(answer)s
     WHERE m.model = %(model)s AND %(written)s
       AND (staff.user_id IS NULL OR (staff.user_id <> %(root)s AND %(reaches)s))
"""
MEETINGS = """
    SELECT a.id::bigint * 4 + 1 AS id, e.name, e.start AS date,
           CASE WHEN COALESCE(e.videocall_location, '') = '' THEN 'meeting'
                ELSE 'video' END AS channel,
           'both' AS direction, p.id AS partner_id, p.commercial_partner_id,
           e.opportunity_id AS lead_id, e.user_id,
           COALESCE(l.company_id, p.company_id) AS company_id,
           NULL::timestamp AS answered_at, NULL::numeric AS response_hours,
           'calendar.event' AS res_model, e.id AS res_id
      FROM calendar_attendee a
      JOIN calendar_event e ON e.id = a.event_id
      JOIN res_partner p ON p.id = a.partner_id %(staff)s
      LEFT JOIN crm_lead l ON l.id = e.opportunity_id
     WHERE staff.user_id IS NULL AND e.active AND e.user_id IS NOT NULL
       AND a.state <> 'declined' AND e.start <= NOW() AT TIME ZONE 'UTC'
"""
# an activity knows the day on which it was done; the hour is that of its last change
ACTIVITIES = """
    SELECT a.id::bigint * 4 + 2 AS id,
           COALESCE(a.summary, t.name->>'en_US') AS name,
           CASE WHEN a.write_date BETWEEN a.date_done - 1 AND a.date_done + 2
                THEN a.write_date ELSE a.date_done + TIME '12:00' END AS date,
           t.performance_channel AS channel,
           'out' AS direction, p.id AS partner_id, p.commercial_partner_id,
           %(lead)s AS lead_id, a.user_id, %(company)s AS company_id,
           NULL::timestamp AS answered_at, NULL::numeric AS response_hours,
           a.res_model, a.res_id
      FROM mail_activity a
      JOIN mail_activity_type t ON t.id = a.activity_type_id
      JOIN %(joins)s
     WHERE a.res_model = %(model)s AND NOT a.active AND a.date_done IS NOT NULL
       AND t.performance_channel IS NOT NULL AND a.calendar_event_id IS NULL
"""
