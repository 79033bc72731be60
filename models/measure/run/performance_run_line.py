from odoo import fields, models


class PerformanceRunLine(models.Model):
    """What a run did with one unit: measured it, skipped it, or failed, and why."""

    _name = "performance.run.line"
    _description = "Result of a Unit in a Run"
    _order = "run_id desc, state desc, id"
    _rec_name = "kpi_id"
    _log_access = False

    run_id = fields.Many2one(
        comodel_name="performance.run", required=True, ondelete="cascade", index=True
    )
    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="KPI",
        required=True,
        ondelete="cascade",
        index=True,
    )
    period_id = fields.Many2one(
        comodel_name="performance.period", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, precompute=True
    )
    state = fields.Selection(
        selection=[("done", "Measured"), ("skipped", "Skipped"), ("error", "Failed")],
        required=True,
    )
    message = fields.Text()
    subject_count = fields.Integer(string="Subjects")
    seconds = fields.Float(digits=(10, 3), aggregator="sum")
