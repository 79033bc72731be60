from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...shared.guards import exactly_one
from ...shared.sentence import full_stop, with_semicolons
from ..engine import Evidence
from ..engine.definition import Definition

# a list of more records than this opens with its latest ones
SHOWN = 5000


class PerformanceReading(models.Model):
    """How a number came about, in one sentence, and the records behind it."""

    _inherit = "performance.reading"

    # === COMPUTE METHODS ===#

    @api.depends("kpi_id", "period_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for reading in self:
            # sudo: who may read the number may read what it is about
            known = reading.sudo()
            parts = (known.kpi_id.name, known.subject_name, known.period_id.name)
            reading.display_name = " · ".join(part for part in parts if part)

    @api.depends(
        "value",
        "state",
        "sample_size",
        "excluded_count",
        "is_overridden",
        "kpi_id",
        "period_id",
        "confirmed_by_id",
    )
    @api.depends_context("lang")
    def _compute_texts(self):
        for reading in self:
            # sudo: who may read the number may read what it is called
            kpi = reading.sudo().kpi_id
            known = reading.state != "no_data"
            company = reading.sudo().company_id
            reading.value_text = kpi._format(reading.value if known else None, company)
            reading.explanation = reading.sudo()._explain() if kpi else False

    # === EXPLANATION ===#

    def _explain(self):
        """How the number came about, in one sentence."""
        if self.kpi_id.source == "manual":
            return self._explain_typed()
        definition = self._definition()
        if not definition.reaches(self.subject_type or "company"):
            return self.env._("No data: this KPI has no path to this kind of subject.")
        if definition.source == "formula":
            return self._explain_formula(definition)
        parts = [self._explain_result(definition)]
        if self.excluded_count:
            parts.append(self.env._("%s left out by the cleaning", self.excluded_count))
        parts.append(self._explain_attribution(definition))
        if self.version_id:
            parts.append(self.env._("definition %s", self.version_id.display_name))
        text = with_semicolons(self.env, [part for part in parts if part])
        return full_stop(self.env, text)

    def _explain_typed(self):
        if self.state == "provisional":
            return self.env._(
                "Typed by %s; waits to be confirmed by somebody else.",
                self.entered_by_id.name or "",
            )
        return self.env._(
            "Typed by %(author)s, confirmed by %(witness)s.",
            author=self.entered_by_id.name or "",
            witness=self.confirmed_by_id.name or "",
        )

    def _explain_result(self, definition):
        """KPI, period, records and value."""
        period = self._period_text()
        if self.computed_state == "no_data":
            return self.env._(
                "%(kpi)s, %(period)s: No data, records found: %(found)s, needed: "
                "%(needed)s",
                kpi=self.kpi_id.name,
                period=period,
                found=self.sample_size,
                needed=max(definition.minimum_sample, 1),
            )
        return self.env._(
            "%(kpi)s, %(period)s: %(how)s = %(value)s",
            kpi=self.kpi_id.name,
            period=period,
            how=self._explain_how(definition),
            value=self.kpi_id._format(self.computed_value, self.company_id),
        )

    def _explain_how(self, definition):
        labels = dict(self.kpi_id._fields["aggregate"]._description_selection(self.env))
        part, whole = f"{self.numerator:g}", f"{self.denominator:g}"
        if definition.source == "records":
            how = labels.get(definition.aggregate, "")
            if self.sample_size == 1:
                return self.env._("%(how)s of one record", how=how)
            return self.env._(
                "%(how)s of %(count)s records", how=how, count=self.sample_size
            )
        texts = {
            "share": self.env._("%(part)s of one record", part=part)
            if self.denominator == 1
            else self.env._("%(part)s of %(whole)s records", part=part, whole=whole),
            "net_share": self.env._(
                "%(part)s of %(whole)s (promoters less detractors, of all answers)",
                part=part,
                whole=whole,
            ),
            "repeat": self.env._(
                "%(part)s of %(whole)s (customers with at least %(times)s records)",
                part=part,
                whole=whole,
                times=definition.repeat_count,
            ),
            "retention": self.env._(
                "%(part)s of %(whole)s (former customers still active)",
                part=part,
                whole=whole,
            ),
            "first_time": self.env._(
                "%s (customers whose first record ever lies in the period)", part
            ),
            "growth": self.env._("from %(whole)s to %(part)s", part=part, whole=whole),
        }
        return texts[definition.source]

    def _explain_attribution(self, definition):
        """Whose records these are, by which rule."""
        kind = self.subject_type
        if kind == "department" and not definition.department_path:
            return self.env._(
                "records of the people who were in it on the day, or in one below"
            )
        if kind in ("employee", "department") and definition.owner_at == "date":
            return self.env._("for whoever stood on the record on its date")
        if kind == "employee":
            return self.env._("for whoever stands on the record now")
        if kind == "customer":
            return self.env._("contacts count for their company")
        return False

    def _explain_formula(self, definition):
        value = self.kpi_id._format(
            self.computed_value if self.computed_state == "ok" else None,
            self.company_id,
        )
        return self.env._(
            "%(kpi)s, %(period)s: %(formula)s = %(value)s, from the readings of these "
            "KPIs.",
            kpi=self.kpi_id.name,
            period=self._period_text(),
            formula=definition.formula,
            value=value,
        )

    def _period_text(self):
        period = self.period_id
        return self.env._(
            "%(name)s (%(first)s to %(last)s)",
            name=period.name,
            first=format_date(self.env, period.date_start),
            last=format_date(self.env, period.date_end),
        )

    # === EVIDENCE ===#

    def action_open_evidence(self):
        """Open the records behind the number, as far as the reader may see them.

        :raise UserError: when the value was typed by hand
        """
        exactly_one(self)
        # sudo: reading the definition; the records opened obey the reader's own rights
        return self.sudo()._evidence_action()

    def _definition(self):
        """The definition that made the number: of its version, else the present one."""
        version = self.version_id
        return version._definition() if version else Definition.of(self.kpi_id)

    def _evidence_action(self):
        definition = self._definition()
        if definition.source == "manual":
            raise UserError(
                self.env._("This value was typed: its evidence stands on the form.")
            )
        if definition.source == "formula":
            return self._components_action()
        if definition.model_name not in self.env:
            raise UserError(self.kpi_id.availability or self.kpi_id.name)
        ids = self._evidence_ids(definition)
        name = f"{self.kpi_id.name} · {self.subject_name}"
        if len(ids) == SHOWN:
            name = self.env._("%(name)s, the latest %(count)s", name=name, count=SHOWN)
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": definition.model_name,
            "view_mode": "list,form",
            "domain": [("id", "in", ids)],
            "context": {"create": False, "active_test": False},
        }

    def _evidence_ids(self, definition=None, left_out=False):
        """Ids of the records behind the number, latest first."""
        definition = definition or self._definition()
        subject = self._subject().id
        return Evidence(
            self.env, definition, self.period_id, self.subject_type, subject
        ).ids(left_out, SHOWN)

    def _components_action(self):
        """The readings that a formula put together."""
        components = self.kpi_id._components(self.kpi_id._parsed_formula().names)
        name, subject = self._subject_field(), self._subject()
        return {
            "type": "ir.actions.act_window",
            "name": f"{self.kpi_id.name} · {self.subject_name}",
            "res_model": "performance.reading",
            "view_mode": "list,form",
            "domain": [
                ("kpi_id", "in", [kpi.id for kpi in components.values()]),
                ("period_id", "=", self.period_id.id),
                (name, "=", subject.id),
            ],
            "context": {"create": False},
        }
