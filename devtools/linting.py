"""./dev lint: every gate, run on a copy that has the addon's technical name.

Several linters resolve links and take the folder's name for the addon's, so they
get a copy of what Odoo loads. Whatever only ./dev uses is not in it.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .console import say, seconds
from .paths import MODULE
from .prettier import prettier_command

# R8180: a model is extended once in each stage, in the folder of that stage
# U1708: Odoo 19 itself writes t-name and t-if in the templates of hierarchy views
ODOO_LINTER_IGNORED = "MOD005,C8112,C8101,PO007,R8180,U1708"
NOT_COPIED = (".*", "__pycache__", "benchmarks", "dev", "devtools", "node_modules")


@dataclass
class Gate:
    """One program that may refuse the code."""

    name: str
    command: list
    where: Path

    def run(self):
        """Return (exit code, output, duration)."""
        start = time.monotonic()
        result = subprocess.run(
            [str(part) for part in self.command],
            cwd=self.where,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        # name files as the checkout names them
        prefix = re.escape(str(self.where).lstrip("/"))
        output = re.sub(rf"/?{prefix}/{MODULE}/", "", result.stdout)
        return result.returncode, output, time.monotonic() - start


def format_gates(bench, fix):
    """List the gates that can repair what they refuse."""
    root = bench.checkout.root
    ruff = bench.lint_environment.bin / "ruff"
    sources = ["--no-cache", ".", "dev"]
    check = ["check", *(["--fix"] if fix else [])]
    form = ["format", *([] if fix else ["--check"])]
    found = [
        Gate("ruff check", [ruff, *check, *sources], root),
        Gate("ruff format", [ruff, *form, *sources], root),
    ]
    xml = xml_files(root)
    if not xml:
        return found
    if not shutil.which("node") or not shutil.which("npm"):
        say("prettier: node and npm are not there, the layout of XML is not checked")
        return found
    verb = "--write" if fix else "--check"
    command = [*prettier_command(bench.cache), "--log-level=warn", verb, *xml]
    return [*found, Gate("prettier (XML)", command, root)]


def addon_gates(bench, folder):
    """List the gates that know Odoo; ``folder`` holds the copy."""
    programs = bench.lint_environment.bin
    addons = ",".join(map(str, bench.odoo.addons))
    linter = [programs / "odoo-linter", "check", "-v", "19.0"]
    linter += ["--addons-path", addons, "--ignore", ODOO_LINTER_IGNORED, MODULE]
    pylint = programs / "pylint"
    rcfile = f"--rcfile={bench.checkout.root / '.pylintrc'}"
    readme = "--disable=missing-readme,manifest-required-author,"
    readme += "consider-merging-classes-inherited"
    module = [programs / "oca-checks-odoo-module", f"{MODULE}/__manifest__.py"]
    module += ["--disable=prefer-readme-rst,xml-header-wrong"]
    plain = ["--rcfile=/dev/null", "--score=n", "--disable=all"]
    plain += ["--enable=no-member,cyclic-import", f"{MODULE}/tools"]
    found = [
        Gate("odoo-linter", linter, folder),
        Gate("pylint-odoo", [pylint, rcfile, readme, MODULE], folder),
        Gate("oca-checks-odoo-module", module, folder),
    ]
    if (folder / MODULE / "tools").is_dir():
        found.append(Gate("pylint tools", [pylint, *plain], folder))
    return found + translation_gates(bench, folder)


def translation_gates(bench, folder):
    """List the gates of the translations."""
    programs = bench.lint_environment.bin
    names = sorted((folder / MODULE / "i18n").glob("*.po"))
    if not names:
        return []
    script = Path(__file__).resolve().parent / "po_files.py"
    oca = [programs / "oca-checks-po", "--disable=po-pretty-format", *names]
    check = [programs / "python", script, "check", folder / MODULE / "i18n", MODULE]
    return [Gate("oca-checks-po", oca, folder), Gate("translations", check, folder)]


def xml_files(root):
    """List the XML files of the addon, relative to the checkout."""
    skip = {"devtools", "node_modules", ".git"}
    paths = (path.relative_to(root) for path in root.rglob("*.xml"))
    return sorted(path for path in paths if not skip.intersection(path.parts))


def lint(bench, fix=False):
    """Run every gate; show what each refuses; return 1 if one does."""
    if fix:
        return run_gates(format_gates(bench, fix=True))
    folder = Path(tempfile.mkdtemp(prefix="lint-", dir=bench.cache.root))
    try:
        ignore = shutil.ignore_patterns(*NOT_COPIED)
        shutil.copytree(bench.checkout.root, folder / MODULE, ignore=ignore)
        return run_gates(format_gates(bench, fix=False) + addon_gates(bench, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_gates(gates):
    """Run gates, two at a time, and tell of each in order."""
    refused = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = pool.map(Gate.run, gates)
        for gate, (code, output, duration) in zip(gates, results, strict=True):
            say(f"{gate.name}: {'refused' if code else 'ok'} ({seconds(duration)})")
            if code:
                refused.append(gate.name)
                print(output.rstrip(), flush=True)
    if refused:
        say(f"lint refuses: {', '.join(refused)}")
        return 1
    say(f"lint: all {len(gates)} gates passed")
    return 0
