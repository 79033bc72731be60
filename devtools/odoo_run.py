"""Running Odoo to build a database: its log goes to a file and is judged."""

import re
import subprocess

from .console import DevError, say
from .processes import refuse_full_disk, tail

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) (?P<db>\S+) "
    r"(?P<logger>[\w.\-]+): (?P<text>.*)$"
)
BAD_LEVELS = {"WARNING", "ERROR", "CRITICAL"}
# Loggers whose lines tell of the machine and not of the addon.
MACHINE = re.compile(r"unable to find|Running as user 'root'", re.IGNORECASE)


def bad_lines(path):
    """Return the lines of an Odoo log at WARNING and above, with what follows."""
    found = []
    inside = False
    with open(path, encoding="utf-8", errors="replace") as handle:
        for line in handle:
            match = LINE.match(line)
            if match:
                inside = match["level"] in BAD_LEVELS
            if inside:
                found.append(line.rstrip("\n"))
    return found


def run_odoo(bench, arguments, log, script=None):
    """Run Odoo with its log in a file; raise with the log's end if it fails."""
    run_program(bench, bench.odoo_command(*arguments), log, script)


def run_program(bench, command, log, script=None):
    """Run a program that holds Odoo in the same way."""
    log.unlink(missing_ok=True)
    with open(log, "wb") as output:
        process = subprocess.run(
            command,
            input=script.encode() if script else None,
            stdin=None if script else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=bench.env,
            check=False,
        )
    if process.returncode:
        refuse_full_disk(log.parent, tail(log))
        raise DevError(f"Odoo failed, the log {log} ends so:\n{tail(log, 40)}", code=1)


def refuse_bad_log(log, what):
    """Fail if a log holds a WARNING or worse."""
    bad = bad_lines(log)
    if bad:
        for line in bad[:60]:
            say(line)
        raise DevError(f"{what} logged {len(bad)} lines of warnings (log: {log}).", 1)
