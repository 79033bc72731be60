from odoo import fields, models


class PerformanceIncidentRule(models.Model):
    """How many complaints within how many days make one major service incident.

    Written by administrators, read by everybody who may read what it found. Switched
    off by archiving; what it found stays.
    """

    _name = "performance.incident.rule"
    _description = "Rule for Major Service Incidents"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", ondelete="cascade", help="Empty: all companies."
    )
    minimum_count = fields.Integer(
        string="Complaints",
        default=3,
        required=True,
        help="So many make an incident. A reopening counts once more; duplicates and "
        "invalid complaints do not count.",
    )
    window_days = fields.Integer(
        string="Days", default=90, required=True, help="Rolling, from any day on."
    )
    grouping = fields.Selection(
        selection=[
            ("customer_cause", "Same customer and cause"),
            ("customer", "Same customer"),
            ("customer_employee", "Same customer and responsible person"),
        ],
        string="What Counts Together",
        default="customer_cause",
        required=True,
    )
    severity = fields.Selection(
        selection=[
            ("critical", "Critical"),
            ("high", "High"),
            ("normal", "Normal"),
            ("low", "Low"),
        ],
        help="Empty: complaints of any severity.",
    )

    _count_sensible = models.Constraint(
        "CHECK (minimum_count BETWEEN 2 AND 1000)",
        "An incident needs 2 to 1000 complaints.",
    )
    _window_sensible = models.Constraint(
        "CHECK (window_days BETWEEN 1 AND 3660)",
        "The window has between one day and ten years.",
    )
