import logging

from psycopg2 import Error as DatabaseError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .records_engine import RecordsEngine

_logger = logging.getLogger(__name__)


class PerformanceMeasurement(models.Model):
    """The unit of work of measuring: one KPI in one period, all subjects at once.

    It remembers when it ran, how it ended, what it skipped and why. Units are
    independent: one that fails is rolled back alone, its KPI is quarantined and the
    KPI's owner gets an activity. Made and run by the engine only.
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
    measured_at = fields.Datetime(string="As Of", readonly=True)
    message = fields.Text(readonly=True, help="What was skipped or failed, and why.")
    subject_count = fields.Integer(string="Subjects", readonly=True)

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

    def _run(self, wanted=None):
        """Measure each unit on its own; a failure leaves the others alone."""
        for unit in self:
            if reason := unit._skip_reason():
                unit._finish("skipped", reason)
                continue
            try:
                with self.env.cr.savepoint():
                    unit._measure(wanted)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # no fault of the KPI: the request is tried again
                raise
            except (
                UserError,
                ArithmeticError,
                AttributeError,
                LookupError,
                SyntaxError,
                TypeError,
                ValueError,
                DatabaseError,
            ) as error:
                unit._quarantine(error)

    def _skip_reason(self):
        if self.period_id.state == "closed":
            return self.env._(
                "%s is closed; its numbers are final.", self.period_id.name
            )
        if self.kpi_id.source != "records":
            return self.env._("This KPI is typed by hand.")
        return False

    def _finish(self, state, message=False, **values):
        self.write({"state": state, "message": message, **values})

    def _quarantine(self, error):
        """One broken KPI does not stop the run: set it aside and tell its owner."""
        _logger.info("KPI %s is quarantined: %s", self.kpi_id.code, error)
        self._finish("error", str(error))
        kpi = self.kpi_id
        if kpi.is_quarantined:
            return
        kpi.write({"is_quarantined": True, "error": str(error)})
        kpi.activity_schedule(
            "customer_performance.activity_kpi_broken",
            user_id=(kpi.owner_id or self.env.ref("base.user_admin")).id,
            note=str(error),
        )

    # === MEASURING ===#

    def _measure(self, wanted):
        engine = RecordsEngine(self.kpi_id, self.period_id)
        Reading = self.env["performance.reading"]
        expected = self.kpi_id._expected_subjects(self.period_id)
        facts = engine.measure(wanted)
        if wanted is None:
            special = Reading._special_subjects(self)
            for kind in special:
                special[kind] |= expected.get(kind, special[kind])
            if any(special.values()):
                facts.update(self._only(engine.measure(special), special))
        else:
            facts, expected = self._only(facts, wanted), wanted
        count = Reading._store(self, facts, expected, complete=wanted is None)
        # a run for some subjects does not make the unit fresh for everybody
        fresh = {"measured_at": fields.Datetime.now(), "subject_count": count}
        self._finish(
            "done",
            "\n".join(engine.notes) or False,
            **(fresh if wanted is None else {}),
        )
        if self.kpi_id.is_quarantined:
            self.kpi_id.write({"is_quarantined": False, "error": False})
            self.kpi_id.activity_unlink(["customer_performance.activity_kpi_broken"])
        self._after_measure()

    @api.model
    def _only(self, facts, wanted):
        """Drop what the query found about subjects that nobody asked for.

        Those are incomplete: the query saw only the records of the others.
        """
        ids = {(kind, i) for kind, records in wanted.items() for i in records.ids}
        return {key: fact for key, fact in facts.items() if key in ids}

    def _after_measure(self):
        """Hook: the numbers of this KPI in this period are fresh."""

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
        """Nightly: open the running periods, then measure every unit that is due.

        Each unit is committed on its own; a run that is cut short goes on where it
        stopped, because a unit measured today is not due any more.
        """
        self.env["performance.period"]._open_current()
        kpis = self.env["performance.kpi"].search(
            Domain("source", "=", "records") & Domain("is_quarantined", "=", False)
        )
        today = fields.Date.today()
        periods = self.env["performance.period"].search(
            Domain("state", "=", "open") & Domain("date_start", "<=", today)
        )
        midnight = fields.Datetime.to_datetime(today)
        due = self._units(kpis, periods).filtered(
            lambda unit: not unit.measured_at or unit.measured_at < midnight
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for unit in due:
            unit.try_lock_for_update()._run()
            if not cron._commit_progress(1):
                break
