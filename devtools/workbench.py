"""Everything a command needs, made on first use: Odoo, Python, PostgreSQL."""

import os
from functools import cached_property

from .browser import font_environment
from .embedded import EmbeddedServer
from .environments import lint_environment, odoo_environment
from .odoo_source import find_odoo
from .paths import Cache, Checkout
from .postgres import named_server


class Workbench:
    """The tools of one checkout for the length of one command."""

    def __init__(self, root):
        self.cache = Cache()
        self.checkout = Checkout(root, self.cache)
        self._server = None

    def __enter__(self):
        self.cache.prepare()
        self.checkout.link()
        return self

    def __exit__(self, *_exc):
        if self._server is not None:
            self._server.close()

    @cached_property
    def odoo(self):
        """Return the Odoo to run."""
        return find_odoo(self.cache)

    @cached_property
    def environment(self):
        """Return the Python environment of Odoo."""
        return odoo_environment(self.cache).ensure()

    @cached_property
    def lint_environment(self):
        """Return the Python environment of the gates."""
        return lint_environment(self.cache).ensure()

    @property
    def server(self):
        """Return the PostgreSQL server, running."""
        if self._server is None:
            named = named_server(self.environment)
            if named:
                self._server = named.check()
            else:
                self._server = EmbeddedServer(self.cache, self.environment)
                self._server.start()
        return self._server

    @cached_property
    def fonts(self):
        """Return what lets programs find fonts."""
        return font_environment(self.cache)

    @property
    def data_dir(self):
        """Return Odoo's data folder: file stores and sessions of one server."""
        return self.cache / "odoo-data" / self.server.key

    @cached_property
    def config(self):
        """Write Odoo's configuration of this checkout and return its path."""
        addons = [*self.odoo.addons, self.checkout.links]
        options = {
            "addons_path": ",".join(map(str, addons)),
            "data_dir": self.data_dir,
            "screenshots": self.cache / "screenshots" / self.checkout.key,
            "db_maxconn": 32,
            "http_interface": "127.0.0.1",
            "max_cron_threads": 1,
            "workers": 0,
        }
        text = "[options]\n" + "".join(f"{k} = {v}\n" for k, v in options.items())
        self.checkout.links.mkdir(parents=True, exist_ok=True)
        path = self.checkout.links / "odoo.conf"
        if not path.exists() or path.read_text() != text:
            fresh = path.with_name(f"odoo.conf-{os.getpid()}")
            fresh.write_text(text)
            os.replace(fresh, path)
        return path

    @property
    def env(self):
        """Return the process environment of Odoo."""
        home = self.odoo.python_path
        env = self.server.env
        path = f"{self.environment.bin}{os.pathsep}{env.get('PATH', os.defpath)}"
        env |= self.fonts
        env |= {"PATH": path, "PYTHONPATH": str(home)}
        # every command of Odoo reads the configuration from there
        env["ODOO_RC"] = str(self.config)
        # nothing of the current folder is imported
        env["PYTHONSAFEPATH"] = "1"
        # Chromium and other programs leave nothing in the user's folders
        for kind in ("CACHE", "CONFIG", "DATA"):
            env[f"XDG_{kind}_HOME"] = str(self.cache / "home" / kind.lower())
        for name in ("OPENERP_SERVER", "PYTHONHOME", "VIRTUAL_ENV"):
            env.pop(name, None)
        return env

    def odoo_command(self, *arguments):
        """Return the command line of Odoo; ``env`` names its configuration."""
        return [str(self.environment.python), "-m", "odoo", *map(str, arguments)]
