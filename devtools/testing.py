"""./dev test: a database with the addon installed, then the suite in workers."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .addon_database import AddonDatabase
from .browser import ensure_programs
from .console import say, step
from .databases import Databases
from .foreground import call, wait_for
from .locks import process_alive

HERE = Path(__file__).resolve().parent
# Options of pytest whose value must not be taken for a path.
WITH_VALUE = {"-c", "-k", "-m", "-n", "-o", "-p", "-r", "-W", "--dist", "--tb"}
SELECTION = {"-k", "-m", "--co", "--collect-only", "--lf", "--pdb"}
NO_WORKERS = ("-n", "--numprocesses", "--pdb", "--trace")
# passlib says this once per process while Odoo starts
CRYPT = "ignore:'crypt' is deprecated:DeprecationWarning"
WORKERS = ("-n", "2", "--dist", "loadscope")


def split_arguments(arguments, root, addon):
    """Return (options, paths of the addon's tests, paths of ./dev's own tests).

    Paths are translated so that pytest reaches the tests under the addon's name.
    """
    options, addon_paths, own_paths = [], [], []
    previous = None
    for argument in arguments:
        path, separator, node = argument.partition("::")
        absolute = Path(os.path.abspath(root / path))
        is_path = previous not in WITH_VALUE and not argument.startswith("-")
        if is_path and path and absolute.exists() and root in absolute.parents:
            relative = absolute.relative_to(root)
            if relative.parts[0] == "devtools":
                own_paths.append(f"{absolute}{separator}{node}")
            else:
                addon_paths.append(f"{addon / relative}{separator}{node}")
        else:
            options.append(argument)
        previous = argument
    return options, addon_paths, own_paths


def test(bench, arguments, database=None):
    """Run ./dev's own tests and the addon's suite; return the exit code.

    Without arguments both run, the first while the second's database is built.
    """
    root, addon = bench.checkout.root, bench.checkout.addon
    options, addon_paths, own_paths = split_arguments(arguments, root, addon)
    if own_paths:
        return call(own_command(bench, [*options, *own_paths]), **own_place(bench))
    ensure_programs(bench.cache)
    everything = not addon_paths and not SELECTION.intersection(options)
    own = OwnTests(bench) if everything else None
    try:
        base = AddonDatabase(bench, database or bench.checkout.database("test")).build()
        if own and own.finish():
            return 1
    finally:
        if own:
            own.stop()
    return addon_tests(bench, base, options, addon_paths or [addon / "tests"])


def own_command(bench, arguments):
    """Return the command line of the tests of ./dev itself, without Odoo's plugin."""
    command = [bench.environment.python, "-m", "pytest", "-p", "no:odoo", "-q"]
    # the checkout itself is a package that only Odoo can import
    command += ["--rootdir", HERE / "tests", "--confcutdir", HERE / "tests"]
    return [*command, "-p", "no:cacheprovider", *arguments]


def own_place(bench):
    """Return where the tests of ./dev itself run, and with what environment."""
    env = {**os.environ, "PYTHONPATH": str(HERE.parent), "DEV_PYTHON": sys.executable}
    bench.server.sql("SELECT 1")
    return {"env": env, "cwd": HERE, "stdin": subprocess.DEVNULL}


class OwnTests:
    """The tests of ./dev itself, running in the background."""

    def __init__(self, bench):
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - read when they end
        command = own_command(bench, [HERE / "tests"])
        say("tests of ./dev and the life cycle of the addon run meanwhile")
        self._process = subprocess.Popen(
            [str(part) for part in command],
            stdout=self._output,
            stderr=subprocess.STDOUT,
            **own_place(bench),
        )

    def finish(self):
        """Wait for the end, show what they printed, return their exit code."""
        code = wait_for(self._process)
        self._output.seek(0)
        print(self._output.read().decode(errors="replace"), end="", flush=True)
        return code

    def stop(self):
        """End them if they still run."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


def addon_tests(bench, base, options, paths):
    """Run the addon's suite on a database of this run alone."""
    databases = Databases(bench)
    drop_leftovers(databases, base)
    name = f"{base}_{os.getpid()}"
    gate = bench.cache.log(f"{name}-warnings")
    gate.unlink(missing_ok=True)
    command = [
        bench.environment.python, "-m", "pytest",
        "-p", "dev_gate", "-p", "dev_filestore", "-p", "no:cacheprovider",
        # Odoo's own hook of the garbage collector stumbles when Python ends
        "-p", "no:unraisableexception", f"--odoo-database={name}", "--odoo-http",
        "-W", CRYPT,
        "--odoo-log-level=warn", "--rootdir", bench.checkout.addon,
    ]  # fmt: skip
    if not any(option.startswith(NO_WORKERS) for option in options):
        command += WORKERS
    env = {**bench.env, "DEV_GATE_LOG": str(gate)}
    env["PYTHONPATH"] += f"{os.pathsep}{HERE / 'plugins'}"
    env["HYPOTHESIS_STORAGE_DIRECTORY"] = str(bench.cache / "hypothesis")
    stdin = None if "--pdb" in options else subprocess.DEVNULL
    try:
        with step(f"database {name} for this run"):
            databases.clone(base, name)
        return call(
            [*command, *options, *paths],
            env=env,
            cwd=bench.checkout.links,
            stdin=stdin,
        )
    finally:
        for leftover in [*databases.names(f"{name}-"), name]:
            databases.drop(leftover)
        gate.unlink(missing_ok=True)


def drop_leftovers(databases, base):
    """Drop what runs that were killed have left behind."""
    for name in databases.names(f"{base}_"):
        pid = name.removeprefix(f"{base}_").split("-")[0]
        if pid.isdigit() and not process_alive(int(pid)):
            databases.drop(name)
