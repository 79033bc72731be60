from odoo import fields, models

from .states import HEALTH_STATES


class PerformanceRatingBand(models.Model):
    """Which state of health a grade stands for, where customers are graded by it."""

    _inherit = "performance.rating.band"

    health_state = fields.Selection(
        selection=[state for state in HEALTH_STATES if state[0] != "none"],
        string="Health",
        help="For scales of customer health: the state that this grade stands for.",
    )
