"""Running a program in the foreground: Ctrl-C and SIGTERM end it, then ./dev."""

import contextlib
import signal
import subprocess


def _interrupt(_signal, _frame):
    raise KeyboardInterrupt


@contextlib.contextmanager
def terminating():
    """Treat SIGTERM and a closed terminal like Ctrl-C, so that all is cleaned up."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    previous = [signal.signal(number, _interrupt) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, previous, strict=True):
            signal.signal(number, handler)


def wait_for(process, grace=30):
    """Wait for a program; when we are told to stop, stop it first."""
    try:
        return process.wait()
    except KeyboardInterrupt:
        # on a terminal Ctrl-C has reached it as well, SIGTERM has not
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        try:
            process.wait(grace)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            process.kill()
            process.wait()
        raise


def call(command, **options):
    """Run a program and return its exit code."""
    command = [str(part) for part in command]
    return wait_for(subprocess.Popen(command, **options))
