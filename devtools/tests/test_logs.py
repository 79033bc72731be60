"""Warnings in logs, of installations and of tests."""

import os
import subprocess
import sys

import pytest
from conftest import ROOT

from devtools.odoo_run import bad_lines

INFO = "2026-01-01 10:00:00,000 12 INFO db odoo.modules.loading: fine \n"
WARNING = "2026-01-01 10:00:00,000 12 WARNING db odoo.fields: two labels \n"
ERROR = "2026-01-01 10:00:00,000 12 ERROR ? odoo.sql_db: bad query\nTraceback\n  x\n"
TESTS = {
    "warns": "def test_it():\n    logging.getLogger('x').warning('careful')\n",
    "mutes": "def test_it(caplog):\n    log = logging.getLogger('x')\n"
    "    log.addFilter(lambda record: False)\n    log.warning('careful')\n",
    "skips": "@pytest.mark.skip\ndef test_it():\n    pass\n",
    "passes": "def test_it():\n    logging.getLogger('x').info('fine')\n",
}


def test_lines_of_an_installation(tmp_path):
    log = tmp_path / "x.log"
    log.write_text(INFO + WARNING + INFO + ERROR + INFO)
    assert bad_lines(log) == (WARNING + ERROR).rstrip("\n").split("\n")


@pytest.mark.parametrize("workers", [[], ["-n", "1"]])
@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("warns", 1, "test_it (call): WARNING x: careful"),
        ("mutes", 0, "1 passed"),
        ("skips", 1, "skipped tests fail the run"),
        ("passes", 0, "1 passed"),
    ],
)
def test_gate(tmp_path, name, code, says, workers):
    test = tmp_path / "test_inner.py"
    test.write_text(f"import logging\nimport pytest\n\n\n{TESTS[name]}")
    plugins = str(ROOT / "devtools" / "plugins")
    gate_log = str(tmp_path / "gate.log")
    env = {**os.environ, "PYTHONPATH": plugins, "DEV_GATE_LOG": gate_log}
    command = [sys.executable, "-m", "pytest", "-p", "no:odoo", "-p", "dev_gate"]
    command += ["-p", "no:cacheprovider", "--rootdir", str(tmp_path), *workers]
    result = subprocess.run(
        [*command, str(test)],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == code, result.stdout
    assert says in result.stdout
    assert result.stdout.rstrip().splitlines()[-1].startswith("=====")
