from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.shared.guards import exactly_one


class PerformanceScorecardWizard(models.TransientModel):
    """The choice of whose scorecards to open under a scheme in a period.

    It holds no rule of its own: the scorecards are opened by their model. Running it
    again opens only what is missing.
    """

    _name = "performance.scorecard.wizard"
    _description = "Open Scorecards"

    scheme_id = fields.Many2one(
        comodel_name="performance.scheme",
        required=True,
        domain=[("state", "=", "active")],
    )
    subject_type = fields.Selection(related="scheme_id.subject_type")
    period_id = fields.Many2one(
        comodel_name="performance.period",
        required=True,
        domain=[("state", "=", "open"), ("kind", "!=", "rolling")],
    )
    company_id = fields.Many2one(related="period_id.company_id")
    department_ids = fields.Many2many(comodel_name="hr.department")
    employee_ids = fields.Many2many(
        comodel_name="hr.employee",
        relation="performance_scorecard_wizard_employee_rel",
        domain="[('company_id', '=', company_id)]",
    )
    team_ids = fields.Many2many(comodel_name="crm.team")

    # === DEFAULT METHODS ===#

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        period = self.env["performance.period"].search(
            Domain("state", "=", "open") & Domain("kind", "=", "quarter"), limit=1
        )
        if "period_id" in fields_list and period:
            values.setdefault("period_id", period.id)
        return values

    # === ACTIONS ===#

    def action_open(self):
        """Open the missing scorecards and show all of them.

        :raise UserError: when the scheme is not in force, the period is closed, or
            nobody matches the choice
        :raise AccessError: for anyone but officers
        """
        exactly_one(self)
        self._check_choice()
        subjects = self._subjects()
        if not subjects:
            raise UserError(
                self.env._("Nobody matches this choice in %s.", self.company_id.name)
            )
        cards = self.env["performance.scorecard"]._open_for(
            self.scheme_id, self.period_id, subjects
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_scorecard_action"
        )
        return {**action, "domain": [("id", "in", cards.ids)], "context": {}}

    def _check_choice(self):
        if self.scheme_id.state != "active":
            raise UserError(self.env._("“%s” is not in force.", self.scheme_id.name))
        if self.period_id.state != "open":
            raise UserError(
                self.env._("%s is closed; its numbers are final.", self.period_id.name)
            )

    def _subjects(self):
        """Whom the scheme is for, or whoever was chosen of them.

        Employees that are named get a card even where the scheme is for other jobs.
        """
        everybody = self.scheme_id._applicable_subjects(self.period_id)
        everybody = everybody.with_env(self.env)
        if self.subject_type == "team" and self.team_ids:
            return everybody & self.team_ids
        if self.subject_type == "department" and self.department_ids:
            return everybody & self.department_ids
        if self.subject_type != "employee":
            return everybody
        company = Domain("company_id", "=", self.company_id.id)
        if self.employee_ids:
            return self.employee_ids.filtered_domain(company)
        if self.department_ids:
            inside = Domain("department_id", "child_of", self.department_ids.ids)
            return everybody.filtered_domain(inside)
        return everybody
