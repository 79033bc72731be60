from odoo import fields, models


class PerformanceScheme(models.Model):
    """Why a scheme is as it is: strengths, weaknesses, chances, risks (R59, R83).

    Administrators write it, everybody whom the scheme concerns reads it; it is printed
    with the scheme. It may change while the scheme is in force.
    """

    _inherit = "performance.scheme"

    strengths = fields.Text(translate=True)
    weaknesses = fields.Text(translate=True)
    opportunities = fields.Text(translate=True)
    threats = fields.Text(translate=True)
    rationale = fields.Text(
        translate=True, help="Which strategy and which customer need it serves."
    )
    vote_opportunity = fields.Text(
        string="Customers Take Part: Opportunity",
        translate=True,
        help="What is gained by letting customers rate people.",
    )
    vote_risk = fields.Text(
        string="Customers Take Part: Risk",
        translate=True,
        help="What could go wrong by letting customers rate people, and what is done "
        "about it.",
    )
