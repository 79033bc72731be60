"""Reading the mirror from the machine's apt configuration."""

import pytest

from devtools.console import DevError
from devtools.debian import find_mirror, read_sources

STANZAS = """\
# a comment
Types: deb deb-src
URIs: http://mirror.example/debian-security
Suites: stable-security
Components: main
Signed-By: /keys/archive.gpg

Types: deb
URIs: http://mirror.example/debian
Suites: stable stable-updates
Components: main contrib
Signed-By: /keys/archive.gpg
"""


def write(folder, name, text):
    (folder / name).write_text(text)
    return read_sources([folder])


def test_stanzas(tmp_path):
    sources = write(tmp_path, "debian.sources", STANZAS)
    assert find_mirror(sources) == (
        "/keys/archive.gpg",
        "http://mirror.example/debian",
    )


def test_one_line_entries(tmp_path):
    sources = write(
        tmp_path,
        "x.list",
        "deb https://other.example/apt stable main\n"
        "#deb http://old.example/debian stable main\n"
        "deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian/ stable main\n",
    )
    assert find_mirror(sources) == ("/k.gpg", "http://mirror.example/debian/")


def test_disabled_and_source_only_stanzas_do_not_count(tmp_path):
    text = STANZAS.replace("Types: deb\n", "Types: deb-src\n")
    with pytest.raises(DevError, match="ODOO_HOME"):
        find_mirror(write(tmp_path, "debian.sources", text))
    text = STANZAS.replace("Types: deb\n", "Enabled: no\nTypes: deb\n")
    with pytest.raises(DevError, match="No Debian mirror"):
        find_mirror(write(tmp_path, "debian.sources", text))


def test_no_configuration_at_all(tmp_path):
    with pytest.raises(DevError, match="No Debian mirror"):
        find_mirror(read_sources([tmp_path / "missing"]))
