"""Repeated complaints, found by PostgreSQL in one statement for all rules.

What counts is filed complaints, and their (last) reopening once more. In the order of
time within a group, an event closes a window when the event ``minimum_count - 1``
places before is no older than the days of the rule. Windows that share an event are
one cluster.
"""

from odoo.tools import SQL

GROUP = "rule_id, company_id, partner_id, cause_key, employee_key"
STATEMENT = """
WITH events AS (
    SELECT r.id AS rule_id, r.minimum_count AS k, r.window_days * interval '1 day' AS w,
           c.id AS complaint_id, c.company_id, c.commercial_partner_id AS partner_id,
           CASE r.grouping WHEN 'customer_cause' THEN c.cause_id END AS cause_key,
           CASE r.grouping WHEN 'customer_employee' THEN c.employee_id END
               AS employee_key,
           e.again, e.at
      FROM performance_incident_rule r
      JOIN performance_complaint c
        ON c.is_valid AND c.commercial_partner_id IS NOT NULL
       AND (r.company_id IS NULL OR r.company_id = c.company_id)
       AND (r.severity IS NULL OR r.severity = c.severity)
       AND (r.grouping <> 'customer_cause' OR c.cause_id IS NOT NULL)
       AND (r.grouping <> 'customer_employee' OR c.employee_id IS NOT NULL)
CROSS JOIN LATERAL (VALUES (0, c.filed_at), (1, c.last_reopened_at)) e(again, at)
     WHERE r.active AND e.at IS NOT NULL
), numbered AS (
    SELECT *, row_number() OVER line AS no, lag(at, k - 1) OVER line AS since
      FROM events
    WINDOW line AS (PARTITION BY {group} ORDER BY at, complaint_id, again)
), reached AS (
    -- the first event of the next window that is closed here or later
    SELECT *, min(CASE WHEN since >= at - w THEN no - k + 1 END) OVER (
                  PARTITION BY {group} ORDER BY no
                  ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS opening
      FROM numbered
), members AS (
    SELECT *, sum(CASE WHEN opening = no THEN 1 ELSE 0 END) OVER (
                  PARTITION BY {group} ORDER BY no) AS cluster
      FROM reached
     WHERE opening <= no
)
SELECT rule_id, company_id, partner_id, cause_key,
       array_agg(DISTINCT complaint_id ORDER BY complaint_id) AS complaint_ids,
       (array_agg(at ORDER BY no))[min(k)] AS occurred_at,
       (array_agg(complaint_id ORDER BY no DESC))[1] AS last_id
  FROM members
 GROUP BY {group}, cluster
 ORDER BY rule_id, min(at), min(complaint_id)
"""


def clusters(env):
    """All clusters of all active rules.

    :return: list of dicts ``rule_id, company_id, partner_id, cause_key, complaint_ids,
        occurred_at, last_id``
    """
    env["performance.complaint"].flush_model()
    env["performance.incident.rule"].flush_model()
    return env.execute_query_dict(SQL(STATEMENT.format(group=GROUP)))
