"""What the process of ``./dev bench`` that holds Odoo can do."""

import sys
import time

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect

from .bench import Bench
from .data.generate import generate, tidy
from .scenarios import RUN


def generate_data(request):
    """Fill the database of the request."""
    name = request["database"]
    with Registry(name).cursor() as cr:
        generate(Environment(cr, SUPERUSER_ID, {}), request["size"])
    with db_connect(name).cursor() as cr:
        cr._cnx.autocommit = True
        tidy(cr._obj)
    return 0


def run(request):
    """Run the scenarios of the request and print the table."""
    bench = Bench(request, tell)
    try:
        for name in request["scenarios"]:
            start = time.monotonic()
            RUN[name](bench)
            tell(f"{name} took {time.monotonic() - start:.0f} s")
    finally:
        # what was measured before something failed is worth reading too
        print("\n".join(["", *bench.table.lines(), ""]), flush=True)
    return 0 if bench.table.is_correct else 1


def tell(text):
    """Say on standard error how far it is."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


COMMANDS = {"generate": generate_data, "run": run}
