from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_repr

from ...shared.guards import check_numbers
from .performance_journey import BY_JOURNEY
from .visits import SLOTS


class PerformanceJourneyStep(models.Model):
    """A step of a journey: how deals come there, and what the customer needs.

    A deal comes to the step when it enters one of its stages, or when it reaches its
    milestone, whichever happens; complaints and renewals show themselves only to those
    who may read them. The need is put into words and into the KPIs by which
    we tell whether it is met (R1). Steps are written on their journey, where the reason
    of the change is given; everybody who reads the journey reads them.
    """

    _name = "performance.journey.step"
    _description = "Step of a Customer Journey"
    _order = "journey_id, sequence, id"

    journey_id = fields.Many2one(
        comodel_name="performance.journey",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="journey_id.company_id")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    # part of the ids of its visits
    slot = fields.Integer(
        required=True, readonly=True, copy=False, export_string_translation=False
    )
    milestone = fields.Selection(
        selection=[
            ("created", "First contact: the lead or opportunity is there"),
            ("converted", "It is an opportunity"),
            ("won", "It is won"),
            ("submitted", "First handed over for acceptance"),
            ("accepted", "First accepted by the customer"),
            ("complaint", "First complaint"),
            ("renewal_opened", "An opportunity renews it"),
            ("renewal_won", "The renewal is won"),
        ],
        help="What brings a deal to this step, beside its stages.",
    )
    stage_ids = fields.Many2many(
        comodel_name="crm.stage",
        relation="performance_journey_step_stage_rel",
        column1="step_id",
        column2="stage_id",
        string="Stages",
        help="A deal that enters one of these stages is in this step.",
    )
    target_days = fields.Float(
        digits=(16, 1),
        help="For how many days a deal should at most be in this step; 0: no target.",
    )
    need = fields.Text(
        string="What the Customer Needs",
        translate=True,
        help="In the customer's words. The KPIs tell whether it is met.",
    )
    kpi_ids = fields.Many2many(
        comodel_name="performance.kpi",
        relation="performance_journey_step_kpi_rel",
        column1="step_id",
        column2="kpi_id",
        string="Measured By",
        help="The KPIs that tell whether the need is met.",
    )

    _slot_uniq = models.UniqueIndex(
        "(journey_id, slot)", "Every step of a journey has a number of its own."
    )
    _target_positive = models.Constraint(
        "CHECK (target_days >= 0)", "A target cannot be negative."
    )

    # === COMPUTE METHODS ===#

    @api.constrains("milestone", "stage_ids")
    def _check_entrance(self):
        # a shipped step whose stage was deleted before waits for another one
        for step in self if not self.env.context.get("install_mode") else ():
            if not step.milestone and not step.stage_ids:
                raise ValidationError(
                    self.env._(
                        "“%s”: choose a milestone or stages, else no deal gets to this "
                        "step.",
                        step.name,
                    )
                )

    @api.constrains("journey_id", "kpi_ids")
    def _check_kpis(self):
        for step in self:
            owner = step.journey_id.company_id
            # sudo: those of companies that are not chosen now as well
            foreign = step.kpi_ids.sudo().filtered(
                lambda kpi, owner=owner: kpi.company_id and kpi.company_id != owner
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "“%(step)s”: the KPI “%(kpi)s” belongs to %(company)s only.",
                        step=step.name,
                        kpi=foreign[0].name,
                        company=foreign[0].company_id.name,
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        self._check_by_journey("create")
        check_numbers(self.env, vals_list, ["target_days"])
        vals_list = [dict(vals) for vals in vals_list]
        journeys = self.env["performance.journey"].browse(
            {vals.get("journey_id") for vals in vals_list if vals.get("journey_id")}
        )
        used = {
            journey.id: set(journey.step_ids.mapped("slot")) for journey in journeys
        }
        for vals in vals_list:
            taken = used.setdefault(vals.get("journey_id"), set())
            vals["slot"] = self._free_slot(taken)
            taken.add(vals["slot"])
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_journey("write")
        check_numbers(self.env, [vals], ["target_days"])
        # a step keeps its number, and its journey
        fixed = {"slot", "journey_id"}
        return super().write(
            {name: value for name, value in vals.items() if name not in fixed}
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_by_journey(self):
        self._check_by_journey("unlink")

    def _check_by_journey(self, operation):
        """Steps change on their journey only, where the reason is given."""
        self.check_access(operation)
        if self.env.su or self.env.context.get("performance_journey") is BY_JOURNEY:
            return
        raise UserError(
            self.env._(
                "Change steps on the form of their journey: there you say why the "
                "process changes."
            )
        )

    @api.model
    def _free_slot(self, taken):
        for slot in range(SLOTS):
            if slot not in taken:
                return slot
        raise UserError(self.env._("A journey has %s steps at most.", SLOTS))

    # === BUSINESS METHODS ===#

    def _sentence(self):
        """The step in one line, for the history of the process."""
        marks = dict(self._fields["milestone"]._description_selection(self.env))
        parts = [marks.get(self.milestone), *self.stage_ids.mapped("name")]
        if self.target_days:
            days = float_repr(self.target_days, 1).removesuffix(".0")
            parts.append(self.env._("at most %s days", days))
        if self.need:
            parts.append(self.env._("need: %s", self.need))
        if self.kpi_ids:
            # sudo: the history names all of them, whichever company is chosen now
            names = ", ".join(self.kpi_ids.sudo().mapped("name"))
            parts.append(self.env._("measured by: %s", names))
        return f"{self.name}: " + "; ".join(part for part in parts if part)
