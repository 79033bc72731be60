from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...shared.guards import check_numbers

OFFICER = "customer_performance.group_officer"


class PerformanceReadingChangeMixin(models.AbstractModel):
    """Another value for a reading, proposed by one officer and decided by another.

    A proposal is not edited: to change it, withdraw it and propose again, so that
    whoever confirms it confirms what was proposed. Nobody proposes or decides about a
    number of himself, or of what he answers for. The reading stays what it is until the
    proposal is in force.
    """

    _name = "performance.reading.change.mixin"
    _description = "Performance Reading Change Mixin"
    _inherit = ["performance.workflow.mixin"]
    _mail_post_access = "read"

    _workflow_protected = (
        "author_id",
        "approver_id",
        "decided_at",
        "replaced_value",
        "replaced_known",
        "replaced_text",
    )
    # what was proposed, and is not edited
    _proposed_fields = ("reading_id", "value", "reason", "evidence", "evidence_file")

    reading_id = fields.Many2one(
        comodel_name="performance.reading",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="reading_id.company_id", store=True, index=True, precompute=True
    )
    kpi_id = fields.Many2one(
        related="reading_id.kpi_id", string="KPI", store=True, precompute=True
    )
    period_id = fields.Many2one(
        related="reading_id.period_id", store=True, precompute=True
    )
    subject_name = fields.Char(related="reading_id.subject_name", string="Subject")
    value = fields.Float(
        string="New Value", digits=(16, 4), required=True, aggregator=None
    )
    value_text = fields.Char(string="New Value as Shown", compute="_compute_value_text")
    unit = fields.Selection(related="reading_id.unit")
    current_text = fields.Char(related="reading_id.value_text", string="Value Now")
    replaced_value = fields.Float(
        string="Old Value", digits=(16, 4), readonly=True, aggregator=None, copy=False
    )
    replaced_known = fields.Boolean(
        readonly=True, copy=False, export_string_translation=False
    )
    replaced_text = fields.Char(
        string="Old Value as Shown",
        compute="_compute_value_text",
        help="What stood there when the change was proposed.",
    )
    reason = fields.Text(
        required=True, help="The people concerned read it beside the number."
    )
    evidence = fields.Text(help="Where the new value comes from.")
    evidence_file = fields.Binary(attachment=True)
    evidence_filename = fields.Char()
    author_id = fields.Many2one(
        comodel_name="res.users",
        string="Proposed By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        copy=False,
    )
    approver_id = fields.Many2one(
        comodel_name="res.users", string="Decided By", readonly=True, copy=False
    )
    decided_at = fields.Datetime(readonly=True, copy=False)
    can_confirm = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_refuse = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_withdraw = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    # === COMPUTE METHODS ===#

    @api.depends("reading_id")
    def _compute_display_name(self):
        for change in self:
            # sudo: who may read the change may read what it is about
            reading = change.sudo().reading_id
            parts = (
                reading.kpi_id.name,
                reading.subject_name,
                reading.period_id.name,
            )
            change.display_name = " · ".join(part for part in parts if part)

    @api.depends("value", "reading_id", "replaced_value", "replaced_known")
    @api.depends_context("lang")
    def _compute_value_text(self):
        for change in self:
            # sudo: who may read the change may read what its KPI is called
            reading = change.sudo().reading_id
            kpi, company = reading.kpi_id, reading.company_id
            change.value_text = kpi._format(change.value, company)
            old = change.replaced_value if change.replaced_known else None
            change.replaced_text = kpi._format(old, company)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        check_numbers(self.env, vals_list, ["value"])
        self._check_not_proposed([vals.get("reading_id") for vals in vals_list])
        changes = super().create(vals_list)
        for change in changes:
            if error := change._proposal_error():
                raise UserError(error)
            reading = change.reading_id
            change._workflow_engine().write(
                {
                    "replaced_value": reading.value,
                    "replaced_known": reading.state != "no_data",
                }
            )
        return changes

    def write(self, vals):
        if set(self._proposed_fields) & vals.keys():
            raise UserError(
                self.env._(
                    "A proposal is not edited. Withdraw it and propose another one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Proposals are kept as a record; withdraw it."))

    @api.model
    def _check_not_proposed(self, reading_ids):
        """One proposal at a time; the database sees to it too, in other words."""
        waiting = Domain("reading_id", "in", reading_ids) & Domain(
            "state", "=", "proposed"
        )
        if self.search_count(waiting, limit=1):
            raise UserError(
                self.env._("Something is proposed for this number already; decide it.")
            )

    def _proposal_error(self):
        """Say why this cannot be proposed; False when it can. To be extended."""
        # readable by the user: nobody finds out about a number by proposing another
        self.reading_id.check_access("read")
        if not (self.reason or "").strip():
            return self.env._("Please give a reason.")
        return self._reading_error() or self._person_error()

    def _reading_error(self):
        """Say why the reading does not take such a change; to be overridden."""
        return False

    def _person_error(self):
        if not self.env.user.has_group(OFFICER):
            return self.env._("Only performance officers change numbers.")
        if self.reading_id._is_about_me():
            return self.env._(
                "This number is about you or what you answer for; somebody else has to "
                "change it."
            )
        return False

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        if error := self._person_error():
            return error
        mine = self.author_id == self.env.user
        if verb == "confirm" and mine:
            return self.env._("You proposed this; somebody else has to confirm it.")
        if verb == "refuse" and mine:
            return self.env._("You proposed this; withdraw it instead.")
        if verb == "withdraw" and self.state == "proposed" and not mine:
            return self.env._(
                "Only its author withdraws a proposal; refuse it instead."
            )
        return self._reading_error() if verb == "confirm" else False

    def _workflow_values(self, verb, reason):
        if verb in ("confirm", "refuse"):
            return {"approver_id": self.env.uid, "decided_at": fields.Datetime.now()}
        return {}

    def _workflow_next_users(self):
        if self.state != "proposed":
            return self.env["res.users"]
        # sudo: members of a group
        officers = self.env.ref(OFFICER).sudo().all_user_ids
        return officers.filtered(
            lambda user: (
                user.active
                and self.company_id in user.company_ids
                and user != self.author_id
                and not self.reading_id.with_user(user)._is_about_me()
            )
        )

    # === ACTIONS ===#

    def action_confirm(self):
        """Put the proposed value into force; four eyes.

        :raise UserError: for one's own proposals, and for anyone but officers
        """
        return self._workflow_run("confirm")

    def action_refuse(self):
        """Leave the number as it is; asks for the reason."""
        return self._workflow_run("refuse")

    def action_withdraw(self):
        """Take it back; asks for the reason."""
        return self._workflow_run("withdraw")
