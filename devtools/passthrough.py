"""./dev odoo and ./dev shell: Odoo itself with this checkout's configuration."""

from .console import say
from .databases import Databases
from .foreground import call
from .updating import UpToDateDatabase


def wanted_database(arguments):
    """Return the database that arguments of Odoo name, or None."""
    for position, argument in enumerate(arguments):
        if argument in ("-d", "--database"):
            return arguments[position + 1] if position + 1 < len(arguments) else None
        for prefix in ("--database=", "-d"):
            if argument.startswith(prefix) and not argument.startswith("--d="):
                return argument.removeprefix(prefix)
    return None


def ensure_database(bench, name):
    """Clone the template if a database does not exist yet."""
    databases = Databases(bench)
    if name and not databases.exists(name):
        source = databases.template()
        say(f"database {name} is new: a copy of the template with Odoo's demo data")
        databases.clone(source, name)


def odoo(bench, arguments):
    """Run Odoo; a database that -d names is cloned from the template if missing."""
    ensure_database(bench, wanted_database(arguments))
    return call(bench.odoo_command(*arguments), env=bench.env)


def shell(bench, arguments):
    """Open Odoo's shell in the demo database or another one."""
    name = wanted_database(arguments)
    if name is None:
        name = bench.checkout.database("demo")
        arguments = ["-d", name, *arguments]
    if not Databases(bench).exists(name):
        UpToDateDatabase(bench, name).bring()
    quiet = ["--no-http", "--log-level=warn"]
    return call(bench.odoo_command("shell", *quiet, *arguments), env=bench.env)
