"""Programs that tests and reports need: Chromium, wkhtmltopdf and fonts."""

import os
import shutil
from pathlib import Path

from .console import DevError, step
from .debian import Apt, install_system, is_debian
from .locks import locked
from .processes import output_of

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONT_PACKAGES = ("fonts-noto-cjk", "fonts-dejavu-core")
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def find_chromium():
    """Return the path of a Chromium on this machine, or None."""
    return next(filter(None, map(shutil.which, CHROMIUMS)), None)


def find_wkhtmltopdf():
    """Return the path of wkhtmltopdf on this machine, or None."""
    return shutil.which("wkhtmltopdf")


def missing_programs():
    """List the Debian packages of the programs that are missing."""
    found = {"chromium": find_chromium(), "wkhtmltopdf": find_wkhtmltopdf()}
    return [package for package, path in found.items() if not path]


def ensure_programs(cache):
    """Install what is missing if we may, else name the command."""
    if not missing_programs():
        return
    with locked(cache.lock("apt-install"), "it installs packages"):
        packages = missing_programs()
        if packages and is_debian() and os.geteuid() == 0:
            install_system(packages, cache.log("apt-install"))
            packages = missing_programs()
    if packages:
        raise DevError(
            "Browser tours and printed reports need what this machine lacks: "
            f"apt-get install {' '.join(packages)} (as root), then run this again."
        )


def has_fonts():
    """Tell whether the machine has Chinese characters and DejaVu Sans."""
    chinese = output_of(["fc-list", ":lang=zh-cn", "file"])
    latin = output_of(["fc-list", ":family=DejaVu Sans", "file"])
    return bool(chinese and chinese.strip() and latin and latin.strip())


def font_environment(cache):
    """Return what lets programs find fonts, fetched into the cache if needed."""
    if has_fonts():
        return {}
    folder = cache / "fonts"
    conf = folder / "fonts.conf"
    if not conf.exists():
        with locked(cache.lock("apt"), "it downloads packages"):
            if not conf.exists():
                _download_fonts(cache, folder, conf)
    return {"FONTCONFIG_FILE": str(conf)}


def _download_fonts(cache, folder, conf):
    with step("Fonts with Chinese characters (about 60 MB)"):
        apt = Apt(cache)
        apt.prepare()
        apt.unpack(FONT_PACKAGES, folder)
        text = FONTS_CONF.format(
            fonts=folder / "usr/share/fonts", cache=folder / "cache"
        )
        conf.write_text(text)


def program_versions():
    """Return (name, path or None, version) of the programs."""
    found = []
    for name, path in (
        ("chromium", find_chromium()),
        ("wkhtmltopdf", find_wkhtmltopdf()),
    ):
        text = output_of([path, "--version"]) if path else None
        found.append((name, path and Path(path), (text or "").strip()))
    return found
