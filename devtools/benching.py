"""./dev bench: databases with made-up data, then the scenarios of benchmarks/."""

import json
import os
from dataclasses import asdict, replace

from benchmarks.plan import (
    FACTS,
    QUICK,
    QUICK_EFFORT,
    QUICK_FACTS,
    QUICK_SIZES,
    SCENARIOS,
    SIZES,
    Effort,
    Size,
    few_facts,
)

from .addon_database import AddonDatabase
from .console import DevError, say, step
from .databases import Databases
from .fingerprint import file_hash
from .foreground import call
from .locks import locked, process_alive
from .odoo_run import run_program

# of a run with --quick
QUICK_KPIS = 4


class BenchDatabases:
    """Databases with made-up data: made once for each size, cloned for each run."""

    def __init__(self, bench):
        self.bench = bench
        self.databases = Databases(bench)
        self.prefix = bench.checkout.database("bench")
        self.run_prefix = f"{self.prefix}_run_"

    def base(self, addon):
        """Return an empty database, with the addon or the same without it."""
        if not addon:
            return self.databases.template(demo=False)
        base = AddonDatabase(self.bench, self.prefix, demo=False, assets=False)
        return base.build()

    def data(self, size, addon=True):
        """Return a database of a size, made if it is missing or out of date."""
        name = f"{self.prefix}_{size.name}{'' if addon else '_bare'}"
        base = self.base(addon)
        want = {
            "base": [base, self.databases.note(base)],
            "size": size.as_dict(),
            "generator": generator_hash(self.bench.checkout.root),
        }
        with locked(self.bench.cache.lock(name), f"it fills {name}"):
            if self.databases.note(name) != want:
                self._fill(base, name, size, want)
            else:
                say(f"database {name}: made already")
        return name

    def _fill(self, base, name, size, want):
        raw = f"{name}_raw"
        what = f"{size.employees:,} employees, {size.leads:,} leads"
        with step(f"database {name}: {what}"):
            self.databases.clone(base, raw)
            self.databases.set_note(raw, {})
            request = {"command": "generate", "database": raw, "size": size.as_dict()}
            log = self.bench.cache.log(f"{name}-fill")
            run_program(self.bench, command(self.bench, request), log)
            self.databases.rename(raw, name)
            self.databases.set_note(name, want)

    def clone(self, source, label, name=None):
        """Return a copy for this run alone; one with a name stays."""
        name = name or f"{self.run_prefix}{os.getpid()}_{label}"
        with step(f"database {name} for this run"):
            self.databases.clone(source, name)
            self.databases.set_note(name, {"bench": source})
        return name

    def refuse_foreign(self, name):
        """Raise if a database exists that ./dev bench did not make."""
        if self.databases.exists(name) and "bench" not in self.databases.note(name):
            raise DevError(
                f"The database {name} was not made by ./dev bench, and a run begins "
                "with data of its own: choose another name."
            )

    def drop_leftovers(self):
        """Drop what runs that were killed have left behind."""
        for name in self.databases.names(self.run_prefix):
            pid = name.removeprefix(self.run_prefix).split("_")[0]
            if pid.isdigit() and not process_alive(int(pid)):
                self.databases.drop(name)

    def drop(self):
        """Drop the copies of this run."""
        for name in self.databases.names(f"{self.run_prefix}{os.getpid()}_"):
            self.databases.drop(name)


def generator_hash(root):
    """Hash what decides how the data look."""
    folder = root / "benchmarks" / "data"
    return file_hash(*sorted(folder.glob("*.py")))


def command(bench, request):
    """Return the command line of the process that holds Odoo."""
    start = bench.checkout.addon / "benchmarks" / "start.py"
    return [str(bench.environment.python), str(start), json.dumps(request)]


def chosen(only):
    """Return the scenarios to run, in their own order.

    :param str only: names with commas between them, or None for all
    :raise DevError: for a name that is none
    """
    names = set(only.split(",")) if only else set(SCENARIOS)
    unknown = sorted(names.difference(SCENARIOS))
    if unknown:
        raise DevError(
            f"There is no scenario {', '.join(unknown)}: choose from "
            f"{', '.join(SCENARIOS)}."
        )
    return [name for name in SCENARIOS if name in names]


def wanted_size(options):
    """Return how much data the options ask for."""
    size = QUICK if options.quick else Size()
    given = {
        name: getattr(options, name)
        for name in ("employees", "customers", "leads", "seed")
        if getattr(options, name) is not None
    }
    if min(given.values(), default=1) < 1:
        raise DevError("A company has at least 1 employee, customer and lead.")
    return replace(size, **given)


def run_bench(bench, options):
    """Make the databases, run the scenarios, print the table; return the exit code."""
    scenarios, size = chosen(options.only), wanted_size(options)
    databases = BenchDatabases(bench)
    if options.d:
        databases.refuse_foreign(options.d)
    databases.drop_leftovers()
    try:
        main = databases.clone(databases.data(size), "main", options.d)
        request = {
            "command": "run",
            "database": main,
            "others": others(databases, scenarios, size, options.quick),
            "size": size.as_dict(),
            "effort": asdict(QUICK_EFFORT if options.quick else Effort()),
            "quick": options.quick,
            "kpis": options.kpis or (QUICK_KPIS if options.quick else 10),
            "scenarios": scenarios,
        }
        return call(command(bench, request), env=bench.env)
    finally:
        databases.drop()


def others(databases, scenarios, size, quick):
    """Return the databases that some scenarios need besides: ``{name: database}``."""
    found = {}
    if "crm" in scenarios:
        for name, addon in (("addon", True), ("bare", False)):
            found[name] = databases.clone(databases.data(size, addon), label=name)
    if "scaling" in scenarios:
        for employees in QUICK_SIZES if quick else SIZES:
            source = databases.data(size.scaled(employees))
            found[str(employees)] = databases.clone(source, label=employees)
    if "facts" in scenarios:
        facts = replace(QUICK_FACTS if quick else FACTS, seed=size.seed)
        for name, one in (("facts", facts), ("few_facts", few_facts(facts))):
            found[name] = databases.clone(databases.data(one), label=name)
    return found
