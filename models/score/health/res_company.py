from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """Whether a company wants the health of its customers told, and over how long.

    Off at installation: nothing is measured for customers until somebody asks for it.
    """

    _inherit = "res.company"

    performance_health = fields.Boolean(
        string="Customer Health",
        help="Tell the health of every customer, every night.",
    )
    performance_health_days = fields.Integer(
        string="Days of Customer Health",
        default=90,
        help="How many days until today count.",
    )

    _performance_health_days = models.Constraint(
        "CHECK (performance_health_days BETWEEN 7 AND 730)",
        "Customer health looks back 7 to 730 days.",
    )

    # === CRUD METHODS ===#

    def write(self, vals):
        result = super().write(vals)
        if vals.get("performance_health"):
            self._start_health()
        return result

    def _start_health(self):
        """Who switches it on and has no health scheme yet uses the one that is shipped.

        :raise UserError: when that one is gone or not complete
        """
        Scheme = self.env["performance.scheme"]
        for company in self:
            if Scheme._health_schemes(company):
                continue
            # sudo: the switch is a matter of the settings, and stands for this choice
            scheme = self.env.ref(
                "customer_performance.scheme_customer_health", raise_if_not_found=False
            )
            scheme = scheme and scheme.sudo()
            if not scheme or scheme.state != "draft" or scheme._refused_checks():
                raise UserError(
                    self.env._(
                        "Put a scheme that tells customer health in force first."
                    )
                )
            scheme._workflow_move("activate")

    # === BUSINESS METHODS ===#

    def _performance_today(self):
        """The day it is in the time zone of the company."""
        local = self.with_context(tz=self.performance_tz or "UTC")
        return fields.Date.context_today(local)

    def _performance_month_ago(self):
        """The day that today is compared with."""
        return self._performance_today() - relativedelta(months=1)
