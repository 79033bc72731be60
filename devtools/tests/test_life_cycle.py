"""Install, update, uninstall, without data and with it: nothing stays behind.

A run that passed is not repeated until the addon's files change.
"""

import os

import pytest

from devtools.databases import Databases
from devtools.fingerprint import addon_hash, text_hash
from devtools.locks import locked
from devtools.odoo_run import bad_lines, run_odoo
from devtools.paths import MODULE

# What a database holds besides the records of business.
SHAPES = {
    "columns": "SELECT table_name || '.' || column_name "
    "FROM information_schema.columns WHERE table_schema = 'public'",
    "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": "SELECT conrelid::regclass || '.' || conname FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace",
    "settings": "SELECT key FROM ir_config_parameter",
    "functions": "SELECT proname FROM pg_proc "
    "WHERE pronamespace = 'public'::regnamespace",
    "triggers": "SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger "
    "WHERE NOT tgisinternal",
    "external ids": f"SELECT name FROM ir_model_data WHERE module = '{MODULE}'",
}
METADATA = {
    "ir_act_report_xml": "report_name",
    "ir_act_server": "name",
    "ir_act_window": "name",
    "ir_cron": "cron_name",
    "ir_filters": "name",
    "ir_model": "model",
    "ir_model_fields": "model || '.' || name",
    "ir_rule": "name",
    "ir_sequence": "name",
    "ir_ui_menu": "name",
    "ir_ui_view": "name",
    "mail_activity_type": "name",
    "mail_message_subtype": "name",
    "mail_template": "name",
    "report_paperformat": "name",
    "res_groups": "name",
    "res_groups_privilege": "name",
}


def inventory(databases, name):
    """Return {kind: {what there is}} of a database."""
    queries = dict(SHAPES)
    for table, label in METADATA.items():
        queries[table] = f"SELECT id || ' ' || ({label}) FROM {table}"
    return {
        kind: {row[0] for row in databases.server.sql(query, database=name)}
        for kind, query in queries.items()
    }


def install(bench, name, verb):
    """Install or update the addon and refuse any warning."""
    log = bench.cache.log(f"{name}{verb}")
    arguments = ["-d", name, verb, MODULE, "--stop-after-init", "--no-http"]
    run_odoo(bench, arguments, log)
    assert bad_lines(log) == []
    log.unlink()


def measure(bench, name):
    """Let a night pass: PostgreSQL watches what numbers are made of from then on."""
    log = bench.cache.log(f"{name}-night")
    script = (
        "run = env['performance.run']._start('nightly')\n"
        "run._work(lambda _count: env.cr.commit() or True)\n"
        "assert run.state == 'done' and run.measured_count, run.summary\n"
        "assert not run.failed_count, run.summary\n"
        "env.cr.execute('SELECT COUNT(*) FROM pg_trigger WHERE NOT tgisinternal')\n"
        "assert env.cr.fetchone()[0] > 0\n"
        "print('measured')\n"
    )
    run_odoo(bench, ["shell", "-d", name, "--no-http"], log, script)
    text = log.read_text(encoding="utf-8", errors="replace")
    assert "measured" in text.splitlines(), text[-4000:]
    log.unlink()


@pytest.fixture(params=[False, True], ids=["empty", "demo"])
def demo(request):
    return request.param


@pytest.fixture
def database(bench, demo):
    databases = Databases(bench)
    name = bench.checkout.database(f"life_{os.getpid()}")
    databases.clone(databases.template(demo=demo), name)
    yield name
    databases.drop(name)


@pytest.fixture
def proof(bench, demo):
    """Return the file that tells of a run that passed."""
    with open(__file__, encoding="utf-8") as handle:
        key = text_hash(addon_hash(bench.checkout.root), bench.odoo.key, handle.read())
    folder = bench.cache / "life-cycle"
    folder.mkdir(exist_ok=True)
    return folder / f"{key}{'-demo' * demo}"


def test_nothing_stays_behind(bench, proof, request):
    with locked(bench.cache.lock("life-cycle"), "it installs and uninstalls"):
        if not proof.exists():
            check(bench, request.getfixturevalue("database"))
            proof.touch()


def check(bench, name):
    """Install, update and uninstall the addon in a database; compare."""
    databases = Databases(bench)
    before = inventory(databases, name)
    install(bench, name, "-i")
    install(bench, name, "-u")
    measure(bench, name)
    log = bench.cache.log(f"{name}-uninstall")
    run_odoo(bench, ["module", "uninstall", "-d", name, MODULE], log)
    assert bad_lines(log) == []
    after = inventory(databases, name)
    left = {kind: sorted(after[kind] - before[kind]) for kind in after}
    assert {kind: names for kind, names in left.items() if names} == {}
    gone = {kind: sorted(before[kind] - after[kind]) for kind in after}
    assert {kind: names for kind, names in gone.items() if names} == {}
    log.unlink()
