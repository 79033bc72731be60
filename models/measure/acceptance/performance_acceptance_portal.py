from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError

from ...shared.guards import exactly_one
from .decision import clean_name, clean_reason, clean_signature
from .performance_acceptance import SHARED


class PerformanceAcceptancePortal(models.Model):
    """The customer's side: the link, the e-mail that carries it, the decision.

    Whoever has the link decides for the customer. So it leaves by e-mail to the contact
    only: no field, method, message or mail shows it to anybody inside.
    """

    _inherit = "performance.acceptance"

    # === LINK ===#

    def _compute_access_url(self):
        for acceptance in self:
            acceptance.access_url = f"/my/acceptances/{acceptance.id}"

    def _portal_link(self):
        """The full address of the page, with the secret; for the e-mail."""
        return self.get_base_url() + self.get_portal_url()

    def action_preview(self):
        """Look at the page of the customer; it does not let staff decide."""
        exactly_one(self)
        return {"type": "ir.actions.act_url", "url": self.access_url, "target": "self"}

    # === E-MAIL ===#

    def _after_submit(self):
        """The customer gets the link; customer and responsible follow from now on."""
        for acceptance in self:
            # sudo: logins of employees, and the secret of the link
            own = acceptance.sudo()
            own.message_subscribe(
                (own.partner_id | own.employee_id.user_id.partner_id).ids
            )
            own._send_link()
            own.message_post(
                body=self.env._("Sent to %s for acceptance.", own.sent_to),
                author_id=self.env.user.partner_id.id,
            )

    def _send_link(self):
        """Send the e-mail; nothing of it stays with the record, it holds the secret."""
        # sudo: the template is read by whoever may ask the customer
        template = self.env.ref("customer_performance.mail_template_acceptance").sudo()
        sender = self.env.user.email_formatted
        subject = template._render_field("subject", self.ids, compute_lang=True)
        body = template._render_field("body_html", self.ids, compute_lang=True)
        mail = self.env["mail.mail"].with_user(SUPERUSER_ID)
        mail.create(
            {
                "subject": subject[self.id],
                "body_html": template._render_encapsulate(
                    "mail.mail_notification_light", body[self.id], context_record=self
                ),
                "email_to": self.sent_to,
                "email_from": sender,
                "reply_to": sender,
                # who writes a message may read it, and this one holds the secret
                "author_id": self.env.ref("base.partner_root").id,
                "auto_delete": True,
            }
        ).send_after_commit()

    # === DECISION ===#

    def _customer_error(self, user):
        """Why this user cannot decide for the customer now; False when he can.

        :param user: who is signed in, or the public user
        """
        self.ensure_one()
        if user._is_internal():
            return self.env._(
                "You are signed in as %s, one of our staff. Only the customer accepts "
                "or refuses.",
                user.name,
            )
        return False if self.state == "submitted" else self._decided_text()

    def _accept_by_customer(self, user, name, signature, address):
        """Accept with name and signature.

        :param user: who is signed in, or the public user
        :param name: of who signs, as sent
        :param signature: picture in base64, as sent
        :param address: network address it came from
        :raise UserError: saying what is missing, or that it was decided already
        """
        self._check_customer_decides(user)
        values = self._customer_values(user, name, address)
        values["signature"] = clean_signature(self.env, signature)
        self._decide("accept", values)

    def _refuse_by_customer(self, user, name, reason, address):
        """Refuse, saying why; parameters as for accepting."""
        self._check_customer_decides(user)
        values = self._customer_values(user, name, address)
        values["refusal_reason"] = clean_reason(self.env, reason)
        self._decide("refuse", values, values["refusal_reason"])

    def _check_customer_decides(self, user):
        if error := self._customer_error(user):
            raise UserError(error)

    def _customer_values(self, user, name, address):
        signed_in = not user._is_public()
        return {
            "decided_at": fields.Datetime.now(),
            "decided_by_name": clean_name(self.env, name),
            "decided_by_id": user.partner_id.id if signed_in else False,
            "decided_via": "portal" if signed_in else "link",
            "decided_ip": address,
        }

    def _is_shared(self):
        """Whether the customer may see the content at present."""
        return self.state in SHARED
