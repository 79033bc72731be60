from odoo import fields, models


class PerformanceCriterion(models.Model):
    """One question about behaviour that both sides of an appraisal rate (R90).

    Its description anchors the rating: what a high and a low rating look like in daily
    work, so that two managers mean the same by "4". HR maintains criteria; one that was
    used is archived, never deleted.
    """

    _name = "performance.criterion"
    _description = "Appraisal Criterion"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(
        translate=True,
        help="How a high and a low rating show in daily work. Both sides read it.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
