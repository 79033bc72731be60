from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_list

from odoo.addons.base.models.res_partner import _tz_get

from ...tools.periods import MONTHS, period_name, period_range, utc_bounds
from ..shared.guards import exactly_one
from ..shared.workflow import Transition


class PerformancePeriod(models.Model):
    """A stretch of time over which performance is measured, for one company.

    It lasts from midnight of its first day to midnight after its last day, in the time
    zone of the company (D13). It is open, so its numbers are estimates, until an
    officer closes it: everything is measured a last time and later stages settle what
    stands on it. A closed period is never measured again; an administrator can reopen
    it and says why.
    """

    _name = "performance.period"
    _description = "Performance Period"
    _inherit = ["performance.workflow.mixin"]
    _order = "date_start desc, date_end, id desc"
    _check_company_auto = True

    _workflow = {
        "close": Transition(("open",), "closed"),
        "reopen": Transition(("closed",), "open", needs_reason=True),
    }

    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    kind = fields.Selection(
        selection=[
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("half_year", "Half-Year"),
            ("year", "Year"),
            ("custom", "Custom"),
        ],
        required=True,
        default="quarter",
    )
    date_start = fields.Date(
        string="First Day",
        required=True,
        default=lambda self: period_range("quarter", fields.Date.context_today(self))[
            0
        ],
    )
    date_end = fields.Date(
        string="Last Day",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    tz = fields.Selection(
        selection=_tz_get,
        string="Time Zone",
        required=True,
        default=lambda self: self.env.company.performance_tz or "UTC",
        help="Taken from the company when the period is made.",
    )
    state = fields.Selection(
        selection=[("open", "Open"), ("closed", "Closed")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    can_close = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_reopen = fields.Boolean(compute="_compute_can", export_string_translation=False)

    _ordered = models.Constraint(
        "CHECK (date_start <= date_end)", "A period ends on or after its first day."
    )
    _unique_calendar = models.UniqueIndex(
        "(company_id, kind, date_start) WHERE kind <> 'custom'",
        "This company has this period already.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("kind", "date_start")
    def _compute_name(self):
        for period in self:
            if period.kind in MONTHS and period.date_start:
                period.name = period_name(period.kind, period.date_start)
            else:
                period.name = period.name or self.env._("Custom period")

    @api.depends("kind", "date_start")
    def _compute_date_end(self):
        for period in self:
            if period.kind in MONTHS and period.date_start:
                period.date_end = period_range(period.kind, period.date_start)[1]
            else:
                period.date_end = period.date_end or period.date_start

    # === CONSTRAINT METHODS ===#

    @api.constrains("kind", "date_start", "date_end")
    def _check_calendar(self):
        for period in self:
            if period.kind not in MONTHS:
                continue
            first, last = period_range(period.kind, period.date_start)
            if (period.date_start, period.date_end) != (first, last):
                raise ValidationError(
                    self.env._(
                        "This kind of period runs from %(first)s to %(last)s. "
                        "Choose “Custom” for other days.",
                        first=first,
                        last=last,
                    )
                )

    # === CRUD METHODS ===#

    def write(self, vals):
        if {"kind", "date_start", "date_end", "company_id", "tz"} & vals.keys():
            self._check_unused()
        return super().write(vals)

    def _check_unused(self):
        """A period that was measured keeps its days."""
        # sudo: the check has to see every number, whoever asks
        if (
            self.env["performance.reading"]
            .sudo()
            .search_count(Domain("period_id", "in", self.ids), limit=1)
        ):
            raise ValidationError(
                self.env._(
                    "Numbers stand on this period already; its days stay as they are."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_measured(self):
        self._check_unused()

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        user = self.env.user
        group = "officer" if verb == "close" else "admin"
        if not user.has_group(f"customer_performance.group_{group}"):
            return (
                self.env._("Only a performance officer closes a period.")
                if verb == "close"
                else self.env._("Only a performance administrator reopens a period.")
            )
        if verb == "close" and self._bounds()[1] > fields.Datetime.now():
            return self.env._(
                "“%(period)s” still runs until %(day)s; close it afterwards.",
                period=self.name,
                day=self.date_end,
            )
        return False

    def action_close(self):
        """Measure a last time, then freeze.

        :raise UserError: for anyone but officers, and before the period is over
        """
        return self._workflow_run("close")

    def _workflow_write(self, verb, reason):
        # here, so that no way of closing goes past the last measurement
        if verb == "close":
            for period in self:
                period._measure_last()
        return super()._workflow_write(verb, reason)

    def _measure_last(self):
        """Measure before the numbers become final.

        :raise UserError: naming the KPIs that failed, for their numbers would be stale
        """
        # sudo: a period is complete whoever closes it
        kpis = self.env["performance.kpi"].sudo()._measured()
        units = self.env["performance.run"]._measure_now("close", kpis, self)
        failed = units.filtered(lambda unit: unit.state == "error")
        if failed:
            raise UserError(
                self.env._(
                    "%(period)s stays open: these KPIs could not be measured. "
                    "Repair or archive them: %(kpis)s.",
                    period=self.name,
                    kpis=format_list(self.env, failed.kpi_id.mapped("name")),
                )
            )

    def action_reopen(self):
        """Open a frozen period again; asks for the reason."""
        return self._workflow_run("reopen")

    def _after_close(self):
        """Hook: the numbers of these periods are final."""

    def _after_reopen(self):
        """Hook: the numbers of these periods are estimates again.

        What changed while they were closed was noted for others only.
        """
        self.env["performance.measurement"]._mark_stale(periods=self)

    # === BUSINESS METHODS ===#

    def _bounds(self):
        """First instant of the period and first instant after it, naive UTC."""
        self.ensure_one()
        return utc_bounds(self.date_start, self.date_end, self.tz)

    @api.model
    def _get_or_create(self, kind, day, company):
        """The calendar period of a company that contains a day.

        :param str kind: ``month``, ``quarter``, ``half_year`` or ``year``
        :param date day: any day in the company's time zone
        """
        first, _last = period_range(kind, day)
        # sudo: periods are made by whatever needs them first, such as a won deal
        Period = self.sudo()
        found = Period.search(
            Domain("company_id", "=", company.id)
            & Domain("kind", "=", kind)
            & Domain("date_start", "=", first)
        )
        return (
            found
            or Period.create(
                {
                    "kind": kind,
                    "date_start": first,
                    "company_id": company.id,
                    "tz": company.performance_tz or "UTC",
                }
            )
        ).sudo(self.env.su)

    @api.model
    def _open_current(self):
        """Make sure that every company has its running quarter."""
        for company in self.env["res.company"].search(Domain("active", "=", True)):
            today = fields.Datetime.context_timestamp(
                self.with_context(tz=company.performance_tz or "UTC"),
                fields.Datetime.now(),
            ).date()
            self._get_or_create("quarter", today, company)

    def action_measure(self):
        """Measure all KPIs of these periods now.

        :return: a notification "measured n, skipped m because ..."
        """
        self.check_access("read")
        self.env["performance.kpi"]._check_may_measure()
        # sudo: a period is complete whoever measures it
        kpis = self.env["performance.kpi"].sudo()._measured()
        units = self.env["performance.run"]._measure_now("manual", kpis, self)
        return units._notify_result()

    def action_open_runs(self):
        """What the runs did with the KPIs in this period."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_run_line_action"
        )
        return {**action, "domain": [("period_id", "=", self.id)], "context": {}}

    def _measure(self):
        """Measure every active KPI in these periods; returns the units of work."""
        # sudo: a period is complete whoever measures it
        return self.env["performance.kpi"].sudo()._measured()._measure(self)
