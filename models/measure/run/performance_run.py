from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ...shared.sentence import full_stop, with_commas, with_semicolons

# so many units at most share one scan and one transaction
BATCH = 25
# so many times a worker loses a batch to somebody else before it gives up
CONFLICTS = 20
# so many reasons stand in the summary; all are in the lines
SHOWN = 5


class PerformanceRun(models.Model):
    """One run of measuring: what was due, what was measured, what was left and why.

    A run queues units and any number of workers take them, each unit once: scheduler
    records ("lanes") of any Odoo process on the same database, or jobs where OCA's
    ``queue_job`` is installed. A worker locks what it takes and commits each batch; one
    that is killed loses at most its batch, which stays queued. The worker that finds
    the queue empty closes the run. Made by the engine, read by team leads and above.
    """

    _name = "performance.run"
    _description = "Run of Measuring"
    _order = "started_at desc, id desc"
    _rec_name = "started_at"
    _log_access = False

    trigger = fields.Selection(
        selection=[
            ("nightly", "Nightly"),
            ("manual", "By Hand"),
            ("close", "Closing of a Period"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        selection=[("running", "Running"), ("done", "Finished")],
        default="running",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Started By", readonly=True
    )
    started_at = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now, index=True
    )
    finished_at = fields.Datetime(readonly=True)
    # not stored: workers would write the same row at the same time
    measured_count = fields.Integer(string="Measured", compute="_compute_counts")
    skipped_count = fields.Integer(string="Skipped", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")
    unchanged_count = fields.Integer(
        string="Unchanged",
        readonly=True,
        help="Units whose records did not change since they were measured.",
    )
    summary = fields.Char(compute="_compute_summary")
    line_ids = fields.One2many(
        comodel_name="performance.run.line", inverse_name="run_id", readonly=True
    )

    # === COMPUTE METHODS ===#

    @api.depends("line_ids.state")
    def _compute_counts(self):
        counts = {
            (run, state): count
            for run, state, count in self.env["performance.run.line"]._read_group(
                Domain("run_id", "in", self.ids), ["run_id", "state"], ["__count"]
            )
        }
        for run in self:
            run.measured_count = counts.get((run, "done"), 0)
            run.skipped_count = counts.get((run, "skipped"), 0)
            run.failed_count = counts.get((run, "error"), 0)

    @api.depends("measured_count", "skipped_count", "failed_count", "unchanged_count")
    @api.depends_context("lang")
    def _compute_summary(self):
        reasons = self._reasons()
        for run in self:
            run.summary = run._summarize(reasons.get(run, []))

    def _reasons(self):
        """Why units were skipped: ``{run: [reason]}``, the most frequent first."""
        skipped = Domain("run_id", "in", self.ids) & Domain("state", "=", "skipped")
        found = {}
        for run, reason, _count in self.env["performance.run.line"]._read_group(
            skipped & Domain("message", "!=", False),
            ["run_id", "message"],
            ["__count"],
            order="__count DESC, message",
        ):
            found.setdefault(run, []).append(reason)
        return found

    def _summarize(self, reasons):
        """Measured n, skipped m because ..., in one sentence."""
        parts = [self.env._("Measured %s", self.measured_count)]
        if self.unchanged_count:
            parts.append(self.env._("%s unchanged", self.unchanged_count))
        if self.failed_count:
            parts.append(self.env._("%s failed", self.failed_count))
        if self.skipped_count:
            parts.append(
                self.env._(
                    "skipped %(count)s because: %(reasons)s",
                    count=self.skipped_count,
                    reasons=self._shown_reasons(reasons),
                )
            )
        return full_stop(self.env, with_commas(self.env, parts))

    def _shown_reasons(self, reasons):
        """The first reasons; their own full stops would end the sentence too early."""
        shown = [reason.rstrip(".") for reason in reasons[:SHOWN]]
        if len(reasons) > SHOWN:
            shown.append(self.env._("%s other reasons", len(reasons) - SHOWN))
        return with_semicolons(self.env, shown) if shown else ""

    # === PLANNING ===#

    @api.model
    def _start(self, trigger, kpis=None, periods=None, full=False):
        """Queue what is due.

        :param str trigger: key of ``trigger``
        :param kpis: KPIs to measure, None for all that are active
        :param periods: open periods, None for all that have begun
        :param bool full: also what did not change
        :return: the run
        """
        # sudo: runs are bookkeeping of the engine
        Run = self.sudo()
        kpis = Run.env["performance.kpi"]._measured() if kpis is None else kpis.sudo()
        periods = Run._periods() if periods is None else periods.sudo()
        Run._before_measuring(kpis, periods)
        units = self.env["performance.measurement"]._units(kpis, periods)
        units = units.filtered(lambda unit: unit.period_id.state == "open")
        # before the queue, so that workers find the versions there
        Run.env["performance.kpi.version"]._of(units.kpi_id)
        run = Run.create({"trigger": trigger, "user_id": self.env.uid})
        due = run._skip(units)
        if not full:
            changed = due._due()
            run.unchanged_count = len(due - changed)
            due = changed
        due._queue(run)
        return run

    @api.model
    def _periods(self):
        """Open periods that have begun."""
        self.env["performance.period"]._open_current()
        return self.env["performance.period"].search(
            Domain("state", "=", "open") & Domain("date_start", "<=", "today")
        )

    @api.model
    def _before_measuring(self, kpis, periods):
        """What has to be up to date before anything is queued."""
        self.env["performance.change"]._consume()
        names = {name for name in kpis.mapped("model_name") if name}
        self.env["performance.cleaning.rule"]._apply(names)

    def _skip(self, units):
        """Note the units that cannot be measured; returns the others."""
        left = {
            unit: reason
            for unit in units
            if (reason := unit._skip_reason() or unit._quarantine_reason())
        }
        self._log((unit, "skipped", reason) for unit, reason in left.items())
        # what changes meanwhile is not noted for them
        self.env["performance.measurement"].union(*left).write({"is_stale": True})
        return units.filtered(lambda unit: unit not in left)

    # === WORKING ===#

    def _work(self, commit):
        """Take queued units until none is left that is ready.

        :param commit: called with the number of units after each batch; commits, and
            returns a false value when this worker has to stop
        """
        conflicts = 0
        while units := self._take():
            try:
                units._run(tell=False)
                self._log((unit, unit.state, unit.message) for unit in units)
                go_on = commit(len(units))
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # somebody wrote what this batch needs: it is queued still
                conflicts += 1
                if conflicts > CONFLICTS:
                    raise
                self.env.cr.rollback()
                continue
            if not go_on:
                return
            self._spread_news(commit)
        self._spread_news(commit)
        self._finish(commit)

    def _finish(self, commit):
        """Close the run, unless somebody else works on it or closes it right now."""
        for _attempt in range(CONFLICTS):
            try:
                self._finish_when_empty()
                commit(0)
                return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # another worker wrote the run since this one began to look: look again
                self.env.cr.rollback()

    def _spread_news(self, commit):
        """Refresh what stands on the numbers, where a period is done."""
        self.env.invalidate_all()
        for units in self.env["performance.measurement"]._news():
            try:
                units._spread()
                commit(0)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # somebody works on it right now; it is told again before the run ends
                self.env.cr.rollback()

    def _take(self):
        """Lock the next batch that nobody else works on."""
        for _attempt in range(20):
            try:
                with self.env.cr.savepoint():
                    ids = self._lock_batch()
                # sudo: units are the engine's own records
                return self.env["performance.measurement"].sudo().browse(ids)
            except SerializationFailure:
                # another worker finished a unit while this one looked: look again
                self.env.cr.rollback()
        return self.env["performance.measurement"]

    def _lock_batch(self):
        self.env["performance.measurement"].flush_model()
        first = self._lock_ready(1)
        if not first:
            return []
        more = SQL("AND u.batch = %s", first[0][1])
        return [unit for unit, _batch in self._lock_ready(BATCH, more)]

    def _lock_ready(self, limit, more=None):
        """``[(unit, batch)]`` that are locked now.

        :raise SerializationFailure: as every worker may meet it; nobody has to read it
        """
        query = SQL(READY, run=self.id, limit=limit, more=more or SQL())
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.fetchall()

    def _finish_when_empty(self):
        """Close the run when nothing is queued any more."""
        self.env.invalidate_all()
        queued = Domain("run_id", "=", self.id) | Domain("is_news", "=", True)
        # sudo: units are the engine's own records
        if self.env["performance.measurement"].sudo().search_count(queued, limit=1):
            return
        # sudo: whichever worker ends last closes the run
        open_run = self.sudo().filtered(lambda run: run.state == "running")
        open_run.try_lock_for_update().write(
            {"state": "done", "finished_at": fields.Datetime.now()}
        )

    def _log(self, results):
        """Note how it went: ``(unit, state, message)`` each."""
        # sudo: lines are written by the engine only
        self.env["performance.run.line"].sudo().create(
            [
                {
                    "run_id": self.id,
                    "kpi_id": unit.kpi_id.id,
                    "period_id": unit.period_id.id,
                    "state": state,
                    "message": message,
                    "subject_count": unit.subject_count if state == "done" else 0,
                    "seconds": unit.seconds if state == "done" else 0,
                }
                for unit, state, message in results
            ]
        )

    # === BY HAND ===#

    @api.model
    def _measure_now(self, trigger, kpis, periods):
        """Measure at once, in this transaction, and log it.

        :return: the units
        """
        # sudo: runs are bookkeeping of the engine
        run = self.sudo().create({"trigger": trigger, "user_id": self.env.uid})
        units = kpis._measure(periods)
        run._log((unit, unit.state, unit.message) for unit in units)
        run.write({"state": "done", "finished_at": fields.Datetime.now()})
        return units

    # === SCHEDULER ===#

    @api.model
    def _nightly(self):
        """Start tonight's run, or go on with one that was cut short, and work on it."""
        run = self._unfinished() or self._start("nightly")
        if self._has_jobs():
            run._delay_batches()
            return
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=run._queued_count())
        run._call_for_help()
        run._work(cron._commit_progress)

    @api.model
    def _cron_lane(self):
        """Another lane: help with whatever run is under way."""
        if run := self._unfinished():
            cron = self.env["ir.cron"]
            cron._commit_progress(remaining=run._queued_count())
            run._work(cron._commit_progress)

    @api.model
    def _unfinished(self):
        # sudo: a run goes on whoever started it
        return self.sudo().search([("state", "=", "running")], limit=1, order="id")

    def _queued_count(self):
        return (
            self.env["performance.measurement"]
            # sudo: units are the engine's own records
            .sudo()
            .search_count(Domain("run_id", "=", self.id))
        )

    def _call_for_help(self):
        """Wake the other lanes."""
        for lane in self._lanes():
            lane._trigger()

    @api.model
    def _lanes(self):
        """Scheduler records that help, active ones only."""
        # sudo: lanes are set up by the settings
        return (
            self.env["ir.cron"]
            .sudo()
            .search(
                Domain("model_id.model", "=", self._name)
                & Domain("code", "=", "model._cron_lane()")
            )
        )

    @api.autovacuum
    def _gc_runs(self):
        """Runs of three months ago are of no use any more."""
        old = Domain("started_at", "<", "-90d") & Domain("state", "=", "done")
        # sudo: nobody deletes runs but this
        runs = self.sudo().search(old, limit=1000)
        runs.unlink()
        return len(runs), self.sudo().search_count(old, limit=1)


READY = """
    SELECT u.id, u.batch
      FROM performance_measurement u
     WHERE u.run_id = %(run)s %(more)s
       AND NOT EXISTS (
           SELECT 1 FROM performance_measurement below
            WHERE below.run_id = u.run_id AND below.period_id = u.period_id
              AND below.level < u.level)
     ORDER BY u.level, u.batch, u.id
     LIMIT %(limit)s
       FOR UPDATE OF u SKIP LOCKED
"""
