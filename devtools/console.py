"""What ./dev says: short lines, timings of long steps, one sentence on failure."""

import sys
import time
from contextlib import contextmanager


class DevError(Exception):
    """A failure that the user can act on: its text is the one clear sentence."""

    def __init__(self, message, code=2):
        super().__init__(message)
        self.code = code


def say(text):
    """Print one line on standard error, where it does not disturb a script."""
    print(f"dev: {text}", file=sys.stderr, flush=True)


def seconds(duration):
    """Write a duration the way a person reads it."""
    if duration < 60:
        return f"{duration:.1f} s"
    return f"{int(duration // 60)} min {int(duration % 60)} s"


@contextmanager
def step(text):
    """Announce a step that takes a while and say how long it took."""
    say(f"{text} ...")
    start = time.monotonic()
    yield
    say(f"{text}: done in {seconds(time.monotonic() - start)}")
