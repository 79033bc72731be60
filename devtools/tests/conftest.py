"""What the tests of ./dev share. Odoo's plugin of pytest is not loaded here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.paths import Cache
from devtools.workbench import Workbench

ROOT = Path(__file__).resolve().parents[2]
DEAD = "http://127.0.0.1:9"


@pytest.fixture
def cache(tmp_path):
    """Return an empty cache folder."""
    found = Cache({"XDG_CACHE_HOME": str(tmp_path)})
    found.prepare()
    return found


@pytest.fixture(scope="session")
def bench():
    """Return the workbench of this checkout."""
    with Workbench(ROOT) as found:
        yield found


@pytest.fixture
def dev():
    """Return a function that runs ./dev and gives (exit code, what it said)."""

    def run(*arguments, timeout=120, **environment):
        python = os.environ.get("DEV_PYTHON", sys.executable)
        env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        result = subprocess.run(
            [python, str(ROOT / "dev"), *arguments],
            env={**env, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )
        return result.returncode, result.stdout

    return run
