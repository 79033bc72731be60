"""Workers: processes that take part in one run of measuring.

They are forked as Odoo's own workers are: a copy of the registry, a connection of their
own. The parent holds no connection while it forks.
"""

import multiprocessing
import os
import signal
import sys
import time

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry

FORK = multiprocessing.get_context("fork")
# a worker that does not end by itself is stuck
PATIENCE = 600


def labour(database, run_id, gate):
    """Be one worker: wait for the others, work until nothing is left."""
    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        # connected and warm before the clock starts
        env["performance.run"].browse(run_id).read(["state"])
        cr.rollback()
        gate.wait(PATIENCE)

        def commit(_count):
            cr.commit()
            return True

        env["performance.run"].browse(run_id)._work(commit)


class Crew:
    """Some workers on one run."""

    def __init__(self, bench, run_id, count=1, database=None):
        self.bench = bench
        self.arguments = (database or bench.database, run_id)
        self.count = count
        self.processes = []
        self._start = None

    def begin(self):
        """Fork the workers and let them go at once."""
        self.bench.hang_up()
        gate = FORK.Barrier(self.count + 1)
        sys.stdout.flush()
        sys.stderr.flush()
        self.processes = [
            FORK.Process(target=labour, args=(*self.arguments, gate))
            for _number in range(self.count)
        ]
        for process in self.processes:
            process.start()
        gate.wait(PATIENCE)
        self._start = time.perf_counter()
        return self

    def end(self):
        """Wait for all; return (seconds, whether every one ended well)."""
        for process in self.processes:
            process.join(PATIENCE)
        seconds = time.perf_counter() - self._start
        for process in self.processes:
            if process.is_alive():
                process.kill()
                process.join()
        return seconds, all(process.exitcode == 0 for process in self.processes)

    def kill_after(self, seconds):
        """Kill the workers after a while, as the kernel would.

        :return: whether there was still one to kill
        """
        time.sleep(seconds)
        for process in self.processes:
            if process.is_alive():
                os.kill(process.pid, signal.SIGKILL)
        for process in self.processes:
            process.join()
        return any(process.exitcode == -signal.SIGKILL for process in self.processes)
