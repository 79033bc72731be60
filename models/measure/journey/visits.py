"""Where deals were, when, and for how long: one SQL statement for any number of deals.

A deal is always in the step that the latest event led to::

    events     the deal comes into a stage of a step (Odoo's own history of stages, from
               which ``duration_tracking`` is computed), or reaches its milestone
    positions  from each event to the next one of that deal
    visits     the positions of a deal in one step, added up

A stage that belongs to no step leaves the deal where it was. Complaints and answers
belong to the step in which the deal was then; what is older than the deal, to its first
one. Times are cut to the second, as Odoo keeps them; of what happens in one second the
later step counts.
"""

from typing import NamedTuple

from odoo.tools import SQL

# numbers of steps within their journey, which make the ids of visits
SLOTS = 64


class Scope(NamedTuple):
    """What is looked at, as SQL conditions.

    On a lead with the alias l, one that renews it (n), a complaint (c), an answer (v).
    """

    lead: SQL = SQL("TRUE")
    renewal: SQL = SQL("TRUE")
    complaint: SQL = SQL("TRUE")
    voice: SQL = SQL("TRUE")


def visits(follows, scope, stage_field, now, pending=()):
    """One row for each deal and step that it came to.

    :param follows: ``[(id of a journey, SQL condition on a lead)]``; a deal follows the
        first whose condition holds
    :param scope: ``Scope``
    :param int stage_field: id of the field of a lead whose changes are its history
    :param datetime now: until when deals are where they are
    :param pending: ``[(lead, stage that it left just now)]``, not in the history yet
    """
    ctes = {
        "step": SQL(STEP),
        "entrance": SQL(ENTRANCE),
        "picked": SQL(PICKED, journey=_journey(follows), lead=scope.lead),
        "deal": SQL(DEAL, now=now, complaint=scope.complaint, renewal=scope.renewal),
        "change": SQL(" UNION ALL ").join(
            [
                SQL(CHANGE, field=stage_field),
                *(
                    SQL(PENDING, lead=lead, stage=stage, now=now)
                    for lead, stage in pending
                ),
            ]
        ),
        "stay": SQL(STAY),
        "event": SQL(EVENT),
        "place": SQL(PLACE),
        "complained": SQL(COMPLAINED, wanted=scope.complaint),
        "answered": SQL(ANSWERED, wanted=scope.voice),
    }
    return SQL(
        "WITH %s %s",
        SQL(", ").join(
            SQL(
                "%s AS %s(%s)",
                SQL.identifier(name),
                SQL("MATERIALIZED " if name in KEPT else ""),
                query,
            )
            for name, query in ctes.items()
        ),
        SQL(VISIT, slots=SLOTS, now=now),
    )


def followers(follows, scope):
    """How many deals follow each journey, wherever they are: ids and numbers.

    :param follows: as for ``visits``
    :param scope: ``Scope``
    """
    return SQL(
        "SELECT journey_id, COUNT(*) FROM (%s) picked GROUP BY journey_id",
        SQL(PICKED, journey=_journey(follows), lead=scope.lead),
    )


def _journey(follows):
    return SQL(" ").join(
        SQL("WHEN %s THEN %s", condition, journey)
        for journey, condition in follows or [(None, SQL("FALSE"))]
    )


