"""./dev i18n: the template of the terms and the translations, kept in step."""

import os
from pathlib import Path

from .addon_database import AddonDatabase
from .databases import Databases
from .foreground import call
from .odoo_run import run_odoo
from .paths import MODULE

SCRIPT = Path(__file__).resolve().parent / "po_files.py"


def export(bench):
    """Export the terms of the installed addon and return the file's path."""
    base = AddonDatabase(bench, bench.checkout.database("test")).build()
    databases = Databases(bench)
    # a clone of its own: nobody can clone a database that is being read
    name = f"{base}_i18n_{os.getpid()}"
    folder = bench.cache / "i18n"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.pot"
    databases.clone(base, name)
    try:
        # without "--" the list of languages would swallow the module's name
        output = ["-o", path, "-l", "pot", "--", MODULE]
        arguments = ["i18n", "export", "-d", name, *output]
        run_odoo(bench, arguments, bench.cache.log(f"{base}-i18n"))
    finally:
        databases.drop(name)
    return path


def template_is_stale(bench):
    """Tell whether the terms of the addon differ from the template's."""
    fresh = export(bench)
    try:
        folder = bench.checkout.root / "i18n"
        return call([bench.environment.python, SCRIPT, "stale", fresh, folder, MODULE])
    finally:
        fresh.unlink(missing_ok=True)


def translate(bench, check=False):
    """Write .pot and .po files, or with ``check`` only tell whether they are right."""
    folder = bench.checkout.root / "i18n"
    script = [bench.environment.python, SCRIPT]
    if check:
        stale = template_is_stale(bench)
        return call([*script, "check", folder, MODULE]) or stale
    fresh = export(bench)
    try:
        return call([*script, "merge", fresh, folder, MODULE])
    finally:
        fresh.unlink(missing_ok=True)
