from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.measure.cleaning.performance_cleaning_rule import REASONS
from ..models.measure.engine import Cleaning
from ..models.shared.guards import exactly_one

# so many records are offered at a time; the search narrows them
SHOWN = 80


class PerformanceLeaveOutWizard(models.TransientModel):
    """Records of a number that should not count, chosen among those it counts.

    It decides nothing: the reading checks what was chosen, and makes proposals of it
    that another officer approves. It shows names, so that an officer without rights in
    the app of the records can choose too.
    """

    _name = "performance.leave.out.wizard"
    _description = "Leave Out of Performance"

    reading_id = fields.Many2one(
        comodel_name="performance.reading", required=True, readonly=True
    )
    name_part = fields.Char(string="Search", help="Part of the name of a record.")
    line_ids = fields.One2many(
        comodel_name="performance.leave.out.line",
        inverse_name="wizard_id",
        string="Records",
    )
    shown = fields.Char(compute="_compute_shown")
    record_count = fields.Integer(readonly=True)
    reason = fields.Selection(selection=REASONS)
    note = fields.Text(help="The people concerned will read this.")
    every_kpi = fields.Boolean(
        string="Of All KPIs",
        help="Of every KPI on records of this kind, not only this.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("line_ids", "record_count")
    @api.depends_context("lang")
    def _compute_shown(self):
        for wizard in self:
            wizard.shown = self.env._(
                "%(shown)s of %(count)s records, latest first",
                shown=len(wizard.line_ids),
                count=wizard.record_count,
            )

    # === ACTIONS ===#

    def action_find(self):
        """Offer the latest records whose name contains what is searched for."""
        exactly_one(self)
        reading = exactly_one(self.reading_id)
        reading._check_leave_out()
        chosen = self.line_ids.filtered("is_chosen")
        (self.line_ids - chosen).unlink()
        found = [
            row
            for row in self._candidates(reading)
            if row[0] not in chosen.mapped("res_id")
        ]
        self.record_count = len(found) + len(chosen)
        self.env["performance.leave.out.line"].create(
            [
                {
                    "wizard_id": self.id,
                    "res_id": record,
                    "record_name": name,
                    "record_date": day,
                }
                for record, name, day in found[:SHOWN]
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Leave Out of Performance"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _candidates(self, reading):
        """``[(id, name, day)]`` of the records counted, latest first."""
        # sudo: an officer who sees the number sees the names of what it counts
        reading = reading.sudo()
        ids = reading._evidence_ids()
        rows = Cleaning(self.env, [reading._lens()], [("id", "in", ids)]).records(
            len(ids)
        )
        text = (self.name_part or "").strip().casefold()
        return [row for row in rows if text in (row[1] or "").casefold()]

    def action_confirm(self):
        """Propose to leave the chosen records out.

        :return: a notification; somebody else decides
        :raise UserError: when nothing is chosen, or no reason is given
        """
        exactly_one(self)
        reading = exactly_one(self.reading_id)
        ids = self.line_ids.filtered("is_chosen").mapped("res_id")
        if not ids or not self.reason:
            raise UserError(self.env._("Choose the records and the reason."))
        proposals = reading._leave_out(ids, self.reason, self.note, self.every_kpi)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%s proposed. They count until another officer approves.",
                    len(proposals),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
