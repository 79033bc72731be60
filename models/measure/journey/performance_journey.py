from ast import literal_eval

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...shared.guards import exactly_one
from ..engine.definition import DOMAIN_ERRORS

# in the context of a journey that writes its own steps; no client can send it
BY_JOURNEY = object()


class PerformanceJourney(models.Model):
    """The way of a customer with us, from the first contact to the renewal (R1, R111).

    Administrators write journeys; everybody with a role in performance reads those of
    the own companies. Deals follow the first journey, by sequence, that is meant for
    their company and team and whose filter they pass; nobody assigns them.

    Its steps say what brings a deal there, what the customer needs then and by which
    KPIs we tell. What became of the deals is measured (``performance.journey.visit``).
    Whoever changes the process says why: the chatter keeps every version with its
    reason, so that the numbers before and after can be compared.
    """

    _name = "performance.journey"
    _description = "Customer Journey"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    description = fields.Text(translate=True)
    sequence = fields.Integer(
        default=10, help="A deal follows the first journey that is meant for it."
    )
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company", tracking=True, help="Empty: for all companies."
    )
    team_ids = fields.Many2many(
        comodel_name="crm.team",
        relation="performance_journey_team_rel",
        string="Sales Teams",
        # else a journey whose teams are all archived would become one for all deals
        context={"active_test": False},
        help="Empty: for deals of all teams.",
    )
    lead_domain = fields.Char(
        string="Deals",
        default="[]",
        help="Which leads and opportunities follow this journey; empty: all.",
    )
    step_ids = fields.One2many(
        comodel_name="performance.journey.step",
        inverse_name="journey_id",
        string="Steps",
        copy=True,
    )
    version = fields.Integer(
        default=1,
        readonly=True,
        copy=False,
        help="Rises with each change of the process; the chatter tells what and why.",
    )
    change_reason = fields.Char(
        string="Reason of the Change",
        copy=False,
        help="Why the process is changed, and what shall become better.",
    )
    deal_count = fields.Integer(
        string="Deals on the Way",
        compute="_compute_deal_count",
        help="Leads and opportunities that follow it, of those that you may see.",
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_deal_count(self):
        numbers = self.env["performance.journey.visit"]._followers()
        for journey in self:
            journey.deal_count = numbers.get(journey._origin.id, 0)

    @api.constrains("lead_domain")
    def _check_lead_domain(self):
        for journey in self:
            try:
                # sudo: as deals are matched, whatever the administrator may read
                journey._parsed_domain().validate(self.env["crm.lead"].sudo())
            except DOMAIN_ERRORS as error:
                raise ValidationError(
                    self.env._(
                        "“%(journey)s”: the filter does not fit opportunities: "
                        "%(error)s",
                        journey=journey.name,
                        error=str(error),
                    )
                ) from error

    @api.constrains("step_ids")
    def _check_steps(self):
        for journey in self:
            stages = [stage for step in journey.step_ids for stage in step.stage_ids]
            marks = [step.milestone for step in journey.step_ids if step.milestone]
            if len(set(stages)) < len(stages) or len(set(marks)) < len(marks):
                raise ValidationError(
                    self.env._(
                        "“%s”: a stage or a milestone leads to one step only.",
                        journey.name,
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [
            {name: value for name, value in vals.items() if name != "version"}
            for vals in vals_list
        ]
        return (
            super(PerformanceJourney, self._for_steps())
            .create(vals_list)
            .with_env(self.env)
        )

    def write(self, vals):
        """Note what changes the process, with its reason.

        :raise UserError: when somebody changes the process and does not say why
        """
        vals = {name: value for name, value in vals.items() if name != "version"}
        reason = (vals.get("change_reason") or "").strip()
        before = {journey: journey._process() for journey in self}
        result = super(PerformanceJourney, self._for_steps()).write(vals)
        for journey, old in before.items():
            new = journey._process()
            if new != old:
                version = journey.version + 1
                journey._note_change(version, old, new, reason)
                super(PerformanceJourney, journey).write(
                    {"version": version, "change_reason": False}
                )
        return result

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", journey.name)}
            if "name" not in (default or {})
            else vals
            for journey, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def _for_steps(self):
        return self.with_context(performance_journey=BY_JOURNEY)

    # === CHANGES OF THE PROCESS ===#

    def _process(self):
        """What the process consists of, as sentences.

        :return: ``{what it is about: text}``
        """
        everybody, everything = self.env._("all"), self.env._("all deals")
        domain = (self.lead_domain or "").strip()
        parts = {
            "company": self.env._("Company: %s", self.company_id.name or everybody),
            "teams": self.env._(
                "Teams: %s", ", ".join(self.team_ids.mapped("name")) or everybody
            ),
            "deals": self.env._(
                "Deals: %s", domain if domain not in ("", "[]") else everything
            ),
        }
        for place, step in enumerate(self.step_ids.sorted(), 1):
            parts[step.id] = f"{place}. {step._sentence()}"
        return parts

    def _note_change(self, version, old, new, reason):
        """Tell in the chatter what changed with this version, and why.

        :raise UserError: when nobody says why
        """
        # superuser: an upgrade changes what it ships and says why in the change log
        if not reason and not self.env.su:
            raise UserError(
                self.env._(
                    "“%s”: say under “Reason of the Change” why the process changes; "
                    "it is kept in the chatter.",
                    self.name,
                )
            )
        lines = [
            self.env._("%(old)s → %(new)s", old=old[part], new=new[part])
            for part in new
            if part in old and old[part] != new[part]
        ]
        lines += [
            self.env._("New: %s", text) for part, text in new.items() if part not in old
        ]
        lines += [
            self.env._("Removed: %s", text)
            for part, text in old.items()
            if part not in new
        ]
        self.message_post(
            body=Markup("<p><strong>%s</strong> %s</p><ul>%s</ul>")
            % (
                self.env._("Version %s.", version),
                reason,
                Markup().join(Markup("<li>%s</li>") % line for line in lines),
            )
        )

    # === WHICH DEALS ===#

    def _parsed_domain(self):
        return Domain(literal_eval((self.lead_domain or "").strip() or "[]"))

    def _follows(self):
        """Which deals are meant for these journeys, in their order.

        :return: ``[(id, SQL condition on a lead with the alias l)]``
        """
        return [
            (journey.id, SQL(" AND ").join(journey._conditions())) for journey in self
        ]

    def _conditions(self):
        conditions = [SQL("TRUE")]
        if self.company_id:
            conditions.append(SQL("l.company_id = %s", self.company_id.id))
        if self.team_ids:
            conditions.append(SQL("l.team_id IN %s", tuple(self.team_ids.ids)))
        try:
            domain = self._parsed_domain()
            if not domain.is_true():
                # sudo: whose deal follows which process does not depend on who looks
                found = self.env["crm.lead"].sudo()._search(domain, active_test=False)
                conditions.append(SQL("l.id IN %s", found.subselect()))
        except DOMAIN_ERRORS:
            # a field it asks about is gone with its app: nobody can tell any more
            conditions.append(SQL("FALSE"))
        return conditions

    # === ACTIONS ===#

    def action_open_visits(self):
        """What became of the deals that follow this journey, step by step."""
        exactly_one(self)
        self.env["performance.journey.visit"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_journey_visit_action"
        )
        return {**action, "domain": [("journey_id", "=", self.id)], "context": {}}
