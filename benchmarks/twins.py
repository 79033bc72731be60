"""The same work in two databases: one with the addon, one without."""

import gc
import statistics
import time
from typing import NamedTuple

from .web_client import salesperson


class Comparison(NamedTuple):
    """What the same work took with the addon and without it."""

    seconds: float
    queries: int
    seconds_without: float
    queries_without: int
    # of pairs that were done one right after the other, the one in the middle
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

    def compare(self, function, parts):
        """Do the same work in both, part by part, taking turns in who begins.

        :param function: called as ``function(env, item)`` in the environment of a
            salesperson; every call is a request of its own
        :param parts: ``{database: [[item, ...], ...]}``, as many in both
        """
        times = {name: [] for name in self.both}
        queries = dict.fromkeys(self.both, 0)
        pairs = list(zip(*(parts[name] for name in self.both), strict=True))
        for turn, pair in enumerate(pairs):
            items = dict(zip(self.both, pair, strict=True))
            for name in self.both if turn % 2 else reversed(self.both):
                seconds, count = self.requests(name, function, items[name])
                times[name].append(seconds)
                queries[name] += count
        ratios = [a / b for a, b in zip(*times.values(), strict=True)]
        return Comparison(
            sum(times[self.with_addon]),
            queries[self.with_addon],
            sum(times[self.without]),
            queries[self.without],
            statistics.median(ratios),
        )

    def requests(self, database, function, items):
        """Serve one request for each item; return (seconds, queries)."""
        gc.collect()
        queries, start = 0, time.perf_counter()
        for item in items:
            with self.bench.env(database) as env:
                function(salesperson(env), item)
                env.flush_all()
                env.cr.commit()
                queries += env.cr.sql_log_count
        return time.perf_counter() - start, queries
