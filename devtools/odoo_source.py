"""Where Odoo 19.0 comes from: $ODOO_HOME, an importable one, or Debian's package."""

import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from .console import DevError, step
from .debian import Apt
from .fingerprint import text_hash
from .locks import locked
from .processes import output_of

SERIES = "19.0"
PACKAGE = "odoo-19"
# Odoo's files link to these packages; without them no asset bundle builds.
LINKED_PACKAGES = (
    "fonts-font-awesome",
    "fonts-glyphicons-halflings",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
# Debian leaves this file out, but mail's asset bundle names it.
LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    """An Odoo that can be run: what to import, where its addons lie."""

    origin: str
    python_path: Path
    addons: tuple
    version: str

    @property
    def package(self):
        """Return the folder of the Python package."""
        return self.python_path / "odoo"

    @property
    def key(self):
        """Name this Odoo in the names of what is built with it."""
        return text_hash(str(self.python_path.resolve()), self.version)


def read_series(package):
    """Return the series a package of Odoo says it is, or None."""
    try:
        text = (package / "release.py").read_text(encoding="utf-8")
    except OSError:
        return None
    match = re.search(r"^version_info\s*=\s*\((\d+),\s*(\d+)", text, re.MULTILINE)
    return f"{match[1]}.{match[2]}" if match else None


def _addons_folders(package):
    folders = [package / "addons", package.parent / "addons"]
    return tuple(path for path in folders if (path / "crm").is_dir())


def from_home(home):
    """Use the checkout that $ODOO_HOME names."""
    root = Path(home).expanduser()
    hint = "set it to a checkout of Odoo 19.0, or unset it to use Debian's package."
    if not root.is_dir():
        raise DevError(f"ODOO_HOME names {home}, which is no folder: {hint}")
    series = read_series(root / "odoo")
    if series is None:
        raise DevError(f"ODOO_HOME names {home}, which holds no Odoo: {hint}")
    if series != SERIES:
        raise DevError(f"ODOO_HOME names {home}, which is Odoo {series}: {hint}")
    addons = _addons_folders(root.absolute() / "odoo")
    if not addons:
        raise DevError(f"ODOO_HOME names {home}, which lacks the addon crm: {hint}")
    return OdooSource("ODOO_HOME", root.absolute(), addons, series)


def from_python(cache):
    """Use the Odoo that the running Python can import, if it is 19.0."""
    code = "import odoo.release as r; print(r.__file__)"
    found = output_of([sys.executable, "-c", code], cwd="/")
    if not found:
        return None
    package = Path(found.strip()).parent
    addons = _addons_folders(package)
    if read_series(package) != SERIES or not addons:
        return None
    # a folder of its own: nothing else of that Python's packages comes along
    folder = cache / "odoo" / f"linked-{text_hash(str(package))}"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "odoo"
    if not link.is_symlink():
        link.symlink_to(package)
    return OdooSource(f"Python package {package}", folder, addons, SERIES)


def from_debian(cache):
    """Use Debian's package, downloaded into the cache the first time."""
    found = _unpacked(cache)
    if found:
        return found
    with locked(cache.lock("apt"), "it downloads Odoo"):
        found = _unpacked(cache)
        if not found:
            with step(f"Odoo from Debian's package {PACKAGE} (about 130 MB)"):
                _download(cache)
            found = _unpacked(cache)
    return found


def _unpacked(cache):
    for folder in sorted((cache / "odoo").glob("debian-*"), reverse=True):
        if (folder / ".complete").exists():
            python_path = folder / "usr/lib/python3/dist-packages"
            addons = (python_path / "odoo" / "addons",)
            version = folder.name.removeprefix("debian-")
            return OdooSource(f"Debian {PACKAGE}", python_path, addons, version)
    return None


def _download(cache):
    apt = Apt(cache)
    apt.prepare()
    version = apt.candidate(PACKAGE).replace("/", "_")
    target = cache / "odoo" / f"debian-{version}"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    apt.unpack([PACKAGE, *LINKED_PACKAGES], target)
    package = target / "usr/lib/python3/dist-packages/odoo"
    if read_series(package) != SERIES:
        raise DevError(f"Debian's {PACKAGE} {version} is not Odoo {SERIES} any more.")
    stub = package / "addons" / LEFT_OUT
    if not stub.exists():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text("/* left out by Debian */\n")
    (target / ".complete").touch()


def find_present(cache, environ=os.environ):
    """Return the Odoo that is there already, or None: nothing is fetched."""
    if environ.get("ODOO_HOME"):
        return from_home(environ["ODOO_HOME"])
    return from_python(cache) or _unpacked(cache)


def find_odoo(cache, environ=os.environ):
    """Return the Odoo to use; the first that is there wins."""
    return find_present(cache, environ) or from_debian(cache)
