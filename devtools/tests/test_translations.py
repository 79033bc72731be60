"""Merging of translations, and the template of the addon itself."""

import polib
from conftest import ROOT

from devtools import po_files
from devtools.translations import template_is_stale


def entry(msgid, msgstr="", **values):
    return polib.POEntry(msgid=msgid, msgstr=msgstr, **values)


def write(path, *entries):
    found = polib.POFile()
    found.extend(entries)
    found.save(str(path))


def test_merge_keeps_adds_and_drops(tmp_path):
    fresh = tmp_path / "fresh.pot"
    write(fresh, entry("Kept"), entry("Added"), entry("Doubtful"))
    folder = tmp_path / "i18n"
    folder.mkdir()
    old = [entry("Kept", "保留"), entry("Gone", "消失")]
    write(folder / "zh_CN.po", *old, entry("Doubtful", "疑", flags=["fuzzy"]))
    po_files.command_merge(fresh, folder, "x")
    merged = {e.msgid: e for e in polib.pofile(str(folder / "zh_CN.po"))}
    assert {msgid: e.msgstr for msgid, e in merged.items()} == {
        "Added": "",
        "Doubtful": "疑",
        "Kept": "保留",
    }
    assert "fuzzy" in merged["Doubtful"].flags
    assert po_files.command_check(folder, "x") == 1


def test_a_second_merge_changes_nothing(tmp_path):
    fresh = tmp_path / "fresh.pot"
    write(fresh, entry("B", occurrences=[("x.py", "1")]), entry("A"))
    folder = tmp_path / "i18n"
    po_files.command_merge(fresh, folder, "x")
    first = [path.read_bytes() for path in sorted(folder.iterdir())]
    po_files.command_merge(fresh, folder, "x")
    assert [path.read_bytes() for path in sorted(folder.iterdir())] == first
    assert b"Date" not in b"".join(first)
    assert po_files.command_stale(fresh, folder, "x") == 0


def test_complete_translations_pass(tmp_path, capsys):
    fresh = tmp_path / "fresh.pot"
    write(fresh, entry("A"))
    write(tmp_path / "zh_CN.po", entry("A", "甲"))
    po_files.command_merge(fresh, tmp_path, "x")
    assert po_files.command_check(tmp_path, "x") == 0
    write(fresh, entry("A"), entry("B"))
    assert po_files.command_stale(fresh, tmp_path, "x") == 1
    assert "lacks 'B'" in capsys.readouterr().out


def test_template_of_the_addon_is_not_stale(bench):
    assert (ROOT / "i18n").is_dir(), "run ./dev i18n"
    assert not template_is_stale(bench), "run ./dev i18n and translate what is new"
