from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...shared.guards import exactly_one

ROLES = ("account_acquirer_id", "account_maintainer_id")
# who may give somebody the credit for a customer
DECIDERS = "sales_team.group_sale_manager,customer_performance.group_officer"


class ResPartner(models.Model):
    """A customer: who acquires and who maintains it, and when we were last in contact.

    Both roles decide on whose numbers a customer counts, so sales administrators and
    performance officers give them, and the chatter keeps who had them before (R114).
    They are those of the company; its contacts show them.
    """

    _inherit = "res.partner"

    account_acquirer_id = fields.Many2one(
        comodel_name="res.users",
        string="Acquired By",
        domain=[("share", "=", False)],
        index="btree_not_null",
        tracking=True,
        help="Who wins this customer: new deals are his business.",
    )
    account_maintainer_id = fields.Many2one(
        comodel_name="res.users",
        string="Maintained By",
        domain=[("share", "=", False)],
        index="btree_not_null",
        tracking=True,
        help="Who keeps this customer: service, satisfaction and renewal are his "
        "business.",
    )
    interaction_count = fields.Integer(
        string="Interactions",
        compute="_compute_interactions",
        groups="customer_performance.group_user,customer_performance.group_auditor",
    )
    last_interaction_at = fields.Datetime(
        string="Last Contact",
        compute="_compute_interactions",
        groups="customer_performance.group_user,customer_performance.group_auditor",
    )

    # === COMPUTE METHODS ===#

    def _compute_interactions(self):
        """One query for all customers; what the user may not see does not count."""
        found = {
            partner: facts
            for partner, *facts in self.env["performance.interaction"]._read_group(
                Domain("commercial_partner_id", "in", self.commercial_partner_id.ids),
                ["commercial_partner_id"],
                ["__count", "date:max"],
            )
        }
        for partner in self:
            count, last = found.get(partner.commercial_partner_id, (0, False))
            partner.interaction_count, partner.last_interaction_at = count, last

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        # asked of the records: roles can also come by a default in the context
        for partner in partners:
            given = {role: partner[role].id for role in ROLES if partner[role]}
            partner._check_may_give_roles(given)
        return partners

    def write(self, vals):
        self._check_may_give_roles({role: vals[role] for role in ROLES if role in vals})
        return super().write(vals)

    def _check_may_give_roles(self, given):
        """Numbers and bonuses follow the roles: nobody helps himself.

        A contact takes over the roles of its company, whoever adds it.

        :param dict given: ``{role: id of a user or False}``
        :raise AccessError: for all but sales administrators and performance officers
        """
        if not given or self.env.su or self.env.user.has_groups(DECIDERS):
            return
        for partner in self:
            customer = partner.commercial_partner_id
            if customer == partner or any(
                customer[role].id != (user or False) for role, user in given.items()
            ):
                raise AccessError(
                    self.env._(
                        "Who acquires and who maintains a customer is decided by a "
                        "sales administrator or a performance officer."
                    )
                )

    @api.model
    def _commercial_fields(self):
        return [*super()._commercial_fields(), *ROLES]

    # === ACTIONS ===#

    def action_open_interactions(self):
        """The contacts with these customers, by whatever channel."""
        exactly_one(self)
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_interaction_action"
        )
        customer = self.commercial_partner_id.id
        domain = [("commercial_partner_id", "=", customer)]
        return {**action, "domain": domain, "context": {}}
