from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...shared.guards import exactly_one
from ...shared.performance_subject_mixin import SUBJECT_FIELDS


class PerformanceScenario(models.Model):
    """What if: copies of schemes, changed and tried on the numbers of a period.

    An administrator chooses schemes and a past or running period, changes weights,
    targets, bands and hurdles of the copies, and replays: everybody's score before and
    after, without measuring and without touching a scorecard. A scenario is kept,
    compared with others, and adopted as new versions of its schemes. Officers replay
    and read it, auditors read it; nobody else, for it holds scores that are not.
    """

    _name = "performance.scenario"
    _description = "Scenario"
    _order = "id desc"

    name = fields.Char(required=True)
    period_id = fields.Many2one(
        comodel_name="performance.period",
        required=True,
        ondelete="restrict",
        index=True,
        help="Whose numbers the scenario is tried on.",
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    source_ids = fields.Many2many(
        comodel_name="performance.scheme",
        relation="performance_scenario_source_rel",
        string="Schemes to Try",
        domain="[('state', '=', 'active'), ('scenario_id', '=', False)]",
    )
    scheme_ids = fields.One2many(
        comodel_name="performance.scheme",
        inverse_name="scenario_id",
        string="Copies",
    )
    note = fields.Text(help="What is tried, and why.")
    target_bonus = fields.Monetary(
        string="Bonus of One Person",
        help="What a score of 100 pays in this period; the cost of the scenario "
        "follows from it. Empty: no cost is shown.",
    )
    payout_from = fields.Float(
        string="Pays From",
        default=60.0,
        digits=(5, 2),
        help="A score below pays nothing; a provisional one neither.",
    )
    adopt_from = fields.Date(
        help="First day of the new versions when the scenario is adopted."
    )
    adopted_at = fields.Datetime(readonly=True, copy=False)

    _bonus_positive = models.Constraint(
        "CHECK (COALESCE(target_bonus, 0) >= 0 AND payout_from >= 0)",
        "Bonus and threshold are zero or more.",
    )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        scenarios = super().create(vals_list)
        for scenario in scenarios:
            scenario._copy_sources()
        return scenarios

    def write(self, vals):
        if self.filtered("adopted_at") and vals.keys() - {"name", "note"}:
            raise UserError(
                self.env._("The scenario was adopted; it stays as it was tried.")
            )
        result = super().write(vals)
        if "source_ids" in vals:
            for scenario in self:
                scenario._copy_sources()
        return result

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for scenario, vals in zip(self, vals_list, strict=True):
            vals["name"] = self.env._("%s (copy)", scenario.name)
        return vals_list

    def copy(self, default=None):
        """The copy tries what the scenario tries, not what is in force."""
        scenarios = super().copy(default)
        for old, new in zip(self, scenarios, strict=True):
            new.scheme_ids.unlink()
            for scheme in old.scheme_ids:
                new._try(scheme, scheme.origin_id)
        return scenarios

    def _copy_sources(self):
        """One draft for each scheme chosen; those no longer chosen go."""
        self.ensure_one()
        self.scheme_ids.filtered(
            lambda scheme: scheme.origin_id not in self.source_ids
        ).unlink()
        for scheme in self.source_ids - self.scheme_ids.origin_id:
            self._try(scheme, scheme)

    def _try(self, scheme, origin):
        copy = scheme.copy({"name": scheme.name})
        # only this verb makes copies that belong to a scenario
        copy._workflow_engine().write({"scenario_id": self.id, "origin_id": origin.id})

    # === GUARDS ===#

    def _check_may_replay(self):
        if not self.env.user.has_group("customer_performance.group_officer"):
            raise AccessError(
                self.env._("Only performance officers replay a scenario.")
            )

    # === ACTIONS ===#

    def action_replay(self):
        """Try the copies on the numbers of the period, and show who gains and loses.

        :return: a notification "compared n ..., m without a score because ..."
        :raise AccessError: for anyone but officers
        :raise UserError: when there is nothing to try
        """
        exactly_one(self)
        self._check_may_replay()
        if not self.scheme_ids:
            raise UserError(self.env._("Choose at least one scheme to try."))
        self._replay()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self._replay_sentence(),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_lines(self):
        """Before and after of everybody."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_scenario_line_action"
        )
        return {**action, "domain": [("scenario_id", "=", self.id)], "context": {}}

    def action_open_schemes(self):
        """The copies, to change them."""
        exactly_one(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Schemes of the Scenario"),
            "res_model": "performance.scheme",
            "views": [(False, "list"), (False, "form")],
            "domain": [("scenario_id", "=", self.id)],
            "context": {"create": False},
        }

    def _subjects_of(self, scheme):
        """Whom a scheme scored in the period, or whom it is for if it scored nobody."""
        # sudo: who may replay sees everybody's score
        cards = self.env["performance.scorecard"].sudo()
        found = cards.search(
            Domain("scheme_id.family_id", "=", scheme.family_id.id)
            & Domain("period_id", "=", self.period_id.id)
        )
        if found:
            return found[SUBJECT_FIELDS[scheme.subject_type]]
        return scheme._applicable_subjects(self.period_id)
