"""Workers share a filestore: the tests of one must not empty it for the other."""

import os
import subprocess
import sys

from conftest import ROOT

# what the plugin needs of Odoo, and a collection that is seen
ODOO = """
import unittest


class TransactionCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.addClassCleanup(cls._gc_filestore)

    @classmethod
    def _gc_filestore(cls):
        print("COLLECTED")
"""
TEST = """
from odoo.tests.common import TransactionCase


class TestIt(TransactionCase):
    def test_it(self):
        pass
"""


def collected(tmp_path, *options):
    """Return whether the garbage is collected after a test class."""
    package = tmp_path / "odoo" / "tests"
    package.mkdir(parents=True, exist_ok=True)
    (package.parent / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "common.py").write_text(ODOO)
    (tmp_path / "test_inner.py").write_text(TEST)
    plugins = ROOT / "devtools" / "plugins"
    env = {**os.environ, "PYTHONPATH": f"{plugins}{os.pathsep}{tmp_path}"}
    command = [sys.executable, "-m", "pytest", "-p", "no:odoo", "-s", *options]
    command += ["-p", "no:cacheprovider", "--rootdir", tmp_path, "test_inner.py"]
    result = subprocess.run(
        command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "1 passed" in result.stdout, result.stdout
    return "COLLECTED" in result.stdout


def test_no_garbage_is_collected(tmp_path):
    assert collected(tmp_path)
    assert not collected(tmp_path, "-p", "dev_filestore")
