from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, format_list

from ...shared.workflow import Transition

# A scheme of more KPIs than this guides nobody (R42).
MAXIMUM_LINES = 10


class PerformanceScheme(models.Model):
    """Which KPIs count for whom, how much, and how values become points.

    It is drafted, activated when its weights total exactly 100, and archived. Lines of
    an active scheme are locked: to change them it goes back to draft. Scorecards that
    were opened before keep what they copied. Administrators design schemes.
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

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        if not self.env.user.has_group("customer_performance.group_admin"):
            return self.env._("Only a performance administrator changes schemes.")
        return False

    def _workflow_missing(self, verb):
        """What a scheme lacks to be put in force."""
        if verb != "activate":
            return False
        if float_compare(self.total_weight, 100.0, precision_digits=2):
            return self.env._(
                "“%(scheme)s”: the weights total %(total)s; they have to total 100.",
                scheme=self.name,
                total=f"{self.total_weight:g}",
            )
        if len(self.line_ids) > MAXIMUM_LINES:
            return self.env._(
                "“%(scheme)s” has %(count)s KPIs; choose at most %(most)s, "
                "better 3 to 5.",
                scheme=self.name,
                count=len(self.line_ids),
                most=MAXIMUM_LINES,
            )
        idle = self.line_ids.kpi_id.filtered(lambda kpi: not kpi.active)
        if idle:
            return self.env._(
                "“%(scheme)s” uses archived KPIs: %(kpis)s.",
                scheme=self.name,
                kpis=format_list(self.env, idle.mapped("name")),
            )
        return False

    def action_activate(self):
        """Put schemes in force.

        :raise UserError: naming the total when the weights are not exactly 100
        """
        return self._workflow_run("activate")

    def action_redraft(self):
        """Unlock the lines again."""
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
