from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .performance_bonus_plan import SHARES_CHECKED_LATER

STAGE_CODES = [
    ("signing", "Signing"),
    ("delivery", "Delivery"),
    ("service", "Service"),
    ("renewal", "Renewal"),
]


class PerformanceBonusStage(models.Model):
    """One part of the life of a deal, and its share of the bonus.

    A measured stage is reached when its KPI, measured for the deal, attains the target;
    a manual one when somebody submits evidence. Both are then approved by a person.
    """

    _name = "performance.bonus.stage"
    _description = "Stage of a Bonus Plan"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one(
        comodel_name="performance.bonus.plan",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="plan_id.company_id")
    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        selection=STAGE_CODES,
        string="Lifecycle Stage",
        required=True,
        default="signing",
    )
    sequence = fields.Integer(default=10)
    share = fields.Float(
        string="Share (%)", digits=(5, 2), required=True, aggregator="sum"
    )
    evidence = fields.Selection(
        selection=[
            ("measured", "Measured from records"),
            ("manual", "Confirmed with evidence"),
        ],
        required=True,
        default="manual",
    )
    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="KPI",
        ondelete="restrict",
        domain="[('source', '=', 'records'), ('opportunity_path', '!=', False),"
        " ('direction', '!=', 'range')]",
    )
    target = fields.Float(
        digits=(16, 4),
        aggregator=None,
        help="The stage is reached when the KPI of the deal attains this value.",
    )

    _share_range = models.Constraint(
        "CHECK (share > 0 AND share <= 100)",
        "The share of a stage lies above 0 % and goes up to 100 %.",
    )

    # === CONSTRAINT METHODS ===#

    @api.constrains("evidence", "kpi_id")
    def _check_kpi(self):
        for stage in self.filtered(lambda s: s.evidence == "measured"):
            kpi = stage.kpi_id
            if not kpi:
                raise ValidationError(
                    self.env._(
                        "Stage “%s” is measured: choose the KPI that measures it.",
                        stage.name,
                    )
                )
            no_deals = kpi.source == "manual" or not kpi._has_path("opportunity")
            if no_deals or kpi.direction == "range":
                raise ValidationError(
                    self.env._(
                        "“%(kpi)s” cannot measure the stage “%(stage)s”: it takes "
                        "a KPI measured from records, with a path to an opportunity, "
                        "for which higher or lower is better.",
                        kpi=kpi.name,
                        stage=stage.name,
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        stages._check_plans(stages.plan_id)
        stages._translate_names()
        return stages

    def _translate_names(self):
        """A stage that is called like its kind is called so in every language."""
        labels = {}
        for lang, _name in self.env["res.lang"].get_installed():
            translated = self.with_context(lang=lang)
            labels[lang] = dict(
                translated._fields["code"]._description_selection(translated.env)
            )
        spoken = labels.get(self.env.lang or "en_US", {})
        for stage in self.filtered(lambda stage: stage.name == spoken.get(stage.code)):
            # a language whose terms are not loaded yet is left for its own file
            translated = {
                lang: names[stage.code]
                for lang, names in labels.items()
                if names[stage.code] != stage.name
            }
            if translated:
                stage.update_field_translations("name", translated)

    def write(self, vals):
        plans = self.plan_id
        result = super().write(vals)
        if {"share", "plan_id"} & vals.keys():
            self._check_plans(plans | self.plan_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used_or_needed(self):
        # sudo: the check has to see every milestone, whoever asks
        used = (
            self.env["performance.milestone"]
            .sudo()
            .search(Domain("stage_id", "in", self.ids), limit=1)
        )
        if used:
            raise UserError(
                self.env._(
                    "Deals have milestones of the stage “%s”. Archive the plan and "
                    "make a new one instead.",
                    used.stage_id.name,
                )
            )
        if self.env.context.get("performance_shares") is not SHARES_CHECKED_LATER:
            for plan in self.plan_id:
                plan._check_total((plan.stage_ids - self).mapped("share"))

    def _check_plans(self, plans):
        """Check totals, unless a plan is writing its stages and does so at the end."""
        if self.env.context.get("performance_shares") is not SHARES_CHECKED_LATER:
            plans._check_shares()
