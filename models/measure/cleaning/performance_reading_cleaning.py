from odoo import api, fields, models
from odoo.exceptions import UserError

from ...shared.guards import exactly_one
from ..engine import Cleaning, Lens


class PerformanceReading(models.Model):
    """What was left out of a number, and proposals to leave out more."""

    _inherit = "performance.reading"

    can_leave_out = fields.Boolean(
        compute="_compute_can_leave_out", export_string_translation=False
    )

    # === COMPUTE METHODS ===#

    @api.depends("active", "sample_size", "kpi_id", "period_id.state")
    @api.depends_context("uid")
    def _compute_can_leave_out(self):
        for reading in self:
            reading.can_leave_out = bool(
                reading.id
                and reading.active
                and reading.sample_size
                and not reading._leave_out_error()
            )

    # === ACTIONS ===#

    def action_open_exclusions(self):
        """The log of what was left out of this number, as far as the reader may see it.

        :raise UserError: when nothing was
        """
        exactly_one(self)
        # sudo: reading the definition; the log obeys the reader's own rights
        reading = self.sudo()
        definition = reading._definition()
        ids = []
        if definition.is_measured and definition.model_name in self.env:
            ids = reading._evidence_ids(definition, left_out=True)
        if not ids:
            raise UserError(self.env._("No record was left out of this number."))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_exclusion_action"
        )
        return {
            **action,
            "domain": [
                ("res_model", "=", definition.model_name),
                ("res_id", "in", ids),
                ("kpi_id", "in", [False, self.kpi_id.id]),
                ("scope_company_id", "in", [False, reading.company_id.id]),
                ("is_applied", "=", True),
            ],
            "context": {},
        }

    def action_leave_out(self):
        """Choose among the records counted which ones should not count.

        :raise UserError: where nothing can be left out
        """
        exactly_one(self)
        self._check_leave_out()
        wizard = self.env["performance.leave.out.wizard"].create(
            {"reading_id": self.id}
        )
        return wizard.action_find()

    # === BUSINESS METHODS ===#

    def _check_leave_out(self):
        """Refuse where, or for whom, nothing is left out by hand.

        :raise UserError: saying why
        """
        if error := self._leave_out_error():
            raise UserError(error)

    def _leave_out_error(self):
        """Say why nothing is left out of this number by hand; False when it can be."""
        if not self.env.user.has_group("customer_performance.group_officer"):
            return self.env._("Only a performance officer decides what is left out.")
        definition = self._definition()
        if not definition.is_measured or definition.model_name not in self.env:
            return self.env._(
                "“%s” does not count records itself; nothing can be left out.",
                self.kpi_id.name,
            )
        if self.period_id.state != "open":
            return self.env._(
                "%s is closed; its numbers are final.", self.period_id.name
            )
        return False

    def _lens(self, every_kpi=False):
        """How the KPI sees the records of this number."""
        definition = self._definition()
        name, company = definition.model_name, self.company_id
        if every_kpi:
            known = self.env["performance.cleaning.rule"]._definitions_of(name, company)
            return Lens(self.env, name, known, None, company)
        return Lens(self.env, name, [definition], self.kpi_id.id, company)

    def _leave_out(self, ids, reason, note, every_kpi=False):
        """Propose to leave records of this number out; somebody else decides.

        :param ids: of records that count for this number
        :param str reason: key of a reason
        :param str note: why, read by those concerned
        :param bool every_kpi: of all KPIs on the model rather than of this one
        :return: the proposals
        :raise UserError: for records of something else, and for one's own
        """
        self._check_leave_out()
        # sudo: the engine finds what was counted; only ids are compared
        if not ids or not set(ids) <= set(self.sudo()._evidence_ids()):
            raise UserError(
                self.env._("Choose among the records that this number counts.")
            )
        if not (note or "").strip():
            raise UserError(self.env._("Please give a reason."))
        domain = [("id", "in", list(ids))]
        # sudo: the KPI's definition; who leaves out was checked above
        lens = self.sudo()._lens(every_kpi)
        cleaning = Cleaning(self.env, [lens], domain)
        cleaning.flush()
        added = cleaning.add(
            state="proposed",
            is_applied=False,
            reason=reason,
            note=note,
            scope_company_id=self.company_id.id,
            proposed_by_id=self.env.uid,
        )
        if not added:
            raise UserError(self.env._("These records were proposed already."))
        entries = [entry for entry, _kpi in added]
        cleaning.tell(entries)
        proposals = self.env["performance.exclusion"].browse(entries)
        proposals.invalidate_model()
        proposals._check_not_concerned()
        proposals._workflow_schedule_activities()
        return proposals
