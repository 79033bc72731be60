import logging
import time

from psycopg2 import Error as DatabaseError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..engine import Measure
from ..engine.definition import DOMAIN_ERRORS

_logger = logging.getLogger(__name__)
FAULTS = (UserError, DatabaseError, *DOMAIN_ERRORS)


class PerformanceMeasurement(models.Model):
    """The unit of work of measuring: one KPI in one period, all subjects at once.

    It remembers when it ran, under which version of the definition, how it ended, what
    it skipped and why. Units are independent and may be repeated: one that fails is
    rolled back alone, its KPI is quarantined and the KPI's owner gets an activity. Made
    and run by the engine only.
    """

    _name = "performance.measurement"
    _description = "Measurement of a KPI in a Period"
    _order = "measured_at desc, id desc"
    _rec_name = "kpi_id"

    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="KPI",
        required=True,
        ondelete="cascade",
        index=True,
    )
    period_id = fields.Many2one(
        comodel_name="performance.period", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, index=True, precompute=True
    )
    version_id = fields.Many2one(
        comodel_name="performance.kpi.version", readonly=True, ondelete="restrict"
    )
    state = fields.Selection(
        selection=[
            ("pending", "Waiting"),
            ("done", "Measured"),
            ("skipped", "Skipped"),
            ("error", "Failed"),
        ],
        default="pending",
        required=True,
        readonly=True,
    )
    is_stale = fields.Boolean(
        string="To Measure",
        default=True,
        readonly=True,
        help="Something it depends on changed since it was measured.",
    )
    is_news = fields.Boolean(
        readonly=True,
        help="Measured, but what stands on its numbers was not told yet.",
    )
    run_id = fields.Many2one(
        comodel_name="performance.run",
        string="Queued In",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The run in which it waits to be measured.",
    )
    batch = fields.Char(readonly=True, help="Units of one batch share a scan.")
    level = fields.Integer(
        readonly=True, help="Units of a higher level wait for those below: formulas."
    )
    measured_at = fields.Datetime(string="As Of", readonly=True)
    message = fields.Text(readonly=True, help="What was skipped or failed, and why.")
    subject_count = fields.Integer(string="Subjects", readonly=True)
    seconds = fields.Float(readonly=True, digits=(10, 3), aggregator=None)

    _unit_unique = models.Constraint(
        "UNIQUE (kpi_id, period_id)", "This KPI has its unit for this period already."
    )

    # === UNITS ===#

    @api.model
    def _units(self, kpis, periods):
        """The units of some KPIs and periods; those missing are made."""
        # sudo: units are bookkeeping of the engine, nobody writes them by hand
        Unit = self.sudo()
        found = Unit.search(
            Domain("kpi_id", "in", kpis.ids) & Domain("period_id", "in", periods.ids)
        )
        have = {(unit.kpi_id.id, unit.period_id.id) for unit in found}
        missing = [
            {"kpi_id": kpi.id, "period_id": period.id}
            for period in periods
            for kpi in kpis
            if (kpi.id, period.id) not in have
            and kpi.sudo().company_id in (period.company_id, self.env["res.company"])
        ]
        return found + Unit.create(missing)

    @api.model
    def _mark_stale(self, kpis=None, periods=None):
        """The units of some KPIs are due in the next nightly run.

        :param kpis: None for all
        :param periods: None for all; those of closed periods stay as they are
        """
        domain = Domain("period_id.state", "=", "open") & Domain("is_stale", "=", False)
        if kpis is not None:
            domain &= Domain("kpi_id", "in", kpis.ids)
        if periods is not None:
            domain &= Domain("period_id", "in", periods.ids)
        # sudo: whoever changes what a number depends on makes it due
        self.sudo().search(domain).write({"is_stale": True})

    def _run(self, wanted=None, tell=True):
        """Measure these units; a failure leaves the others alone.

        Units of one period and level are measured together, as few scans as possible;
        where that fails, one by one, so that only what is broken is set aside.

        :param dict wanted: ``{subject type: records}``, None for everybody
        :param bool tell: whether what stands on the numbers is refreshed at once
        """
        self._clean(wanted)
        due = self.browse()
        for unit in self:
            if reason := unit._skip_reason():
                unit._finish("skipped", reason)
            else:
                due += unit
        levels = due._levels()
        groups = due.grouped(lambda unit: (levels[unit.kpi_id.id], unit.period_id))
        for _key, units in sorted(groups.items(), key=lambda item: item[0][0]):
            if len(units) == 1 or not units._try(wanted, tell):
                for unit in units:
                    unit._try(wanted, tell, quarantine=True)

    def _levels(self):
        """``{kpi id: level}``; formulas come after what they read."""
        levels = dict.fromkeys(self.kpi_id.ids, 0)
        if any(kpi.source == "formula" for kpi in self.kpi_id):
            known = self.env["performance.kpi"]._formula_levels()
            levels.update((k, known[k]) for k in levels.keys() & known.keys())
        return levels

    def _clean(self, wanted):
        """Leave out what has to be left out; a run did so before it queued units."""
        kpis = self.filtered(lambda unit: not unit.run_id).kpi_id
        names = {name for name in kpis.mapped("model_name") if name}
        if names:
            self.env["performance.cleaning.rule"]._apply(names, wanted)

    def _try(self, wanted, tell, quarantine=False):
        """Measure in a savepoint; whether it went well."""
        try:
            with self.env.cr.savepoint():
                self._measure(wanted)
                self._tell(tell)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # no fault of the KPI: the request is tried again
            raise
        except FAULTS as error:
            if quarantine:
                self._quarantine(error)
            return False
        return True

    def _skip_reason(self):
        if self.period_id.state == "closed":
            return self.env._(
                "%s is closed; its numbers are final.", self.period_id.name
            )
        only = self.kpi_id.company_id
        if only and only != self.period_id.company_id:
            # it was for all companies once
            return self.env._("This KPI is for %(company)s only.", company=only.name)
        if self.kpi_id.source == "manual":
            return self.env._("This KPI is typed by hand.")
        if not self.kpi_id.is_available:
            return self.kpi_id.availability
        return False

    def _finish(self, state, message=False, **values):
        self.write({"state": state, "message": message, "run_id": False, **values})

    def _quarantine(self, error):
        """One broken KPI does not stop the run: set it aside and tell its owner."""
        text = str(error).strip() or repr(error)
        _logger.info("KPI %s is quarantined: %s", self.kpi_id.code, text)
        self._finish("error", text)
        kpi = self.kpi_id
        if kpi.is_quarantined:
            return
        kpi.write({"is_quarantined": True, "error": text})
        kpi.activity_schedule(
            "customer_performance.activity_kpi_broken",
            user_id=(kpi.owner_id or self.env.ref("base.user_admin")).id,
            note=text,
        )

    # === MEASURING ===#

    def _measure(self, wanted):
        """Measure units of one period together."""
        started = time.monotonic()
        period, kpis = self.period_id, self.kpi_id
        versions = self.env["performance.kpi.version"]._of(kpis)
        definitions = [versions[kpi.id]._definition() for kpi in kpis]
        summary = Measure(
            self.env,
            definitions,
            period,
            wanted=None if wanted is None else _ids(wanted),
            expected={
                kpi.id: _ids(subjects)
                for kpi, subjects in kpis._expected_subjects(period).items()
            },
            components=kpis._direct_components(),
        ).run()
        seconds = (time.monotonic() - started) / len(self)
        for unit in self:
            facts = summary.get(unit.kpi_id.id, (0, 0, 0))
            unit._measured(versions[unit.kpi_id.id], facts, seconds, wanted is None)

    def _tell(self, now):
        """Refresh what stands on the numbers, now or when the run is done with them."""
        if now:
            self._after_measure()
        else:
            self.write({"is_news": True})

    def _measured(self, version, facts, seconds, complete):
        """Note how it went; a run for some subjects does not make it fresh for all."""
        subjects, records, of_employees = facts
        message = False
        fresh = {}
        if complete:
            fresh = {
                "measured_at": fields.Datetime.now(),
                "subject_count": subjects,
                "is_stale": False,
                "seconds": seconds,
            }
            message = self._lost_message(version, records - of_employees)
        self._finish("done", message, version_id=version.id, **fresh)
        if self.kpi_id.is_quarantined:
            self.kpi_id._release()

    def _lost_message(self, version, lost):
        """How many records belong to no employee, where that can be told."""
        definition = version._definition()
        if lost <= 0 or not definition.employee_path or definition.is_keyed:
            return False
        return self.env._(
            "%(count)s records of people without an employee in %(company)s, or of "
            "nobody.",
            count=lost,
            company=self.company_id.name,
        )

    def _after_measure(self):
        """Hook: the numbers of these KPIs in their period are fresh."""

    # === RESULT ===#

    def _notify_result(self):
        """A notification that says what was done and what was not, and why."""
        done = self.filtered(lambda unit: unit.state == "done")
        lines = [
            self.env._("Measured %(done)s of %(all)s.", done=len(done), all=len(self))
        ]
        lines += [
            f"{unit.kpi_id.name}, {unit.period_id.name}: {unit.message}"
            for unit in (self - done)[:10]
        ]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if done == self else "warning",
                "sticky": done != self,
                "message": "\n".join(lines),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === SCHEDULER ===#

    @api.model
    def _cron_measure(self):
        """Nightly: measure what changed, or go on where a run was cut short."""
        self.env["performance.run"]._nightly()


def _ids(subjects):
    """``{subject type: recordset}`` as ``{subject type: ids}``."""
    return {kind: records.ids for kind, records in subjects.items() if records}
