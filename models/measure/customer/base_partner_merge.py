from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .res_partner import DECIDERS, ROLES

# what follows its contact; an acceptance stays with whom it was decided for
FOLLOWING = ("performance.complaint", "performance.voice", "performance.voice.request")


class MergePartnerAutomatic(models.TransientModel):
    """Merging contacts moves what hangs on them, past the ORM.

    So it asks what moving a contact asks: records and roles go to another customer by
    sales administrators and performance officers only, the chatter keeps it, and what
    is stored under the customer follows.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        # sudo: contacts that the user may not see are moved along
        below = src_partners.sudo().with_context(active_test=False)
        moved = below.search(Domain("id", "child_of", src_partners.ids))
        customer = dst_partner.sudo().commercial_partner_id
        moved = moved.filtered(lambda p: p.commercial_partner_id != customer)
        heavy = moved._with_history() | moved.filtered(
            lambda p: p.commercial_partner_id == p and any(p[role] for role in ROLES)
        )
        if heavy and not (self.env.su or self.env.user.has_groups(DECIDERS)):
            raise AccessError(
                self.env._(
                    "“%(contact)s” and “%(other)s” belong to different customers, and "
                    "complaints, acceptances, answers or roles would go along: only a "
                    "sales administrator or a performance officer merges them.",
                    contact=heavy[0].display_name,
                    other=dst_partner.display_name,
                )
            )
        names = ", ".join(heavy.mapped("display_name"))
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self._recompute_customers(dst_partner)
        if heavy:
            customer.message_post(
                body=self.env._(
                    "“%(contacts)s” was merged into this customer, with complaints, "
                    "acceptances, answers or roles.",
                    contacts=names,
                ),
                author_id=self.env.user.partner_id.id,
            )
        return result

    def _recompute_customers(self, partner):
        """Store anew what was stored under the customer before."""
        # sudo: whoever may see these contacts and records
        everybody = partner.sudo().with_context(active_test=False)
        partners = everybody.search(Domain("id", "child_of", partner.ids))
        field = partners._fields["commercial_partner_id"]
        self.env.add_to_compute(field, partners)
        for name in FOLLOWING:
            records = self.env[name].sudo().with_context(active_test=False)  # sudo: too
            found = records.search(Domain("partner_id", "in", partners.ids))
            self.env.add_to_compute(records._fields["commercial_partner_id"], found)
