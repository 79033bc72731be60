from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import format_date, format_list

from ...shared.guards import exactly_one
from ...shared.performance_subject_mixin import SUBJECT_FIELDS
from ..engine import Definition, Preview
from ..engine.definition import PATH_FIELDS
from ..engine.preview import Found
from ..run.performance_measurement import FAULTS


class PerformanceKpi(models.Model):
    """What measuring a KPI would find, tried without storing a number."""

    _inherit = "performance.kpi"

    # === ACTIONS ===#

    def action_preview(self):
        """Try this KPI on a period, and look at the records behind it.

        :raise AccessError: for anyone but officers and administrators
        :raise UserError: when there is no period to try it on
        """
        exactly_one(self)
        self._check_may_preview()
        return self.env["performance.kpi.preview"]._open(self)

    def _check_may_preview(self):
        if not self.env.user.has_group("customer_performance.group_officer"):
            raise AccessError(
                self.env._("Only performance officers and administrators try a KPI.")
            )

    # === BUSINESS METHODS ===#

    def _first_kind(self):
        """The kind of subject whose numbers say most about this KPI."""
        if self.source == "formula":
            return "employee"
        return next(
            (kind for kind in PATH_FIELDS if self[PATH_FIELDS[kind]]), "company"
        )

    def _preview(self, period, kind):
        """Measure this KPI in a period without storing it.

        :param period: ``performance.period``, open or closed
        :param str kind: subject type
        :return: ``{"company": reading in memory or None, "top": values of lines of the
            preview, "subjects": number of the kind, "without": number of those without
            a value, "reason": sentence or False}``
        """
        period.check_access("read")
        nothing = {"company": None, "top": [], "subjects": 0, "without": 0}
        if reason := self._preview_refusal(kind):
            return {**nothing, "reason": reason}
        try:
            with self.env.cr.savepoint(flush=False):
                return self._preview_result(period, kind)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except FAULTS as error:
            return {**nothing, "reason": self._cannot_be_measured(error)}

    def _preview_refusal(self, kind):
        """Why there is nothing to try, or False."""
        if self.source == "manual":
            return self.env._(
                "This KPI is typed or imported: there is nothing to measure."
            )
        if not self.is_available:
            return self.availability
        if not self._has_path(kind):
            return self.env._(
                "No path leads from the records to this kind of subject. Set it under "
                "“Who Is It About”."
            )
        return False

    def _preview_result(self, period, kind):
        definition = Definition.of(self)
        preview = Preview(
            self.env,
            definition,
            period,
            kind,
            order="ASC" if self.direction == "lower" else "DESC",
            components=self._direct_components(),
        )
        company, of_kind = preview.found()
        known = [found for found in of_kind if found.value is not None]
        first = of_kind[0] if of_kind else company._replace(subjects=0, valued=0)
        return {
            "company": self._preview_reading(period, company),
            "top": [self._preview_line(period, found) for found in known],
            "subjects": first.subjects,
            "without": first.subjects - first.valued,
            "reason": False if known else self._preview_reason(preview),
        }

    def _preview_line(self, period, found):
        reading = self._preview_reading(period, found)
        return {
            "subject_type": found.kind,
            "res_id": found.subject,
            "subject_name": reading.subject_name,
            "value_text": reading.value_text,
            "sample_size": reading.sample_size,
            "excluded_count": reading.excluded_count,
            "explanation": reading.explanation,
        }

    def _open_preview_records(self, period, kind, subject_id):
        """Open the records behind the number of one subject, by the present rules."""
        period.check_access("read")
        nothing = Found(self.id, kind, subject_id, *[0] * 8)
        return self._preview_reading(period, nothing)._evidence_action()

    def _preview_reading(self, period, found):
        """The reading that measuring would store, in memory only."""
        # sudo: whoever may try a KPI may see what it finds
        return (
            self.env["performance.reading"]
            .sudo()
            .new(
                {
                    "kpi_id": self.id,
                    "period_id": period.id,
                    SUBJECT_FIELDS[found.kind]: found.subject,
                    # the present definition, not the one that measured last
                    "version_id": False,
                    "value": found.value,
                    "computed_value": found.value,
                    "state": "no_data" if found.value is None else "ok",
                    "computed_state": "no_data" if found.value is None else "ok",
                    "numerator": found.numerator,
                    "denominator": found.denominator,
                    "sample_size": found.sample,
                    "excluded_count": found.excluded,
                }
            )
        )

    # === WHY NOTHING ===#

    def _cannot_be_measured(self, error):
        return self.env._(
            "“%(kpi)s” cannot be measured: %(error)s",
            kpi=self.name,
            error=str(error).splitlines()[0] if str(error) else repr(error),
        )

    def _preview_reason(self, preview):
        """Why nobody gets a number, in one sentence."""
        if self.source == "formula":
            return self._formula_reason(preview.period)
        step, facts = preview.reason()
        if step == "period":
            return self._period_reason(preview, facts)
        texts = self._reason_texts(preview, facts)
        return texts.get(step) or self._minimum_reason(preview)

    def _formula_reason(self, period):
        """Which of the KPIs it reads have no number, or that they gave none."""
        components = self.component_ids
        # sudo: a formula may read what its author may not
        measured = (
            self.env["performance.reading"]
            .sudo()
            ._read_group(
                Domain("kpi_id", "in", components.ids)
                & Domain("period_id", "=", period.id)
                & Domain("state", "=", "ok"),
                ["kpi_id"],
            )
        )
        missing = components.sudo() - self.browse(kpi.id for (kpi,) in measured).sudo()
        if missing:
            return self.env._(
                "A formula reads stored numbers, and there are none in %(period)s of: "
                "%(kpis)s. Measure them first.",
                period=period.name,
                kpis=format_list(self.env, missing.mapped("name")),
            )
        return self.env._(
            "Nobody of this kind has a number of every KPI that the formula needs, or "
            "it would divide by zero."
        )

    def _period_reason(self, preview, facts):
        window = preview.window()
        return self.env._(
            "No record lies between %(start)s and %(end)s. Those that the filter finds "
            "run from %(first)s to %(last)s.",
            start=format_date(self.env, window.first),
            end=format_date(self.env, window.last),
            first=format_date(self.env, facts["first"]),
            last=format_date(self.env, facts["last"]),
        )

    def _reason_texts(self, preview, facts):
        """``{step: sentence}``; the number in it is what the step before left."""
        left = list(facts.values())
        count = {name: left[max(i - 1, 0)] for i, name in enumerate(facts)}
        return {
            "any": self.env._("There is no record of %s yet.", self._model_label()),
            "filter": self.env._("The filter finds no record at all."),
            "date": self.env._(
                "None of the %(count)s records found has a date in “%(field)s”.",
                count=count["date"],
                field=self._field_label(self.date_field),
            ),
            "company": self.env._(
                "None of the %(count)s records found belongs to %(company)s.",
                count=count["company"],
                company=preview.period.company_id.name,
            ),
            "cleaning": self.env._(
                "All %s records of the period are left out by the cleaning.",
                count["cleaning"],
            ),
            "measure": self.env._(
                "None of the %s records of the period has anything to measure.",
                count.get("measure"),
            ),
            "key": self.env._(
                "None of the %s records of the period leads to what is counted once.",
                count.get("key"),
            ),
            "subject": self.env._(
                "%(count)s records of the period count, but none leads to this kind of "
                "subject in %(company)s.",
                count=count.get("subject"),
                company=preview.period.company_id.name,
            ),
        }

    def _minimum_reason(self, preview):
        """Records there are; too few, or nothing to compare with."""
        if self.source == "growth":
            return self.env._(
                "There is nothing to compare with: no number in the stretch before, or "
                "fewer than %s records.",
                self.minimum_sample,
            )
        return self.env._(
            "Nobody of this kind has %s records, the fewest that make a number.",
            max(self.minimum_sample, 1),
        )

    def _field_label(self, name):
        return self.env[self.model_name]._fields[name]._description_string(self.env)
