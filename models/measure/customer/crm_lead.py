from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmLead(models.Model):
    """A renewal is an opportunity linked to the one it renews."""

    _inherit = "crm.lead"

    renewed_lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Renews",
        domain="[('type', '=', 'opportunity'), ('won_status', '=', 'won'),"
        " ('id', '!=', id),"
        " ('partner_id.commercial_partner_id', '=?', commercial_partner_id)]",
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        tracking=True,
        help="The won deal that this opportunity is to renew.",
    )
    renewal_ids = fields.One2many(
        comodel_name="crm.lead", inverse_name="renewed_lead_id", string="Renewals"
    )

    @api.constrains("renewed_lead_id", "partner_id")
    def _check_renewed_lead(self):
        """A deal renews an older one of the same customer, and no circle is made."""
        # sudo: the older deal may be one of a colleague
        for lead in self.sudo().filtered("renewed_lead_id"):
            old = lead.renewed_lead_id
            customers = (lead + old).partner_id.commercial_partner_id
            if len(customers) > 1:
                raise ValidationError(
                    self.env._(
                        "“%(deal)s” cannot renew “%(old)s”, a deal of another "
                        "customer.",
                        deal=lead.name,
                        old=old.name,
                    )
                )
        if self._has_cycle("renewed_lead_id"):
            raise ValidationError(self.env._("A deal cannot renew itself."))
