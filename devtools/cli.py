"""The commands of ./dev."""

import argparse
import sys
from pathlib import Path

from . import passthrough, testing
from .console import DevError, say
from .workbench import Workbench

ROOT = Path(__file__).resolve().parent.parent


def main(argv):
    """Run one command and return its exit code."""
    try:
        if argv[:1] == ["odoo"]:
            with Workbench(ROOT) as bench:
                return passthrough.odoo(bench, argv[1:])
        if argv[:1] == ["shell"]:
            with Workbench(ROOT) as bench:
                return passthrough.shell(bench, argv[1:])
        if argv[:1] == ["test"]:
            with Workbench(ROOT) as bench:
                return testing.test(bench, argv[1:])
    except DevError as error:
        say(str(error))
        return error.code
    except KeyboardInterrupt:
        return 130
    return 2
