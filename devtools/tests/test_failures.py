"""What goes wrong on a machine ends in a sentence with what to do."""

import errno
import socket

import pytest
from conftest import DEAD

from devtools.console import DevError
from devtools.paths import Cache


def assert_sentence(result, *words):
    """Check the exit code and that a person can act on what was said."""
    code, text = result
    assert code == 2, text
    assert "Traceback" not in text
    for word in words:
        assert word in text, text


def test_busy_port(dev):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        result = dev("run", "--port", str(port))
    assert_sentence(result, f"Port {port} is in use", "--port")


def test_odoo_home_that_is_no_folder(dev):
    result = dev("odoo", "--version", ODOO_HOME="/nowhere")
    assert_sentence(result, "ODOO_HOME", "/nowhere", "19.0", "unset")


def test_odoo_home_of_another_series(dev, tmp_path):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (18, 0, 0)\n")
    result = dev("odoo", "--version", ODOO_HOME=str(tmp_path))
    assert_sentence(result, "which is Odoo 18.0", "19.0")


def test_dead_pghost(dev):
    result = dev("odoo", "--version", PGHOST="/nowhere")
    assert_sentence(result, "PGHOST=/nowhere", "start it, or unset PGHOST to")


def test_database_url_of_another_kind(dev):
    result = dev("odoo", "--version", DATABASE_URL="mysql://x", PGHOST="")
    assert_sentence(result, "DATABASE_URL", "postgresql://")


def test_no_network(dev, tmp_path):
    environment = {
        "XDG_CACHE_HOME": str(tmp_path),
        "http_proxy": DEAD,
        "https_proxy": DEAD,
        "HTTPS_PROXY": DEAD,
        "PIP_RETRIES": "0",
        "PIP_TIMEOUT": "3",
        "ODOO_HOME": "",
    }
    result = dev("odoo", "--version", **environment)
    assert_sentence(result, "check the network")


def test_cache_folder_that_cannot_be_made(dev):
    result = dev("doctor", XDG_CACHE_HOME="/dev/null/cache")
    assert_sentence(result, "/dev/null/cache", "XDG_CACHE_HOME")


def test_full_disk(tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(DevError, match=r"No space left on device.*free some space"):
        Cache({"XDG_CACHE_HOME": str(tmp_path)}).prepare()


def test_unknown_command(dev):
    code, text = dev("nonsense")
    assert code == 2
    assert "usage: ./dev" in text
