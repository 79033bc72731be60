"""A database that stays: the addon is updated in it when its files changed."""

from .addon_database import AddonDatabase
from .console import DevError, say, step
from .fingerprint import addon_hash
from .locks import locked
from .odoo_run import run_odoo
from .paths import MODULE


class UpToDateDatabase(AddonDatabase):
    """The demo database of a checkout, or one that -d names."""

    def bring(self):
        """Make it, or update the addon in it if the addon's files changed."""
        with locked(self.bench.cache.lock(self.name), f"it updates {self.name}"):
            want = {"addon": addon_hash(self.bench.checkout.root)}
            if not self.databases.exists(self.name):
                self._make(want)
            elif self.databases.note(self.name) != want:
                self._update(want)
            else:
                say(f"database {self.name}: the addon's files have not changed")

    def _make(self, want):
        raw = f"{self.name}_raw"
        with step(f"database {self.name}: template, then install {MODULE}"):
            self.databases.clone(self.databases.template(self.demo), raw)
            self._change(raw, "-i")
            self.databases.rename(raw, self.name)
            self.databases.set_note(self.name, want)

    def _update(self, want):
        if self.databases.connections(self.name):
            raise DevError(
                f"The addon has changed, but another Odoo uses the database "
                f"{self.name}: stop it, or take another one with -d NAME."
            )
        installed = self.databases.server.sql(
            "SELECT state FROM ir_module_module WHERE name = %s",
            [MODULE],
            database=self.name,
        )
        verb = "-u" if installed == [["installed"]] else "-i"
        with step(f"database {self.name}: the addon's files changed, update"):
            self._change(self.name, verb)
            self.databases.set_note(self.name, want)

    def _change(self, name, verb):
        arguments = ["-d", name, verb, MODULE, "--stop-after-init", "--no-http"]
        run_odoo(self.bench, arguments, self.log)
        log = self.log.with_suffix(".assets.log")
        self.databases.pregenerate(name, log)
