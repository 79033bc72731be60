from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...shared.workflow import ENGINE, Transition

# what a confirmed incident says; the time of the solution may follow
CONTENT = (
    "name",
    "kind",
    "severity",
    "company_id",
    "commercial_partner_id",
    "cause_id",
    "employee_id",
    "lead_id",
    "occurred_at",
    "situation",
    "behaviour",
    "result",
    "is_technical_parallel",
)


class PerformanceIncident(models.Model):
    """Something out of the ordinary in the service of a customer.

    A *major* one is found by a rule in repeated complaints and grows with them; a
    *critical* one is written down by hand (situation, behaviour, result, the time until
    the solution, whether the technical team was brought in parallel), and so is a
    *positive* one. Draft until a team lead or an officer confirms it, never the person
    whom it is about; that person reads it and changes nothing. Only what is confirmed
    counts in numbers.
    """

    _name = "performance.incident"
    _description = "Service Incident"
    _inherit = ["performance.workflow.mixin", "performance.customer.fact.mixin"]
    _order = "occurred_at desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    _workflow = {
        "confirm": Transition(("draft",), "confirmed"),
        "close": Transition(("confirmed",), "closed"),
    }
    _workflow_activities = {"draft": "customer_performance.activity_incident_confirm"}
    _workflow_protected = (
        "rule_id",
        "complaint_ids",
        "department_id",
        "confirmed_by_id",
        "confirmed_at",
        "solution_hours",
        "solution_working_hours",
        "is_solved_in_time",
    )

    name = fields.Char(string="Title", required=True)
    kind = fields.Selection(
        selection=[
            ("major", "Major Service Incident"),
            ("critical", "Critical Incident"),
            ("positive", "Positive Incident"),
        ],
        default="critical",
        required=True,
        index=True,
        tracking=True,
    )
    severity = fields.Selection(
        selection=[
            ("critical", "Critical"),
            ("high", "High"),
            ("normal", "Normal"),
            ("low", "Low"),
        ],
        default="critical",
        required=True,
        help="Critical: the time until the solution runs day and night; else in the "
        "working time of the company.",
    )
    rule_id = fields.Many2one(
        comodel_name="performance.incident.rule",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="By which it was found; empty when it was written by hand.",
    )
    complaint_ids = fields.Many2many(
        comodel_name="performance.complaint", readonly=True, copy=False
    )
    complaint_count = fields.Integer(compute="_compute_complaint_count")
    cause_id = fields.Many2one(
        comodel_name="performance.complaint.cause", ondelete="restrict"
    )
    employee_id = fields.Many2one(tracking=True, help="Whom it is about.")
    situation = fields.Text(help="What happened, where, to whom.")
    behaviour = fields.Text(
        string="Observed Behaviour", help="What the person did, as it could be seen."
    )
    result = fields.Text(help="What came of it for the customer.")
    occurred_at = fields.Datetime(
        string="Occurred On",
        required=True,
        default=fields.Datetime.now,
        index=True,
        help="When the customer complained; of a major incident: when there were "
        "enough complaints.",
    )
    solved_at = fields.Datetime(
        string="Solved On", copy=False, help="When the customer had a solution."
    )
    limit_hours = fields.Float(string="Solve Within (Hours)", default=2, readonly=True)
    solution_hours = fields.Float(
        string="Solution (Hours)",
        compute="_compute_solution",
        compute_sudo=True,
        store=True,
        aggregator="avg",
    )
    solution_working_hours = fields.Float(
        string="Solution (Working Hours)",
        compute="_compute_solution",
        compute_sudo=True,
        store=True,
        aggregator="avg",
    )
    is_solved_in_time = fields.Boolean(
        string="Solved in Time",
        compute="_compute_solution",
        compute_sudo=True,
        store=True,
    )
    is_technical_parallel = fields.Boolean(
        string="Technical Team in Parallel",
        help="The technical team was brought in while the customer was looked after.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "To Confirm"),
            ("confirmed", "Confirmed"),
            ("closed", "Closed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    confirmed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    confirmed_at = fields.Datetime(string="Confirmed On", readonly=True, copy=False)
    can_confirm = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_close = fields.Boolean(compute="_compute_can", export_string_translation=False)

    _solved_after = models.Constraint(
        "CHECK (solved_at IS NULL OR solved_at >= occurred_at)",
        "Nothing is solved before it occurred.",
    )
    _major_by_rule = models.Constraint(
        "CHECK ((kind = 'major') = (rule_id IS NOT NULL))",
        "Major service incidents are found by a rule; write down a critical one.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("complaint_ids")
    def _compute_complaint_count(self):
        for incident in self:
            # sudo: how many there are is no secret to who reads the incident
            incident.complaint_count = len(incident.sudo().complaint_ids)

    @api.depends("occurred_at", "solved_at", "severity", "limit_hours")
    def _compute_solution(self):
        for incident in self:
            start, stop = incident.occurred_at, incident.solved_at
            elapsed = working = 0
            if start and stop and stop >= start:
                elapsed = (stop - start).total_seconds() / 3600
                calendar = incident.company_id.resource_calendar_id
                working = (
                    calendar.get_work_hours_count(start, stop) if calendar else elapsed
                )
            used = elapsed if incident.severity == "critical" else working
            incident.solution_hours = elapsed
            incident.solution_working_hours = working
            incident.is_solved_in_time = bool(stop) and used <= incident.limit_hours

    # === CRUD METHODS ===#

    def write(self, vals):
        self._check_content(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if self.env.context.get("performance_workflow") is ENGINE:
            return
        for incident in self:
            if incident.state != "draft" or incident.rule_id:
                raise UserError(
                    self.env._(
                        "“%s” is kept: only drafts written by hand are deleted. A "
                        "complaint that does not count is marked on the complaint.",
                        incident.display_name,
                    )
                )

    def _check_content(self, vals):
        """What was confirmed stays; the solution of an open one may follow.

        :raise AccessError: also for superusers
        """
        if self.env.context.get("performance_workflow") is ENGINE:
            return
        for incident in self:
            names = {*CONTENT, "solved_at", "limit_hours"} & vals.keys()
            if incident.state == "confirmed" and not incident.solved_at:
                names.discard("solved_at")
            if incident.state != "draft" and names:
                raise AccessError(
                    self.env._(
                        "“%s” was confirmed and does not change any more.",
                        incident.display_name,
                    )
                )

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        user = self.env.user
        # sudo: logins of employees
        if self.sudo().employee_id.user_id == user:
            return self.env._(
                "“%s” is about yourself; somebody else has to decide.",
                self.display_name,
            )
        leads = user.has_group("customer_performance.group_lead")
        if not self.env.su and not (leads and self.has_access("write")):
            return self.env._(
                "“%s” is confirmed by those who lead the person, or by a performance "
                "officer.",
                self.display_name,
            )
        return False

    def _workflow_missing(self, verb):
        by_hand = self.kind != "major"
        if verb == "confirm" and by_hand:
            if not (self.situation and self.behaviour and self.result):
                return self.env._(
                    "“%s”: describe situation, behaviour and result.",
                    self.display_name,
                )
            if not self.employee_id:
                return self.env._("“%s”: whom is it about?", self.display_name)
        if verb == "close" and self.kind == "critical" and not self.solved_at:
            return self.env._("“%s”: when was it solved?", self.display_name)
        return False

    def _workflow_values(self, verb, reason):
        if verb != "confirm":
            return {}
        return {
            "confirmed_by_id": self.env.uid,
            "confirmed_at": fields.Datetime.now(),
        }

    def _workflow_next_users(self):
        # sudo: the hierarchy of employees and their logins
        person = self.sudo().employee_id
        manager = (person.parent_id or person.department_id.manager_id).user_id
        if manager.active and manager != person.user_id:
            return manager
        officers = self.env.ref("customer_performance.group_officer").sudo()
        return officers.all_user_ids.filtered(
            lambda user: (
                user.active
                and self.company_id in user.company_ids
                and user != person.user_id
            )
        )

    # === ACTIONS ===#

    def action_confirm(self):
        """It was so: it counts from now on."""
        return self._workflow_run("confirm")

    def action_close(self):
        """Nothing is left to do about it."""
        return self._workflow_run("close")

    def action_open_complaints(self):
        """The complaints behind it, as far as the reader may see them."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaints"),
            "res_model": "performance.complaint",
            "views": [(False, "list"), (False, "form")],
            # sudo: the list itself shows only what the reader may see
            "domain": list(Domain("id", "in", self.sudo().complaint_ids.ids)),
        }
