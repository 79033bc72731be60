"""Debian packages in the cache: downloaded with apt, unpacked, never installed.

apt runs with a source list and state folders of its own, as any user. The mirror is
read from the machine's own apt configuration; only the suite is ours.
"""

import os
import re
import shutil
from pathlib import Path

from .console import DevError, say, step
from .locks import locked
from .processes import output_of, refuse_full_disk, run

SUITE = "sid"
KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
)
SOURCE_FOLDERS = ("/etc/apt/sources.list", "/etc/apt/sources.list.d")


def _one_line_sources(text):
    """Yield (options, uri, suite) of the entries of a sources.list."""
    pattern = re.compile(r"^\s*deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s+(\S.*)$")
    for line in text.splitlines():
        match = pattern.match(line.split("#")[0])
        if match:
            options = dict(
                option.split("=", 1)
                for option in (match[1] or "").split()
                if "=" in option
            )
            yield options.get("signed-by"), match[2], match[3], match[4].split()


def _stanza_sources(text):
    """Yield the same of the stanzas of a deb822 .sources file."""
    for stanza in re.split(r"\n\s*\n", text):
        lines = [line for line in stanza.splitlines() if not line.startswith("#")]
        fields = dict(
            (part.strip() for part in line.split(":", 1))
            for line in lines
            if ":" in line and not line[0].isspace()
        )
        fields = {name.lower(): value for name, value in fields.items()}
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").lower() == "no":
            continue
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                components = fields.get("components", "").split()
                yield fields.get("signed-by"), uri, suite, components


def read_sources(places=SOURCE_FOLDERS):
    """List (keyring, uri, suite, components) of the machine's apt configuration."""
    found = []
    for place in map(Path, places):
        files = sorted(place.iterdir()) if place.is_dir() else [place]
        for path in files:
            try:
                text = path.read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            if path.suffix == ".list":
                found += _one_line_sources(text)
            elif path.suffix == ".sources":
                found += _stanza_sources(text)
    return found


def find_mirror(sources):
    """Pick the mirror of Debian itself: (keyring or None, uri)."""
    for keyring, uri, suite, components in sources:
        path = uri.rstrip("/")
        # the archive, not its security part nor somebody's own repository
        if "main" in components and "security" not in path + suite:
            file = keyring if keyring and "/" in keyring else None
            if path.endswith("/debian") or "debian-archive" in (file or ""):
                return file, uri
    raise DevError(
        "No Debian mirror is configured in /etc/apt: set ODOO_HOME to a checkout of "
        "Odoo 19.0 (branch 19.0 of the odoo repository)."
    )


class Apt:
    """An apt of our own for one suite."""

    def __init__(self, cache):
        self.cache = cache
        self.root = cache / "apt"
        self.config = self.root / "apt.conf"
        self.log = cache.log("apt")
        self.env = {**os.environ, "APT_CONFIG": str(self.config), "LC_ALL": "C"}

    def prepare(self):
        """Write the configuration and fetch the list of packages."""
        if not shutil.which("apt-get"):
            raise DevError(
                "apt-get is missing, so Debian's package odoo-19 cannot be fetched: "
                "set ODOO_HOME to a checkout of Odoo 19.0."
            )
        for folder in ("lists/partial", "cache/archives/partial", "etc"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        keyring, uri = find_mirror(read_sources())
        keyring = keyring or next((k for k in KEYRINGS if Path(k).exists()), None)
        signed = f"[signed-by={keyring}] " if keyring else ""
        sources = self.root / "etc" / "sources.list"
        sources.write_text(f"deb {signed}{uri} {SUITE} main\n")
        self._write_configuration(sources)
        self.update()

    def _write_configuration(self, sources):
        """Keep the machine's proxies and certificates, but none of its hooks."""
        main = self.root / "etc" / "main.conf"
        settings = {
            "Dir::State": self.root,
            "Dir::State::lists": self.root / "lists",
            "Dir::State::status": "/dev/null",
            "Dir::Cache": self.root / "cache",
            "Dir::Etc::sourcelist": sources,
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::main": main,
            "Dir::Log": self.root,
            "Acquire::Languages": "none",
            "APT::Sandbox::User": "root" if os.geteuid() == 0 else "",
            "Debug::NoLocking": "true",
        }
        text = "".join(f'{name} "{value}";\n' for name, value in settings.items())
        self.config.write_text(text)
        machine = Path("/etc/apt/apt.conf")
        include = f'#include "{machine}";\n' if machine.exists() else ""
        hooks = ("APT::Update::Post-Invoke", "APT::Update::Post-Invoke-Success")
        clear = "".join(f"#clear {hook};\n" for hook in hooks)
        main.write_text(include + text + clear)

    def update(self):
        """Fetch the list of packages of the suite."""
        code = run(["apt-get", "update", "--error-on=any"], self.log, env=self.env)
        if not code:
            return
        text = self.log.read_text(errors="replace")
        refuse_full_disk(self.root, text)
        if "NO_PUBKEY" in text or "not signed" in text:
            raise DevError(
                f"apt does not know the key of the suite {SUITE}: bring the package "
                "debian-archive-keyring up to date, or set ODOO_HOME to a checkout "
                "of Odoo 19.0."
            )
        raise DevError(
            "The Debian mirror of /etc/apt cannot be reached: check the network, or "
            f"set ODOO_HOME to a checkout of Odoo 19.0 (log: {self.log})."
        )

    def candidate(self, package):
        """Return the version the suite has of a package."""
        text = output_of(["apt-cache", "policy", package], env=self.env) or ""
        match = re.search(r"Candidate: (\S+)", text)
        if not match or match[1] == "(none)":
            raise DevError(
                f"The Debian mirror has no package {package} in {SUITE}: set ODOO_HOME "
                "to a checkout of Odoo 19.0."
            )
        return match[1]

    def unpack(self, packages, target):
        """Download packages and unpack them into a folder."""
        debs = self.root / "debs"
        shutil.rmtree(debs, ignore_errors=True)
        debs.mkdir(parents=True)
        run(
            ["apt-get", "download", *packages],
            self.log,
            env=self.env,
            cwd=debs,
            failure=f"apt could not download {', '.join(packages)}: "
            "check the network and the disk.",
        )
        for deb in sorted(debs.glob("*.deb")):
            run(
                ["dpkg", "-x", deb, target],
                self.log,
                failure=f"{deb.name} could not be unpacked: check the disk.",
            )
        shutil.rmtree(debs)


def pip_wheel(cache):
    """Return the path of pip's wheel from Debian's package of it."""
    target = cache / "pip"
    found = sorted(target.glob("usr/share/python-wheels/pip-*.whl"))
    if not found:
        waiting = locked(cache.lock("apt"), "it downloads packages")
        with waiting, step("pip from Debian's package python3-pip-whl"):
            apt = Apt(cache)
            apt.prepare()
            apt.unpack(["python3-pip-whl"], target)
        found = sorted(target.glob("usr/share/python-wheels/pip-*.whl"))
    if not found:
        raise DevError("pip is missing: install the package python3-venv.")
    return found[-1]


def is_debian():
    """Tell whether this machine installs packages with apt."""
    return Path("/etc/debian_version").exists() and bool(shutil.which("apt-get"))


def install_system(packages, log):
    """Install packages on the machine; only root can, and it is said."""
    say(f"installing with apt: {', '.join(packages)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    run(["apt-get", "update"], log, env=env)
    return run(
        ["apt-get", "install", "-y", "--no-install-recommends", *packages], log, env=env
    )
