from odoo import fields, models


class PerformanceScheme(models.Model):
    """A copy of a scheme that is only tried, in a scenario.

    It is edited like any draft, but never put in force: the scenario is adopted, which
    makes a new version of the scheme it was copied from.
    """

    _inherit = "performance.scheme"
    _workflow_protected = ("date_to", "previous_id", "scenario_id", "origin_id")

    scenario_id = fields.Many2one(
        comodel_name="performance.scenario",
        ondelete="cascade",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    origin_id = fields.Many2one(
        comodel_name="performance.scheme",
        string="Copied From",
        ondelete="restrict",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    def _workflow_missing(self, verb):
        if verb == "activate" and self.scenario_id:
            return self.env._(
                "“%(scheme)s” is tried in the scenario “%(scenario)s”: adopt the "
                "scenario to put it in force.",
                scheme=self.name,
                scenario=self.scenario_id.name,
            )
        return super()._workflow_missing(verb)
