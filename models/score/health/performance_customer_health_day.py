from odoo import fields, models

from .states import HEALTH_STATES


class PerformanceCustomerHealthDay(models.Model):
    """The health of a customer on a day on which it changed.

    A day without a row is as the last one before it. Written by the nightly job, never
    changed afterwards; read by whoever reads the health of the customer.
    """

    _name = "performance.customer.health.day"
    _description = "History of Customer Health"
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, ondelete="cascade"
    )
    commercial_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
    )
    date = fields.Date(required=True)
    scheme_id = fields.Many2one(
        comodel_name="performance.scheme", ondelete="set null", readonly=True
    )
    state = fields.Selection(selection=HEALTH_STATES, required=True)
    score = fields.Float(digits=(6, 2), aggregator="avg")
    has_score = fields.Boolean()
    coverage = fields.Float(string="Coverage %", digits=(5, 2), aggregator="avg")
    parts = fields.Json(help="Score points of each KPI that had data.")

    _day_unique = models.UniqueIndex(
        "(commercial_partner_id, company_id, date)",
        "The health of this customer on this day is noted already.",
    )
