"""./dev reset: drop the databases of this checkout, or with --all everything."""

import shutil

from .console import DevError, say
from .databases import Databases
from .embedded import EmbeddedServer
from .environments import odoo_environment
from .locks import FileLock
from .postgres import named_server


def reset_databases(bench):
    """Drop the databases of this checkout."""
    databases = Databases(bench)
    names = databases.names(bench.checkout.database(""))
    for name in names:
        databases.drop(name)
    say(f"{len(names)} databases of this checkout dropped")
    return 0


def reset_everything(bench):
    """Drop the databases of every checkout and the whole cache."""
    environment = odoo_environment(bench.cache)
    embedded_home = None
    if environment.usable():
        if named_server(environment):
            databases = Databases(bench)
            for name in databases.names("cp_"):
                databases.drop(name)
            say(f"databases of {bench.server.origin} dropped")
        embedded = EmbeddedServer(bench.cache, environment)
        users = FileLock(embedded.users.path)
        if not users.acquire(wait=False):
            raise DevError("Another ./dev uses the databases: stop it first.")
        if embedded.bin.exists():
            embedded.stop()
        shutil.rmtree(embedded.socket, ignore_errors=True)
        embedded_home = embedded.home
    for folder in filter(None, (embedded_home, bench.cache.root)):
        shutil.rmtree(folder, ignore_errors=True)
        say(f"removed {folder}")
    return 0
