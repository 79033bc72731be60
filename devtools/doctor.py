"""./dev doctor: what is used, from where, in which version. It builds nothing."""

import os
import platform
import shutil
import sys

from .browser import find_chromium, find_wkhtmltopdf, has_fonts
from .console import DevError
from .embedded import EmbeddedServer
from .environments import lint_environment, odoo_environment
from .odoo_source import PACKAGE, find_present
from .postgres import named_server
from .processes import output_of

NOT_YET = "not there yet; the first ./dev run or ./dev test fetches it"


def doctor(bench):
    """Print a table and return 1 if something needs a person."""
    rows = [
        ("checkout", bench.checkout.root),
        ("addon as", bench.checkout.addon),
        ("cache", f"{bench.cache.root} ({_free(bench.cache.root)} free)"),
        ("system", _system()),
        ("Python", f"{platform.python_version()} at {sys.executable}"),
    ]
    problems = []
    for name, look in (
        ("Odoo", _odoo),
        ("packages", _packages),
        ("PostgreSQL", _postgres),
        ("Chromium", lambda _bench: _program(find_chromium(), "chromium")),
        ("wkhtmltopdf", lambda _bench: _program(find_wkhtmltopdf(), "wkhtmltopdf")),
        ("fonts", _fonts),
        ("node", lambda _bench: _node()),
    ):
        try:
            rows.append((name, look(bench)))
        except DevError as error:
            rows.append((name, f"PROBLEM: {error}"))
            problems.append(name)
    width = max(len(name) for name, _text in rows)
    for name, text in rows:
        print(f"{name:<{width}}  {text}")
    return int(bool(problems))


def _free(path):
    return f"{shutil.disk_usage(path).free / 2**30:.1f} GiB"


def _system():
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        name = platform.system()
    who = "root" if os.geteuid() == 0 else "an ordinary user"
    return f"{name}, {os.cpu_count()} cores, as {who}"


def _odoo(bench):
    found = find_present(bench.cache)
    if found is None:
        return f"Debian's package {PACKAGE}: {NOT_YET}"
    return f"{found.version} from {found.origin}, {found.package}"


def _packages(bench):
    texts = []
    for environment in (odoo_environment(bench.cache), lint_environment(bench.cache)):
        there = environment.root if environment.usable() else NOT_YET
        texts.append(f"{environment.requirements.name}: {there}")
    return "; ".join(texts)


def _postgres(bench):
    environment = odoo_environment(bench.cache)
    if not environment.usable():
        return NOT_YET
    named = named_server(environment)
    if named:
        return f"{named.check().version()} named by {named.origin}"
    server = EmbeddedServer(bench.cache, environment)
    state = "running" if server.bin.exists() and server.running() else "stopped"
    owner = f", as user {server.user.pw_name}" if server.user else ""
    return f"embedded, {state}, data in {server.home}{owner}"


def _program(path, package):
    if not path:
        raise DevError(f"missing, provide it with: apt-get install {package}")
    return f"{(output_of([path, '--version']) or '').strip()} at {path}"


def _fonts(bench):
    if has_fonts():
        return "the machine's own have Chinese characters and DejaVu Sans"
    conf = bench.cache / "fonts" / "fonts.conf"
    return f"in the cache, {conf}" if conf.exists() else NOT_YET


def _node():
    version = output_of(["node", "--version"])
    if not version or not shutil.which("npm"):
        return "missing: ./dev lint does not check the layout of XML"
    return f"{version.strip()} at {shutil.which('node')} (layout of XML)"
