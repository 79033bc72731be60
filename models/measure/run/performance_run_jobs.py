from odoo import models

# seconds after which a job that found nothing ready looks again
WAIT = 10


class PerformanceRun(models.Model):
    """Working on a run with the jobs of OCA's ``queue_job``, where it is installed.

    Each job takes one batch, so that any number of job runners share the work; the job
    that finds the queue empty lets another one finish the run.
    """

    _inherit = "performance.run"

    def _has_jobs(self):
        """Whether ``queue_job`` is installed."""
        return "queue.job" in self.env

    def _delay_batches(self):
        """One job for each batch."""
        units = (
            self.env["performance.measurement"]
            # sudo: units are the engine's own records
            .sudo()
            .search([("run_id", "=", self.id)])
        )
        for number in range(len(set(units.mapped("batch"))) or 1):
            self._delay(number)

    def _delay(self, number, wait=None):
        """Another job; ``wait`` seconds from now where others are still at work."""
        text = self.env._("Performance: measure a batch of KPIs")
        key = f"performance-run-{self.id}-{number}"
        self.with_delay(description=text, identity_key=key, eta=wait)._job_work(number)

    def _job_work(self, number):
        """Measure the next batch; called by a job, which commits.

        :param int number: of the job in its run
        """
        if units := self._take():
            units._run(tell=False)
            self._log((unit, unit.state, unit.message) for unit in units)
        elif not self._queued_count():
            self._job_finish()
            return
        # formulas become ready when others are done, and somebody has to finish
        self._delay(f"{number}+", None if units else WAIT)

    def _job_finish(self):
        """Refresh what stands on the numbers and close the run."""
        for units in self.env["performance.measurement"]._news():
            units._spread()
        self._finish_when_empty()
