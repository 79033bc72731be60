"""Rows by the hundred thousand: one that the ORM made is copied by SQL.

The ORM makes one record, so every column has what Odoo and the installed addons put
there; then ``INSERT ... SELECT`` copies that row with other values where wanted.
"""

from contextlib import contextmanager

from odoo.tools import SQL

# ids of one table are base + 1 ... base + count: a row can be found by its number
BASE = """
    SELECT setval(%s, last + %s) - %s FROM (
        SELECT GREATEST(MAX(id), 1) AS last FROM %s
    ) AS used
"""


def reserve(env, table, count):
    """Take ``count`` ids; return the number before the first."""
    sequence = f"{table}_id_seq"
    query = SQL(BASE, sequence, count, count, SQL.identifier(table))
    ((base,),) = env.execute_query(query)
    return base


def columns(env, table):
    """Return the columns of a table in their order."""
    query = SQL(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema AND table_name = %s "
        "ORDER BY ordinal_position",
        table,
    )
    return [name for (name,) in env.execute_query(query)]


def copy_rows(env, sample, count, values, source=None):
    """Copy the row of a record ``count`` times.

    :param record sample: what the ORM made; flushed here
    :param int count: how many rows
    :param dict values: ``{column: SQL expression}`` of what differs; ``g.n`` counts
        from 1, ``id`` is set here
    :param SQL source: more tables to join, after ``generate_series(...) AS g(n)``
    :return: the number before the first id
    """
    env.flush_all()
    table = sample._table
    base = reserve(env, table, count)
    values = {"id": SQL("%s + g.n", base), **values}
    names = columns(env, table)
    chosen = [values.get(name, SQL("s.%s", SQL.identifier(name))) for name in names]
    query = SQL(
        "INSERT INTO %s (%s) SELECT %s FROM %s AS s, generate_series(1, %s) AS g(n) "
        "%s WHERE s.id = %s",
        SQL.identifier(table),
        SQL(", ").join(SQL.identifier(name) for name in names),
        SQL(", ").join(chosen),
        SQL.identifier(table),
        count,
        source or SQL(),
        sample.id,
    )
    env.cr.execute(query)
    return base


def dice(seed, number=None):
    """Return an SQL expression: a number in [0, 1) drawn for row ``g.n``.

    The same seed and row always give the same number.
    """
    row = number if number is not None else SQL("g.n")
    mask = 2**40 - 1
    return SQL(
        "((hashint8extended(%s, %s) & %s) / %s::float8)", row, seed, mask, mask + 1
    )


@contextmanager
def bare_table(env, table):
    """Take indexes and foreign keys off a table while many rows go in.

    Both come back at the end, where PostgreSQL checks them once for all rows.
    """
    keys = env.execute_query(
        SQL(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype = 'f'",
            table,
        )
    )
    indexes = env.execute_query(
        SQL(
            "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i "
            "JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE i.indrelid = %s::regclass AND NOT i.indisunique",
            table,
        )
    )
    name = SQL.identifier(table)
    for key, _definition in keys:
        env.cr.execute(
            SQL("ALTER TABLE %s DROP CONSTRAINT %s", name, SQL.identifier(key))
        )
    for index, _definition in indexes:
        env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(index)))
    yield
    for _index, definition in indexes:
        # the text is PostgreSQL's own
        env.cr.execute(SQL(definition.replace("%", "%%")))
    for key, definition in keys:
        text = SQL(definition.replace("%", "%%"))
        env.cr.execute(
            SQL("ALTER TABLE %s ADD CONSTRAINT %s %s", name, SQL.identifier(key), text)
        )
