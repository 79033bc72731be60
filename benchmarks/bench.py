"""What the scenarios share: databases, clocks, the table."""

import gc
import statistics
import time
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.sql_db import close_db, db_connect

from .plan import Effort, Size
from .table import Table


class Taken(NamedTuple):
    """One thing that was done: how long it took, and how many queries."""

    seconds: float
    queries: int
    result: Any = None


class Bench:
    """One run of the benchmark."""

    def __init__(self, request, progress=None):
        self.database = request["database"]
        # {name: database}: "bare" is the twin without the addon, numbers are sizes
        self.others = request["others"]
        self.size = Size(**request["size"])
        self.effort = Effort(**request["effort"])
        self.kpis = request["kpis"]
        self.table = Table(not request["quick"], progress)

    @property
    def until(self):
        """Return the day after the last closed deal."""
        return date.fromisoformat(self.size.until)

    @contextmanager
    def env(self, database=None):
        """Open an environment of its own, as a request or a scheduler has one."""
        with Registry(database or self.database).cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def timed(self, function, database=None):
        """Call ``function(env)`` in a fresh transaction and commit it.

        :return: :class:`Taken`
        """
        with self.env(database) as env:
            gc.collect()
            queries, start = env.cr.sql_log_count, time.perf_counter()
            result = function(env)
            env.flush_all()
            env.cr.commit()
            seconds = time.perf_counter() - start
            return Taken(seconds, env.cr.sql_log_count - queries, result)

    def execute(self, *statements, database=None):
        """Run statements outside of any transaction, such as VACUUM."""
        with db_connect(database or self.database).cursor() as cr:
            cr._cnx.autocommit = True
            for statement in statements:
                cr._obj.execute(statement)

    def hang_up(self):
        """Close the connections, before a process is forked or a clone is made."""
        for name in (self.database, *self.others.values()):
            close_db(name)


def best(taken):
    """Return the fastest of several."""
    return min(taken, key=lambda one: one.seconds)


def median(taken):
    """Return the time in the middle of several."""
    return statistics.median(one.seconds for one in taken)
