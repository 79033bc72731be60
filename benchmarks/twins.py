"""The same work in two databases: one with the addon, one without."""

import gc
import statistics
import time
from typing import NamedTuple

from .web_client import salesperson

# requests between two collections of garbage
PAUSE = 25


class Comparison(NamedTuple):
    """What the same work took with the addon and without it."""

    seconds: float
    queries: int
    seconds_without: float
    queries_without: int
    # of the usual request, the one in the middle: what the machine does besides
    # makes some requests slow in both
    ratio: float

    @property
    def more_queries(self):
        """Return how many queries the addon adds."""
        return self.queries - self.queries_without


class Twins:
    """A database with the addon and one without, with the same data."""

    def __init__(self, bench, with_addon, without):
        self.bench = bench
        self.with_addon = with_addon
        self.without = without

    @property
    def both(self):
        """Return both names."""
        return (self.with_addon, self.without)

    def compare(self, function, items):
        """Do the same work in both, taking turns in who begins.

        :param function: called as ``function(env, item)`` in the environment of a
            salesperson; every call is a request of its own
        :param items: ``{database: [item, ...]}``, as many in both
        """
        times = {name: [] for name in self.both}
        queries = dict.fromkeys(self.both, 0)
        pairs = zip(*(items[name] for name in self.both), strict=True)
        for turn, pair in enumerate(pairs):
            if not turn % PAUSE:
                gc.collect()
            item = dict(zip(self.both, pair, strict=True))
            for name in self.both if turn % 2 else reversed(self.both):
                seconds, count = self.request(name, function, item[name])
                times[name].append(seconds)
                queries[name] += count
        usual = [statistics.median(times[name]) for name in self.both]
        return Comparison(
            sum(times[self.with_addon]),
            queries[self.with_addon],
            sum(times[self.without]),
            queries[self.without],
            usual[0] / usual[1],
        )

    def request(self, database, function, item):
        """Serve one request; return (seconds, queries)."""
        start = time.perf_counter()
        with self.bench.env(database) as env:
            function(salesperson(env), item)
            env.flush_all()
            env.cr.commit()
            queries = env.cr.sql_log_count
        return time.perf_counter() - start, queries
