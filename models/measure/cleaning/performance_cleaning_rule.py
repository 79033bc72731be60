from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...shared.guards import exactly_one
from ...shared.workflow import Transition

REASONS = [
    ("duplicate", "Duplicate"),
    ("test_customer", "Test Customer"),
    ("internal", "Internal"),
    ("invalid", "Invalid"),
    ("too_short", "Too Short"),
]
# what decides which records are left out: changed only while the rule is a draft
DEFINITION = ("model_name", "domain", "kpi_ids", "company_id", "reason", "active")


class PerformanceCleaningRule(models.Model):
    """Records of one model that do not count, and why: test customers, duplicates ...

    A rule takes effect when somebody else than its author approves it (four eyes: it
    decides on pay). While it is in force it stays as it is; an administrator withdraws
    it, with a reason, to change or end it. Every record it leaves out stands in the log
    (``performance.exclusion``), where those concerned read it and may question it.
    Administrators define rules, officers approve and read them, auditors read them.
    """

    _name = "performance.cleaning.rule"
    _description = "Cleaning Rule"
    _inherit = ["performance.workflow.mixin"]
    _order = "sequence, id"

    _workflow = {
        "approve": Transition(("draft",), "in_force"),
        "withdraw": Transition(("in_force",), "draft", needs_reason=True),
    }
    _workflow_activities = {
        "draft": "customer_performance.activity_cleaning_rule_approve"
    }
    _workflow_protected = ("proposed_by_id", "approved_by_id", "approved_at", "error")

    name = fields.Char(required=True, translate=True, tracking=True)
    description = fields.Text(
        translate=True, help="Read by those whose records are left out."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    reason = fields.Selection(
        selection=REASONS, required=True, default="invalid", tracking=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        tracking=True,
        help="Empty: for all companies.",
    )
    model_name = fields.Char(string="Technical Model", required=True, tracking=True)
    domain = fields.Char(
        string="Filter",
        default="[]",
        required=True,
        tracking=True,
        help="Records that match are left out.",
    )
    kpi_ids = fields.Many2many(
        comodel_name="performance.kpi",
        string="KPIs",
        # a rule must not widen because a KPI is deleted
        ondelete="restrict",
        tracking=True,
        help="Empty: left out of all KPIs that count records of this model.",
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("in_force", "In Force")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    proposed_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Defined By",
        readonly=True,
        copy=False,
        help="Who last changed what it leaves out.",
    )
    approved_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    approved_at = fields.Datetime(string="Approved On", readonly=True, copy=False)
    error = fields.Text(
        readonly=True, copy=False, help="Why it could not be applied last time."
    )
    exclusion_count = fields.Integer(
        string="Left Out", compute="_compute_exclusion_count"
    )
    can_approve = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_withdraw = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    # === COMPUTE METHODS ===#

    def _compute_exclusion_count(self):
        counts = dict(
            self.env["performance.exclusion"]._read_group(
                Domain("rule_id", "in", self.ids) & Domain("is_applied", "=", True),
                ["rule_id"],
                ["__count"],
            )
        )
        for rule in self:
            rule.exclusion_count = counts.get(rule, 0)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create([self._picked(vals) for vals in vals_list])
        # after all: values and defaults of a client say nothing about who he is
        rules._workflow_engine().write(
            {
                "proposed_by_id": self.env.uid,
                "approved_by_id": False,
                "approved_at": False,
                "error": False,
            }
        )
        rules._workflow_schedule_activities()
        return rules

    def write(self, vals):
        vals = self._picked(vals)
        changed = vals.keys() & set(DEFINITION)
        if changed:
            self._check_draft()
        result = super().write(vals)
        if changed:
            self._workflow_engine().write({"proposed_by_id": self.env.uid})
            self._workflow_schedule_activities()
        return result

    def _check_draft(self):
        """A rule in force stays what was approved.

        :raise UserError: naming the first one that is in force
        """
        # sudo: whether a rule may change does not depend on who asks
        if kept := self.sudo().filtered(lambda rule: rule.state == "in_force")[:1]:
            raise UserError(
                self.env._(
                    "“%s” is in force as it was approved. Withdraw it first; "
                    "somebody else approves it again afterwards.",
                    kept.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        self._check_draft()
        # sudo: the log counts, whoever may read it
        if (
            self.env["performance.exclusion"]
            .sudo()
            .search_count(Domain("rule_id", "in", self.ids), limit=1)
        ):
            raise UserError(
                self.env._(
                    "Records were left out by this rule; the log keeps it. "
                    "Archive it instead."
                )
            )

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        user = self.env.user
        if verb == "withdraw":
            if user.has_group("customer_performance.group_admin"):
                return False
            return self.env._("Only a performance administrator withdraws a rule.")
        if not user.has_group("customer_performance.group_officer"):
            return self.env._("Only a performance officer approves a cleaning rule.")
        if self.proposed_by_id == user:
            return self.env._(
                "You defined “%s”; somebody else has to approve it.", self.name
            )
        return False

    def _workflow_missing(self, verb):
        if verb == "approve" and not self.active:
            return self.env._("“%s” is archived.", self.name)
        return False

    def _workflow_values(self, verb, reason):
        if verb == "withdraw":
            return {"approved_by_id": False, "approved_at": False, "error": False}
        return {"approved_by_id": self.env.uid, "approved_at": fields.Datetime.now()}

    def _workflow_next_users(self):
        self.ensure_one()
        # while it is being created nobody has defined it yet
        if self.state != "draft" or not self.active or not self.proposed_by_id:
            return self.env["res.users"]
        officers = self.env["performance.exclusion"]._officers(self.company_id)
        return officers - self.proposed_by_id

    def _workflow_write(self, verb, reason):
        if verb == "approve":
            # what fitted when it was saved need not fit any more
            self._check_definition()
        return super()._workflow_write(verb, reason)

    def _after_approve(self):
        """It takes effect at once; the numbers follow with the next run."""
        # sudo: an approved rule leaves out all that it finds, seen or not
        self.sudo()._apply_each()

    def _after_withdraw(self):
        """What it left out counts again."""
        # sudo: the log is written by the engine only
        for rule in self.sudo():
            rule._note(added=[], gone=rule._cleaning().retire_all())

    # === ACTIONS ===#

    def action_approve(self):
        """Put the rule into force.

        :raise UserError: for its author, and for anyone but officers
        """
        return self._workflow_run("approve")

    def action_withdraw(self):
        """Take the rule out of force; asks for the reason."""
        return self._workflow_run("withdraw")

    def action_open_exclusions(self):
        """The records this rule leaves out, or left out."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_exclusion_action"
        )
        return {
            **action,
            "domain": [("rule_id", "=", self.id)],
            "context": {"search_default_applied": 1},
        }
