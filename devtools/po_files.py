"""Translation files: merged, written without dates, counted. Needs polib.

Started with an environment's Python:
    po_files.py merge FRESH.pot FOLDER MODULE    write MODULE.pot, merge every .po
    po_files.py stale FRESH.pot FOLDER MODULE    exit 1 if MODULE.pot is not FRESH
    po_files.py check FOLDER MODULE              exit 1 if something is untranslated
"""

import sys
from pathlib import Path

import polib

WIDTH = 78
HEADER = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
PLURALS = {"zh_CN": "nplurals=1; plural=0;"}
SHOWN = 20


def plain(template, module, language=None):
    """Return an empty file with the header that every run writes alike."""
    fresh = polib.POFile(wrapwidth=WIDTH)
    kind = "template" if language is None else language
    fresh.header = f"Translation of Odoo addon\n* {module} ({kind})"
    fresh.metadata = {"Project-Id-Version": module, **HEADER}
    if language:
        fresh.metadata["Language"] = language
        fresh.metadata["Plural-Forms"] = PLURALS.get(language, "")
    for entry in sorted(template, key=lambda entry: (entry.msgid, entry.msgctxt or "")):
        fresh.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgctxt=entry.msgctxt,
                comment=entry.comment,
                occurrences=entry.occurrences,
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
            )
        )
    return fresh


def merge(template, old, module, language):
    """Return the template's entries with the translations there already are."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in old}
    merged = plain(template, module, language)
    for entry in merged:
        before = known.get((entry.msgctxt, entry.msgid))
        if before is not None and not before.obsolete:
            entry.msgstr = before.msgstr
            entry.flags += [flag for flag in before.flags if flag == "fuzzy"]
            entry.tcomment = before.tcomment
    return merged


def unfinished(po_file):
    """Return the entries that nobody has translated or confirmed."""
    return [
        entry
        for entry in po_file
        if not entry.obsolete and (not entry.translated() or "fuzzy" in entry.flags)
    ]


def report(path, entries):
    """Print how many entries are unfinished, and the first of them."""
    print(f"{path.name}: {len(entries)} untranslated or fuzzy")
    for entry in entries[:SHOWN]:
        print(f"    {entry.msgid[:90]!r}")
    if len(entries) > SHOWN:
        print(f"    ... and {len(entries) - SHOWN} more")


def command_merge(fresh, folder, module):
    """Write the template and merge every translation with it."""
    template = polib.pofile(str(fresh))
    folder.mkdir(exist_ok=True)
    plain(template, module).save(str(folder / f"{module}.pot"))
    paths = sorted(folder.glob("*.po")) or [folder / "zh_CN.po"]
    for path in paths:
        old = polib.pofile(str(path)) if path.exists() else []
        merged = merge(template, old, module, path.stem)
        merged.save(str(path))
        report(path, unfinished(merged))
    print(f"{module}.pot: {len(template)} terms")
    return 0


def command_stale(fresh, folder, module):
    """Compare the template in the folder with a fresh one."""
    path = folder / f"{module}.pot"
    template = polib.pofile(str(path)) if path.exists() else []
    there = {entry.msgid for entry in template}
    wanted = {entry.msgid for entry in polib.pofile(str(fresh))}
    for title, terms in (("lacks", wanted - there), ("still has", there - wanted)):
        for msgid in sorted(terms)[:SHOWN]:
            print(f"{path.name} {title} {msgid[:90]!r}")
    if wanted != there:
        print(f"{path.name} is stale: run ./dev i18n and translate what is new")
    return int(wanted != there)


def command_check(folder, module):
    """Refuse untranslated terms, and translations that are not of the template."""
    path = folder / f"{module}.pot"
    if not path.exists():
        print(f"{path.name} is missing: run ./dev i18n")
        return 1
    wanted = {entry.msgid for entry in polib.pofile(str(path))}
    bad = 0
    for po_path in sorted(folder.glob("*.po")):
        po_file = polib.pofile(str(po_path))
        entries = unfinished(po_file)
        if entries:
            report(po_path, entries)
        difference = wanted ^ {entry.msgid for entry in po_file if not entry.obsolete}
        if difference:
            print(f"{po_path.name} and {path.name} differ: run ./dev i18n")
        bad += bool(entries or difference)
    return int(bool(bad))


def main(arguments):
    """Carry out one command."""
    verb, *rest = arguments
    if verb == "check":
        folder, module = rest
        return command_check(Path(folder), module)
    fresh, folder, module = rest
    command = {"merge": command_merge, "stale": command_stale}[verb]
    return command(Path(fresh), Path(folder), module)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
