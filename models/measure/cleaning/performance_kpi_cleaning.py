from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PerformanceKpi(models.Model):
    """A KPI that a cleaning rule is about stays: without it the rule would widen."""

    _inherit = "performance.kpi"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_rule(self):
        # sudo: the rule counts, whoever may read it
        Rule = self.env["performance.cleaning.rule"].sudo()
        found = Rule.with_context(active_test=False).search(
            Domain("kpi_ids", "in", self.ids), limit=1
        )
        if found:
            raise UserError(
                self.env._(
                    "The cleaning rule “%s” is about this KPI; "
                    "archive the KPI instead.",
                    found.name,
                )
            )
