from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ...shared.guards import exactly_one


class PerformanceScenario(models.Model):
    """A scenario that convinced: its copies become new versions of their schemes."""

    _inherit = "performance.scenario"

    def action_adopt(self):
        """Put the copies in force as new versions, all or none.

        They begin on ``adopt_from``, or on the day after the period. Every check of a
        scheme is asked.

        :raise UserError: for anyone but administrators; naming what a version lacks
        """
        exactly_one(self)
        if not self.env.user.has_group("customer_performance.group_admin"):
            raise UserError(
                self.env._("Only a performance administrator changes schemes.")
            )
        if self.adopted_at:
            raise UserError(self.env._("This scenario was adopted already."))
        if not self.scheme_ids:
            raise UserError(self.env._("Choose at least one scheme to try."))
        versions = self._adopt()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_scheme_action"
        )
        return {**action, "domain": [("id", "in", versions.ids)], "context": {}}

    def _adopt(self):
        day = self.adopt_from or self._default_adopt_day()
        versions = self.env["performance.scheme"]
        for scheme in self.scheme_ids:
            version = scheme.copy(
                {"name": scheme.name, "date_from": day, "rationale": self._rationale()}
            )
            origin = scheme.origin_id
            if problem := origin._successor_problem():
                raise UserError(problem)
            # the engine links versions; people cannot
            version._workflow_engine().previous_id = origin
            versions += version.with_env(self.env)
        versions._workflow_apply("activate")
        # sudo: when it was adopted is written by this verb only
        self.sudo().write({"adopted_at": fields.Datetime.now()})
        return versions

    def _default_adopt_day(self):
        return self.period_id.date_end + timedelta(days=1)

    def _rationale(self):
        """Why the version is as it is: what was tried, and what it showed."""
        parts = [
            self.note or "",
            self.env._(
                "Tried in the scenario “%(name)s” on %(period)s: average %(before)s "
                "before, %(after)s after.",
                name=self.name,
                period=self.period_id.name,
                before=f"{self.average_before:.2f}",
                after=f"{self.average_after:.2f}",
            ),
        ]
        return "\n".join(part for part in parts if part)
