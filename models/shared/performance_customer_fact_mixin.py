from odoo import api, fields, models


class PerformanceCustomerFactMixin(models.AbstractModel):
    """Something that happened with a customer and counts for somebody.

    Which company, which customer, who was responsible, in which department that person
    was then, which deal it was about: the paths by which KPIs reach their subjects. The
    models say themselves who writes what; a fact keeps its subjects, so none of them
    can be deleted below it.
    """

    _name = "performance.customer.fact.mixin"
    _description = "Performance Customer Fact Mixin"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
        index=True,
    )
    commercial_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        ondelete="restrict",
        index="btree_not_null",
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Responsible",
        ondelete="restrict",
        check_company=True,
        index="btree_not_null",
    )
    department_id = fields.Many2one(
        comodel_name="hr.department",
        compute="_compute_department_id",
        # departments are read by whoever may enter the fact
        compute_sudo=True,
        store=True,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Of the responsible person when that person became responsible.",
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        ondelete="restrict",
        check_company=True,
        index="btree_not_null",
    )

    @api.depends("employee_id")
    def _compute_department_id(self):
        for fact in self:
            fact.department_id = fact.employee_id.department_id
