"""With Sales, Invoicing, Project and OCA's addons installed: their KPIs measure.

Scripts in ``apps/`` run in Odoo's shell; each makes a little data, measures, and fails
on a number that is not what it has to be. A run that passed is not repeated until the
addon's files change.
"""

import os
import subprocess

import pytest

from devtools.databases import Databases
from devtools.environments import HERE as DEVTOOLS
from devtools.fingerprint import addon_hash, file_hash, text_hash
from devtools.locks import locked
from devtools.odoo_run import bad_lines, run_odoo
from devtools.paths import MODULE

REQUIREMENTS = DEVTOOLS / "requirements-apps.txt"
APPS = DEVTOOLS / "tests" / "apps"
MODULES = (
    MODULE, "sale_crm", "sale_margin", "stock", "account", "project", "queue_job",
    "helpdesk_mgmt",
)  # fmt: skip


@pytest.fixture
def addons(bench):
    """Return the folder with OCA's addons, fetched once."""
    root = bench.cache / "oca" / file_hash(REQUIREMENTS)
    with locked(bench.cache.lock("oca"), "it fetches OCA's addons"):
        if not (root / ".complete").exists():
            subprocess.run(
                [
                    bench.environment.python, "-m", "pip", "install", "--quiet",
                    "--no-input", "--no-deps", "--disable-pip-version-check",
                    "--target", root, "-r", REQUIREMENTS,
                ],
                check=True,
            )  # fmt: skip
            (root / ".complete").touch()
    return root


@pytest.fixture
def proof(bench):
    """Return the file that tells of a run that passed."""
    files = [*sorted(APPS.glob("*.py")), REQUIREMENTS, __file__]
    key = text_hash(addon_hash(bench.checkout.root), bench.odoo.key, file_hash(*files))
    folder = bench.cache / "other-apps"
    folder.mkdir(exist_ok=True)
    return folder / key


@pytest.fixture
def database(bench):
    databases = Databases(bench)
    name = bench.checkout.database(f"apps_{os.getpid()}")
    databases.clone(databases.template(demo=False), name)
    yield name
    databases.drop(name)


def test_kpis_of_other_apps(bench, proof, request):
    with locked(bench.cache.lock("other-apps"), "it installs other apps"):
        if not proof.exists():
            check(bench, request.getfixturevalue("addons"), request)
            proof.touch()


class Beside:
    """A workbench whose Odoo also imports what lies beside OCA's addons."""

    def __init__(self, bench, addons):
        self._bench = bench
        self._addons = addons

    def __getattr__(self, name):
        return getattr(self._bench, name)

    @property
    def env(self):
        """Return the process environment of Odoo."""
        env = self._bench.env
        path = f"{env['PYTHONPATH']}{os.pathsep}{self._addons}"
        return {**env, "PYTHONPATH": path}


def check(bench, addons, request):
    """Install the apps with the addon, then run each script."""
    name = request.getfixturevalue("database")
    path = ",".join(
        map(str, [*bench.odoo.addons, addons / "odoo" / "addons", bench.checkout.links])
    )
    log = bench.cache.log(f"{name}-apps")
    options = ["-d", name, "--addons-path", path, "--no-http"]
    modules = ",".join(MODULES)
    bench = Beside(bench, addons)
    run_odoo(bench, [*options, "-i", modules, "--stop-after-init"], log)
    ours = [line for line in bad_lines(log) if MODULE in line]
    assert ours == []
    for script in sorted(APPS.glob("*.py")):
        text = script.read_text(encoding="utf-8") + "\nprint('checked')\n"
        run_odoo(bench, ["shell", *options], log, text)
        output = log.read_text(encoding="utf-8", errors="replace")
        assert "checked" in output.splitlines(), output[-4000:]
    log.unlink()
