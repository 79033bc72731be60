from odoo import fields, models


class PerformanceHintTopic(models.Model):
    """What customers write about, such as the delivery or the price.

    Words of the list belong to a topic; a hint on a text names the topics of the words
    found, and a person corrects them. Administrators define topics, everybody reads
    them.
    """

    _name = "performance.hint.topic"
    _description = "Topic of Text Hints"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short technical name, for KPIs.")
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", ondelete="cascade", help="Empty: all companies."
    )

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This code is used by another topic."
    )
