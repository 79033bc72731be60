"""From a record to a subject, step by step, as SQL."""

from odoo.tools import SQL

# each step joins a table, and the time to plan joins grows fast
MAX_STEPS = 10


class PathError(ValueError):
    """A path that does not lead anywhere; ``step`` is where it breaks."""

    def __init__(self, path, step, model):
        super().__init__(path)
        self.path, self.step, self.model = path, step, model


class Path:
    """A dotted path of stored links.

    :param model: recordset of the model it starts from
    :param str path: such as ``partner_id.commercial_partner_id``; ``id`` is the record
    :raise PathError: for a step that is no stored link
    """

    def __init__(self, model, path):
        self.path = path
        self.start = model
        self.is_multi = False
        # [(model, field)], related fields replaced by what they stand for
        self.steps = []
        self.target = model
        if path != "id":
            for step in path.split("."):
                self._follow(step)

    def _follow(self, step):
        field = self.target._fields.get(step)
        if field is None or not field.comodel_name or step == "id":
            raise PathError(self.path, step, self.target)
        if field.related and not field.store:
            # inherited and related fields: the stored links behind them
            for part in field.related.split("."):
                self._follow(part)
            return
        if not self._is_link(field):
            raise PathError(self.path, step, self.target)
        if len(self.steps) == MAX_STEPS:
            raise PathError(self.path, step, self.target)
        self.steps.append((self.target, field))
        self.is_multi = self.is_multi or field.type != "many2one"
        self.target = self.target.env[field.comodel_name]

    def _is_link(self, field):
        if field.type == "one2many":
            inverse = self.target.env[field.comodel_name]._fields.get(
                field.inverse_name or ""
            )
            return bool(inverse) and inverse.store and inverse.type == "many2one"
        return field.store and field.type in ("many2one", "many2many")

    @property
    def target_name(self):
        """Technical name of the model at its end."""
        return self.target._name

    def sql(self, query, alias, apart=""):
        """The id at the end of the path, as an SQL term.

        Adds the joins it needs to the query; a step to many adds rows.

        :param str apart: a name for joins to many of its own, where another path may
            go through the same link and every pair of their ends is meant
        """
        term = SQL.identifier(alias, "id")
        for position, (model, field) in enumerate(self.steps):
            last = position == len(self.steps) - 1
            if field.type == "many2one":
                term = model._field_to_sql(alias, field.name, query)
                if not last:
                    _model, alias = field.join(model, alias, query)
            else:
                term, alias = self._join_many(query, alias, model, field, last, apart)
        return term

    def _join_many(self, query, alias, model, field, last, apart):
        if field.type == "one2many":
            comodel = model.env[field.comodel_name]
            many = query.make_alias(alias, f"{field.name}{apart}")
            query.add_join(
                "LEFT JOIN",
                many,
                comodel._table,
                SQL(
                    "%s = %s",
                    comodel._field_to_sql(many, field.inverse_name, query),
                    SQL.identifier(alias, "id"),
                ),
            )
            return SQL.identifier(many, "id"), many
        rel = query.make_alias(alias, f"{field.name}_rel{apart}")
        query.add_join(
            "LEFT JOIN",
            rel,
            SQL.identifier(field.relation),
            SQL(
                "%s = %s",
                SQL.identifier(rel, field.column1),
                SQL.identifier(alias, "id"),
            ),
        )
        term = SQL("%s", SQL.identifier(rel, field.column2), to_flush=field)
        if last:
            return term, rel
        comodel = model.env[field.comodel_name]
        many = query.make_alias(alias, f"{field.name}{apart}")
        query.add_join(
            "LEFT JOIN",
            many,
            comodel._table,
            SQL("%s = %s", term, SQL.identifier(many, "id")),
        )
        return SQL.identifier(many, "id"), many
