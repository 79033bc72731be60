from odoo import Command, api, fields, models

# to whom the menus are shown while a company wants hints
READERS = (
    "customer_performance.group_lead",
    "customer_performance.group_auditor",
)


class ResCompany(models.Model):
    """Whether a company wants hints on what its customers write."""

    _inherit = "res.company"

    performance_hint_provider = fields.Selection(
        selection=[("off", "Off"), ("words", "Word List (Offline)")],
        string="Text Hints",
        required=True,
        default="off",
        help="Off: no text is looked at and no hint is shown. Switching off deletes "
        "the hints that nobody decided on; decisions made before stay as they are.",
    )
    is_performance_hint = fields.Boolean(
        compute="_compute_is_performance_hint", export_string_translation=False
    )

    # === COMPUTE METHODS ===#

    @api.depends("performance_hint_provider")
    def _compute_is_performance_hint(self):
        for company in self:
            chosen = company.performance_hint_provider
            company.is_performance_hint = bool(chosen) and chosen != "off"

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any(companies.mapped("is_performance_hint")):
            self._show_performance_hints()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "performance_hint_provider" in vals:
            self._show_performance_hints()
            self._drop_performance_suggestions()
        return result

    def _drop_performance_suggestions(self):
        """Delete what waits for a decision where no hints are wanted any more."""
        off = self.filtered(lambda company: not company.is_performance_hint)
        # sudo: whoever sets the companies up, and reads none of their hints
        hints = self.env["performance.text.hint"].sudo()
        hints.search(
            [("company_id", "in", off.ids), ("state", "=", "suggested")]
        ).unlink()

    def _show_performance_hints(self):
        """Show the menus while at least one company wants hints."""
        # sudo: whoever sets the companies up; the group opens menus and nothing else
        group = self.env.ref("customer_performance.group_hint").sudo()
        wanted = [("performance_hint_provider", "!=", "off")]
        # sudo: of all companies, whichever the user works in
        on = bool(self.sudo().search_count(wanted, limit=1))
        for xmlid in READERS:
            readers = self.env.ref(xmlid).sudo()  # sudo: as above
            if on != (group in readers.implied_ids):
                command = Command.link if on else Command.unlink
                readers.implied_ids = [command(group.id)]
