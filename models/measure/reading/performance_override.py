from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...shared.workflow import Transition


class PerformanceOverride(models.Model):
    """Another value than the measured one, in force for a time.

    It is proposed by an officer for a number of an open period that is measured from
    records, with reason and last day, and put into force by another officer. What is
    measured goes on beside it and never overwrites it. It ends after its last day, or
    when an officer withdraws it: then the number is the measured one again, for which
    nobody has to agree. One that is in force when the period is closed counts in the
    closed period and stays.

    ==========  ==========================================================
    propose     officers, not about themselves
    confirm     another officer, not about himself
    refuse      another officer
    withdraw    the author; once it is in force, any officer
    expire      by itself, before the next measuring
    read        officers and auditors; others read it beside the number
    ==========  ==========================================================
    """

    _name = "performance.override"
    _description = "Overridden Value"
    _inherit = ["performance.reading.change.mixin"]
    _order = "id desc"

    _workflow = {
        "confirm": Transition(("proposed",), "in_force"),
        "refuse": Transition(("proposed",), "refused", needs_reason=True),
        "withdraw": Transition(
            ("proposed", "in_force"), "withdrawn", needs_reason=True
        ),
        "expire": Transition(("in_force",), "expired"),
    }
    _workflow_activities = {"proposed": "customer_performance.activity_override_decide"}
    _proposed_fields = (
        "reading_id",
        "value",
        "reason",
        "evidence",
        "evidence_file",
        "date_until",
    )

    date_until = fields.Date(
        string="Last Day",
        required=True,
        help="Afterwards the measured value is in force again.",
    )
    state = fields.Selection(
        selection=[
            ("proposed", "Proposed"),
            ("in_force", "In Force"),
            ("expired", "Expired"),
            ("withdrawn", "Withdrawn"),
            ("refused", "Refused"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )

    _one_proposed = models.UniqueIndex(
        "(reading_id) WHERE state = 'proposed'",
        "Another value is proposed for this number already.",
    )
    _one_in_force = models.UniqueIndex(
        "(reading_id) WHERE state = 'in_force'",
        "Another value is in force for this number already.",
    )

    # === GUARDS ===#

    def _reading_error(self):
        if error := self.reading_id._override_error():
            return error
        if self.date_until < self._today():
            return self.env._(
                "The last day, %s, is over.", format_date(self.env, self.date_until)
            )
        return False

    def _today(self):
        """The day it is in the time zone of the company."""
        # sudo: its time zone only
        local = self.with_context(tz=self.sudo().period_id.tz or "UTC")
        return fields.Date.context_today(local)

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        if verb == "expire":
            return self.env._("It ends by itself after its last day; or withdraw it.")
        if verb == "withdraw" and self.approver_id and self.period_id.state != "open":
            return self.env._(
                "%s was closed with this value. Propose a correction instead.",
                self.period_id.name,
            )
        return super()._workflow_guard(verb)

    def _after_confirm(self):
        """The value is in force."""
        for override in self:
            override.reading_id._engine_write(
                {"is_overridden": True, "value": override.value, "state": "ok"}
            )
        self.reading_id._after_override()

    def _after_withdraw(self):
        """One that was in force gives way to what is measured."""
        self.filtered("approver_id")._give_way()

    def _after_expire(self):
        """The last day is over."""
        self._give_way()

    def _give_way(self):
        # sudo: numbers are written by the engine only
        readings = self.sudo().reading_id.filtered("active")
        for reading in readings:
            reading._engine_write(
                {
                    "is_overridden": False,
                    "value": reading.computed_value,
                    "state": reading.computed_state or "no_data",
                }
            )
        readings._after_override()

    # === SCHEDULER ===#

    @api.model
    def _expire(self, periods=None):
        """End the overrides whose last day is over.

        Those of closed periods stay: a closed period is never changed.

        :param periods: None for all open ones
        """
        domain = (
            Domain("state", "=", "in_force")
            & Domain("period_id.state", "=", "open")
            & Domain("reading_id.active", "=", True)
        )
        if periods is not None:
            domain &= Domain("period_id", "in", periods.ids)
        # sudo: they end by themselves, whoever starts the measuring
        overrides = self.sudo().search(domain)
        overrides.filtered(lambda o: o.date_until < o._today())._workflow_move("expire")
