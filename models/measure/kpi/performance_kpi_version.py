from odoo import api, fields, models
from odoo.fields import Domain

from ..engine import Definition


class PerformanceKpiVersion(models.Model):
    """A definition of a KPI as it once was; immutable.

    Made by the engine when a KPI is measured under a definition that it never was
    measured under before. Units of work point to the version they used, so that the
    numbers of a closed period stay explained, and open the same records, after the KPI
    was changed.
    """

    _name = "performance.kpi.version"
    _description = "Version of a KPI's Definition"
    _order = "kpi_id, number desc"
    _log_access = False

    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="KPI",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    definition = fields.Json(required=True, readonly=True)
    made_at = fields.Datetime(
        string="In Force Since",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
    )
    author_id = fields.Many2one(comodel_name="res.users", readonly=True)
    summary = fields.Text(compute="_compute_summary")
    changes = fields.Text(
        compute="_compute_changes", help="What is new against the version before."
    )

    _number_unique = models.Constraint(
        "UNIQUE (kpi_id, number)", "A KPI has each version once."
    )

    # === COMPUTE METHODS ===#

    @api.depends("number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = f"v{version.number}"

    @api.depends("definition")
    @api.depends_context("lang")
    def _compute_summary(self):
        """What it says, one line for each part that is set."""
        Kpi = self.env["performance.kpi"]
        plain = Definition(kpi_id=0).to_json()
        for version in self:
            version.summary = "\n".join(
                f"{Kpi._fields[name]._description_string(self.env)}: "
                f"{version._value_text(name, value)}"
                for name, value in (version.definition or {}).items()
                if name in Kpi._fields and value != plain.get(name)
            )

    @api.depends("definition", "number")
    @api.depends_context("lang")
    def _compute_changes(self):
        plain = Definition(kpi_id=0).to_json()
        texts, before = {}, {}
        history = Domain("kpi_id", "in", self.kpi_id.ids)
        for version in self.search(history, order="kpi_id, number"):
            after = {**plain, **(version.definition or {})}
            texts[version] = self._changes_text(before.get(version.kpi_id), after)
            before[version.kpi_id] = after
        for version in self:
            version.changes = texts.get(version, False)

    def _changes_text(self, before, after):
        """One line for each part of the definition that differs."""
        if before is None:
            return self.env._("First definition.")
        Kpi = self.env["performance.kpi"]
        return "\n".join(
            self.env._(
                "%(field)s: %(old)s → %(new)s",
                field=Kpi._fields[name]._description_string(self.env),
                old=self._value_text(name, before.get(name)),
                new=self._value_text(name, value),
            )
            for name, value in after.items()
            if name in Kpi._fields and value != before.get(name)
        )

    def _value_text(self, name, value):
        """A part of a definition as people read it."""
        field = self.env["performance.kpi"]._fields[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if field.type == "integer":
            return str(value)
        return "–" if not value or value == "[]" else str(value)

    # === ENGINE ===#

    @api.model
    def _of(self, kpis):
        """The version that holds the present definition of each KPI.

        :return: ``{kpi id: version}``; versions that are missing are made
        """
        # sudo: versions are made by the engine only
        Version = self.sudo()
        latest = {}
        for version in Version.search(Domain("kpi_id", "in", kpis.ids)):
            latest.setdefault(version.kpi_id.id, version)
        for kpi in kpis:
            data = Definition.of(kpi).to_json()
            known = latest.get(kpi.id)
            if not known or known._definition().to_json() != data:
                latest[kpi.id] = Version.create(
                    {
                        "kpi_id": kpi.id,
                        "number": (known.number if known else 0) + 1,
                        "definition": data,
                        "author_id": kpi.write_uid.id or self.env.uid,
                    }
                )
        return latest

    def _definition(self):
        """The definition it holds, as the engine takes it."""
        return Definition.from_json(self.kpi_id, self.definition or {})
