from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...shared.guards import exactly_one


class PerformanceReading(models.Model):
    """What happened to a number besides being measured: overridden, or corrected."""

    _inherit = "performance.reading"

    corrects_id = fields.Many2one(
        comodel_name="performance.reading",
        string="Replaces",
        readonly=True,
        copy=False,
        ondelete="cascade",
        index="btree_not_null",
        help="The reading that was in force before this correction.",
    )
    reason = fields.Text(string="Reason of the Correction", readonly=True, copy=False)
    correction_ids = fields.One2many(
        comodel_name="performance.reading",
        inverse_name="corrects_id",
        string="Replaced By",
        context={"active_test": False},
        readonly=True,
    )
    override_ids = fields.One2many(
        comodel_name="performance.override",
        inverse_name="reading_id",
        string="Overrides",
        readonly=True,
        groups="customer_performance.group_officer,customer_performance.group_auditor",
    )
    proposal_ids = fields.One2many(
        comodel_name="performance.correction",
        inverse_name="reading_id",
        string="Corrections",
        readonly=True,
        groups="customer_performance.group_officer,customer_performance.group_auditor",
    )
    measured_text = fields.Char(
        string="Measured Value",
        compute="_compute_change_texts",
        help="What was measured, where another value is in force.",
    )
    change_text = fields.Char(string="Changed", compute="_compute_change_texts")
    can_override = fields.Boolean(
        compute="_compute_can_change", export_string_translation=False
    )
    can_correct = fields.Boolean(
        compute="_compute_can_change", export_string_translation=False
    )

    # === COMPUTE METHODS ===#

    @api.depends("computed_value", "computed_state", "is_overridden", "active")
    @api.depends("override_ids.state", "proposal_ids.state", "corrects_id.value")
    @api.depends("correction_ids.value", "period_id.state", "value")
    @api.depends_context("lang")
    def _compute_change_texts(self):
        for reading in self:
            # sudo: who may read the number may read why it is not the measured one
            known = reading.sudo()
            reading.measured_text = known.is_overridden and known._show_measured()
            reading.change_text = known._explain_change() or False

    @api.depends("active", "corrects_id", "change_text")
    def _compute_texts(self):
        return super()._compute_texts()

    @api.depends("state", "active", "is_overridden", "period_id.state", "kpi_id.source")
    @api.depends_context("uid")
    def _compute_can_change(self):
        officer = self.env.user.has_group("customer_performance.group_officer")
        for reading in self:
            may = officer and bool(reading.id) and not reading._is_about_me()
            reading.can_override = may and not reading._override_error()
            reading.can_correct = may and not reading._correct_error()

    # === EXPLANATION ===#

    def _explain(self):
        change = self._explain_change()
        if self.corrects_id and self.kpi_id.source == "manual":
            # who typed the new value is who corrected the old one
            return change
        return " ".join(part for part in (change, super()._explain()) if part)

    def _show(self, value, state="ok"):
        return self.kpi_id._format(
            None if state == "no_data" else value, self.company_id
        )

    def _show_measured(self):
        return self._show(self.computed_value, self.computed_state)

    def _explain_change(self):
        """Why the value is not, or no longer, the measured one."""
        parts = []
        if not self.active and (successor := self.correction_ids.filtered("active")):
            parts.append(
                self.env._(
                    "Replaced by a correction: %s.",
                    successor._show(successor.value, successor.state),
                )
            )
        elif not self.active and self.correction_ids:
            parts.append(self.env._("Replaced by a correction."))
        if self.corrects_id:
            parts.append(self._explain_correction())
        elif self.is_overridden:
            parts.append(self._explain_override())
        if "proposed" in self.proposal_ids.mapped("state"):
            parts.append(self.env._("A correction is proposed."))
        return " ".join(part for part in parts if part)

    def _explain_correction(self):
        before = self.corrects_id
        return self.env._(
            "Corrected from %(before)s to %(value)s because: %(reason)s (%(author)s, "
            "confirmed by %(witness)s).",
            before=before._show(before.value, before.state),
            value=self._show(self.value, self.state),
            reason=self.reason or "",
            author=self.entered_by_id.name or "",
            witness=self.confirmed_by_id.name or "",
        )

    def _explain_override(self):
        override = self.override_ids.filtered(lambda o: o.state == "in_force")[:1]
        if not override:
            return False
        text = self.env._(
            "Measured %(measured)s, overridden with %(value)s until %(day)s because: "
            "%(reason)s (%(author)s, confirmed by %(witness)s).",
            measured=self._show_measured(),
            value=self._show(self.value),
            day=format_date(self.env, override.date_until),
            reason=override.reason,
            author=override.author_id.name,
            witness=override.approver_id.name or "",
        )
        if self.period_id.state == "closed":
            text += " " + self.env._("It was in force when the period was closed.")
        return text

    # === GUARDS ===#

    def _override_error(self):
        """Say why this number is not overridden; False when it can be."""
        # sudo: period and KPI of a number that the user may read
        kpi, period = self.sudo().kpi_id, self.sudo().period_id
        if period.state != "open":
            return self.env._(
                "%s is closed: propose a correction instead.", period.name
            )
        if kpi.source == "manual":
            return self.env._(
                "“%s” is typed by hand: type the right value instead.", kpi.name
            )
        if self.corrects_id or not self.active:
            return self.env._("This number was corrected: correct it again instead.")
        if self.is_overridden:
            return self.env._(
                "Another value is in force for this number already; withdraw it first."
            )
        return False

    def _correct_error(self):
        """Say why this number is not corrected; False when it can be."""
        # sudo: period and KPI of a number that the user may read
        kpi, period = self.sudo().kpi_id, self.sudo().period_id
        if not self.active:
            return self.env._("This number was replaced: correct the one in force.")
        if period.state == "closed" or self.corrects_id:
            return False
        if kpi.source == "manual":
            return self.env._(
                "%s is open: type the right value instead of a correction.", period.name
            )
        return self.env._(
            "%s is open: repair the records or leave them out, or override the value "
            "for a time.",
            period.name,
        )

    # === ACTIONS ===#

    def action_override(self):
        """A dialog that proposes another value for a time.

        :raise UserError: when this number takes none, and says what to do instead
        """
        return self._change_action(
            "performance.override", self.env._("Override"), "_override_error"
        )

    def action_correct(self):
        """A dialog that proposes the correction of a final number.

        :raise UserError: when this number takes none, and says what to do instead
        """
        return self._change_action(
            "performance.correction", self.env._("Correction"), "_correct_error"
        )

    def _change_action(self, model, name, guard):
        exactly_one(self)
        self.env[model].check_access("create")
        if error := getattr(self, guard)():
            raise UserError(error)
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_reading_id": self.id, "default_value": self.value},
        }

    # === AFTER A CHANGE ===#

    def _after_override(self):
        """Hook: another value came into force for a time, or gave way again."""
        self._mark_formulas()

    def _after_correct(self):
        """Hook: these readings replaced those that they correct."""
        self._mark_formulas()

    def _mark_formulas(self):
        """Formulas over these KPIs are due in the next run, where periods are open."""
        # sudo: whoever changes what a number depends on makes it due
        formulas = (
            self.env["performance.kpi"].sudo().search(Domain("source", "=", "formula"))
        )
        changed = set(self.kpi_id.ids)
        depending = formulas.filtered(lambda kpi: changed & kpi._all_components())
        if depending:
            self.env["performance.measurement"]._mark_stale(depending, self.period_id)
