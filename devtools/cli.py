"""The commands of ./dev."""

import argparse
import errno
import sys
from pathlib import Path

from benchmarks.plan import SCENARIOS

from . import passthrough
from .benching import run_bench
from .console import DevError, say
from .doctor import doctor
from .foreground import terminating
from .linting import lint
from .postgres import SqlError
from .resetting import reset_databases, reset_everything
from .serving import serve
from .testing import test
from .translations import translate
from .workbench import Workbench

ROOT = Path(__file__).resolve().parent.parent
EPILOG = """\
Everything is fetched and built in the cache folder ($XDG_CACHE_HOME or ~/.cache).
ODOO_HOME names a checkout of Odoo 19.0 to use instead of Debian's package; PGHOST,
PGSERVICE or DATABASE_URL name a PostgreSQL to use instead of the embedded one.
"""


def _parser():
    parser = argparse.ArgumentParser(
        prog="./dev",
        description="The one command of a checkout.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name, text, **options):
        return commands.add_parser(
            name, help=text, description=text, allow_abbrev=False, **options
        )

    run = add("run", "serve the demo company; what follows -- goes to Odoo")
    run.add_argument("--port", type=int, default=8069)
    run.add_argument("--no-demo", action="store_true", help="without demo data")
    run.add_argument("-d", metavar="NAME", help="a database of your own")
    run.add_argument("options", nargs="*", help=argparse.SUPPRESS)
    run_test = add("test", "run the whole suite; other arguments go to pytest")
    run_test.add_argument("-d", metavar="NAME", help="a database of your own")
    run_lint = add("lint", "run all gates")
    run_lint.add_argument("--fix", action="store_true", help="repair what tools can")
    add_bench(add)
    add("shell", "open Odoo's shell in the demo database; -d NAME for another one")
    add("odoo", "run Odoo itself with this checkout's configuration")
    add("doctor", "tell what is used, from where, in which version")
    i18n = add("i18n", "export the .pot file and merge the .po files")
    i18n.add_argument("--check", action="store_true", help="only tell if it is stale")
    reset = add("reset", "drop the databases of this checkout")
    reset.add_argument("--all", action="store_true", help="and the whole cache")
    return parser


def add_bench(add):
    """Add the command ``bench``."""
    bench = add("bench", "compare the speed of the addon, print one table")
    for name in ("employees", "customers", "leads", "kpis", "seed"):
        bench.add_argument(f"--{name}", type=int, metavar="N")
    bench.add_argument("--only", metavar="NAME[,NAME]", help=", ".join(SCENARIOS))
    bench.add_argument("--quick", action="store_true", help="little data, few turns")
    bench.add_argument("-d", metavar="NAME", help="run on this database and keep it")


def _test(bench, options):
    return test(bench, options.rest, options.d)


def _run(bench, options):
    demo = not options.no_demo
    return serve(bench, options.port, demo, options.d, options.options)


def _reset(bench, options):
    return reset_everything(bench) if options.all else reset_databases(bench)


COMMANDS = {
    "test": _test,
    "run": _run,
    "bench": run_bench,
    "lint": lambda bench, options: lint(bench, options.fix),
    "shell": lambda bench, options: passthrough.shell(bench, options.rest),
    "odoo": lambda bench, options: passthrough.odoo(bench, options.rest),
    "doctor": lambda bench, _options: doctor(bench),
    "i18n": lambda bench, options: translate(bench, options.check),
    "reset": _reset,
}


def parse(argv):
    """Parse the command line; what is for pytest or Odoo ends up in ``rest``."""
    parser = _parser()
    if argv[:1] in (["odoo"], ["shell"]):
        options = parser.parse_args(argv[:1])
        options.rest = argv[1:]
        return options
    if argv[:1] == ["test"]:
        options, options.rest = parser.parse_known_args(argv)
        return options
    return parser.parse_args(argv or ["--help"])


def main(argv):
    """Run one command and return its exit code."""
    options = parse(argv)
    try:
        with terminating(), Workbench(ROOT) as bench:
            return COMMANDS[options.command](bench, options)
    except DevError as error:
        say(str(error))
        return error.code
    except SqlError as error:
        say(f"PostgreSQL refuses: {str(error).splitlines()[0]}{_hint(error)}")
        return 2
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
            raise
        say(f"{error.filename or 'The cache'}: {error.strerror}; free some space, or")
        say("point XDG_CACHE_HOME to a folder that can be written.")
        return 2
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130


def _hint(error):
    text = str(error)
    if "No space left" in text or "could not extend" in text:
        return " (the disk is full: free some space, or ./dev reset)"
    return ""
