from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...shared.guards import exactly_one
from ...shared.workflow import ENGINE, Transition
from .performance_acceptance import CONTENT

# days that a customer has unless said otherwise
DAYS_TO_DECIDE = 14
DECISION = (
    "decided_at",
    "decided_by_name",
    "decided_by_id",
    "decided_via",
    "decided_ip",
    "signature",
    "refusal_reason",
    "paper_document",
    "paper_filename",
    "recorded_by_id",
)


class PerformanceAcceptanceWorkflow(models.Model):
    """The moves of an acceptance: who may make which, and what each writes."""

    _inherit = "performance.acceptance"

    _workflow = {
        "submit": Transition(("draft",), "submitted"),
        # asked for by the customer, or with his paper; see _decide
        "accept": Transition(("submitted",), "accepted"),
        "refuse": Transition(("submitted",), "refused", needs_reason=True),
        "withdraw": Transition(("submitted",), "withdrawn", needs_reason=True),
    }
    _workflow_activities = {
        "submitted": "customer_performance.activity_acceptance_follow_up",
        "refused": "customer_performance.activity_acceptance_refused",
    }
    _workflow_protected = (
        *DECISION,
        "commercial_partner_id",
        "department_id",
        "submission",
        "previous_id",
        "submitted_at",
        "submitted_by_id",
        "sent_to",
        "withdraw_reason",
        "is_first_pass",
    )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        acceptances = super().create(vals_list)
        acceptances._check_deal()
        return acceptances

    def write(self, vals):
        self._check_content(vals)
        result = super().write(vals)
        if vals.get("lead_id"):
            self._check_deal()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        if any(acceptance.state != "draft" for acceptance in self):
            raise UserError(
                self.env._(
                    "What was submitted to the customer is not deleted; withdraw it."
                )
            )

    def _check_deal(self):
        """Nobody hangs an acceptance on a deal that he may not even see."""
        engine = self.env.context.get("performance_workflow") is ENGINE
        if self.lead_id and not engine:
            self.lead_id.check_access("read")

    def _check_content(self, vals):
        """What the customer was shown stays as it was shown.

        :raise AccessError: also for superusers
        """
        if self.env.context.get("performance_workflow") is ENGINE:
            return
        names = set(CONTENT) & vals.keys()
        for acceptance in self if names else ():
            if acceptance.state != "draft":
                raise AccessError(
                    self.env._(
                        "“%s” was submitted to the customer and does not change any "
                        "more. Withdraw it and submit the correction.",
                        acceptance.display_name,
                    )
                )

    # === ACTIONS ===#

    def action_submit(self):
        """Send the deliverables to the customer, who accepts or refuses."""
        return self._workflow_run("submit")

    def action_withdraw(self):
        """Take back what was submitted; asks for the reason."""
        return self._workflow_run("withdraw")

    # === GUARDS ===#

    def _workflow_guard(self, verb):
        if verb in ("accept", "refuse"):
            if self.env.context.get("performance_workflow") is ENGINE:
                return False
            return self.env._(
                "“%s” is decided by the customer, in the portal or on paper.",
                self.display_name,
            )
        return self._manage_error()

    def _manage_error(self):
        """Why the current user does not handle this; False when he does."""
        if self.has_access("write"):
            return False
        return self.env._(
            "“%s” is handled by the person responsible, the salesperson of the deal, "
            "those who lead them and performance officers.",
            self.display_name,
        )

    def _workflow_missing(self, verb):
        if verb != "submit":
            return False
        if not (self.deliverables or "").strip():
            return self.env._("“%s”: say what is delivered.", self.display_name)
        if self.due_date and self.due_date < fields.Date.context_today(self):
            return self.env._(
                "“%s”: the day until which the customer decides has passed.",
                self.display_name,
            )
        return self._contact_problem()

    def _contact_problem(self):
        """Why the contact cannot decide for the customer; False when he can."""
        # sudo: whether a contact is one of us is asked of the users
        contact = self.sudo().partner_id
        if not contact.email_normalized:
            return self.env._(
                "“%(contact)s” has no valid e-mail address to send the link to.",
                contact=contact.display_name,
            )
        same = Domain("partner_id", "=", contact.id) | Domain(
            "partner_id.email_normalized", "=", contact.email_normalized
        )
        if contact.env["res.users"].search_count(Domain("share", "=", False) & same, 1):
            return self.env._(
                "“%(contact)s” is one of us: choose a contact of the customer.",
                contact=contact.display_name,
            )
        return False

    # === MOVES ===#

    def _workflow_values(self, verb, reason):
        if verb == "submit":
            return self._submit_values()
        if verb == "withdraw":
            return {"withdraw_reason": reason}
        # only _decide gets here: the guard asked for the engine
        return self.env.context["acceptance_decision"]

    def _submit_values(self):
        # sudo: the employee's department and the contact's company as they are today
        own = self.sudo()
        today = fields.Date.context_today(self)
        return {
            "submitted_at": fields.Datetime.now(),
            "submitted_by_id": self.env.uid,
            "sent_to": own.partner_id.email_normalized,
            "commercial_partner_id": own.partner_id.commercial_partner_id.id,
            "department_id": own.employee_id.department_id.id,
            "due_date": own.due_date or today + timedelta(days=DAYS_TO_DECIDE),
        }

    def _decide(self, verb, values, reason=None):
        """Write a decision of the customer, completely or not at all.

        :param dict values: the fields of ``DECISION``
        :raise UserError: when there is nothing to decide any more
        """
        self.ensure_one()
        if self.state != "submitted":
            raise UserError(self._decided_text())
        engine = self._workflow_engine().with_context(acceptance_decision=values)
        with self.env.cr.savepoint():
            engine._workflow_apply(verb, reason)
            engine.flush_recordset()

    def _decided_text(self):
        """What became of it, for whoever comes too late."""
        states = dict(self._fields["state"]._description_selection(self.env))
        if self.state in ("accepted", "refused"):
            return self.env._(
                "“%(record)s” was decided already: %(state)s by %(name)s.",
                record=self.name,
                state=states[self.state],
                name=self.decided_by_name,
            )
        return self.env._("“%s” is not submitted for acceptance now.", self.name)

    def _workflow_next_users(self):
        # sudo: login of an employee
        return self.sudo().employee_id.user_id.filtered("active")

    def _workflow_deadline(self):
        return self.due_date if self.state == "submitted" else False

    def _workflow_log(self, verb, reason):
        if verb not in ("accept", "refuse"):
            super()._workflow_log(verb, reason)
            return
        for acceptance in self:
            acceptance._log_decision()

    def _log_decision(self):
        """Tell everybody who follows, the customer too."""
        name = self.decided_by_name
        if self.state == "accepted":
            body = self.env._("Accepted by %s.", name)
        else:
            body = self.env._(
                "Refused by %(name)s: %(reason)s", name=name, reason=self.refusal_reason
            )
        recorder = self.recorded_by_id
        if recorder:
            body = self.env._(
                "%(body)s Recorded from the signed paper by %(recorder)s.",
                body=body,
                recorder=recorder.name,
            )
        author = recorder.partner_id or self.decided_by_id or self.partner_id
        self.message_post(
            body=body,
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    # === SUBMITTED AGAIN ===#

    def action_resubmit(self):
        """Prepare the correction of what was refused or withdrawn.

        :return: the form of the next submission, a draft
        :raise UserError: when there is nothing to correct
        """
        exactly_one(self)
        # sudo: there is one correction only, whoever may see it
        correction = self.sudo().next_ids
        if not correction:
            if error := self._resubmit_error():
                raise UserError(error)
            correction = self._prepare_correction()
        correction.sudo(False).check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Next Submission"),
            "res_model": self._name,
            "res_id": correction.id,
            "views": [(False, "form")],
        }

    def _resubmit_error(self):
        """Why this is not submitted again; False when it can be."""
        if self.state not in ("refused", "withdrawn"):
            return self.env._(
                "“%s” was neither refused nor withdrawn.", self.display_name
            )
        # sudo: a correction counts whoever may see it
        if self.sudo().next_ids:
            return self.env._("“%s” has its correction already.", self.display_name)
        return self._manage_error()

    def _prepare_correction(self):
        """The next submission of the same deliverables."""
        engine = self._workflow_engine()
        return engine.create(
            {
                "name": engine.name,
                "lead_id": engine.lead_id.id,
                "partner_id": engine.partner_id.id,
                "employee_id": engine.employee_id.id,
                "company_id": engine.company_id.id,
                "deliverables": engine.deliverables,
                "submission": engine.submission + 1,
                "previous_id": engine.id,
            }
        ).with_env(self.env(su=True))
