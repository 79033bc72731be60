"""Locks between processes."""

import subprocess
import sys

from conftest import ROOT

from devtools.locks import FileLock

HOLDER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from devtools.locks import FileLock
lock = FileLock(Path(sys.argv[1]))
lock.acquire(shared=sys.argv[3] == "shared")
print("held", flush=True)
sys.stdin.read()
"""


def hold(path, how):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), str(ROOT), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    return process


def test_a_killed_holder_gives_the_lock_back(tmp_path):
    path = tmp_path / "x.lock"
    holder = hold(path, "alone")
    assert not FileLock(path).acquire(wait=False)
    holder.kill()
    holder.wait()
    assert FileLock(path).acquire(wait=False)


def test_several_share_and_the_last_one_knows(tmp_path):
    path = tmp_path / "x.lock"
    other = hold(path, "shared")
    mine = FileLock(path)
    assert mine.acquire(shared=True, wait=False)
    mine.release()
    assert not FileLock(path).acquire(wait=False)
    other.kill()
    other.wait()
    assert FileLock(path).acquire(wait=False)


def test_waiting_is_said(tmp_path, capsys):
    path = tmp_path / "x.lock"
    holder = hold(path, "alone")
    subprocess.Popen(["sh", "-c", f"sleep 0.3; kill {holder.pid}"])
    assert FileLock(path).acquire(waiting_for="it builds")
    holder.wait()
    assert "waiting for another ./dev: it builds" in capsys.readouterr().err
