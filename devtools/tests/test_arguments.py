"""Arguments of the commands."""

from pathlib import Path

import pytest

from devtools.cli import parse
from devtools.environments import Environment
from devtools.passthrough import wanted_database
from devtools.postgres import named_server, url_settings
from devtools.testing import split_arguments

ADDON = Path("/links/customer_performance")


@pytest.fixture
def root(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").touch()
    (tmp_path / "devtools" / "tests").mkdir(parents=True)
    return tmp_path


def test_paths_lead_through_the_link(root):
    arguments = ["-x", "tests/test_x.py::TestX::test_y", "-k", "tests"]
    options, addon_paths, own_paths = split_arguments(arguments, root, ADDON)
    assert options == ["-x", "-k", "tests"]
    assert addon_paths == [f"{ADDON}/tests/test_x.py::TestX::test_y"]
    assert not own_paths


def test_absolute_paths_and_own_tests(root):
    arguments = [str(root / "tests"), "devtools/tests"]
    _options, addon_paths, own_paths = split_arguments(arguments, root, ADDON)
    assert addon_paths == [f"{ADDON}/tests"]
    assert own_paths == [str(root / "devtools" / "tests")]


def test_database_of_ones_own():
    options = parse(["test", "-d", "mine", "tests/test_x.py", "-k", "a or b"])
    assert options.d == "mine"
    assert options.rest == ["tests/test_x.py", "-k", "a or b"]


def test_odoo_gets_its_arguments_untouched():
    arguments = ["-d", "mine", "-i", "crm", "--help"]
    assert parse(["odoo", *arguments]).rest == arguments


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["-d", "x"], "x"),
        (["shell", "-dx"], "x"),
        (["--database=x", "-u", "crm"], "x"),
        (["--database", "x"], "x"),
        (["--dev=all"], None),
        (["-d"], None),
        ([], None),
    ],
)
def test_the_database_that_arguments_name(arguments, name):
    assert wanted_database(arguments) == name


def test_database_url():
    assert url_settings("postgresql://me:p%40ss@db.example:5433/x") == {
        "PGHOST": "db.example",
        "PGPORT": "5433",
        "PGUSER": "me",
        "PGPASSWORD": "p@ss",
    }
    assert url_settings("postgres:///x?host=/run/pg") == {"PGHOST": "/run/pg"}


def test_the_password_of_an_address_is_not_told(cache):
    environment = Environment(cache, "odoo", "requirements.txt")
    (environment.root / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    url = "postgresql://me:secret@host/"
    server = named_server(environment, {"DATABASE_URL": url})
    assert "secret" not in server.origin
    assert named_server(environment, {}) is None
