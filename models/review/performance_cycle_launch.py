from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.fields import Domain

NAMES_IN_REPORT = 20
# {first state: where its people find their appraisals}
ANNOUNCED = {
    "self_assessment": "/odoo/my-appraisals",
    "manager_review": "/odoo/team-appraisals",
}


class PerformanceCycle(models.Model):
    """Bulk, repeatable generation of the appraisals of a cycle.

    A fixed number of queries whatever the number of employees: find the employees, tell
    who is left out and why, open all scorecards, create all appraisals with their sides
    and lines. The unique key (cycle, employee) lets a second run add what is missing.
    """

    _inherit = "performance.cycle"

    # === ACTIONS ===#

    def action_launch(self):
        """Create the missing appraisals and start them.

        :return: a notification: created n, left m because ...
        """
        self.check_access("write")
        self._workflow_apply("launch")
        for cycle in self:
            cycle._launch()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "sticky": True,
                "title": self.env._("Launch"),
                "message": "\n".join(self.mapped("launch_report")),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === BUSINESS METHODS ===#

    def _launch(self):
        """Create what is missing and keep the report.

        :return: the appraisals created
        """
        self.ensure_one()
        employees, left = self._launch_candidates()
        appraisals = self._launch_create(employees)
        self._workflow_engine().write(
            {
                "launch_report": self._launch_report_text(appraisals, left),
                "launched_at": fields.Datetime.now(),
            }
        )
        self._after_launch_appraisals(appraisals)
        return appraisals

    def _after_launch_appraisals(self, appraisals):
        """What follows the creation of appraisals; later stages extend it."""

    def _launch_domain(self):
        """Employees meant by the filter; every part that is filled in narrows it."""
        domain = Domain("company_id", "=", self.company_id.id)
        if self.department_ids:
            domain &= Domain("department_id", "child_of", self.department_ids.ids)
        if self.job_ids:
            domain &= Domain("job_id", "in", self.job_ids.ids)
        if self.employee_ids:
            domain &= Domain("id", "in", self.employee_ids.ids)
        return domain

    def _launch_candidates(self):
        """Whom to appraise, and whom not.

        :return: (employees, {reason: employees left out})
        """
        # archived people are named only when somebody chose them by name
        chosen = self.with_context(active_test=False)
        chosen_ids = chosen.employee_ids.ids
        meant = (
            self.env["hr.employee"]
            .with_context(active_test=not chosen_ids)
            .search(chosen._launch_domain(), order="name, id")
        )
        known = {
            appraisal.employee_id.id: appraisal
            # sudo: also those the officer does not see (other branch of the rules)
            for appraisal in self.env["performance.appraisal"]
            .sudo()
            .search_fetch([("cycle_id", "=", self.id)], ["employee_id", "state"])
        }
        left = {}
        employees = self.env["hr.employee"]
        for employee in meant:
            reason = self._launch_left_because(employee, known.get(employee.id))
            if reason:
                left[reason] = left.get(reason, self.env["hr.employee"]) | employee
            else:
                employees |= employee
        return employees, left

    def _launch_left_because(self, employee, appraisal):
        """Reason why this employee gets no new appraisal, or False."""
        if appraisal:
            if appraisal.state == "cancelled":
                return self.env._("cancelled before (delete it to start anew)")
            return self.env._("already there")
        if not employee.active:
            return self.env._("archived")
        if not employee.parent_id:
            return self.env._("no manager")
        if employee.parent_id == employee:
            return self.env._("own manager")
        if not employee.parent_id.active:
            return self.env._("the manager is archived")
        return False

    def _launch_create(self, employees):
        """Appraisals with their sides, started where somebody can act."""
        if not employees:
            return self.env["performance.appraisal"]
        cards = self.env["performance.scorecard"]
        if self.scheme_id:
            cards = cards._open_for(self.scheme_id, self.period_id, employees)
        card_of = cards.grouped("employee_id")
        vals_list = [
            self._prepare_appraisal_values(employee, card_of.get(employee, cards[:0]))
            for employee in employees
        ]
        # engine: an appraisal exists only through a launch, in the state it starts from
        engine = self.env["performance.appraisal"]._workflow_engine()
        # one announcement for all instead of a mail for each activity, and who launches
        # follows none of them
        engine = engine.with_context(
            mail_activity_quick_update=True, mail_create_nosubscribe=True
        )
        appraisals = engine.create(vals_list).with_env(self.env)
        self._announce(appraisals)
        return appraisals

    def _prepare_appraisal_values(self, employee, scorecard):
        return {
            "cycle_id": self.id,
            "employee_id": employee.id,
            "manager_id": employee.parent_id.id,
            "department_id": employee.department_id.id,
            "scorecard_id": scorecard.id,
            "state": self._launch_state(employee),
            "assessment_ids": [
                Command.create(values)
                for values in self._prepare_assessment_values(employee)
            ],
        }

    @api.model
    def _launch_state(self, employee):
        """First state: who cannot log in is not waited for."""
        if not employee.parent_id.user_id.active:
            return "draft"
        return "self_assessment" if employee.user_id.active else "manager_review"

    def _prepare_assessment_values(self, employee):
        lines = [
            Command.create({"criterion_id": criterion.id})
            for criterion in self.criterion_ids
        ]
        return [
            {"kind": "self", "rater_id": employee.id, "line_ids": lines},
            {"kind": "manager", "rater_id": employee.parent_id.id, "line_ids": lines},
        ]

    def _announce(self, appraisals):
        """Tell everybody whose turn it is: one message per step and language."""
        # sudo: logins of employees
        steps = appraisals.sudo().grouped("state")
        for state, path in ANNOUNCED.items():
            users = self.env["res.users"].union(
                *(step._workflow_next_users() for step in steps.get(state, []))
            )
            for lang, readers in (users - self.env.user).grouped("lang").items():
                self.with_context(lang=lang)._announce_to(readers.partner_id, path)

    def _announce_to(self, partners, path):
        text = self.env._(
            "The appraisals of “%(cycle)s” have begun, and it is your turn.",
            cycle=self.name,
        )
        self.message_notify(
            partner_ids=partners.ids,
            subject=self.env._("Appraisals: %s", self.name),
            body=Markup('<p>%s</p><p><a href="%s">%s</a></p>')
            % (text, path, self.env._("Open my appraisals")),
        )

    # === REPORT ===#

    def _launch_report_text(self, appraisals, left):
        """Created n, left m because ..., in the language of who launches."""
        count_left = sum(len(employees) for employees in left.values())
        lines = [
            self.env._(
                "%(cycle)s: created %(created)s, left %(left)s.",
                cycle=self.name,
                created=len(appraisals),
                left=count_left,
            )
        ]
        if not appraisals and not left:
            lines.append(self.env._("No employee meets the filter."))
        for reason, employees in left.items():
            lines.append(
                self.env._(
                    "%(count)s left: %(reason)s (%(names)s)",
                    count=len(employees),
                    reason=reason,
                    names=self._names(employees),
                )
            )
        return "\n".join(lines + self._launch_notes(appraisals))

    def _launch_notes(self, appraisals):
        """What somebody has to do about the appraisals created."""
        notes = []
        waiting = appraisals.filtered(lambda a: a.state == "draft")
        if waiting:
            notes.append(
                self.env._(
                    "%(count)s wait in draft, the manager has no login; choose another "
                    "manager, then start them (%(names)s)",
                    count=len(waiting),
                    names=self._names(waiting.employee_id),
                )
            )
        skipped = appraisals.filtered(lambda a: a.state == "manager_review")
        if skipped:
            notes.append(
                self.env._(
                    "%(count)s start at the manager's review, the employee has no "
                    "login (%(names)s)",
                    count=len(skipped),
                    names=self._names(skipped.employee_id),
                )
            )
        return notes

    @api.model
    def _names(self, employees):
        names = employees[:NAMES_IN_REPORT].mapped("name")
        more = len(employees) - len(names)
        if more:
            names.append(self.env._("and %s more", more))
        return ", ".join(names)
