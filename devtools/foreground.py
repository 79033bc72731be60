"""Running a program in the foreground: Ctrl-C and SIGTERM end it, then ./dev."""

import contextlib
import signal
import subprocess


def _interrupt(_signal, _frame):
    raise KeyboardInterrupt


@contextlib.contextmanager
def terminating():
    """Treat SIGTERM like Ctrl-C, so that everything is cleaned up."""
    previous = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


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
