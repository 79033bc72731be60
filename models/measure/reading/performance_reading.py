from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...shared.derived_many2one import DerivedMany2one
from ...shared.guards import check_numbers
from ...shared.workflow import ENGINE

# what the engine, and nobody else, says about a number
ENGINE_FIELDS = {
    "active",
    "state",
    "computed_value",
    "computed_state",
    "is_overridden",
    "measured_at",
    "numerator",
    "denominator",
    "sample_size",
    "excluded_count",
    "entered_by_id",
    "confirmed_by_id",
    "corrects_id",
    "reason",
}


class PerformanceReading(models.Model):
    """One number: a KPI of one subject in one period, with its state and its evidence.

    Readings of KPIs measured from records are written by the engine only, by SQL, one
    per KPI, period and subject; measuring again replaces the value as long as the
    period is open. Readings of manual KPIs are typed by an officer with evidence, are
    provisional until *another* officer confirms them, and become provisional again when
    they are changed.
    "No data" is a state of its own, never a zero. The numbers of a closed period are
    never edited: a correction is a new reading, linked to the one it replaces.
    """

    _name = "performance.reading"
    _description = "Reading of a KPI"
    _inherit = ["performance.subject.mixin", "performance.natural.key.mixin"]
    _order = "period_id desc, kpi_id, id"
    _rec_name = "kpi_id"
    # who said what is noted field by field; the engine writes tens of thousands
    _log_access = False

    active = fields.Boolean(
        default=True,
        readonly=True,
        copy=False,
        string="In Force",
        help="Off: replaced by a correction.",
    )
    # the foreign key _unit_fkey vouches for these three
    kpi_id = DerivedMany2one(
        comodel_name="performance.kpi", string="KPI", required=True, index=True
    )
    period_id = DerivedMany2one(comodel_name="performance.period", required=True)
    company_id = DerivedMany2one(
        comodel_name="res.company",
        related="period_id.company_id",
        store=True,
        precompute=True,
    )
    measurement_id = fields.Many2one(
        comodel_name="performance.measurement", compute="_compute_measurement_id"
    )
    version_id = fields.Many2one(
        comodel_name="performance.kpi.version",
        string="Definition",
        compute="_compute_measurement_id",
        help="The version of the KPI's definition that made the number.",
    )
    value = fields.Float(digits=(16, 4), aggregator=None)
    computed_value = fields.Float(
        digits=(16, 4),
        readonly=True,
        copy=False,
        aggregator=None,
        help="What was measured, also while another value is in force.",
    )
    computed_state = fields.Selection(
        selection=[("ok", "Measured"), ("no_data", "No Data")],
        readonly=True,
        copy=False,
    )
    is_overridden = fields.Boolean(
        string="Overridden",
        readonly=True,
        copy=False,
        help="Another value than the measured one is in force, for a time.",
    )
    value_text = fields.Char(string="Shown Value", compute="_compute_texts")
    numerator = fields.Float(digits=(16, 4), readonly=True, aggregator=None)
    denominator = fields.Float(digits=(16, 4), readonly=True, aggregator=None)
    sample_size = fields.Integer(string="Records", readonly=True, aggregator=None)
    excluded_count = fields.Integer(
        string="Left Out",
        readonly=True,
        aggregator=None,
        help="Records that the cleaning left out, each with its reason.",
    )
    state = fields.Selection(
        selection=[
            ("ok", "Valid"),
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
    can_type = fields.Boolean(
        compute="_compute_can_type", export_string_translation=False
    )
    source = fields.Selection(related="kpi_id.source")
    unit = fields.Selection(related="kpi_id.unit")

    _unit_fkey = models.Constraint(
        "FOREIGN KEY (kpi_id, period_id)"
        " REFERENCES performance_measurement(kpi_id, period_id)",
        "Numbers stand on this KPI or period already.",
    )
    # the engine looks a reading up by these columns (engine/store.py)
    _subject_unique = models.UniqueIndex(
        "(period_id, (COALESCE(employee_id, department_id, team_id,"
        " subject_company_id, partner_id, lead_id)), kpi_id, subject_type)"
        " WHERE active",
        "This KPI has a reading for this subject and period already.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("kpi_id", "period_id")
    def _compute_measurement_id(self):
        # sudo: the unit of work is not for everybody, when and how it measured is
        units = {
            (unit.kpi_id, unit.period_id): unit
            for unit in self.env["performance.measurement"]
            .sudo()
            .search(
                Domain("kpi_id", "in", self.kpi_id.ids)
                & Domain("period_id", "in", self.period_id.ids)
            )
        }
        for reading in self:
            unit = units.get((reading.kpi_id, reading.period_id))
            reading.measurement_id = unit
            reading.version_id = unit and unit.version_id

    @api.depends("measured_at", "kpi_id", "period_id")
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

    @api.depends("active", "corrects_id", "period_id.state", "kpi_id.source")
    def _compute_can_type(self):
        for reading in self:
            # sudo: KPI and period of a number that the user may read
            known = reading.sudo()
            reading.can_type = not (
                known._typing_problem(known.kpi_id, known.period_id)
                or known._chain_problem()
            )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = self._without_natural_keys(vals_list)
        self._make_units(vals_list)
        if self.env.context.get("performance_workflow") is ENGINE:
            return super().create(vals_list)
        for vals in vals_list:
            self._check_engine_fields(vals)
        check_numbers(self.env, vals_list, ["value"])
        # given, not left to defaults: a client names those in its context
        typed = {
            **dict.fromkeys(ENGINE_FIELDS, False),
            "active": True,
            "state": "provisional",
            "entered_by_id": self.env.uid,
        }
        readings = super().create([{**vals, **typed} for vals in vals_list])
        readings._check_manual()
        # a typed value is as of the moment it was typed
        readings._engine_write({"measured_at": fields.Datetime.now()})
        return readings

    @api.model
    def _make_units(self, vals_list):
        """Every number belongs to a unit of work, typed ones too."""
        Kpi, Period = self.env["performance.kpi"], self.env["performance.period"]
        pairs = {(v.get("kpi_id"), v.get("period_id")) for v in vals_list}
        periods = {period for _kpi, period in pairs if period}
        for period in Period.browse(periods).exists():
            kpis = Kpi.browse(k for k, p in pairs if k and p == period.id).exists()
            self.env["performance.measurement"]._units(kpis, period)

    def write(self, vals):
        if self.env.context.get("performance_workflow") is ENGINE:
            return super().write(vals)
        self._check_engine_fields(vals)
        check_numbers(self.env, [vals], ["value"])
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
            problem = (
                self._typing_problem(reading.kpi_id, reading.period_id)
                or reading._chain_problem()
                or reading._subject_problem(reading.company_id)
            )
            if problem:
                raise UserError(problem)
            if not reading.evidence and not reading.evidence_file:
                raise UserError(self._no_evidence())

    @api.model
    def _typing_problem(self, kpi, period):
        """Say why numbers of a KPI cannot be typed in a period; False when they can."""
        if kpi.source != "manual":
            return self.env._(
                "“%s” is measured from records; its numbers cannot be typed.", kpi.name
            )
        if period.state != "open":
            return self.env._("%s is closed; its numbers are final.", period.name)
        return False

    def _chain_problem(self):
        """Numbers that were corrected, and corrections, stay as they are."""
        if self.corrects_id or not self.active:
            return self.env._(
                "This number is part of a correction and stays. Correct it again."
            )
        return False

    def _no_evidence(self):
        return self.env._("Say where the value comes from, or attach the evidence.")

    # === ACTIONS ===#

    def action_confirm(self):
        """Confirm typed values; four eyes.

        One value: confirmed, or the error is raised. Several: those that can are
        confirmed, and a notification says "n confirmed, m left because ...".

        :raise UserError: for one's own entries, or for anyone but officers
        """
        self.check_access("read")
        left = {r: error for r in self if (error := r._confirm_error())}
        # union: a client may name a record twice
        confirmed = self.union().filtered(lambda reading: reading not in left)
        if left and not confirmed:
            raise UserError("\n".join(list(dict.fromkeys(left.values()))[:10]))
        confirmed._engine_write({"state": "ok", "confirmed_by_id": self.env.uid})
        confirmed._after_confirm()
        return self._notify_confirmed(len(confirmed), left) if left else True

    def _notify_confirmed(self, count, left):
        """What a confirmation of several did, and what it left and why."""
        lines = [
            self.env._("%s confirmed.", count),
            self.env._("%s left:", len(left)),
            *list(dict.fromkeys(left.values()))[:10],
        ]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": "\n".join(lines),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _confirm_error(self):
        if self.state != "provisional" or not self.active:
            return self.env._("Only values that wait for it are confirmed.")
        if self.period_id.state != "open":
            return self.env._(
                "%s is closed; its numbers are final.", self.period_id.name
            )
        if not self.env.user.has_group("customer_performance.group_officer"):
            return self.env._("Only a performance officer confirms typed values.")
        # sudo: who typed it, to keep four eyes
        if self.sudo().entered_by_id == self.env.user:
            return self.env._("You typed this value; somebody else has to confirm it.")
        if self._is_about_me():
            return self.env._(
                "This value is about you or what you answer for; somebody else has to "
                "confirm it."
            )
        return False

    def _after_confirm(self):
        """Hook: typed values became final."""
