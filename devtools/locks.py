"""File locks: two ./dev at the same time wait for each other and say so.

The kernel gives a lock back when its holder ends, however it ends, so a killed
command never blocks the next one.
"""

import fcntl
import os
from contextlib import contextmanager

from .console import say


class FileLock:
    """One lock file, held shared or exclusively."""

    def __init__(self, path):
        self.path = path
        self._handle = None

    def acquire(self, shared=False, wait=True, waiting_for=None):
        """Take the lock; return False only if ``wait`` is off and others hold it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = open(self.path, "a+")  # noqa: SIM115 - held beyond this method
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(handle, mode | fcntl.LOCK_NB)
        except OSError:
            if not wait:
                handle.close()
                return False
            if waiting_for:
                say(f"waiting for another ./dev: {waiting_for}")
            fcntl.flock(handle, mode)
        self._handle = handle
        return True

    def release(self):
        """Give the lock back."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None


@contextmanager
def locked(path, waiting_for=None):
    """Hold the lock file exclusively for the length of a block."""
    lock = FileLock(path)
    lock.acquire(waiting_for=waiting_for)
    try:
        yield
    finally:
        lock.release()


def process_alive(pid):
    """Tell whether a process of this number exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
