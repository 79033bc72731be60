"""./dev test: a database with the addon installed, then the suite in workers."""

import os
import subprocess
import sys
from pathlib import Path

from .addon_database import AddonDatabase
from .browser import browser_environment
from .console import say, step
from .databases import Databases

HERE = Path(__file__).resolve().parent
# Options of pytest whose value must not be taken for a path.
WITH_VALUE = {"-c", "-k", "-m", "-n", "-o", "-p", "-r", "-W", "--dist", "--tb"}
NO_WORKERS = ("-n", "--numprocesses", "--pdb", "--trace")
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
    """Run ./dev's own tests, then the addon's suite; return the exit code."""
    root, addon = bench.checkout.root, bench.checkout.addon
    options, addon_paths, own_paths = split_arguments(arguments, root, addon)
    everything = not addon_paths and not own_paths and not options
    if own_paths or everything:
        code = own_tests(bench, options, own_paths or [HERE / "tests"])
        if code or not everything:
            return code
    return addon_tests(bench, options, addon_paths or [addon / "tests"], database)


def own_tests(bench, options, paths):
    """Run the tests of ./dev itself, without Odoo's plugin."""
    command = [bench.environment.python, "-m", "pytest", "-p", "no:odoo"]
    command += ["-p", "no:cacheprovider", "-q", "--rootdir", HERE / "tests"]
    env = {**bench.env, "PYTHONPATH": str(HERE.parent)}
    return _pytest([*command, *options, *paths], env, HERE)


def addon_tests(bench, options, paths, database):
    """Run the addon's suite on a database of this run alone."""
    extra = browser_environment(bench)
    base = AddonDatabase(bench, database or bench.checkout.database("test")).build()
    databases = Databases(bench)
    name = f"{base}_{os.getpid()}"
    gate = bench.cache.log(f"{name}-warnings")
    gate.unlink(missing_ok=True)
    with step(f"database {name} for this run"):
        databases.clone(base, name)
    command = [
        bench.environment.python, "-m", "pytest", "-p", "dev_gate",
        "-p", "no:cacheprovider", f"--odoo-database={name}", "--odoo-http",
        "--odoo-log-level=warn", "--rootdir", bench.checkout.addon,
    ]  # fmt: skip
    if not any(option.startswith(NO_WORKERS) for option in options):
        command += WORKERS
    env = {**bench.env, **extra, "DEV_GATE_LOG": str(gate)}
    env["PYTHONPATH"] += f"{os.pathsep}{HERE / 'plugins'}"
    env["HYPOTHESIS_STORAGE_DIRECTORY"] = str(bench.cache / "hypothesis")
    try:
        return _pytest([*command, *options, *paths], env, bench.checkout.links)
    finally:
        for leftover in [*databases.names(f"{name}-"), name]:
            databases.drop(leftover)


def _pytest(command, env, folder):
    sys.stdout.flush()
    command = [str(part) for part in command]
    process = subprocess.Popen(command, env=env, cwd=folder, stdin=subprocess.DEVNULL)
    try:
        return process.wait()
    except KeyboardInterrupt:
        say("stopping the tests")
        process.wait()
        raise
