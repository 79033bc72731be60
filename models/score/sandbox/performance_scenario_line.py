from odoo import api, fields, models
from odoo.tools import SQL

from ...shared.performance_subject_mixin import SUBJECT_FIELDS

# {column: type} of what a replay writes, after scenario, scheme and subject
COLUMNS = {
    "score_before": "numeric",
    "has_before": "boolean",
    "grade_before": "text",
    "score_after": "numeric",
    "has_after": "boolean",
    "grade_after": "text",
    "difference": "numeric",
    "bonus_before": "numeric",
    "bonus_after": "numeric",
}


class PerformanceScenarioLine(models.Model):
    """One subject in a scenario: score, grade and bonus before and after.

    Written by the replay only, replaced by the next; read by officers and auditors.
    """

    _name = "performance.scenario.line"
    _description = "Result of a Scenario"
    _inherit = ["performance.subject.mixin"]
    _order = "difference desc, id"
    _log_access = False
    _rec_name = "subject_name"

    scenario_id = fields.Many2one(
        comodel_name="performance.scenario",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    scheme_id = fields.Many2one(
        comodel_name="performance.scheme", required=True, ondelete="cascade"
    )
    unit_id = fields.Many2one(
        comodel_name="hr.department", string="Department of Person"
    )
    group_id = fields.Many2one(comodel_name="crm.team", string="Team of Person")
    score_before = fields.Float(digits=(6, 2), aggregator="avg")
    has_before = fields.Boolean()
    grade_before = fields.Char()
    score_after = fields.Float(digits=(6, 2), aggregator="avg")
    has_after = fields.Boolean()
    grade_after = fields.Char()
    difference = fields.Float(digits=(6, 2), aggregator="avg")
    bonus_before = fields.Monetary()
    bonus_after = fields.Monetary()

    # people are deleted without asking what was once tried
    employee_id = fields.Many2one(ondelete="cascade")
    department_id = fields.Many2one(ondelete="cascade")
    team_id = fields.Many2one(ondelete="cascade")
    subject_company_id = fields.Many2one(ondelete="cascade")
    partner_id = fields.Many2one(ondelete="cascade")

    # === ENGINE ===#

    @api.model
    def _replace(self, scenario, rows):
        """Put in what a replay found, in place of what was there.

        :param rows: ``[(subject type, subject id, scheme id, before, after)]``, the
            last two :class:`Result`
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "DELETE FROM performance_scenario_line WHERE scenario_id = %s",
                scenario.id,
            )
        )
        for kind in {row[0] for row in rows}:
            self._insert(scenario, kind, [row for row in rows if row[0] == kind])
        self._place(scenario)
        self.invalidate_model()
        scenario.invalidate_recordset()

    def _insert(self, scenario, kind, rows):
        values = [
            (subject, scheme, *self._values(scenario, before, after))
            for _kind, subject, scheme, before, after in rows
        ]
        arrays = [list(column) for column in zip(*values, strict=True)]
        types = ["int", "int", *COLUMNS.values()]
        names = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
        self.env.cr.execute(
            SQL(
                "INSERT INTO performance_scenario_line (scenario_id, company_id,"
                " subject_type, %(field)s, scheme_id, %(names)s)"
                " SELECT %(scenario)s, %(company)s, %(kind)s, s.*"
                " FROM unnest(%(arrays)s) AS s",
                field=SQL.identifier(SUBJECT_FIELDS[kind]),
                names=names,
                scenario=scenario.id,
                company=scenario.company_id.id,
                kind=kind,
                arrays=SQL(", ").join(
                    SQL("%s::" + type_ + "[]", array)
                    for array, type_ in zip(arrays, types, strict=True)
                ),
            )
        )

    def _values(self, scenario, before, after):
        known = before.score is not None and after.score is not None
        return (
            before.score or 0,
            before.score is not None,
            before.grade,
            after.score or 0,
            after.score is not None,
            after.grade,
            round(after.score - before.score, 2) if known else 0,
            scenario._pays(before),
            scenario._pays(after),
        )

    def _place(self, scenario):
        """Note the department and the sales team of people, to group them by."""
        self.env.cr.execute(
            SQL(
                """
        UPDATE performance_scenario_line l
           SET unit_id = v.department_id,
               group_id = (SELECT m.crm_team_id FROM crm_team_member m
                            WHERE m.active AND m.user_id = e.user_id
                            ORDER BY m.id LIMIT 1)
          FROM hr_employee e
          LEFT JOIN LATERAL (
               SELECT department_id FROM hr_version
                WHERE employee_id = e.id AND active
                ORDER BY date_version > %s, date_version DESC LIMIT 1) v ON TRUE
         WHERE l.scenario_id = %s AND e.id = l.employee_id
                """,
                scenario.period_id.date_end,
                scenario.id,
            )
        )
