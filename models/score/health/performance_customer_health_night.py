import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_list

from .snapshot import Snapshot

_logger = logging.getLogger(__name__)


class PerformanceCustomerHealth(models.Model):
    """The nightly job: roll the window, measure, score, note, tell."""

    _inherit = "performance.customer.health"

    @api.model
    def _cron_health(self):
        """Nightly, company by company; each is committed by itself."""
        # sudo: the job is for all companies
        companies = (
            self.env["res.company"].sudo().search([("performance_health", "=", True)])
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            sentence = self._tell_health(company)
            _logger.info("Customer health of %s: %s", company.name, sentence)
            if not progress(1):
                return

    def action_calculate(self):
        """Calculate the health of all customers of the chosen companies now.

        :return: a notification "n customers, m without a score because ..."
        :raise AccessError: for anyone but officers
        """
        if not self.env.user.has_group("customer_performance.group_officer"):
            raise AccessError(
                self.env._("Only a performance officer calculates customer health.")
            )
        # sudo: whether a company uses customer health is no secret to its officers
        companies = self.env.companies.sudo().filtered("performance_health")
        texts = [f"{c.name}: {self._tell_health(c)}" for c in companies]
        if not texts:
            texts = [self.env._("Customer health is switched off in the settings.")]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if companies else "warning",
                "message": "\n".join(texts),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _tell_health(self, company):
        """Tell the health of all customers of a company.

        :param company: ``res.company``
        :return: a sentence that says how it went
        """
        # sudo: the health of customers is told by the engine only
        Health = self.sudo()
        Health._expire_given(company)
        window = Health.env["performance.period"]._roll(company)
        cards = Health.env["performance.scorecard"]._open_health(window)
        units = cards._measure_health(window)
        snapshot = Snapshot(Health.env, window)
        snapshot.note()
        fallen = Health.browse(snapshot.fallen)
        if fallen:
            fallen._plan_activities()
            fallen._after_below_threshold()
        return self._result(company, units)

    def _after_below_threshold(self):
        """Hook: the health of these customers fell below the threshold."""

    @api.model
    def _result(self, company, units):
        """N customers, m without a score because ..."""
        if not self.env["performance.scheme"]._health_schemes(company):
            return self.env._("No health scheme is in force.")
        # sudo: everybody of the company is counted
        ours = self.sudo().search_count(Domain("company_id", "=", company.id))
        silent = self.sudo().search_count(
            Domain("company_id", "=", company.id) & Domain("has_score", "=", False)
        )
        if not silent:
            return self.env._("%s customers.", ours)
        reasons = {unit.message.rstrip(".") for unit in units if unit.state != "done"}
        if not reasons:
            reasons = {self.env._("none of their KPIs has data")}
        return self.env._(
            "%(count)s customers, %(silent)s without a score because %(reasons)s.",
            count=ours,
            silent=silent,
            reasons=format_list(self.env, sorted(reasons)),
        )

    # === ACTIVITIES ===#

    def _owner(self):
        """Who answers for this customer: who maintains, acquires or sells to him."""
        customer = self.commercial_partner_id
        owners = (
            customer.account_maintainer_id
            or customer.account_acquirer_id
            or customer.user_id
        )
        return owners.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )

    def _plan_activities(self):
        """One activity on each customer for the one who answers for him."""
        kind = self.env.ref("customer_performance.activity_health_below")
        today = fields.Date.context_today(self)
        values = []
        for health in self:
            for owner in health._owner():
                reader = health.with_context(lang=owner.lang)
                reader_kind = kind.with_context(lang=owner.lang)
                values.append(
                    {
                        "activity_type_id": kind.id,
                        "summary": reader_kind.summary or reader_kind.name,
                        "note": reader._fall_text(),
                        "automated": True,
                        "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                        "res_id": health.commercial_partner_id.id,
                        "user_id": owner.id,
                        "date_deadline": today + timedelta(days=kind.delay_count),
                    }
                )
        # sudo: the engine gives tasks to people; their list fills, not their mailbox
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(values)

    def _fall_text(self):
        """What the activity says, in the language of its reader."""
        text = self.env._("Health fell to %s points.", f"{self.score:.2f}")
        return " ".join(filter(None, [text, self.worst_explanation]))
