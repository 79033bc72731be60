from odoo import fields, models


class PerformanceComplaintCause(models.Model):
    """What a complaint is about, so that equal ones can be counted together.

    One record is one category. Administrators define them, everybody reads them; one
    that is not used any more is archived.
    """

    _name = "performance.complaint.cause"
    _description = "Cause of Complaints"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short technical name, for imports.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", ondelete="cascade", help="Empty: all companies."
    )

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This code is used by another cause."
    )
