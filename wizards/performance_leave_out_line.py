from odoo import fields, models


class PerformanceLeaveOutLine(models.TransientModel):
    """One record that a number counts, offered to be left out."""

    _name = "performance.leave.out.line"
    _description = "Record to Leave Out of Performance"
    _order = "is_chosen desc, record_date desc, res_id desc"

    wizard_id = fields.Many2one(
        comodel_name="performance.leave.out.wizard", required=True, ondelete="cascade"
    )
    is_chosen = fields.Boolean(string="Leave Out")
    res_id = fields.Integer(string="Record ID", readonly=True)
    record_name = fields.Char(string="Record", readonly=True)
    record_date = fields.Date(string="Date", readonly=True)
