from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain

from ..shared.workflow import ENGINE, Transition
from .ledger import booking, due_balances
from .performance_milestone import OPEN_STATES

# terms of a milestone, taken from deal and plan; only the engine writes them
TERMS = (
    "lead_id",
    "plan_id",
    "stage_id",
    "sequence",
    "code",
    "share",
    "basis",
    "rate",
    "is_measured",
    "kpi_id",
    "target",
    "employee_id",
    "user_id",
    "team_id",
    "partner_id",
    "company_id",
    "currency_id",
    "date_won",
    "base_amount",
    "pool_amount",
    "amount",
)

# how far it came; forgotten when a lost deal is won again
PROGRESS = (
    "reading_id",
    "actual",
    "attained",
    "measure_note",
    "evidence",
    "submitted_by_id",
    "submitted_at",
    "approved_by_id",
    "approved_at",
    "released_by_id",
    "released_at",
)


class PerformanceMilestoneWorkflow(models.Model):
    """The moves of a milestone: who may make which, and what each writes."""

    _inherit = "performance.milestone"

    _workflow = {
        "submit": Transition(("pending",), "review", needs_reason=True),
        "approve": Transition(("review",), "approved"),
        "hold": Transition(("review", "approved"), "held", needs_reason=True),
        # the state it goes back to is that of the record: see _workflow_values
        "resume": Transition(("held",), "review"),
        "reject": Transition(("review", "held"), "rejected", needs_reason=True),
        "reconsider": Transition(("rejected",), "review", needs_reason=True),
        "release": Transition(("approved",), "released"),
        # what follows from the deal; asked for by the engine only
        "attain": Transition(("pending",), "review"),
        "suspend": Transition(("pending", "review", "approved"), "held"),
        "continue": Transition(("held",), "review"),
        "cancel": Transition((*OPEN_STATES, "released"), "cancelled"),
        "renew": Transition(("cancelled",), "pending"),
    }
    _workflow_activities = {
        "review": "customer_performance.activity_bonus_approve",
        "approved": "customer_performance.activity_bonus_release",
        "held": "customer_performance.activity_bonus_held",
    }
    _workflow_protected = (
        *TERMS,
        *PROGRESS,
        "held_from",
        "hold_origin",
        "hold_reason",
        "review_date",
    )

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        # sudo: the guard judges what the user may do, not what he may read
        record, user = self.sudo(), self.env.user
        if verb in ("attain", "suspend", "continue", "cancel", "renew"):
            if self.env.context.get("performance_workflow") is ENGINE:
                return False
            return self.env._(
                "This step follows from the deal; nobody takes it by hand."
            )
        if not record.lead_id._performance_is_won():
            return self.env._("“%s”: the deal is not won.", self.display_name)
        if verb == "submit":
            return record._submit_error(user)
        if record.employee_id.user_id == user:
            return self.env._(
                "“%s” is your own bonus; somebody else has to decide.",
                self.display_name,
            )
        if verb == "release":
            return record._release_error(user)
        return record._approve_error(user)

    def _submit_error(self, user):
        """Why a user may not submit evidence; False when he may."""
        if self.is_measured:
            return self.env._(
                "“%s” is measured from records; measure it again instead.",
                self.display_name,
            )
        may = user in (self.employee_id.user_id, self.team_id.user_id)
        if may or user.has_group("customer_performance.group_officer"):
            return False
        return self.env._(
            "“%s”: evidence is submitted by the beneficiary, the leader of the sales "
            "team or a performance officer.",
            self.display_name,
        )

    def _approve_error(self, user):
        """Why a user may not approve, hold, resume or reject; False when he may."""
        approvers = self._approvers()
        if user in approvers:
            return False
        if not approvers:
            return self.env._(
                "“%s”: there is nobody to decide. Give the sales team a leader.",
                self.display_name,
            )
        return self.env._(
            "“%(milestone)s” is decided by %(people)s.",
            milestone=self.display_name,
            people=", ".join(approvers.mapped("name")),
        )

    def _release_error(self, user):
        """Why a user may not release; False when he may."""
        if not user.has_group("customer_performance.group_officer"):
            return self.env._("Bonuses are released by a performance officer.")
        if self.approved_by_id == user:
            return self.env._(
                "You approved “%s”; somebody else has to release it.", self.display_name
            )
        return False

    def _approvers(self):
        """Who decides on this milestone: the team's leader or sales administrators.

        Never the beneficiary.
        """
        self.ensure_one()
        leader = self.team_id.user_id
        beneficiary = self.employee_id.user_id
        if leader.active and leader != beneficiary:
            return leader
        return self._group_users("sales_team.group_sale_manager") - beneficiary

    def _group_users(self, group):
        """Internal users of a group who work in the company of the milestone."""
        return (
            self.env.ref(group)
            # sudo: who is asked to act, whoever moves the milestone
            .sudo()
            .all_user_ids.filtered(
                lambda user: (
                    user.active
                    and not user.share
                    and self.company_id in user.company_ids
                )
            )
        )

    def _workflow_next_users(self):
        if self.state == "approved":
            officers = self._group_users("customer_performance.group_officer")
            return officers - self.employee_id.user_id - self.approved_by_id
        return self._approvers()

    def _workflow_log_partners(self, verb):
        """Who earns is told of decisions against him, and why."""
        if verb in ("hold", "reject", "reconsider"):
            # sudo: login of an employee
            return self.sudo().employee_id.user_id.partner_id
        return super()._workflow_log_partners(verb)

    def _workflow_deadline(self):
        return self.review_date if self.state == "held" else None

    def _workflow_check_reason(self, verb, reason):
        if verb == "submit" and not (reason or "").strip():
            raise UserError(
                self.env._("Please describe the evidence that the stage was reached.")
            )
        return super()._workflow_check_reason(verb, reason)

    def _workflow_values(self, verb, reason):
        now = fields.Datetime.now()
        if verb in ("hold", "suspend"):
            return self._hold_values(verb, reason)
        values = {
            "held_from": False,
            "hold_origin": False,
            "hold_reason": False,
            "review_date": False,
        }
        if verb in ("resume", "continue"):
            return {**values, "state": self._state_after_hold(verb)}
        if verb == "attain":
            values["submitted_at"] = now
        elif verb == "submit":
            values.update(
                evidence=reason, submitted_by_id=self.env.uid, submitted_at=now
            )
        elif verb == "renew":
            values.update(dict.fromkeys(PROGRESS, False))
        elif verb == "approve":
            values.update(approved_by_id=self.env.uid, approved_at=now)
        elif verb == "release":
            values.update(released_by_id=self.env.uid, released_at=now)
        return values

    def _hold_values(self, verb, reason):
        day = self.review_date or fields.Date.add(fields.Date.today(), days=30)
        return {
            "held_from": self.state,
            "hold_origin": "person" if verb == "hold" else "deal",
            "hold_reason": reason,
            "review_date": day,
        }

    def _state_after_hold(self, verb):
        """Back to where it was; a measured one of a reopened deal is measured again."""
        anew = verb == "continue" and self.is_measured and self.held_from == "review"
        return "pending" if anew else self.held_from

    def _workflow_write(self, verb, reason):
        # one person at a time: a second click finds the row taken, or the work done
        try:
            self._workflow_engine().lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is deciding on this right now. Try again.")
            ) from error
        result = super()._workflow_write(verb, reason)
        self.env["performance.bonus.entry"]._book(self, reason)
        return result

    # === ACTIONS ===#

    def action_submit(self):
        """Ask for the evidence that the stage was reached."""
        return self._open_wizard("performance.evidence.wizard", self.env._("Evidence"))

    def action_approve(self):
        """Approve; of several, those that can be, saying which were left and why."""
        return self._workflow_run("approve")

    def action_hold(self):
        """Ask why and until when to hold."""
        return self._open_wizard("performance.hold.wizard", self.env._("Put on Hold"))

    def action_resume(self):
        """End a hold: back to where the milestone was."""
        return self._workflow_run("resume")

    def action_reject(self):
        """Reject; asks for the reason."""
        return self._workflow_run("reject")

    def action_reconsider(self):
        """Take a rejection back; asks for the reason."""
        return self._workflow_run("reconsider")

    def action_release(self):
        """Release for payment."""
        return self._workflow_run("release")

    def action_open_entries(self):
        """The ledger entries of these milestones."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_bonus_entry_action"
        )
        return {
            **action,
            "domain": [("milestone_id", "in", self.ids)],
            "context": {},
        }

    def _open_wizard(self, model, title):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_milestone_ids": [(6, 0, self.ids)]},
        }

    # === BUSINESS METHODS ===#

    def _submit(self, evidence, attachments=None):
        """Submit evidence for milestones that can be submitted.

        :param str evidence: what shows that the stage was reached
        :param attachments: files that prove it; they move to the milestones' chatter
        :return: (milestones moved, {milestone: why it was left})
        """
        moved, left = self._workflow_apply_each("submit", evidence)
        if attachments:
            for milestone in moved:
                # sudo: the beneficiary may prove without being allowed to edit
                files = attachments.sudo().copy(
                    {"res_model": self._name, "res_id": milestone.id}
                )
                milestone.sudo().message_post(
                    body=self.env._("Evidence"),
                    attachment_ids=files.ids,
                    author_id=self.env.user.partner_id.id,
                )
        return moved, left

    def _hold(self, reason, review_date):
        """Hold milestones that can be held until a review date.

        :return: (milestones moved, {milestone: why it was left})
        """
        self.check_access("read")
        self._workflow_check_reason("hold", reason)
        able = self.filtered(lambda milestone: not milestone._workflow_error("hold"))
        able._workflow_engine().write({"review_date": review_date})
        return self._workflow_apply_each("hold", reason)

    def _due_balances(self):
        """``{account: amount}`` that the ledger has to show."""
        self.ensure_one()
        return due_balances(self.state, self.held_from, self.amount)

    def _prepare_entry_values(self, account, difference, reason):
        """Values of the ledger entry that moves an account of this milestone."""
        kind, amount = booking(account, difference)
        company_time = self.with_context(tz=self.company_id.performance_tz or "UTC")
        return {
            "date": fields.Date.context_today(company_time),
            "employee_id": self.employee_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "kind": kind,
            "amount": amount,
            "milestone_id": self.id,
            "lead_id": self.lead_id.id,
            "plan_id": self.plan_id.id,
            "reason": reason
            or dict(self._fields["state"]._description_selection(self.env))[self.state],
        }

    @api.model
    def _of_deals(self, leads):
        """All milestones of some deals, as the engine sees them."""
        # sudo: what happens to a deal concerns milestones that its salesperson may not
        # see
        return self._workflow_engine().search(Domain("lead_id", "in", leads.ids))
