"""Run in Odoo's shell: with queue_job, a night is measured by jobs, each one batch."""

from odoo.addons.queue_job.job import Job

assert "queue.job" in env
Run = env["performance.run"]
env["performance.period"]._open_current()
Run._nightly()
run = Run.search([("trigger", "=", "nightly")], limit=1)
assert run.state == "running", run.state
units = env["performance.measurement"].search([("run_id", "=", run.id)])
assert units, "nothing was queued"
due = len(units)
jobs = env["queue.job"].search([("method_name", "=", "_job_work")])
assert len(jobs) == len(set(units.mapped("batch"))), (len(jobs), due)
for _turn in range(200):
    waiting = env["queue.job"].search([("state", "=", "pending")], limit=1)
    if not waiting:
        break
    job = Job.load(env, waiting.uuid)
    job.set_started()
    job.perform()
    job.set_done()
    job.store()
    env.flush_all()
assert run.state == "done", (run.state, run.summary)
assert run.measured_count == due, run.summary
assert not run.failed_count, run.summary
