"""Running other programs: output into a log, a sentence when one is missing."""

import shutil
import subprocess
from collections import deque

from .console import DevError

FULL = 2**20


def tail(path, lines=15):
    """Return the last lines of a text file."""
    with open(path, encoding="utf-8", errors="replace") as handle:
        return "".join(deque(handle, lines))


def refuse_full_disk(path, text):
    """Raise if a program failed because the disk is full, as its output tells."""
    if "No space left" in text or shutil.disk_usage(path).free < FULL:
        raise DevError(
            f"The disk that holds {path} is full: free some space, or point "
            "XDG_CACHE_HOME to a folder on another one, then run the same again."
        )


def run(command, log, env=None, cwd=None, failure=None, **options):
    """Run a program quietly; on failure raise ``failure`` with the log's end."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as output:
        try:
            result = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                check=False,
                **options,
            )
        except FileNotFoundError as error:
            raise DevError(f"The program {command[0]} is missing.") from error
    if result.returncode and failure:
        refuse_full_disk(log.parent, tail(log))
        raise DevError(f"{failure}\nThe end of {log}:\n{tail(log)}")
    return result.returncode


def output_of(command, env=None, cwd=None):
    """Return what a program prints, or None if it is missing or fails."""
    try:
        result = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
            cwd=cwd,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return result.stdout if result.returncode == 0 else None
