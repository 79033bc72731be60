"""A database with the addon installed, kept until the addon's files change."""

from .console import say, step
from .databases import Databases
from .fingerprint import addon_hash
from .locks import locked
from .odoo_run import refuse_bad_log, run_odoo
from .paths import MODULE


class AddonDatabase:
    """A clone of the template that the addon is installed in."""

    def __init__(self, bench, name, demo=True, assets=True):
        self.bench = bench
        self.name = name
        self.demo = demo
        # only who opens a browser needs the asset bundles
        self.assets = assets
        self.databases = Databases(bench)
        self.log = bench.cache.log(f"{name}-install")

    def build(self):
        """Return the database's name, built again if the addon's files changed."""
        template = self.databases.template(self.demo)
        with locked(self.bench.cache.lock(self.name), f"it builds {self.name}"):
            want = {"template": template, "addon": addon_hash(self.bench.checkout.root)}
            if self.databases.note(self.name) == want:
                say(f"database {self.name}: the addon's files have not changed")
            else:
                self._install(template, want)
        return self.name

    def _install(self, template, want):
        raw = f"{self.name}_raw"
        with step(f"database {self.name}: template, then install {MODULE}"):
            self.databases.clone(template, raw)
            self.databases.set_note(raw, {})
            arguments = ["-d", raw, "-i", MODULE, "--stop-after-init", "--no-http"]
            run_odoo(self.bench, arguments, self.log)
            refuse_bad_log(self.log, f"Installing {MODULE}")
            if self.assets:
                log = self.log.with_suffix(".assets.log")
                self.databases.pregenerate(raw, log)
                refuse_bad_log(log, "Building the asset bundles")
            self.databases.rename(raw, self.name)
            self.databases.set_note(self.name, want)
