from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PerformanceExclusion(models.Model):
    """Who decides about a record that is left out, and what follows."""

    _inherit = "performance.exclusion"

    # === GUARDS ===#

    def _workflow_guard(self, verb):
        if verb == "question":
            return self._question_error()
        user = self.env.user
        if not user.has_group("customer_performance.group_officer"):
            return self.env._("Only a performance officer decides what is left out.")
        if self._concerns(user):
            return self.env._(
                "“%s” concerns yourself; somebody else has to decide.", self.record_name
            )
        return self._own_error(verb)

    def _own_error(self, verb):
        """Nobody decides alone."""
        # sudo: who proposed and who asked counts, whoever may read them
        own = self.sudo()
        if verb in ("approve", "uphold") and own.proposed_by_id == self.env.user:
            return self.env._(
                "You proposed to leave out “%s”; somebody else has to decide.",
                self.record_name,
            )
        if verb in ("uphold", "lift") and own.questioned_by_id == self.env.user:
            return self.env._(
                "You questioned “%s”; somebody else has to answer.", self.record_name
            )
        return False

    def _question_error(self):
        user = self.env.user
        if user.has_group("customer_performance.group_officer"):
            return False
        if self._concerns(user) or self._is_in_line_of(user):
            return False
        return self.env._(
            "Only those whom “%s” concerns, and who lead them, question it.",
            self.record_name,
        )

    def _concerns(self, user):
        """Whether the record stands on this user."""
        # sudo: logins of employees
        return user in self.sudo().employee_ids.user_id

    def _is_in_line_of(self, user):
        """Whether the record stands on somebody whom this user leads."""
        if not user.has_group("customer_performance.group_lead"):
            return False
        # sudo: the hierarchy of employees is not readable for everybody
        staff = self.sudo().employee_ids
        below = Domain("id", "child_of", user.sudo().employee_ids.ids)
        return bool(staff & staff.search(below & Domain("id", "in", staff.ids)))

    def _check_not_concerned(self):
        """Nobody proposes to leave out what concerns himself.

        :raise UserError: naming the first record that does
        """
        for exclusion in self:
            if exclusion._concerns(self.env.user):
                raise UserError(
                    self.env._(
                        "“%s” concerns yourself; somebody else has to propose it.",
                        exclusion.record_name,
                    )
                )

    # === MOVES ===#

    def _workflow_values(self, verb, reason):
        if verb == "approve":
            return {"approved_by_id": self.env.uid}
        if verb == "question":
            return {"question": reason, "questioned_by_id": self.env.uid}
        if verb == "refuse":
            return {"answer": reason, "approved_by_id": self.env.uid}
        return {"answer": reason, "answered_by_id": self.env.uid}

    def _workflow_next_users(self):
        self.ensure_one()
        if self.state not in ("proposed", "questioned"):
            return self.env["res.users"]
        # sudo: logins of employees, and who defined the rule
        own = self.sudo()
        allowed = own._officers(own.company_id)
        allowed -= own.employee_ids.user_id | own.proposed_by_id | own.questioned_by_id
        return (own.rule_id.proposed_by_id & allowed) or allowed

    def _workflow_log_partners(self, verb):
        """Whom it concerns, and who asked, hear of the answer."""
        if verb not in ("uphold", "lift"):
            return super()._workflow_log_partners(verb)
        # sudo: logins of employees
        own = self.sudo()
        return (own.employee_ids.user_id | own.questioned_by_id).partner_id

    def _after_approve(self):
        """Left out from now on; those concerned are told."""
        self._follow_up()
        for exclusion in self:
            # sudo: logins of employees
            users = exclusion.sudo().employee_ids.user_id.filtered("active")
            if users:
                exclusion.sudo().message_notify(
                    partner_ids=users.partner_id.ids,
                    subject=self.env._("Left out of your performance"),
                    body=self.env._(
                        "“%(record)s” is left out: %(why)s. You can question it.",
                        record=exclusion.record_name,
                        why=exclusion.explanation,
                    ),
                )

    def _after_lift(self):
        """Counts again, unless something else leaves it out as well."""
        self._follow_up()
        for exclusion in self:
            others = exclusion._others()
            if others:
                # sudo: the log tells all who read it, whoever may post there
                exclusion.sudo().message_post(
                    body=self.env._(
                        "It is still left out: %s.",
                        "; ".join(others.mapped("explanation")),
                    )
                )

    def _after_obsolete(self):
        """Questions that need no answer any more: the record counts again anyway."""
        types = list(set(self._workflow_activities.values()))
        # sudo: tasks of others end too
        self.sudo().activity_unlink(types)
        # sudo: the run that made them obsolete has nobody's rights
        for exclusion in self.sudo():
            exclusion.message_post(
                body=self.env._(
                    "The rule does not leave it out any more; it counts again."
                ),
                partner_ids=exclusion.questioned_by_id.partner_id.ids,
            )

    def _others(self):
        """What else leaves out the same record of the same KPI."""
        # sudo: another entry may be in force for other people
        same = (
            Domain("res_model", "=", self.res_model)
            & Domain("res_id", "=", self.res_id)
            & Domain("is_applied", "=", True)
            & Domain("id", "!=", self.id)
        )
        if self.kpi_id:
            same &= Domain("kpi_id", "in", [False, self.kpi_id.id])
        if scope := self.sudo().scope_company_id:
            same &= Domain("scope_company_id", "in", [False, scope.id])
        return self.sudo().search(same)

    def _follow_up(self):
        """The numbers are due in the next run; those of closed periods stay."""
        # sudo: whose numbers they are does not matter
        groups = self.sudo().grouped(lambda x: (x.res_model, x.scope_company_id))
        for (model_name, company), exclusions in groups.items():
            kpi_ids = {exclusion.kpi_id.id for exclusion in exclusions}
            self._make_due(model_name, kpi_ids, company)
