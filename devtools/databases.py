"""Databases: a template made once, clones of it with their file store.

What a database was built from is kept in its comment, so a database and that
knowledge live and die together.
"""

import json
import shutil
import time

from .console import step
from .fingerprint import text_hash
from .locks import locked
from .manifest import dependencies
from .odoo_run import run_odoo
from .postgres import SqlError

# Raise it when the way a template is made changes.
RECIPE = "1"
LANGUAGE = "zh_CN"
TRIES = 30
PREGENERATE = "env['ir.qweb']._pregenerate_assets_bundles()\nenv.cr.commit()\n"


def quoted(name):
    """Quote an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


class Databases:
    """The databases of a bench's server."""

    def __init__(self, bench):
        self.bench = bench
        self.server = bench.server

    def exists(self, name):
        """Tell whether a database exists."""
        return bool(
            self.server.sql("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        )

    def names(self, prefix):
        """List the databases whose name starts so."""
        rows = self.server.sql(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1",
            [prefix],
        )
        return [name for (name,) in rows]

    def note(self, name):
        """Return what a database was built from."""
        rows = self.server.sql(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            "WHERE datname = %s",
            [name],
        )
        try:
            return json.loads(rows[0][0])
        except (IndexError, TypeError, ValueError):
            return {}

    def set_note(self, name, note):
        """Keep what a database was built from."""
        self.server.sql(f"COMMENT ON DATABASE {quoted(name)} IS %s", [json.dumps(note)])

    def drop(self, name):
        """Drop a database with its file store."""
        statement = f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)"
        self._patiently(statement, "terminate process")
        shutil.rmtree(self.filestore(name), ignore_errors=True)

    def clone(self, source, name):
        """Make a copy of a database, file store included; an old one goes."""
        self.drop(name)
        statement = f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(source)}"
        # a database cannot be copied while somebody is connected to it
        self._patiently(statement, "being accessed")
        files = self.filestore(source)
        if files.exists():
            shutil.copytree(files, self.filestore(name), dirs_exist_ok=True)

    def _patiently(self, statement, obstacle):
        """Run a statement, again and again while an obstacle is in its way.

        Autovacuum is one: it is the server's own and nobody else may end it.
        """
        for patience in reversed(range(TRIES)):
            try:
                return self.server.sql(statement)
            except SqlError as error:
                if obstacle not in str(error) or not patience:
                    raise
                time.sleep(1)
        return None

    def rename(self, source, name):
        """Give a finished database its name."""
        self.drop(name)
        self.server.sql(f"ALTER DATABASE {quoted(source)} RENAME TO {quoted(name)}")
        if self.filestore(source).exists():
            self.filestore(source).rename(self.filestore(name))

    def filestore(self, name):
        """Return the folder of a database's files."""
        return self.bench.data_dir / "filestore" / name

    def template(self, demo=True):
        """Return the database with the addon's dependencies, made if missing."""
        depends = dependencies(self.bench.checkout.root)
        cache = str(self.bench.cache.root)
        key = text_hash(RECIPE, cache, self.bench.odoo.key, *depends)
        name = f"cp_template_{'demo' if demo else 'bare'}_{key}"
        if self._finished(name):
            return name
        with locked(self.bench.cache.lock(f"{name}"), "it makes the template database"):
            if not self._finished(name):
                self._make_template(name, depends, demo)
        return name

    def _finished(self, name):
        return self.exists(name) and bool(self.note(name).get("finished"))

    def _make_template(self, name, depends, demo):
        what = "Odoo's demo data" if demo else "no demo data"
        raw = f"{name}_raw"
        log = self.bench.cache.log(name)
        with step(f"Template database with {', '.join(depends)} and {what}"):
            self.drop(raw)
            install = ["-d", raw, "-i", ",".join(depends), "--stop-after-init"]
            flavour = "--with-demo" if demo else "--skip-auto-install"
            run_odoo(self.bench, [*install, flavour, "--no-http"], log)
            self.load_language(raw, log.with_suffix(".lang.log"))
            self.pregenerate(raw, log.with_suffix(".assets.log"))
            self.rename(raw, name)
            self.set_note(name, {"finished": True})

    def load_language(self, name, log):
        """Load Chinese, so that later installations bring their translations."""
        run_odoo(self.bench, ["i18n", "loadlang", "-d", name, "-l", LANGUAGE], log)

    def pregenerate(self, name, log):
        """Build the asset bundles, which tests would build again and again."""
        shell = ["shell", "-d", name, "--no-http", "--log-level=warn"]
        run_odoo(self.bench, shell, log, script=PREGENERATE)

    def connections(self, name):
        """Count who is connected to a database."""
        try:
            ((count,),) = self.server.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]
            )
        except SqlError:
            return 0
        return count
