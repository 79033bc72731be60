from odoo import api, fields, models
from odoo.exceptions import AccessError

EDITABLE = {
    "name",
    "description",
    "company_id",
    "period_id",
    "parent_id",
    "weight",
    "share",
    "employee_id",
    "department_id",
    "team_id",
    "subject_company_id",
    "key_result_ids",
}


class PerformanceObjective(models.Model):
    """Who edits an objective, who decides about it, and who reports on it."""

    _inherit = "performance.objective"

    is_editor = fields.Boolean(
        compute="_compute_is_editor", export_string_translation=False
    )
    is_decider = fields.Boolean(
        compute="_compute_is_editor", export_string_translation=False
    )
    is_reporter = fields.Boolean(
        compute="_compute_is_editor", export_string_translation=False
    )

    # === COMPUTE METHODS ===#

    @api.depends("state", "answerable_id", "subject_type")
    @api.depends_context("uid")
    def _compute_is_editor(self):
        for objective in self:
            objective.is_editor = not objective._edit_error()
            objective.is_decider = not objective._decider_error()
            objective.is_reporter = objective._is_reporter()

    # === BUSINESS METHODS ===#

    @api.model
    def _content_fields(self):
        """Fields that say what was agreed; they rest once it is in force."""
        return EDITABLE

    def _is_officer(self):
        return self.env.user.has_group("customer_performance.group_officer")

    def _is_own(self):
        """Whether the current user answers for it."""
        # sudo: login of an employee
        return self.sudo().answerable_id.user_id == self.env.user

    def _is_above(self):
        """Whether the current user is in the line above whoever answers for it."""
        # sudo: who leads whom is public, logins are not
        person = self.sudo().answerable_id
        seen = person
        while person.parent_id and person.parent_id not in seen:
            person = person.parent_id
            seen |= person
            if person.user_id == self.env.user:
                return True
        return False

    def _edit_error(self):
        """Say why the current user does not edit this; False when he does."""
        if self.state != "draft":
            return self.env._(
                "“%s” is not a draft any more: what was agreed is not edited.",
                self.name,
            )
        if self._is_officer() or self._is_own() or self._is_above():
            return False
        if self.subject_type == "company":
            return self.env._("Only officers edit objectives of the company.")
        return self.env._(
            "Only whoever answers for “%s” and the line above edit it.",
            self.name,
        )

    def _decider_error(self):
        """Say why the current user does not decide about this; False when he does."""
        if self._is_own():
            return self.env._("Nobody decides about an objective of his own.")
        if self._is_officer() or self._is_above():
            return False
        return self.env._("Only the line above or an officer does this.")

    def _is_reporter(self):
        """Whether the current user checks in and reports values."""
        if self._is_officer() or self._is_own() or self._is_above():
            return True
        # sudo: logins of those who carry it out
        carriers = self.sudo().responsibility_ids.filtered(
            lambda line: line.role in ("accountable", "responsible")
        )
        return self.env.user in carriers.employee_id.user_id

    def _owner_user(self):
        """The login that is asked for check-ins: accountable, else who answers."""
        # sudo: logins of employees
        known = self.sudo()
        accountable = known.responsibility_ids.filtered(
            lambda line: line.role == "accountable"
        )
        users = accountable.employee_id.user_id | known.answerable_id.user_id
        return users.filtered(
            lambda user: user.active and known.with_user(user).has_access("read")
        )[:1]

    def _check_editor(self):
        for objective in self:
            if error := objective._edit_error():
                raise AccessError(error)

    def _check_decider(self):
        for objective in self:
            if error := objective._decider_error():
                raise AccessError(error)

    def _check_reporter(self):
        self.check_access("read")
        for objective in self:
            if objective.state != "active" or not objective._is_reporter():
                raise AccessError(
                    self.env._(
                        "On “%s” report those who carry it out and the line above, "
                        "while it is active.",
                        objective.name,
                    )
                )

    def _check_parent_readable(self):
        """Nobody hangs an objective under one that he does not see."""
        self.parent_id.check_access("read")
