"""The SQL terms of one KPI over the rows of a scan."""

from typing import NamedTuple

from odoo.tools import SQL

TRUE, FALSE = SQL("TRUE"), SQL("FALSE")


class Terms(NamedTuple):
    """What decides how one row counts for one KPI; all but the last two are Boolean.

    :param counted: counts, whenever it is
    :param now: counts in the period
    :param before: counted in the stretch the period is compared with
    :param excluded: would count in the period but is left out, with a reason in the log
    :param match: is one of those the share is about (promoters of a net share)
    :param against: is a detractor of a net share
    :param value: the number that is added up, or NULL
    :param key: the customer, or what else is counted once
    """

    counted: SQL
    now: SQL
    before: SQL
    excluded: SQL
    match: SQL
    against: SQL
    value: SQL
    key: SQL

    def named(self):
        """The terms as columns of a sub-query, and the terms that read those columns.

        :return: (SQL of the columns, Terms over their names)
        """
        names = [f"r_{name}" for name in self._fields]
        columns = SQL(", ").join(
            SQL("%s AS %s", term, SQL.identifier(name))
            for term, name in zip(self, names, strict=True)
        )
        return columns, Terms(*(SQL.identifier(name) for name in names))


def both(*conditions):
    """Conjunction that leaves out what is always true."""
    conditions = [c for c in conditions if c is not TRUE]
    if not conditions:
        return TRUE
    return SQL("(%s)", SQL(" AND ").join(conditions))


def negated(condition):
    """Negation; what is unknown counts as false."""
    if condition is FALSE:
        return TRUE
    return SQL("NOT COALESCE(%s, FALSE)", condition)
