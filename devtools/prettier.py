"""Prettier with its XML plugin, installed with npm into the cache."""

import json
import shutil

from .console import DevError, step
from .fingerprint import text_hash
from .locks import locked
from .processes import run

PACKAGES = {"prettier": "3.6.2", "@prettier/plugin-xml": "3.4.2"}


def prettier_command(cache):
    """Return the command line that starts prettier with the plugin."""
    folder = cache / "node" / text_hash(json.dumps(PACKAGES))
    if not (folder / ".complete").exists():
        with locked(cache.lock("node"), "it installs prettier"):
            if not (folder / ".complete").exists():
                _install(cache, folder)
    modules = folder / "node_modules"
    plugin = modules / "@prettier" / "plugin-xml" / "src" / "plugin.js"
    program = modules / "prettier" / "bin" / "prettier.cjs"
    return ["node", program, f"--plugin={plugin}"]


def _install(cache, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"private": true}\n')
    wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
    options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder]
    log = cache.log("npm")
    with step(f"npm: {', '.join(wanted)}"):
        if run(["npm", "install", *options, *wanted], log, cwd=folder):
            raise DevError(
                "npm could not install prettier: check the network and the disk "
                f"(log: {log})."
            )
    (folder / ".complete").touch()
