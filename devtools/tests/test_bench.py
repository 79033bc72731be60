"""./dev bench: its arguments, its table, and workers that share a run or are killed.

The last one is no matter of speed: real processes take part in one run of measuring,
and nothing is lost or counted twice when one of them is killed. A run that passed is
not repeated until the addon's files or the benchmarks change.
"""

import argparse

import pytest

from benchmarks.plan import QUICK, SCENARIOS, Size
from benchmarks.table import Table
from devtools.benching import chosen, wanted_size
from devtools.console import DevError
from devtools.fingerprint import addon_hash, file_hash, text_hash
from devtools.locks import locked

NOTHING = {"employees": None, "customers": None, "leads": None, "seed": None}


def options(**given):
    """Return parsed options."""
    return argparse.Namespace(**{**NOTHING, "quick": False, **given})


def test_scenarios_keep_their_order():
    assert chosen("crm,peers") == ["peers", "crm"]
    assert chosen(None) == list(SCENARIOS)
    with pytest.raises(DevError, match=r"no scenario nonsense.*peers"):
        chosen("peers,nonsense")


def test_size():
    assert wanted_size(options()) == Size()
    assert wanted_size(options(quick=True, leads=7)).leads == 7
    assert wanted_size(options(quick=True)).employees == QUICK.employees
    with pytest.raises(DevError, match="at least 1"):
        wanted_size(options(leads=0))


def test_table():
    table = Table()
    table.add("peers", "by hand", seconds=2.0, queries=1234)
    table.add("peers", "fast", seconds=1.0, ratio=0.5, of="by hand", at_most=0.5)
    table.add("peers", "slow", seconds=4.0, ratio=2.0, of="by hand", at_most=0.5)
    assert table.is_correct
    header, _rule, hand, fast, slow = table.lines()
    assert header.split() == [
        "scenario",
        "what",
        "seconds",
        "queries",
        "ratio",
        "of",
        "goal",
    ]
    assert "1,234" in hand
    assert fast.endswith("ok")
    assert slow.endswith("MISSED")
    table.judged = False
    assert not table.lines()[-1].endswith("MISSED")
    table.add("kill", "the same", correct=False)
    assert table.lines()[-1].endswith("WRONG")
    assert not table.is_correct


def test_a_database_of_somebody_else_is_not_overwritten(dev):
    code, text = dev(
        "bench", "--quick", "--only", "kill", "-d", "postgres", timeout=300
    )
    assert code == 2, text
    assert "was not made by ./dev bench" in text


@pytest.fixture
def proof(bench):
    """Return the file that tells of a run that passed."""
    root = bench.checkout.root
    files = sorted((root / "benchmarks").rglob("*.py"))
    key = text_hash(addon_hash(root), bench.odoo.key, file_hash(*files, __file__))
    folder = bench.cache / "bench-workers"
    folder.mkdir(exist_ok=True)
    return folder / key


def test_workers_share_a_run_and_may_be_killed(bench, proof, dev):
    with locked(bench.cache.lock("bench-workers"), "it kills workers"):
        if not proof.exists():
            code, text = dev("bench", "--quick", "--only", "workers,kill", timeout=600)
            assert code == 0, text
            for what in (
                "the same each time",
                "gone on with and finished",
                "killed at work",
            ):
                assert what in text, text
            proof.touch()
