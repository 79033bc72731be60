import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .performance_appraisal import DEADLINES

_logger = logging.getLogger(__name__)

REMIND_DAYS = 3


class PerformanceAppraisal(models.Model):
    """Reminders of the deadlines: one shortly before, one when it has passed."""

    _inherit = "performance.appraisal"

    @api.model
    def _cron_remind(self, limit=200):
        """Remind whoever is next; each appraisal once per step and kind of reminder.

        A record that fails is logged and marked, so that it cannot hold up the others.
        """
        domain = self._remind_domain()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self.search_count(domain))
        for appraisal in self.search(domain, limit=limit, order="deadline, id"):
            taken = appraisal.try_lock_for_update().filtered_domain(domain)
            if not taken:
                continue
            try:
                with self.env.cr.savepoint():
                    taken._remind()
            except Exception:
                _logger.exception("Cannot remind of appraisal %s", taken.id)
                taken._mark_reminded()
            if not progress(1):
                break

    @api.model
    def _remind_domain(self):
        """Due soon and not reminded, or overdue and not reminded of that."""
        domain = Domain.FALSE
        # sudo: the cron serves all companies
        companies = (
            self.env["performance.cycle"]
            .sudo()
            .search([("state", "=", "running")])
            .company_id
        )
        for company in companies:
            today = self._today_of(company)
            soon = Domain("reminder", "=", "none")
            soon &= Domain("deadline", "<=", today + timedelta(days=REMIND_DAYS))
            over = Domain("reminder", "!=", "overdue") & Domain("deadline", "<", today)
            domain |= Domain("company_id", "=", company.id) & (soon | over)
        return domain & Domain("state", "in", list(DEADLINES))

    @api.model
    def _today_of(self, company):
        """Today where the company is."""
        tz = company.performance_tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=tz))

    def _remind(self):
        """Notify whoever is next; the text holds nothing of any side."""
        self.ensure_one()
        overdue = self.deadline < self._today_of(self.company_id)
        for user in self._workflow_next_users():
            record = self.with_context(lang=user.lang)
            record.message_notify(
                partner_ids=user.partner_id.ids,
                subject=record._remind_subject(overdue),
                body=Markup("<p>%s</p>") % record._remind_text(overdue),
            )
        self._mark_reminded()

    def _mark_reminded(self):
        overdue = self.deadline < self._today_of(self.company_id)
        self._workflow_engine().write({"reminder": "overdue" if overdue else "soon"})

    def _remind_subject(self, overdue):
        if overdue:
            return self.env._("Overdue: %s", self.display_name)
        return self.env._("Due soon: %s", self.display_name)

    def _remind_text(self, overdue):
        labels = dict(self._fields["state"]._description_selection(self.env))
        values = {
            "step": labels[self.state],
            "date": format_date(self.env, self.deadline),
        }
        if overdue:
            return self.env._("The step “%(step)s” was due on %(date)s.", **values)
        return self.env._("The step “%(step)s” is due on %(date)s.", **values)
