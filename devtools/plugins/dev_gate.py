"""Pytest plugin: a WARNING in the log or a skipped test fails the run.

Every worker writes what it logs at WARNING and above to the file that DEV_GATE_LOG
names, together with the test that ran; the main process judges it. What a test
expects and mutes (mute_logger, assertLogs) never arrives here.
"""

import logging
import os
from pathlib import Path

import pytest

# Python's warnings are pytest's business; it raises those of the addon.
PYTHON_WARNINGS = "py.warnings"
ADDON = r"odoo\.addons\.customer_performance"


class GateHandler(logging.Handler):
    """Append records to the file, one line each."""

    def __init__(self, path):
        super().__init__(logging.WARNING)
        self.path = path

    def emit(self, record):
        """Write one record with the test that caused it."""
        if record.name == PYTHON_WARNINGS:
            return
        test = os.environ.get("PYTEST_CURRENT_TEST", "outside of tests")
        text = record.getMessage()
        if record.exc_info:
            text += f" ({record.exc_info[0].__name__}: {record.exc_info[1]})"
        text = " | ".join(text.splitlines())
        line = f"{test}: {record.levelname} {record.name}: {text}\n"
        with open(self.path, "a", encoding="utf-8") as handle:
            handle.write(line)


class Gate:
    """Judge the run in the main process."""

    def __init__(self, path):
        self.path = Path(path)
        self.skipped = []

    def logged(self):
        """Return the lines of the log."""
        try:
            return self.path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def pytest_runtest_logreport(self, report):
        """Remember what was skipped."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped.append(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session):
        """Turn the run red."""
        if session.exitstatus == pytest.ExitCode.OK and (self.skipped or self.logged()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        """Say why."""
        write = terminalreporter.write_line
        lines = self.logged()
        if lines:
            terminalreporter.section("warnings in the log fail the run", red=True)
            for line in lines[:80]:
                write(line)
        if self.skipped:
            terminalreporter.section("skipped tests fail the run", red=True)
            for nodeid in self.skipped:
                write(nodeid)


def pytest_configure(config):
    """Attach the handler in workers, the judge in the main process."""
    path = os.environ.get("DEV_GATE_LOG")
    if not path:
        return
    logging.getLogger().addHandler(GateHandler(path))
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Gate(path), "dev-gate")
    config.addinivalue_line("filterwarnings", "ignore::DeprecationWarning")
    config.addinivalue_line("filterwarnings", f"error::DeprecationWarning:{ADDON}")
