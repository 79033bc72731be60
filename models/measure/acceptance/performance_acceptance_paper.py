from odoo import fields, models
from odoo.exceptions import UserError

from ...shared.guards import exactly_one
from .decision import clean_document, clean_name, clean_reason, clean_text


class PerformanceAcceptancePaper(models.Model):
    """The customer decided on paper: recorded by somebody who gains nothing by it."""

    _inherit = "performance.acceptance"

    # === ACTIONS ===#

    def action_record_paper(self):
        """Ask for the signed document.

        :raise UserError: when the user may not record one
        """
        exactly_one(self)
        if error := self._paper_error():
            raise UserError(error)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Signed Paper"),
            "res_model": "performance.acceptance.paper.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_acceptance_id": self.id},
        }

    # === BUSINESS METHODS ===#

    def _paper_error(self):
        """Why the current user cannot record a paper; False when he can."""
        if self.state != "submitted":
            return self._decided_text()
        user = self.env.user
        # officers are leads too
        if not user.has_group("customer_performance.group_lead"):
            return self.env._(
                "A signed paper is recorded by a team lead or a performance officer."
            )
        # sudo: logins of employees and of the deal
        own = self.sudo()
        if user in (
            own.employee_id.user_id | own.lead_id.user_id | own.submitted_by_id
        ):
            return self.env._(
                "“%s” counts for yourself or was submitted by you; "
                "somebody else has to record the paper.",
                self.display_name,
            )
        return self._manage_error()

    def _record_paper(self, verb, name, moment, document, filename, reason=None):
        """Write down what the customer decided on paper.

        :param str verb: accept or refuse
        :param name: who signed
        :param datetime moment: when it was signed
        :param document: content of the scan in base64
        :raise UserError: saying what does not fit
        """
        self.check_access("read")
        if error := self._paper_error():
            raise UserError(error)
        if verb not in ("accept", "refuse"):
            raise UserError(self.env._("The customer accepts or refuses."))
        if not self.submitted_at <= moment <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "The paper was signed between the submission and now; "
                    "“%s” is outside.",
                    fields.Datetime.to_string(moment),
                )
            )
        values = {
            "decided_at": moment,
            "decided_by_name": clean_name(self.env, name),
            "decided_via": "paper",
            "paper_document": clean_document(self.env, document),
            "paper_filename": clean_text(filename)[-100:] or self.env._("Signed paper"),
            "recorded_by_id": self.env.uid,
        }
        if verb == "refuse":
            reason = clean_reason(self.env, reason)
            values["refusal_reason"] = reason
        self._decide(verb, values, reason)
