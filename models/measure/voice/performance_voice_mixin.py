from odoo import fields, models

KINDS = [
    ("csat", "Satisfaction"),
    ("nps", "Recommendation"),
    ("evaluation", "Evaluation Form"),
]


class PerformanceVoiceMixin(models.AbstractModel):
    """What a question to a customer and its answer have in common.

    Which kind of question, in which company, to whom, about whom and which deal. The
    engine writes it; a contact or deal that is deleted leaves the numbers as they are.
    """

    _name = "performance.voice.mixin"
    _description = "Performance Voice Mixin"

    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    commercial_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        related="partner_id.commercial_partner_id",
        store=True,
        index="btree_not_null",
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="About",
        readonly=True,
        index="btree_not_null",
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    source_model = fields.Char(readonly=True)
