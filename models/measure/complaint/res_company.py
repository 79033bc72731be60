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
        before = {c: c.performance_complaint_close_days for c in self}
        result = super().write(vals)
        if "performance_complaint_close_days" in vals:
            changed = self.filtered(
                lambda c: c.performance_complaint_close_days != before[c]
            )
            if changed:
                self.env["performance.complaint"]._reschedule_closing(changed)
        return result
