from functools import partial
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, OrderedSet

from ...shared.guards import exactly_one
from .visits import SLOTS, Scope, followers, visits

# key of the context under which a query finds the deals that it is about
NARROWED = "performance_journey_narrowed"
COLLECTION = (list, tuple, set, OrderedSet)
# fields that are those of the deal
OF_DEAL = {
    "lead_id": "id",
    "partner_id": "partner_id",
    "commercial_partner_id": "partner_id.commercial_partner_id",
    "user_id": "user_id",
    "team_id": "team_id",
    "company_id": "company_id",
}


class Narrowed(NamedTuple):
    """The deals that a query is about, as SQL condition on a lead with the alias l."""

    sql: SQL


class PerformanceJourneyVisit(models.Model):
    """What happened to one deal in one step of its journey (R1, R111).

    Nobody writes these: they are Odoo's history of stages and the milestones of the
    deal, read together. Whoever may read a deal sees its visits; complaints and answers
    count for those who may read them. So do the milestones that other records tell of:
    the first complaint and the renewal lead a deal on only for those who may read that
    complaint or the renewing deal; for others the deal is where it was before. Handing
    over and acceptance belong to the deal itself. Measured by a KPI, all count.

    =========  ================================================================
    passed     the deal is in a later step now
    here       it is in this step
    arrived    it is in the last step
    lost       it was lost in this step
    back       it was in this step, and is in an earlier one now
    =========  ================================================================

    The dwell time is the sum of all times in the step, of a deal that came back too; a
    deal that was lost, and one that has arrived, dwells no longer. An open deal that is
    archived has no visits, until it comes back; won and lost ones keep theirs.
    """

    _name = "performance.journey.visit"
    _description = "Deal in a Step of a Customer Journey"
    _auto = False
    # KPIs may measure dwell times and drop-off, although nothing is stored
    _performance_measurable = True
    _rec_name = "lead_id"
    _order = "entered_at desc, id desc"
    _depends = {
        "crm.lead": [
            "active",
            "company_id",
            "date_closed",
            "date_conversion",
            "date_last_stage_update",
            "partner_id",
            "renewed_lead_id",
            "stage_id",
            "team_id",
            "type",
            "user_id",
            "won_status",
        ],
        "mail.message": ["model", "res_id"],
        "mail.tracking.value": ["field_id", "mail_message_id", "old_value_integer"],
        "performance.acceptance": ["decided_at", "lead_id", "state", "submitted_at"],
        "performance.complaint": ["filed_at", "is_valid", "lead_id"],
        "performance.journey": ["active", "company_id", "lead_domain", "sequence"],
        "performance.journey.step": [
            "journey_id",
            "milestone",
            "sequence",
            "slot",
            "stage_ids",
            "target_days",
        ],
        "performance.voice": [
            "answered_at",
            "bucket",
            "is_valid",
            "kind",
            "lead_id",
            "percent",
        ],
        "res.partner": ["commercial_partner_id"],
    }

    journey_id = fields.Many2one(comodel_name="performance.journey", readonly=True)
    step_id = fields.Many2one(comodel_name="performance.journey.step", readonly=True)
    lead_id = fields.Many2one(comodel_name="crm.lead", string="Deal", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Contact", readonly=True
    )
    commercial_partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Salesperson", readonly=True
    )
    team_id = fields.Many2one(
        comodel_name="crm.team", string="Sales Team", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    entered_at = fields.Datetime(string="Entered On", readonly=True)
    left_at = fields.Datetime(
        string="Left On", readonly=True, help="Empty while the deal is in the step."
    )
    entry_count = fields.Integer(
        string="Times Entered",
        readonly=True,
        help="More than once: the deal came back to this step.",
    )
    dwell_days = fields.Float(
        string="Dwell Time (Days)",
        readonly=True,
        aggregator="avg",
        help="Days in the step, of all times that the deal was there.",
    )
    target_days = fields.Float(string="Target (Days)", readonly=True, aggregator="avg")
    target_state = fields.Selection(
        selection=[
            ("none", "No target"),
            ("kept", "Within target"),
            ("exceeded", "Target exceeded"),
        ],
        string="Target",
        readonly=True,
    )
    outcome = fields.Selection(
        selection=[
            ("passed", "Went on"),
            ("arrived", "Arrived"),
            ("here", "Now here"),
            ("back", "Went back"),
            ("lost", "Lost here"),
        ],
        readonly=True,
    )
    passed_percent = fields.Float(
        string="Went On %", readonly=True, aggregator="avg", digits=(16, 1)
    )
    lost_percent = fields.Float(
        string="Dropped Off %", readonly=True, aggregator="avg", digits=(16, 1)
    )
    complaint_count = fields.Integer(string="Complaints", readonly=True)
    voice_count = fields.Integer(string="Answers", readonly=True)
    voice_total = fields.Float(
        string="Sum of Satisfaction", readonly=True, export_string_translation=False
    )
    voice_percent = fields.Float(
        string="Satisfaction %",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Average of the answers; of several deals, the average of the deals.",
    )
    nps_count = fields.Integer(string="NPS Answers", readonly=True)
    nps_balance = fields.Integer(
        string="Promoters Less Detractors",
        readonly=True,
        export_string_translation=False,
    )
    nps = fields.Float(
        string="NPS",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Of several deals, the average of the deals.",
    )

    @property
    def _table_query(self):
        narrowed = self.env.context.get(NARROWED)
        # nothing that a client sends in the context gets into a statement
        return self._query(
            narrowed.sql if isinstance(narrowed, Narrowed) else SQL("TRUE")
        )

    # === ACCESS ===#

    def _check_access(self, operation):
        """Whoever finds a visit may read it, so a number alone opens nothing.

        The search asks who may read the deal; the rule of records cannot, and would
        read the visit as superuser to find out its company. What is hidden and what is
        not there get the same answer: a number tells which deal came to which step.
        """
        if operation != "read" or not any(self._ids):
            return super()._check_access(operation)
        if refused := self.browse()._check_access(operation):
            return self, refused[1]
        hidden = self - self.search([("id", "in", self.ids)])
        if not hidden:
            return None
        message = self.env._(
            "You may not read these steps of a deal, or there are none."
        )
        return hidden, partial(AccessError, message)

    @api.private
    def exists(self):
        """Which of these there are for the user, asked of their deals only."""
        table = self._narrowed(Domain("id", "in", self.ids))
        return super(PerformanceJourneyVisit, table).exists().with_env(self.env)

    # === QUERY ===#

    def _search(self, domain, *args, **kwargs):
        table = self._narrowed(Domain(domain).optimize_full(self))
        return super(PerformanceJourneyVisit, table)._search(domain, *args, **kwargs)

    def _narrowed(self, domain):
        """Look at the deals only whose visits can be in a domain, not at all of them.

        What is found is the same; a page about one customer does not take the time of
        a funnel over all.
        """
        deals = domain.map_conditions(_of_deal) if _is_positive(domain) else Domain.TRUE
        if deals.is_true():
            return self.with_context(**{NARROWED: None})
        # sudo: which of these deals the user may read is asked in the query itself
        found = self.env["crm.lead"].sudo()._search(deals, active_test=False)
        wanted = SQL("l.id IN %s", found.subselect())
        return self.with_context(**{NARROWED: Narrowed(wanted)})

    def _query(self, wanted):
        """The visits of the deals that the user may read.

        :param SQL wanted: a further condition on a lead with the alias l
        """
        # sudo: a field's own number is no secret
        fields_model = self.env["ir.model.fields"].sudo()
        scope = Scope(
            SQL("%s AND %s", self._readable("crm.lead", "l"), wanted),
            self._readable("crm.lead", "n"),
            self._readable("performance.complaint", "c"),
            self._readable("performance.voice", "v"),
        )
        return visits(
            self._follows(),
            scope,
            fields_model._get("crm.lead", "stage_id").id,
            fields.Datetime.now(),
            self._pending(),
        )

    def _follows(self):
        # sudo: which journey a deal follows does not depend on who looks
        Journey = self.env["performance.journey"].sudo()
        # whatever the caller wants to see of archived records
        return Journey.search([("active", "=", True)])._follows()

    def _followers(self):
        """How many deals that the user may read follow each journey.

        :return: ``{id of a journey: number}``
        """
        self.env["crm.lead"].flush_model(self._depends["crm.lead"])
        scope = Scope(self._readable("crm.lead", "l"))
        return dict(self.env.execute_query(followers(self._follows(), scope)))

    def _pending(self):
        """Changes of this request whose history Odoo writes at its end.

        :return: ``[(id of a deal, id of the stage where it was)]``
        """
        data = self.env.cr.precommit.data.get("mail.tracking.crm.lead") or {}
        left = {
            lead: values["stage_id"]
            for lead, values in data.items()
            if values and values.get("stage_id")
        }
        # sudo: where a deal is, whoever moved it; whose it is is asked later
        leads = self.env["crm.lead"].sudo().browse(left)
        return [
            (lead.id, left[lead.id].id)
            for lead in leads.exists()
            if lead.stage_id != left[lead.id]
        ]

    def _readable(self, model, alias):
        """SQL condition: the user may read the record of a model."""
        if self.env.su:
            return SQL("TRUE")
        records = self.env[model]
        if not records.has_access("read"):
            return SQL("FALSE")
        found = records._search(Domain.TRUE, active_test=False)
        return SQL("%s IN %s", SQL.identifier(alias, "id"), found.subselect())

    def _rows_of(self, leads):
        """Visits of some deals, as dictionaries, in one statement.

        :return: ``{id of a deal: {id of a step: columns}}``
        """
        if not leads:
            return {}
        for model, names in self._depends.items():
            self.env[model].flush_model(names)
        rows = {}
        query = self._query(SQL("l.id IN %s", tuple(leads.ids)))
        for row in self.env.execute_query_dict(query):
            rows.setdefault(row["lead_id"], {})[row["step_id"]] = row
        return rows

    # === ACTIONS ===#

    def action_open_deal(self):
        """Open the deal behind the number."""
        exactly_one(self)
        self.lead_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }


def _is_positive(domain):
    """Whether leaving out a condition finds more, never less."""
    return all(part in ("&", "|") or isinstance(part, tuple) for part in domain)


def _of_deal(condition):
    """What a condition on a visit asks of its deal; of the step: nothing."""
    path, values = condition.field_expr, condition.value
    if (
        condition.operator != "in"
        or not isinstance(values, COLLECTION)
        or not all(isinstance(value, int) for value in values)
    ):
        return Domain.TRUE
    if path == "id":
        return Domain("id", "in", [value // SLOTS for value in values])
    if path not in OF_DEAL or (path == "commercial_partner_id" and False in values):
        return Domain.TRUE
    return Domain(OF_DEAL[path], "in", list(values))
