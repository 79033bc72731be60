from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..shared.guards import exactly_one
from ..shared.workflow import ENGINE
from .records_engine import RecordsEngine

# what the engine, and nobody else, says about a number
ENGINE_FIELDS = {
    "state",
    "measurement_id",
    "measured_at",
    "numerator",
    "denominator",
    "sample_size",
    "entered_by_id",
    "confirmed_by_id",
}


class PerformanceReading(models.Model):
    """One number: a KPI of one subject in one period, with its state and its evidence.

    Readings of KPIs measured from records are written by the engine only, one per KPI,
    period and subject; measuring again replaces the value as long as the period is
    open. Readings of manual KPIs are typed by an officer with evidence, are provisional
    until
    *another* officer confirms them, and become provisional again when they are changed.
    "No data" is a state of its own, never a zero.
    """

    _name = "performance.reading"
    _description = "Reading of a KPI"
    _inherit = ["performance.subject.mixin"]
    _order = "period_id desc, kpi_id, id"
    _rec_name = "kpi_id"

    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="KPI",
        required=True,
        ondelete="restrict",
        index=True,
    )
    period_id = fields.Many2one(
        comodel_name="performance.period",
        required=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, index=True, precompute=True
    )
    measurement_id = fields.Many2one(
        comodel_name="performance.measurement", ondelete="set null", readonly=True
    )
    value = fields.Float(digits=(16, 4), aggregator=None)
    value_text = fields.Char(string="Shown Value", compute="_compute_texts")
    numerator = fields.Float(digits=(16, 4), readonly=True, aggregator=None)
    denominator = fields.Float(digits=(16, 4), readonly=True, aggregator=None)
    sample_size = fields.Integer(string="Records", readonly=True, aggregator=None)
    state = fields.Selection(
        selection=[
            ("ok", "Measured"),
            ("no_data", "No Data"),
            ("provisional", "To Confirm"),
            ("error", "Failed"),
        ],
        default="provisional",
        required=True,
        readonly=True,
        copy=False,
    )
    measured_at = fields.Datetime(string="Written", readonly=True, copy=False)
    as_of = fields.Datetime(compute="_compute_as_of", help="When it was last measured.")
    explanation = fields.Char(compute="_compute_texts")
    evidence = fields.Text(help="Where a typed value comes from.")
    evidence_file = fields.Binary(attachment=True)
    evidence_filename = fields.Char()
    entered_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    confirmed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    can_confirm = fields.Boolean(compute="_compute_can_confirm")
    source = fields.Selection(related="kpi_id.source")

    _employee_unique = models.UniqueIndex(
        "(kpi_id, period_id, employee_id) WHERE employee_id IS NOT NULL",
        "This KPI has a reading for this subject and period already.",
    )
    _department_unique = models.UniqueIndex(
        "(kpi_id, period_id, department_id) WHERE department_id IS NOT NULL",
        "This KPI has a reading for this subject and period already.",
    )
    _team_unique = models.UniqueIndex(
        "(kpi_id, period_id, team_id) WHERE team_id IS NOT NULL",
        "This KPI has a reading for this subject and period already.",
    )
    _company_unique = models.UniqueIndex(
        "(kpi_id, period_id, subject_company_id) WHERE subject_company_id IS NOT NULL",
        "This KPI has a reading for this subject and period already.",
    )
    _partner_unique = models.UniqueIndex(
        "(kpi_id, period_id, partner_id) WHERE partner_id IS NOT NULL",
        "This KPI has a reading for this subject and period already.",
    )
    _lead_unique = models.UniqueIndex(
        "(kpi_id, period_id, lead_id) WHERE lead_id IS NOT NULL",
        "This KPI has a reading for this subject and period already.",
    )

    # === COMPUTE METHODS ===#

    @api.depends(
        "value", "state", "sample_size", "kpi_id", "period_id", "confirmed_by_id"
    )
    @api.depends_context("lang")
    def _compute_texts(self):
        for reading in self:
            # sudo: who may read the number may read what it is called
            kpi = reading.sudo().kpi_id
            known = reading.state != "no_data"
            company = reading.sudo().company_id
            reading.value_text = kpi._format(reading.value if known else None, company)
            reading.explanation = reading.sudo()._explain() if kpi else False

    def _explain(self):
        """How the number came about, in one sentence."""
        if self.kpi_id.source == "manual":
            if self.state == "provisional":
                return self.env._(
                    "Typed by %s; waits to be confirmed by somebody else.",
                    self.entered_by_id.name or "",
                )
            return self.env._(
                "Typed by %(author)s, confirmed by %(witness)s.",
                author=self.entered_by_id.name or "",
                witness=self.confirmed_by_id.name or "",
            )
        if self.state == "no_data" and not self.kpi_id._has_path(self.subject_type):
            return self.env._("No data: this KPI has no path to this kind of subject.")
        if self.state == "no_data":
            return self.env._(
                "No data: %(found)s records found, at least %(needed)s needed.",
                found=self.sample_size,
                needed=max(self.kpi_id.minimum_sample, 1),
            )
        labels = dict(self.kpi_id._fields["aggregate"]._description_selection(self.env))
        return self.env._(
            "%(how)s of %(count)s records in %(period)s: %(value)s.",
            how=labels.get(self.kpi_id.aggregate, ""),
            count=self.sample_size,
            period=self.period_id.name,
            value=self.kpi_id._format(self.value, self.company_id),
        )

    @api.depends("measured_at", "measurement_id.measured_at")
    def _compute_as_of(self):
        for reading in self:
            # sudo: the unit of work is not for everybody, its time is
            times = (reading.measured_at, reading.sudo().measurement_id.measured_at)
            reading.as_of = max((time for time in times if time), default=False)

    @api.depends("state", "entered_by_id", "period_id.state")
    @api.depends_context("uid")
    def _compute_can_confirm(self):
        for reading in self:
            reading.can_confirm = not reading._confirm_error()

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("performance_workflow") is ENGINE:
            return super().create(vals_list)
        for vals in vals_list:
            self._check_engine_fields(vals)
        # given, not left to defaults: a client names those in its context
        typed = {
            **dict.fromkeys(ENGINE_FIELDS, False),
            "state": "provisional",
            "entered_by_id": self.env.uid,
        }
        readings = super().create([{**vals, **typed} for vals in vals_list])
        readings._check_manual()
        # a typed value is as of the moment it was typed
        readings._engine_write({"measured_at": fields.Datetime.now()})
        return readings

    def write(self, vals):
        if self.env.context.get("performance_workflow") is ENGINE:
            return super().write(vals)
        self._check_engine_fields(vals)
        self._check_manual()
        result = super().write(vals)
        self._check_manual()
        self._engine_write(
            {
                "state": "provisional",
                "entered_by_id": self.env.uid,
                "confirmed_by_id": False,
                "measured_at": fields.Datetime.now(),
            }
        )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_final(self):
        self._check_manual()
        if any(reading.state == "ok" for reading in self):
            raise UserError(self.env._("A confirmed number stays. Correct it instead."))

    def _engine_write(self, vals):
        # sudo: fields that prove who said what are written by the engine only
        self.sudo().with_context(performance_workflow=ENGINE).write(vals)

    def _check_engine_fields(self, vals):
        if forbidden := ENGINE_FIELDS & vals.keys():
            names = [
                self._fields[f]._description_string(self.env) for f in sorted(forbidden)
            ]
            raise AccessError(
                self.env._("Set by the measuring itself only: %s.", ", ".join(names))
            )

    def _check_manual(self):
        """Only numbers of manual KPIs in open periods are typed or changed."""
        for reading in self:
            if reading.kpi_id.source != "manual":
                raise UserError(
                    self.env._(
                        "“%s” is measured from records; its numbers cannot be typed.",
                        reading.kpi_id.name,
                    )
                )
            if reading.period_id.state != "open":
                raise UserError(
                    self.env._(
                        "%s is closed; its numbers are final.", reading.period_id.name
                    )
                )
            if not reading.evidence and not reading.evidence_file:
                raise UserError(
                    self.env._(
                        "Say where the value comes from, or attach the evidence."
                    )
                )

    # === ACTIONS ===#

    def action_confirm(self):
        """Confirm typed values; four eyes.

        :raise UserError: for one's own entries, or for anyone but officers
        """
        self.check_access("read")
        errors = [error for reading in self if (error := reading._confirm_error())]
        if errors:
            raise UserError("\n".join(dict.fromkeys(errors)))
        self._engine_write({"state": "ok", "confirmed_by_id": self.env.uid})
        self._after_confirm()
        return True

    def _confirm_error(self):
        if self.state != "provisional":
            return self.env._("Only values that wait for it are confirmed.")
        if self.period_id.state != "open":
            return self.env._(
                "%s is closed; its numbers are final.", self.period_id.name
            )
        if not self.env.user.has_group("customer_performance.group_officer"):
            return self.env._("Only a performance officer confirms typed values.")
        if self.sudo().entered_by_id == self.env.user:
            return self.env._("You typed this value; somebody else has to confirm it.")
        if self.sudo().employee_id.user_id == self.env.user:
            return self.env._(
                "This value is about you; somebody else has to confirm it."
            )
        return False

    def _after_confirm(self):
        """Hook: typed values became final."""

    def action_open_evidence(self):
        """Open the records behind the number, as far as the reader may see them.

        :raise UserError: when the value was typed by hand
        """
        exactly_one(self)
        # sudo: reading the definition; the records opened obey the reader's own rights
        return self.sudo()._evidence_action()

    def _evidence_action(self):
        reading = self
        if reading.kpi_id.source != "records":
            raise UserError(
                self.env._("This value was typed: its evidence stands on the form.")
            )
        engine = RecordsEngine(reading.kpi_id, reading.period_id)
        domain = engine.evidence_domain(reading.subject_type, reading._subject())
        return {
            "type": "ir.actions.act_window",
            "name": f"{reading.kpi_id.name} · {reading.subject_name}",
            "res_model": reading.kpi_id.model_name,
            "view_mode": "list,form",
            "domain": list(domain),
            "context": {
                "create": False,
                "active_test": not reading.kpi_id.include_archived,
            },
        }
