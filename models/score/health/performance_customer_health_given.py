from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...shared.guards import exactly_one
from .states import HEALTH_STATES


class PerformanceCustomerHealth(models.Model):
    """Another score than the calculated one, in force until a day.

    Given by a team lead or officer who does not answer for the customer himself, with a
    reason that stays in the chatter. The calculated score goes on beside it; the next
    night overwrites neither.
    """

    _inherit = "performance.customer.health"

    given_score = fields.Float(
        string="Overridden Score", digits=(6, 2), readonly=True, aggregator=None
    )
    given_state = fields.Selection(
        selection=HEALTH_STATES, string="Overridden State", readonly=True
    )
    given_reason = fields.Text(string="Reason", readonly=True)
    given_by_id = fields.Many2one(
        comodel_name="res.users", string="By", readonly=True, ondelete="set null"
    )
    given_until = fields.Date(string="Last Day", readonly=True)
    can_give = fields.Boolean(
        compute="_compute_can_give", export_string_translation=False
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("uid")
    def _compute_can_give(self):
        for health in self:
            health.can_give = not health._give_problem()

    def _give_problem(self):
        """Say why the user may not override this score; False when he may."""
        if not self.env.user.has_group("customer_performance.group_lead"):
            return self.env._(
                "Only team leads and officers override the health of a customer."
            )
        # sudo: who answers for the customer is no secret to this check
        customer = self.sudo().commercial_partner_id
        owners = (
            customer.account_maintainer_id
            | customer.account_acquirer_id
            | customer.user_id
        )
        if self.env.user in owners:
            return self.env._(
                "You answer for %s yourself: somebody else has to override the health.",
                customer.name,
            )
        return False

    # === ACTIONS ===#

    def action_withdraw(self):
        """Show the calculated score again.

        :raise AccessError: for whoever may not override it
        :raise UserError: when nothing is overridden
        """
        exactly_one(self)
        if problem := self._give_problem():
            raise AccessError(problem)
        if not self.given_state:
            raise UserError(self.env._("Nothing is overridden here."))
        # sudo: the row is written by the engine only; the right was asked above
        health = self.sudo()
        health._end_given()
        health.message_post(body=self.env._("The calculated score is shown again."))
        return True

    def _give(self, score, reason, until):
        """Override the calculated score.

        :param float score: 0 to 100
        :param str reason: why
        :param date until: last day
        """
        exactly_one(self)
        if problem := self._give_problem():
            raise AccessError(problem)
        if not 0 <= score <= 100:
            raise UserError(self.env._("A score lies between 0 and 100."))
        if not (reason or "").strip():
            raise UserError(self.env._("Please give a reason."))
        # sudo: the row is written by the engine only; the right was asked above
        health = self.sudo()
        if not until or until < health.company_id._performance_today():
            raise UserError(self.env._("Choose a last day that is not over."))
        state = health.scheme_id.rating_scale_id._grade(score).health_state or "none"
        health.write(
            {
                "given_score": score,
                "given_state": state,
                "given_reason": reason.strip(),
                "given_by_id": self.env.uid,
                "given_until": until,
                "shown_score": score,
                "shown_state": state,
            }
        )
        health.message_post(
            body=self.env._(
                "Overridden with %(score)s points until %(day)s: %(reason)s",
                score=f"{score:g}",
                day=format_date(self.env, until),
                reason=reason.strip(),
            )
        )

    # === SCHEDULER ===#

    @api.model
    def _expire_given(self, company):
        """End what was given until a day that is over."""
        self.search(
            Domain("company_id", "=", company.id)
            & Domain("given_until", "<", company._performance_today())
        )._end_given()

    def _end_given(self):
        """Show the calculated score again."""
        for health in self:
            health.write(
                {
                    "given_score": 0,
                    "given_state": False,
                    "given_reason": False,
                    "given_by_id": False,
                    "given_until": False,
                    "shown_score": health.score,
                    "shown_state": health.state,
                }
            )
