"""./dev run: the demo company in a browser."""

import http.client
import socket
import subprocess
import time

from .browser import missing_programs
from .console import DevError, say
from .updating import UpToDateDatabase


def refuse_busy_port(port):
    """Fail with a sentence if somebody listens on a port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise DevError(f"Port {port} is for root only: use --port 8069.") from None
        except OSError:
            raise DevError(
                f"Port {port} is in use: stop what listens there, or choose another "
                f"one with ./dev run --port {port + 1}."
            ) from None


def answers(port):
    """Tell whether Odoo answers on a port; its first answer takes a while."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/web/health")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def serve(bench, port=8069, demo=True, database=None, options=()):
    """Bring the database up to date and serve it until Ctrl-C."""
    refuse_busy_port(port)
    purpose = "demo" if demo else "bare"
    name = database or bench.checkout.database(purpose)
    UpToDateDatabase(bench, name, demo).bring()
    if missing_programs():
        packages = " ".join(missing_programs())
        say(f"PDF reports and tours need more programs: apt-get install {packages}")
    command = bench.odoo_command(
        "server", "-d", name, f"--db-filter=^{name}$", f"--http-port={port}",
        "--log-level=warn", *options,
    )  # fmt: skip
    refuse_busy_port(port)
    # a session of its own: Ctrl-C is for ./dev, which then stops Odoo
    process = subprocess.Popen(
        command, env=bench.env, stdin=subprocess.DEVNULL, start_new_session=True
    )
    ready = False
    try:
        while process.poll() is None and not ready:
            time.sleep(0.2)
            ready = answers(port)
        if ready:
            _announce(port, demo, name)
        return process.wait()
    except KeyboardInterrupt:
        _stop(process, ready)
        return 0


def _stop(process, ready):
    """Stop Odoo; one that does not serve yet has nothing to finish."""
    (process.terminate if ready else process.kill)()
    try:
        process.wait(30)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()
        process.wait()
    say("stopped")


def _announce(port, demo, name):
    say(f"Odoo serves database {name}; Ctrl-C stops it")
    print(f"\n    http://localhost:{port}    user admin, password admin")
    if demo:
        print("    The demo logins of every role are listed in README.md.")
    print(flush=True)
