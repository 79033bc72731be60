from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .res_partner import DECIDERS, ROLES

# what makes a contact part of another customer
MOVERS = {"parent_id", "is_company"}
# models whose records go along with their contact
HISTORY = ("performance.complaint", "performance.acceptance", "performance.voice")


class ResPartnerMove(models.Model):
    """A contact that is detached from its company, or moved to another one.

    What is stored under the customer goes along: complaints, acceptances and answers
    of the contact, and the roles of whoever was a customer of his own. So a contact
    with any of these is moved by sales administrators and performance officers only,
    and the chatter of both customers keeps it. A contact without them moves freely. One
    that becomes a customer of its own starts without roles: they were those of the
    company, and nobody gets another customer by detaching a contact.
    """

    _inherit = "res.partner"

    # === CRUD METHODS ===#

    def write(self, vals):
        if not MOVERS & vals.keys():
            return super().write(vals)
        before = self._standing()
        result = super().write(vals)
        self._after_move(before)
        return result

    # === BUSINESS METHODS ===#

    def _standing(self):
        """``{partner: (customer, own roles)}`` of these and all below them."""
        # sudo: contacts that the user may not see move along
        below = self.sudo().with_context(active_test=False)
        partners = below.search(Domain("id", "child_of", self.ids))
        return {
            partner: (
                partner.commercial_partner_id,
                {role: partner[role].id for role in ROLES if partner[role]}
                if partner.commercial_partner_id == partner
                else {},
            )
            for partner in partners
        }

    def _after_move(self, before):
        """Refuse what somebody else has to decide, note the rest.

        :raise AccessError: for all but sales administrators and performance officers
        """
        moved = {
            partner: (customer, roles)
            for partner, (customer, roles) in before.items()
            if partner.commercial_partner_id != customer
        }
        if not moved:
            return
        partners = self.browse().sudo().union(*moved)
        history = partners._with_history()
        decides = self.env.su or self.env.user.has_groups(DECIDERS)
        for partner, (customer, roles) in moved.items():
            heavy = bool(roles) or partner in history
            if heavy and not decides:
                raise AccessError(partner._move_refusal(roles))
            partner._take_roles()
            if heavy:
                partner._note_move(customer)

    def _take_roles(self):
        """Those of the customer it belongs to now, and none of the one before.

        Odoo hands down what the new company has and leaves the rest.
        """
        customer = self.commercial_partner_id
        wanted = {role: customer != self and customer[role].id for role in ROLES}
        changed = {
            role: user
            for role, user in wanted.items()
            if self[role].id != (user or False)
        }
        if changed:
            self.write(changed)

    def _with_history(self):
        """Those of these contacts whose records go along."""
        found = self.browse()
        for model in HISTORY:
            # sudo: whether there are any, whoever may read them
            groups = (
                self.env[model]
                .sudo()
                ._read_group(Domain("partner_id", "in", self.ids), ["partner_id"])
            )
            found |= self.browse(partner.id for (partner,) in groups)
        return found

    def _move_refusal(self, roles):
        if roles:
            return self.env._(
                "“%s” is a customer whom somebody acquires or maintains: only a sales "
                "administrator or a performance officer makes it part of another one.",
                self.display_name,
            )
        return self.env._(
            "The complaints, acceptances and answers of “%s” would go along to another "
            "customer. Archive this contact and create a new one there, or ask a sales "
            "administrator or a performance officer.",
            self.display_name,
        )

    def _note_move(self, old):
        """Keep in the chatter of both customers who moved the history of a contact."""
        new = self.commercial_partner_id
        body = self.env._(
            "“%(contact)s” was moved from “%(old)s” to “%(new)s”, with its complaints, "
            "acceptances and answers.",
            contact=self.name,
            old=old.name,
            new=new.name,
        )
        for customer in old | new:
            customer.message_post(body=body, author_id=self.env.user.partner_id.id)
