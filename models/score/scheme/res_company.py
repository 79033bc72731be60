from odoo import fields, models


class ResCompany(models.Model):
    """How far a company's schemes may go.

    Sources: 3 to 5 core KPIs, never 133 (R42); finance does not crowd out service
    (R40); customers rate people with 15 % at most (R78, D2), which no setting exceeds.
    """

    _inherit = "res.company"

    performance_kpis_advised = fields.Integer(
        string="KPIs Advised",
        default=5,
        help="A scheme with more of them gets a warning.",
    )
    performance_kpis_most = fields.Integer(
        string="KPIs at Most",
        default=10,
        help="A scheme with more of them is not put in force.",
    )
    performance_finance_most = fields.Float(
        string="Finance at Most %",
        default=60.0,
        help="A scheme whose financial KPIs weigh more is not put in force.",
    )
    performance_vote_most = fields.Float(
        string="Customer's Vote at Most %",
        default=15.0,
        help="Most effective weight of KPIs by which customers rate people.",
    )

    _performance_kpis = models.Constraint(
        "CHECK (performance_kpis_advised >= 3"
        " AND performance_kpis_advised <= performance_kpis_most)",
        "The number of KPIs advised lies between 3 and the most allowed.",
    )
    _performance_finance_most = models.Constraint(
        "CHECK (performance_finance_most BETWEEN 0 AND 100)",
        "The share of finance lies between 0 and 100 %.",
    )
    _performance_vote_most = models.Constraint(
        "CHECK (performance_vote_most BETWEEN 0 AND 15)",
        "The customer's vote lies between 0 and 15 %.",
    )
