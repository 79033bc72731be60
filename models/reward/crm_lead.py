from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..shared.workflow import ENGINE

# how far a closing date may be from now and still be set by CRM itself
CLOCK = timedelta(minutes=5)
# fields that decide whether a deal is won, open or lost
STATUS_FIELDS = {"active", "stage_id", "probability", "type"}


class CrmLead(models.Model):
    """A deal pays milestones once it is won.

    Winning, reopening and losing are noticed here, whichever way they happen (button,
    kanban, import, archive, merge, RPC): the status is read before and after the write
    and compared once for the batch.
    """

    _inherit = "crm.lead"

    performance_plan_id = fields.Many2one(
        comodel_name="performance.bonus.plan",
        string="Bonus Plan",
        copy=False,
        ondelete="restrict",
        tracking=True,
        index="btree_not_null",
        help="Taken from the plans in force when the deal is won. A sales "
        "administrator can choose another one before.",
    )
    milestone_ids = fields.One2many(
        comodel_name="performance.milestone",
        inverse_name="lead_id",
        string="Milestones",
        groups="sales_team.group_sale_salesman",
    )
    milestone_line_ids = fields.Many2many(
        comodel_name="performance.milestone",
        string="Milestones of the Deal",
        compute="_compute_milestone_lines",
        groups="sales_team.group_sale_salesman",
    )
    milestone_count = fields.Integer(
        compute="_compute_milestone_lines", groups="sales_team.group_sale_salesman"
    )

    # === COMPUTE METHODS ===#

    @api.depends("milestone_ids", "performance_plan_id")
    @api.depends_context("uid")
    def _compute_milestone_lines(self):
        """What the form shows; it asks nothing about deals that do not pay.

        Milestones are made by a plan, and the deal keeps it from then on.
        """
        for lead in self:
            paying = lead.performance_plan_id
            lead.milestone_line_ids = lead.milestone_ids if paying else False
            lead.milestone_count = len(lead.milestone_line_ids)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        # asked of the records: a plan can also come by a default in the context
        if leads.performance_plan_id:
            leads._performance_check_plan()
        for lead in leads:
            lead._performance_check_closing(lead.date_closed)
        leads._performance_react(dict.fromkeys(leads, "open"))
        return leads

    def write(self, vals):
        if "performance_plan_id" in vals:
            self._performance_check_plan()
        if "date_closed" in vals:
            self._performance_check_closing(
                fields.Datetime.to_datetime(vals["date_closed"])
            )
        if not (STATUS_FIELDS | {"user_id"}) & vals.keys():
            return super().write(vals)
        before = {lead: lead._performance_status() for lead in self}
        users = {lead: lead.user_id for lead in self}
        result = super().write(vals)
        self._performance_react(before)
        self._performance_note_beneficiaries(users)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_milestones(self):
        milestone = self.env["performance.milestone"]._of_deals(self)[:1]
        if milestone:
            raise UserError(
                self.env._(
                    "“%s” has bonus milestones, so it can be neither deleted nor "
                    "merged into another one. Mark it as lost or archive it instead.",
                    milestone.lead_id.name,
                )
            )

    # === ACTIONS ===#

    def action_open_milestones(self):
        """The milestones of these deals that the user may see."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_milestone_action"
        )
        return {**action, "domain": [("lead_id", "in", self.ids)], "context": {}}

    # === BUSINESS METHODS ===#

    def _performance_status(self):
        """Whether the deal is won, open or lost; a mere lead cannot be won."""
        self.ensure_one()
        if self.won_status == "lost":
            return "lost"
        return "won" if self._performance_is_won() else "open"

    def _performance_is_won(self):
        self.ensure_one()
        return self.won_status == "won" and self.type == "opportunity"

    def _performance_react(self, before):
        """Tell the milestones what became of the deals.

        :param dict before: ``{lead: status}`` before the change
        """
        # {status: deals that reached it}
        moved = self.filtered(
            lambda lead: lead._performance_status() != before[lead]
        ).grouped(lambda lead: lead._performance_status())
        milestones = self.env["performance.milestone"]
        if won := moved.get("won"):
            milestones._deals_won(won)
        if lost := moved.get("lost"):
            milestones._deals_lost(lost)
        if opened := moved.get("open"):
            milestones._deals_reopened(opened)

    def _performance_note_beneficiaries(self, users):
        """The deal changed hands: its bonus stays with who won it, and a note says so.

        :param dict users: ``{lead: salesperson}`` before the change
        """
        changed = self.filtered(lambda lead: lead.user_id != users[lead])
        if not changed:
            return
        milestones = self.env["performance.milestone"]
        live = milestones._of_deals(changed).filtered(lambda m: m.state != "cancelled")
        milestones._note(
            {
                lead: self.env._(
                    "The bonus milestones stay with %s, who won the deal.",
                    those.employee_id.name,
                )
                for lead, those in live.grouped("lead_id").items()
                if those.employee_id.user_id != lead.user_id
            }
        )

    def _performance_check_plan(self):
        """A plan decides on money: only sales administrators choose it, before winning.

        :raise AccessError: for anybody else
        :raise UserError: when the deal has milestones
        """
        if self.env.context.get("performance_workflow") is ENGINE or self.env.su:
            return
        groups = "sales_team.group_sale_manager,customer_performance.group_admin"
        if not self.env.user.has_groups(groups):
            raise AccessError(
                self.env._(
                    "The bonus plan of a deal is chosen by a sales administrator."
                )
            )
        if self.env["performance.milestone"]._of_deals(self):
            raise UserError(
                self.env._(
                    "The milestones of this deal keep the plan they were made by."
                )
            )

    def _performance_check_closing(self, moment):
        """Deals count and pay by their closing date: CRM sets it, nobody dates it back.

        :param datetime moment: the closing date that is written
        :raise AccessError: for another moment than now, except for sales
            administrators, who import deals of the past
        """
        now = fields.Datetime.now()
        if not moment or abs(now - moment) < CLOCK or self.env.su:
            return
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._(
                    "The closing date is set when a deal is closed; only a sales "
                    "administrator enters another one."
                )
            )

    def _performance_company(self):
        """The company that pays for this deal."""
        self.ensure_one()
        return (
            self.company_id
            or self.team_id.company_id
            or self.user_id.company_id
            or self.env.company
        )

    def _performance_date_won(self, company):
        """The day on which the deal was won, where the company is."""
        there = self.with_context(tz=company.performance_tz or "UTC")
        moment = self.date_closed or fields.Datetime.now()
        return fields.Datetime.context_timestamp(there, moment).date()

    def _performance_plan(self, plans, company):
        """The plan by which this deal pays: the one chosen, else the one in force.

        :param plans: active plans
        """
        chosen = self.performance_plan_id & plans
        if chosen.company_id == company:
            return chosen
        day = self._performance_date_won(company)
        return plans._fitting(company, self.team_id, day)

    def _performance_snapshot(self, company):
        """What milestones keep of the deal as it was when it was won."""
        return {
            "user_id": self.user_id.id,
            "team_id": self.team_id.id,
            "partner_id": self.partner_id.id,
            "date_won": self._performance_date_won(company),
        }
