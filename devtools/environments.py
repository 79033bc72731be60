"""Python environments in the cache, one for each list of pinned versions."""

import shutil
import subprocess
import sys
from pathlib import Path

from .console import DevError, step
from .debian import pip_wheel
from .fingerprint import file_hash
from .locks import locked
from .processes import refuse_full_disk, run

HERE = Path(__file__).resolve().parent


class Environment:
    """A virtual environment with exactly the versions of a requirements file."""

    def __init__(self, cache, name, requirements):
        self.cache = cache
        self.name = name
        self.requirements = HERE / requirements
        version = "{}.{}".format(*sys.version_info[:2])
        digest = file_hash(self.requirements)
        self.root = cache / "venv" / f"{name}-py{version}-{digest}"
        self.bin = self.root / "bin"
        self.python = self.bin / "python"

    def usable(self):
        """Tell whether it is complete and its interpreter still starts."""
        if not (self.root / ".complete").exists():
            return False
        probe = subprocess.run(
            [self.python, "-c", ""], capture_output=True, check=False
        )
        return probe.returncode == 0

    def ensure(self):
        """Build it unless it is there."""
        if (self.root / ".complete").exists():
            return self
        with locked(
            self.cache.lock(f"venv-{self.name}"), f"it builds {self.root.name}"
        ):
            if not self.usable():
                self._build()
        return self

    @property
    def packages(self):
        """Return its site-packages folder."""
        return next((self.root / "lib").glob("python3.*/site-packages"))

    def _build(self):
        shutil.rmtree(self.root, ignore_errors=True)
        log = self.cache.log(f"venv-{self.name}")
        log.unlink(missing_ok=True)
        with step(f"Python environment for {self.name} ({self.requirements.name})"):
            create = [sys.executable, "-m", "venv"]
            pip = [self.python, "-m", "pip"]
            if run([*create, self.root], log, cwd="/"):
                # Debian ships Python without pip: borrow its wheel
                shutil.rmtree(self.root, ignore_errors=True)
                run(
                    [*create, "--without-pip", self.root],
                    log,
                    cwd="/",
                    failure="Python cannot make a virtual environment: "
                    "install the package python3-venv.",
                )
                pip = [self.python, f"{pip_wheel(self.cache)}/pip"]
            self._install(pip, log)
            (self.root / ".complete").touch()

    def _install(self, pip, log):
        options = ["--no-input", "--disable-pip-version-check", "--no-cache-dir"]
        if run([*pip, "install", *options, "-r", self.requirements], log):
            refuse_full_disk(self.cache.root, log.read_text(errors="replace"))
            raise DevError(
                "pip could not fetch the pinned versions: check the network, then run "
                f"the same again (log: {log})."
            )


def odoo_environment(cache):
    """Return the environment that Odoo and the tests run in."""
    return Environment(cache, "odoo", "requirements.txt")


def lint_environment(cache):
    """Return the environment of the gates."""
    return Environment(cache, "lint", "requirements-lint.txt")
