import logging
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

REMINDER = "customer_performance.activity_objective_checkin"


class PerformanceObjective(models.Model):
    """The weekly reminder to check in: one task per objective and week."""

    _inherit = "performance.objective"

    @api.model
    def _cron_remind(self, limit=500):
        """Remind the owners of active objectives without a check-in this week.

        Running it again in the same week reminds nobody twice. One that fails is
        logged and marked, so that it cannot hold up the others.
        """
        domain = self._remind_domain()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self.search_count(domain))
        for objective in self.search(domain, limit=limit, order="id"):
            taken = objective.try_lock_for_update().filtered_domain(domain)
            if not taken:
                continue
            try:
                with self.env.cr.savepoint():
                    taken._remind()
            except Exception:
                _logger.exception("Cannot remind of objective %s", taken.id)
            taken._workflow_engine().write({"reminded_on": taken._today()})
            if not progress(1):
                break

    @api.model
    def _remind_domain(self):
        """Active, begun, and nothing said since Monday, where the company is."""
        result = Domain.FALSE
        # sudo: the cron serves all companies
        companies = self.env["res.company"].sudo().search(Domain("active", "=", True))
        for company in companies:
            today = self.new({"company_id": company.id})._today()
            monday = today - timedelta(days=today.weekday())
            fresh = Domain("reminded_on", "=", False) | Domain(
                "reminded_on", "<", monday
            )
            silent = ~Domain("checkin_ids", "any", [("date", ">=", monday)])
            begun = Domain("period_id.date_start", "<=", today)
            result |= Domain("company_id", "=", company.id) & fresh & silent & begun
        return result & Domain("state", "=", "active")

    def _remind(self):
        self.ensure_one()
        user = self._owner_user()
        self._drop_reminders()
        if user:
            self.activity_schedule(
                REMINDER, date_deadline=self._week_end(), user_id=user.id
            )

    def _week_end(self):
        today = self._today()
        return today + timedelta(days=6 - today.weekday())

    def _drop_reminders(self):
        """The task is done, or not needed any more."""
        # sudo: the task may be somebody else's
        self.sudo().activity_unlink([REMINDER])
