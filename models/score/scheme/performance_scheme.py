from odoo import api, fields, models
from odoo.exceptions import UserError

from ...shared.workflow import Transition

# what scorecards are opened by; notes and texts may change at any time
LOCKED = (
    "subject_type",
    "rating_scale_id",
    "company_id",
    "date_from",
    "job_ids",
    "department_ids",
    "subject_domain",
)


class PerformanceScheme(models.Model):
    """Which KPIs count for whom, how much, and how values become points.

    It is drafted, activated when it passes all checks (weights that total exactly 100,
    few KPIs, ...), and archived. A scheme in force is locked: as long as no scorecard
    was opened by it, it may go back to draft; afterwards a new version replaces it from
    a day on. Scorecards keep what they copied. Administrators design schemes.
    """

    _name = "performance.scheme"
    _description = "Performance Scheme"
    _inherit = ["performance.workflow.mixin"]
    _order = "sequence, id"

    _workflow = {
        "activate": Transition(("draft",), "active"),
        "redraft": Transition(("active", "archived"), "draft"),
        "archive": Transition(("draft", "active"), "archived"),
    }
    _workflow_protected = ("date_to", "previous_id")

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        comodel_name="res.company", help="Empty: for all companies."
    )
    subject_type = fields.Selection(
        selection=lambda self: (
            self.env["performance.subject.mixin"]
            ._fields["subject_type"]
            ._description_selection(self.env)
        ),
        required=True,
        default="employee",
        string="For",
    )
    rating_scale_id = fields.Many2one(
        comodel_name="performance.rating.scale",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env["performance.rating.scale"].search([], limit=1),
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("active", "Active"), ("archived", "Archived")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    description = fields.Text(translate=True)
    line_ids = fields.One2many(
        comodel_name="performance.scheme.line", inverse_name="scheme_id", copy=True
    )
    total_weight = fields.Float(compute="_compute_total_weight", digits=(6, 2))
    can_activate = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_redraft = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_archive = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    # === COMPUTE METHODS ===#

    @api.depends("line_ids.weight")
    def _compute_total_weight(self):
        for scheme in self:
            scheme.total_weight = sum(scheme.line_ids.mapped("weight"))

    # === CRUD METHODS ===#

    def write(self, vals):
        for scheme in self.filtered(lambda scheme: scheme.state != "draft"):
            scheme._check_unlocked(vals)
        return super().write(vals)

    def _check_unlocked(self, vals):
        """Refuse to change what scorecards are opened by while the scheme is in force.

        A value that is what the field holds anyway is harmless: imports send it back.
        """
        for name in set(LOCKED) & vals.keys():
            field = self._fields[name]
            same = field.convert_to_write(self[name], self) == vals[name]
            if field.type == "many2many" or not same:
                raise UserError(
                    self.env._(
                        "“%(scheme)s” is in force; “%(field)s” changes with a new "
                        "version.",
                        scheme=self.name,
                        field=field._description_string(self.env),
                    )
                )

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        if not self.env.user.has_group("customer_performance.group_admin"):
            return self.env._("Only a performance administrator changes schemes.")
        return False

    def _workflow_missing(self, verb):
        """What a scheme lacks to be put in force, or back to draft."""
        if verb == "redraft":
            return self._redraft_problem()
        if verb != "activate":
            return False
        return self._refused_checks()

    def action_activate(self):
        """Put schemes in force.

        :raise UserError: naming every check that fails, such as the total of weights
        """
        return self._workflow_run("activate")

    def action_redraft(self):
        """Unlock the lines again, as long as no scorecard stands on them."""
        return self._workflow_run("redraft")

    def action_archive(self):
        """Take schemes out of use; what was scored with them stays."""
        return self._workflow_run("archive")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if any(scheme.state != "draft" for scheme in self):
            raise UserError(
                self.env._("Only draft schemes can be deleted; archive it.")
            )