# worked out once, before the many are joined to it
KEPT = ("entrance",)
STEP = """
    SELECT s.id, s.journey_id, s.milestone, s.slot, s.target_days,
           ROW_NUMBER() OVER w AS rank,
           LEAD(s.id) OVER w IS NULL AS is_final
      FROM performance_journey_step s
    WINDOW w AS (PARTITION BY s.journey_id ORDER BY s.sequence, s.id)
"""
# first what there is little of: a deal is never multiplied by all steps
ENTRANCE = """
    SELECT s.journey_id, r.stage_id, s.id AS step_id, s.rank, s.is_final
      FROM performance_journey_step_stage_rel r JOIN step s ON s.id = r.step_id
"""
# who puts away an open deal ends it without a result: it is nowhere, not still here
PICKED = """
    SELECT * FROM (
        SELECT l.id, l.type, l.create_date, l.date_conversion, l.date_closed,
               l.date_last_stage_update, l.won_status, l.stage_id, l.partner_id,
               l.user_id, l.team_id, l.company_id,
               (CASE %(journey)s ELSE NULL END)::int AS journey_id
          FROM crm_lead l
         WHERE (l.active OR l.won_status IN ('won', 'lost')) AND %(lead)s
        ) found
     WHERE journey_id IS NOT NULL
"""
# what is imported may be older than the record: the deal began with the first of it;
# Odoo puts the closing of a won deal off to when it is archived, not its stage
DEAL = """
    SELECT l.*, closed.won_at, closed.lost_at,
           a.submitted_at, a.accepted_at, c.complained_at,
           r.renewal_opened_at, r.renewal_won_at,
           LEAST(
               l.create_date, l.date_conversion, closed.won_at, closed.lost_at,
               a.submitted_at, c.complained_at, r.renewal_opened_at
           ) AS born_at
      FROM picked l
     CROSS JOIN LATERAL (
        SELECT CASE WHEN l.won_status = 'won' THEN COALESCE(
                   LEAST(l.date_closed, l.date_last_stage_update), %(now)s
               ) END AS won_at,
               CASE WHEN l.won_status = 'lost' THEN COALESCE(
                   l.date_closed, l.date_last_stage_update, %(now)s
               ) END AS lost_at
        ) closed
      LEFT JOIN (
        SELECT lead_id, MIN(submitted_at) AS submitted_at,
               MIN(decided_at) FILTER (WHERE state = 'accepted') AS accepted_at
          FROM performance_acceptance
         WHERE state NOT IN ('draft', 'withdrawn')
           AND lead_id IN (SELECT id FROM picked)
         GROUP BY lead_id
        ) a ON a.lead_id = l.id
      LEFT JOIN (
        SELECT c.lead_id, MIN(c.filed_at) AS complained_at
          FROM performance_complaint c
         WHERE c.is_valid AND c.lead_id IN (SELECT id FROM picked)
           AND %(complaint)s
         GROUP BY c.lead_id
        ) c ON c.lead_id = l.id
      LEFT JOIN (
        SELECT n.renewed_lead_id, MIN(n.create_date) AS renewal_opened_at,
               MIN(LEAST(n.date_closed, n.date_last_stage_update))
               FILTER (WHERE n.won_status = 'won') AS renewal_won_at
          FROM crm_lead n
         WHERE n.renewed_lead_id IN (SELECT id FROM picked)
           AND %(renewal)s
         GROUP BY n.renewed_lead_id
        ) r ON r.renewed_lead_id = l.id
"""
CHANGE = """
    SELECT m.res_id AS lead_id, v.id, v.create_date AS at,
           v.old_value_integer AS stage_id
      FROM mail_tracking_value v JOIN mail_message m ON m.id = v.mail_message_id
     WHERE v.field_id = %(field)s AND m.model = 'crm.lead'
       AND m.res_id IN (SELECT id FROM picked)
"""
# after all others
PENDING = """
    SELECT p.id, 2147483647, %(now)s, %(stage)s FROM picked p WHERE p.id = %(lead)s
"""
# a change tells which stage ended then; the present one, without number, comes last
STAY = """
    SELECT t.lead_id, d.journey_id, d.lost_at, t.stage_id,
           COALESCE(t.since, d.born_at) AS at
      FROM (
        SELECT lead_id, stage_id,
               LAG(at) OVER (PARTITION BY lead_id ORDER BY id) AS since
          FROM (
            SELECT lead_id, id, at, stage_id FROM change
             UNION ALL
            SELECT id, NULL, NULL, stage_id FROM deal
            ) told
        ) t
      JOIN deal d ON d.id = t.lead_id
"""
# after a deal is lost nothing leads it on
EVENT = """
    SELECT lead_id, step_id, rank, is_final, lost_at, DATE_TRUNC('second', at) AS at
      FROM (
        SELECT y.lead_id, e.step_id, e.rank, e.is_final, y.lost_at, y.at
          FROM stay y
          JOIN entrance e ON e.journey_id = y.journey_id AND e.stage_id = y.stage_id
         UNION ALL
        SELECT d.id, s.id, s.rank, s.is_final, d.lost_at,
               CASE s.milestone
                   WHEN 'created' THEN d.born_at
                   WHEN 'converted' THEN CASE WHEN d.type = 'opportunity'
                        THEN COALESCE(d.date_conversion, d.born_at) END
                   WHEN 'won' THEN d.won_at
                   WHEN 'submitted' THEN d.submitted_at
                   WHEN 'accepted' THEN d.accepted_at
                   WHEN 'complaint' THEN d.complained_at
                   WHEN 'renewal_opened' THEN d.renewal_opened_at
                   WHEN 'renewal_won' THEN d.renewal_won_at
               END
          FROM deal d
          JOIN step s ON s.journey_id = d.journey_id AND s.milestone IS NOT NULL
        ) happened
     WHERE at IS NOT NULL
       AND (lost_at IS NULL OR DATE_TRUNC('second', at) <= lost_at)
"""
PLACE = """
    SELECT e.lead_id, e.step_id, e.rank, e.is_final, e.lost_at, e.at,
           LEAD(e.at) OVER w AS until,
           LAG(e.step_id) OVER w AS came_from,
           LAST_VALUE(e.rank) OVER (
               w ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
           ) AS last_rank
      FROM event e
    WINDOW w AS (PARTITION BY e.lead_id ORDER BY e.at, e.rank)
"""
COMPLAINED = """
    SELECT p.lead_id, p.step_id, COUNT(*) AS number
      FROM place p
      JOIN performance_complaint c ON c.lead_id = p.lead_id
       AND (p.came_from IS NULL OR c.filed_at >= p.at)
       AND (p.until IS NULL OR c.filed_at < p.until)
     WHERE c.is_valid AND %(wanted)s
     GROUP BY p.lead_id, p.step_id
"""
ANSWERED = """
    SELECT p.lead_id, p.step_id, COUNT(*) AS number, SUM(v.percent) AS total,
           COUNT(*) FILTER (WHERE v.kind = 'nps') AS nps_number,
           COUNT(*) FILTER (WHERE v.kind = 'nps' AND v.bucket = 'promoter')
           - COUNT(*) FILTER (WHERE v.kind = 'nps' AND v.bucket = 'detractor')
           AS nps_balance
      FROM place p
      JOIN performance_voice v ON v.lead_id = p.lead_id
       AND (p.came_from IS NULL OR v.answered_at >= p.at)
       AND (p.until IS NULL OR v.answered_at < p.until)
     WHERE v.is_valid AND %(wanted)s
     GROUP BY p.lead_id, p.step_id
"""
# who stays in the last step has arrived: that is no dwelling
VISIT = """
    SELECT v.lead_id * %(slots)s + s.slot AS id,
           d.journey_id, v.step_id, v.lead_id, d.partner_id, p.commercial_partner_id,
           d.user_id, d.team_id, d.company_id,
           v.entered_at, v.left_at, v.entry_count, dwell.days AS dwell_days,
           NULLIF(s.target_days, 0) AS target_days,
           CASE WHEN COALESCE(s.target_days, 0) = 0 OR dwell.days IS NULL THEN 'none'
                WHEN dwell.days > s.target_days THEN 'exceeded'
                ELSE 'kept' END AS target_state,
           outcome.name AS outcome,
           CASE WHEN outcome.name = 'passed' THEN 100 ELSE 0 END AS passed_percent,
           CASE WHEN outcome.name = 'lost' THEN 100 ELSE 0 END AS lost_percent,
           COALESCE(c.number, 0) AS complaint_count,
           COALESCE(a.number, 0) AS voice_count,
           a.total AS voice_total, a.total / a.number AS voice_percent,
           COALESCE(a.nps_number, 0) AS nps_count,
           COALESCE(a.nps_balance, 0) AS nps_balance,
           100.0 * a.nps_balance / NULLIF(a.nps_number, 0) AS nps
      FROM (
        SELECT p.lead_id, p.step_id, MIN(p.rank) AS rank, MIN(p.last_rank) AS last_rank,
               BOOL_OR(p.is_final) AS is_final,
               MIN(p.at) AS entered_at,
               CASE WHEN BOOL_OR(p.until IS NULL) THEN MIN(p.lost_at)
                    ELSE MAX(p.until) END AS left_at,
               COUNT(*) FILTER (WHERE p.came_from IS DISTINCT FROM p.step_id)
               AS entry_count,
               SUM(EXTRACT(EPOCH FROM COALESCE(
                   p.until, p.lost_at, CASE WHEN NOT p.is_final THEN %(now)s END
               ) - p.at)) AS seconds
          FROM place p
         GROUP BY p.lead_id, p.step_id
        ) v
      JOIN deal d ON d.id = v.lead_id
      JOIN step s ON s.id = v.step_id
      LEFT JOIN res_partner p ON p.id = d.partner_id
      LEFT JOIN complained c ON c.lead_id = v.lead_id AND c.step_id = v.step_id
      LEFT JOIN answered a ON a.lead_id = v.lead_id AND a.step_id = v.step_id
     CROSS JOIN LATERAL (
        SELECT (CASE WHEN v.seconds < 0 THEN 0 ELSE v.seconds / 86400 END)::float
               AS days
        ) dwell
     CROSS JOIN LATERAL (
        SELECT CASE WHEN v.last_rank > v.rank THEN 'passed'
                    WHEN v.last_rank < v.rank THEN 'back'
                    WHEN d.lost_at IS NOT NULL THEN 'lost'
                    WHEN v.is_final THEN 'arrived'
                    ELSE 'here' END AS name
        ) outcome
"""
