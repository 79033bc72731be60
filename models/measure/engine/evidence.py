"""The records behind one number, by the same attribution that counted them."""

from odoo.tools import SQL

from .keyed import Keyed
from .rows import Rows


class Evidence:
    """Records counted, and records left out, for one subject.

    :param Definition definition: of the version that made the number
    :param str kind: subject type
    :param int subject: id of the subject
    """

    def __init__(self, env, definition, period, kind, subject):
        # sudo: who may see the number may know what it counts; records obey own rights
        self.env = env(su=True)
        self.definition = definition
        rows = Rows(self.env, [definition], period.sudo())
        self.scan = Keyed(rows, definition, {kind: [subject]})

    def ids(self, left_out=False, limit=None):
        """Ids of the records, latest first.

        :param bool left_out: those the cleaning left out, instead of those counted
        :param int limit: at most so many
        """
        arms = self.scan.arms()
        if not arms:
            return []
        rows = self.env.execute_query(
            SQL(
                "WITH r AS MATERIALIZED (%s) SELECT DISTINCT id FROM (%s) a WHERE %s"
                " ORDER BY id DESC LIMIT %s",
                self.scan.selected(),
                SQL(" UNION ALL ").join(arms),
                SQL("r_excluded") if left_out else self._counted(),
                limit,
            )
        )
        return [record for (record,) in rows]

    def _counted(self):
        if self.definition.source == "retention":
            return SQL("r_before")
        if self.definition.source == "growth":
            return SQL("r_now OR r_before")
        return SQL("r_now")
