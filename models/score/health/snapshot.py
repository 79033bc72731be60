"""The health of all customers of a company, noted by a few statements.

Whatever their number: nothing is read into memory but the customers who fell.
"""

from odoo import fields
from odoo.tools import SQL

# a change of the score by less is no trend
STEP = 2


class Snapshot:
    """Takes the scorecards of a rolling window over into health and history."""

    def __init__(self, env, window):
        """
        :param env: as superuser
        :param window: ``performance.period``, rolling
        """
        self.env = env
        self.window = window
        self.company = window.company_id
        # ids of the health of customers who fell below the threshold
        self.fallen = []

    def note(self):
        """Note everything."""
        self.env.flush_all()
        fallen = [row[0] for row in self.env.execute_query(self._fallen())]
        self.env.cr.execute(self._upsert())
        self.env.cr.execute(self._history())
        for name in ("performance.customer.health", "performance.customer.health.day"):
            self.env[name].invalidate_model()
        Health = self.env["performance.customer.health"]
        ours = [("company_id", "=", self.company.id)]
        Health.search([*ours, ("scorecard_id", "=", False)]).unlink()
        self.fallen = Health.search(
            [*ours, ("commercial_partner_id", "in", fallen)], order="id"
        ).ids

    def _parameters(self):
        return {
            "window": self.window.id,
            "company": self.company.id,
            "today": self.window.date_end,
            "before": self.company._performance_month_ago(),
            "now": fields.Datetime.now(),
            "uid": self.env.uid,
            "step": STEP,
        }

    def _fallen(self):
        """Customers with a sure score below the threshold who were not there before."""
        return SQL(
            """
        SELECT c.partner_id
          FROM performance_scorecard c
          JOIN performance_rating_scale s ON s.id = c.rating_scale_id
          LEFT JOIN performance_customer_health h
            ON h.commercial_partner_id = c.partner_id
           AND h.company_id = %(company)s
         WHERE c.period_id = %(window)s AND c.has_score AND NOT c.is_provisional
           AND c.score < s.improvement_threshold AND h.is_below IS NOT TRUE
            """,
            **self._parameters(),
        )

    def _upsert(self):
        """One row for each customer; what people gave stays, and is what is shown."""
        return SQL(
            """
        INSERT INTO performance_customer_health AS h (
               company_id, commercial_partner_id, scheme_id, scorecard_id, state, score,
               has_score, grade, coverage, is_provisional, is_below, worst_line_id,
               worst_kpi_id, as_of, score_before, trend, shown_state, shown_score,
               create_uid, create_date, write_uid, write_date)
        SELECT %(company)s, c.partner_id, c.scheme_id, c.id, b.state, c.score,
               c.has_score, c.grade, c.coverage, c.is_provisional,
               c.has_score AND NOT c.is_provisional
                   AND c.score < s.improvement_threshold,
               w.id, w.kpi_id, c.as_of, COALESCE(d.score, 0),
               CASE WHEN d.score IS NULL OR NOT c.has_score THEN 'new'
                    WHEN c.score - d.score >= %(step)s THEN 'up'
                    WHEN d.score - c.score >= %(step)s THEN 'down'
                    ELSE 'flat' END,
               b.state, c.score, %(uid)s, %(now)s, %(uid)s, %(now)s
          FROM performance_scorecard c
          JOIN performance_rating_scale s ON s.id = c.rating_scale_id
          CROSS JOIN LATERAL (
               SELECT COALESCE((
                   SELECT g.health_state FROM performance_rating_band g
                    WHERE c.has_score AND g.scale_id = s.id AND g.lower <= c.score
                    ORDER BY g.lower DESC LIMIT 1), 'none') AS state) b
          LEFT JOIN LATERAL (
               SELECT l.id, l.kpi_id FROM performance_scorecard_line l
                WHERE l.scorecard_id = c.id AND l.state = 'ok' AND l.role = 'weighted'
                  AND l.effective_weight > l.weighted_points
                ORDER BY l.effective_weight - l.weighted_points DESC, l.sequence, l.id
                LIMIT 1) w ON TRUE
          LEFT JOIN LATERAL (
               SELECT CASE WHEN p.has_score THEN p.score END AS score
                 FROM performance_customer_health_day p
                WHERE p.commercial_partner_id = c.partner_id
                  AND p.company_id = %(company)s AND p.date <= %(before)s
                ORDER BY p.date DESC LIMIT 1) d ON TRUE
         WHERE c.period_id = %(window)s
            ON CONFLICT (commercial_partner_id, company_id) DO UPDATE
           SET scheme_id = EXCLUDED.scheme_id, scorecard_id = EXCLUDED.scorecard_id,
               state = EXCLUDED.state, score = EXCLUDED.score,
               has_score = EXCLUDED.has_score, grade = EXCLUDED.grade,
               coverage = EXCLUDED.coverage, is_provisional = EXCLUDED.is_provisional,
               is_below = CASE WHEN EXCLUDED.is_provisional OR NOT EXCLUDED.has_score
                               THEN h.is_below ELSE EXCLUDED.is_below END,
               worst_line_id = EXCLUDED.worst_line_id,
               worst_kpi_id = EXCLUDED.worst_kpi_id, as_of = EXCLUDED.as_of,
               score_before = EXCLUDED.score_before, trend = EXCLUDED.trend,
               shown_state = COALESCE(h.given_state, EXCLUDED.state),
               shown_score = CASE WHEN h.given_state IS NULL THEN EXCLUDED.score
                                  ELSE h.given_score END,
               write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
            """,
            **self._parameters(),
        )

    def _history(self):
        """A row for each customer whose score or state is not that of his last row."""
        return SQL(
            """
        INSERT INTO performance_customer_health_day AS t (
               company_id, commercial_partner_id, date, scheme_id, state, score,
               has_score, coverage, parts)
        SELECT h.company_id, h.commercial_partner_id, %(today)s, h.scheme_id, h.state,
               h.score, h.has_score, h.coverage, (
               SELECT jsonb_object_agg(l.kpi_id, l.weighted_points)
                 FROM performance_scorecard_line l
                WHERE l.scorecard_id = h.scorecard_id AND l.state = 'ok')
          FROM performance_customer_health h
          JOIN performance_scorecard c ON c.id = h.scorecard_id
          LEFT JOIN LATERAL (
               SELECT p.id, p.score, p.has_score, p.state
                 FROM performance_customer_health_day p
                WHERE p.commercial_partner_id = h.commercial_partner_id
                  AND p.company_id = h.company_id
                ORDER BY p.date DESC LIMIT 1) d ON TRUE
         WHERE c.period_id = %(window)s
           AND (d.id IS NULL OR (d.score, d.has_score, d.state)
                IS DISTINCT FROM (h.score, h.has_score, h.state))
            ON CONFLICT (commercial_partner_id, company_id, date) DO UPDATE
           SET scheme_id = EXCLUDED.scheme_id, state = EXCLUDED.state,
               score = EXCLUDED.score, has_score = EXCLUDED.has_score,
               coverage = EXCLUDED.coverage, parts = EXCLUDED.parts
            """,
            **self._parameters(),
        )
