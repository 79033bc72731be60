from odoo import fields, models

from ..models.shared.guards import exactly_one
from ..models.shared.performance_subject_mixin import SUBJECT_TYPES


class PerformanceKpiPreviewLine(models.TransientModel):
    """What one subject would get from the KPI that is tried."""

    _name = "performance.kpi.preview.line"
    _description = "Subject in the Preview of a KPI"
    _order = "id"
    _rec_name = "subject_name"

    preview_id = fields.Many2one(
        comodel_name="performance.kpi.preview", required=True, ondelete="cascade"
    )
    subject_type = fields.Selection(selection=SUBJECT_TYPES, readonly=True)
    res_id = fields.Integer(readonly=True, export_string_translation=False)
    subject_name = fields.Char(string="Subject", readonly=True)
    value_text = fields.Char(string="Value", readonly=True)
    sample_size = fields.Integer(string="Records", readonly=True)
    excluded_count = fields.Integer(string="Left Out", readonly=True)
    explanation = fields.Char(readonly=True)

    # === ACTIONS ===#

    def action_open_records(self):
        """Open the records behind the number, as far as the reader may see them.

        :raise AccessError: for anyone but officers and administrators
        """
        exactly_one(self)
        preview = self.preview_id
        preview.kpi_id._check_may_preview()
        return preview.kpi_id._open_preview_records(
            preview.period_id, self.subject_type, self.res_id
        )
