"""Many values for one statement.

psycopg2 writes a list as ``ARRAY[1, 2, ...]``, each element of which PostgreSQL parses
as an expression: for tens of thousands of rows that takes longer than the statement.
The text of an array is read by a loop in C.
"""

from odoo.tools import SQL


def _element(value):
    if value is None:
        return "NULL"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, (int, float)) or not isinstance(value, str):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def array(values, kind):
    """An array of one column.

    :param values: numbers, texts, dates, booleans and None
    :param str kind: PostgreSQL's name of the type of an element
    :return: SQL of the array
    """
    text = "{" + ",".join(map(_element, values)) + "}"
    return SQL("%s::" + kind + "[]", text)


def arrays(rows, kinds):
    """The columns of rows, as the arguments of ``unnest``.

    :param rows: ``[(value, ...)]``, at least one
    :param kinds: PostgreSQL's names of the types of the columns
    :return: SQL of the arrays, comma-separated
    """
    columns = zip(*rows, strict=True)
    return SQL(", ").join(
        array(values, kind) for values, kind in zip(columns, kinds, strict=True)
    )
