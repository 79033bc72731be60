from odoo import fields, models
from odoo.tools import SQL

from ...shared.arrays import arrays
from ..scheme.tenure import Tenures


class PerformanceScorecard(models.Model):
    """What a person held while a scorecard ran: job, department, manager, days.

    It follows the personnel file as long as the card is open and is kept when it is
    settled. A person whose job changes in a period may have one card for each scheme;
    each sees the numbers of the whole period, and the result of the period weighs them
    by the days the role was held.
    """

    _inherit = "performance.scorecard"

    job_id = fields.Many2one(
        comodel_name="hr.job", string="Job Held", ondelete="set null", readonly=True
    )
    unit_id = fields.Many2one(
        comodel_name="hr.department",
        string="Department Held",
        ondelete="set null",
        readonly=True,
    )
    manager_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Manager Then",
        ondelete="set null",
        readonly=True,
        help="The line manager when the scorecard was settled; until then today's.",
    )
    held_from = fields.Date(readonly=True)
    held_to = fields.Date(string="Held Until", readonly=True)
    held_share = fields.Float(
        string="Days Held %",
        digits=(5, 2),
        readonly=True,
        default=100.0,
        aggregator=None,
        help="Share of the days of the period that the role of this scheme was held.",
    )

    def _hold(self):
        """Take job, department, manager, days and team from the personnel file."""
        self._hold_people()
        self._hold_scopes()

    def _hold_people(self):
        """Fill in what people held; in one statement for each scheme and period."""
        people = self.filtered("employee_id")
        people.flush_recordset()
        groups = people.grouped(lambda card: (card.scheme_id, card.period_id))
        for (scheme, period), cards in groups.items():
            rows = list(cards._held(scheme, period))
            if rows:
                self._write_held(rows)
        people.invalidate_recordset()

    def _held(self, scheme, period):
        """``(card, first day, last day, share, job, department)`` of each card."""
        # sudo: the personnel file, of which the card keeps job and department
        holders = scheme.sudo()._holders(period)
        tenures = Tenures(scheme.sudo().env, period).all(self.employee_id.ids)
        for card in self:
            employee = card.employee_id.id
            held = holders.get(employee)
            # HR may open a card for somebody whom the scheme is not for
            tenure = held or tenures.get(employee)
            if tenure:
                first, last = tenure.stretches[0], tenure.stretches[-1]
                share = tenure.share if held else 100.0
                yield (
                    card.id,
                    first.first,
                    last.last,
                    share,
                    last.job,
                    last.department,
                )

    def _write_held(self, rows):
        self.env.cr.execute(
            SQL(
                "UPDATE performance_scorecard c SET held_from = s.first,"
                " held_to = s.last, held_share = s.share, job_id = s.job,"
                " unit_id = s.department, manager_id = e.parent_id"
                " FROM unnest(%s) AS s(id, first, last, share, job, department),"
                " hr_employee e WHERE c.id = s.id AND e.id = c.employee_id",
                arrays(rows, ("int", "date", "date", "numeric", "int", "int")),
            )
        )

    def _hold_scopes(self):
        """Fill in the team and the department whose numbers count for the lines."""
        self.env["crm.team.member"].flush_model()
        self.env["hr.employee"].flush_model(["user_id"])
        self.env["performance.scorecard.line"].flush_model(["scope"])
        self.env.cr.execute(
            SQL(
                """
        UPDATE performance_scorecard_line l
           SET scope_team_id = COALESCE(d.team_id, (
                   SELECT m.crm_team_id FROM crm_team_member m
                    WHERE m.active AND m.user_id = e.user_id ORDER BY m.id LIMIT 1)),
               scope_department_id = c.unit_id
          FROM performance_scorecard c
          LEFT JOIN hr_employee e ON e.id = c.employee_id
          LEFT JOIN crm_lead d ON d.id = c.lead_id
         WHERE l.scorecard_id = c.id AND c.id = ANY(%s)
           AND l.scope IN ('team', 'department')
                """,
                self.ids,
            )
        )
        self.line_ids.invalidate_recordset()

    # === RESULT OF A PERIOD ===#

    def _combined(self):
        """One result for each person and period out of all cards, weighed by days.

        :return: ``{(employee, period): (score, days covered in per cent)}``; people
            without any score are left out
        """
        found = {}
        scored = self.filtered(lambda card: card.has_score and card.employee_id)
        for key, cards in scored.grouped(
            lambda card: (card.employee_id, card.period_id)
        ).items():
            shares = sum(cards.mapped("held_share"))
            if shares:
                score = sum(card.score * card.held_share for card in cards) / shares
                found[key] = round(score, 2), min(shares, 100.0)
        return found
