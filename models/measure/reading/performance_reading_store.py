from odoo import api, models
from odoo.fields import Domain

from ...shared.performance_subject_mixin import SUBJECT_FIELDS


class PerformanceReading(models.Model):
    """What the engine asks about the readings there are; it writes them by SQL."""

    _inherit = "performance.reading"

    @api.model
    def _subject_ids(self, kpi_ids, period, kind):
        """Ids of the subjects of a kind that have a number of some KPIs in a period.

        A full run has to ask about those customers and opportunities, else it would
        find nothing and say zero.
        """
        # sudo: the engine works for everybody
        found = self.sudo()._read_group(
            Domain("kpi_id", "in", kpi_ids)
            & Domain("period_id", "=", period.id)
            # served by the index of the subject where few have a number
            & Domain(SUBJECT_FIELDS[kind], "!=", False),
            [SUBJECT_FIELDS[kind]],
        )
        return {subject.id for (subject,) in found}
