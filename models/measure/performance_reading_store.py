from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_compare

from ..shared.performance_subject_mixin import SUBJECT_FIELDS
from ..shared.workflow import ENGINE
from .records_engine import Facts


class PerformanceReading(models.Model):
    """How measured numbers are stored: one reading per subject, only what changed."""

    _inherit = "performance.reading"

    # === ENGINE ===#

    @api.model
    def _store(self, measurement, facts, expected, complete):
        """Write what was measured: one reading per subject, only where it changed.

        :param measurement: the unit of work
        :param dict facts: ``{(subject type, id): Facts}``
        :param dict expected: subjects that need a reading even without records
        :param bool complete: whether ``facts`` covers everybody, so that subjects
            with a former reading and no records any more are set back
        :return: number of subjects
        """
        kpi, period = measurement.kpi_id, measurement.period_id
        # sudo: the engine writes for everybody
        Reading = self.sudo().with_context(performance_workflow=ENGINE)
        former = {
            (
                reading.subject_type,
                reading[SUBJECT_FIELDS[reading.subject_type]].id,
            ): reading
            for reading in Reading.search(
                Domain("kpi_id", "=", kpi.id) & Domain("period_id", "=", period.id)
            )
        }
        keys = set(facts) | {
            (kind, i) for kind, records in expected.items() for i in records.ids
        }
        if complete:
            keys |= former.keys()
        now, missing = fields.Datetime.now(), []
        for key in sorted(keys):
            values = self._values(kpi, facts.get(key, Facts()), key[0])
            reading = former.get(key)
            if reading is None:
                subject = {SUBJECT_FIELDS[key[0]]: key[1]}
                missing.append(
                    {
                        "kpi_id": kpi.id,
                        "period_id": period.id,
                        "measurement_id": measurement.id,
                        "measured_at": now,
                        **subject,
                        **values,
                    }
                )
            elif reading._differs(values):
                reading.write({**values, "measured_at": now})
        Reading.create(missing)
        return len(keys)

    @api.model
    def _special_subjects(self, measurement):
        """Customers and opportunities that have a number of this unit already.

        A full run has to ask about them, else it would find nothing and say zero.

        :return: ``{subject type: records}`` of both types
        """
        # sudo: the engine works for everybody
        former = self.sudo().search(
            Domain("kpi_id", "=", measurement.kpi_id.id)
            & Domain("period_id", "=", measurement.period_id.id)
            & Domain("subject_type", "in", ("customer", "opportunity"))
        )
        return {"customer": former.partner_id, "opportunity": former.lead_id}

    @api.model
    def _values(self, kpi, facts, subject_type):
        # what cannot be attributed is not known to be zero
        known = kpi._has_path(subject_type)
        value = kpi._value(facts) if known else None
        return {
            "value": value or 0.0,
            "state": "no_data" if value is None else "ok",
            "numerator": facts.total if kpi.aggregate != "count" else facts.count,
            "denominator": facts.filled if kpi.aggregate == "avg" else 1.0,
            "sample_size": facts.count,
        }

    def _differs(self, values):
        self.ensure_one()
        return any(
            float_compare(self[name], value, precision_digits=4)
            if isinstance(value, float)
            else self[name] != value
            for name, value in values.items()
        )
