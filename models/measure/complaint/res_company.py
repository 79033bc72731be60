from odoo import api, fields, models


class ResCompany(models.Model):
    """How a company takes complaints."""

    _inherit = "res.company"

    performance_complaint_rating = fields.Boolean(
        string="Ask for a Rating of Closed Complaints", default=True
    )
    performance_complaint_close_days = fields.Integer(
        string="Days Until Silence Closes",
        default=7,
        help="0: resolved complaints are closed by hand only.",
    )
    performance_complaint_form = fields.Boolean(
        string="Public Complaint Form",
        help="Anybody can write a complaint without a login; it is filed once the "
        "e-mail address in it was confirmed.",
    )
    performance_complaint_form_url = fields.Char(
        string="Address of the Public Complaint Form",
        compute="_compute_performance_complaint_form_url",
    )
    performance_complaint_alias_id = fields.Many2one(
        comodel_name="mail.alias",
        string="Address of the Complaints",
        ondelete="set null",
        copy=False,
        groups="base.group_system",
    )
    performance_complaint_alias_name = fields.Char(
        string="Email Alias of Complaints",
        compute="_compute_performance_complaint_alias_name",
        inverse="_inverse_performance_complaint_alias_name",
        groups="base.group_system",
        help="A mail to this address files a complaint.",
    )

    _performance_complaint_close_days_sane = models.Constraint(
        "CHECK (performance_complaint_close_days BETWEEN 0 AND 3650)",
        "Resolved complaints are closed after 0 (never) to 3650 days.",
    )

    # === COMPUTE METHODS ===#

    def _compute_performance_complaint_form_url(self):
        for company in self:
            company.performance_complaint_form_url = (
                f"{company.get_base_url()}/complaint/{company.id}"
            )

    @api.depends("performance_complaint_alias_id.alias_name")
    def _compute_performance_complaint_alias_name(self):
        for company in self:
            alias = company.performance_complaint_alias_id
            company.performance_complaint_alias_name = alias.alias_name

    def _inverse_performance_complaint_alias_name(self):
        for company in self:
            alias = company.performance_complaint_alias_id
            name = company.performance_complaint_alias_name
            if alias:
                alias.alias_name = name
            elif name:
                company.performance_complaint_alias_id = alias.create(
                    {
                        "alias_name": name,
                        "alias_model_id": self.env["ir.model"]._get_id(
                            "performance.complaint"
                        ),
                        "alias_defaults": repr({"company_id": company.id}),
                    }
                )

    # === CRUD METHODS ===#

    def write(self, vals):
        name = "performance_complaint_close_days"
        before = {c: c[name] for c in self} if name in vals else {}
        result = super().write(vals)
        changed = self.filtered(lambda c: c in before and c[name] != before[c])
        if changed:
            self.env["performance.complaint"]._reschedule_closing(changed)
        return result
