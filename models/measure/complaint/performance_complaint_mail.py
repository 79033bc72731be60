from odoo import api, models
from odoo.tools import html2plaintext, is_html_empty

from .performance_complaint import LONGEST_NAME, LONGEST_TEXT
from .performance_complaint_workflow import ENDED

REPLY = "customer_performance.activity_complaint_reply"
# of a mail that is longer, this much is kept
LONGEST_MAIL = 20_000


class PerformanceComplaintMail(models.Model):
    """Messages around a complaint: what they start, stop and ask for.

    The first message that a colleague sends to the customer is the first response. The
    customer's answer ends the waiting; after the end it is noted, and somebody looks.
    """

    _inherit = "performance.complaint"

    # === MESSAGES ===#

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if message.message_type in ("comment", "email") and not msg_vals.get(
            "rating_id"
        ):
            self._after_message(message)
        return result

    def _after_message(self, message):
        """Let the clocks follow a message of a colleague or of the customer."""
        # sudo: logins of people, for whoever may write here
        author = message.sudo().author_id
        colleague = author.user_ids.filtered(lambda user: not user.share)[:1]
        if not colleague or self.env.user.share:
            # a customer's login speaks for the customer, whatever author it names
            self._after_customer_message()
        elif self._reaches_customer(message):
            own = self.with_user(colleague)
            if self.state == "new" and not own._workflow_error("respond"):
                own._workflow_apply("respond")

    def _reaches_customer(self, message):
        """Whether the customer gets this message; notes stay inside."""
        note = message.subtype_id.internal or not message.subtype_id
        # sudo reads the followers
        readers = message.partner_ids | self.sudo().message_partner_ids
        return not note and bool(self.partner_id & readers)

    def _after_customer_message(self):
        if self.state == "waiting":
            self._workflow_engine()._workflow_apply("resume")
        elif self.state in ENDED:
            own = self.sudo()  # sudo: activities of a colleague
            own.activity_unlink([REPLY])
            own._plan(REPLY, own.employee_id.user_id.filtered("active"))
            own._postpone_closing()

    @api.private
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """File a complaint that came by mail."""
        self._shorten(msg_dict)
        subject = (msg_dict.get("subject") or "").replace("\x00", "").strip()
        partner = self.env["res.partner"].browse(msg_dict.get("author_id") or [])
        email = msg_dict.get("email_from") or ""
        values = {
            "channel": "email",
            **(custom_values or {}),
            "name": subject[:LONGEST_NAME] or self.env._("Mail without a subject"),
            "description": html2plaintext(msg_dict.get("body") or "")[:LONGEST_TEXT],
            "email_from": email[:LONGEST_NAME],
        }
        company = self.env["res.company"].browse(values.get("company_id") or [])
        if not partner and email:
            partner = self._partner_find_from_emails_single([email], no_create=False)
        if not partner.company_id or partner.company_id == company:
            values["partner_id"] = partner.id
        return super().message_new(msg_dict, custom_values=values)

    @api.private
    def message_update(self, msg_dict, update_vals=None):
        """Take an answer that came by mail."""
        self._shorten(msg_dict)
        return super().message_update(msg_dict, update_vals=update_vals)

    @api.model
    def _shorten(self, msg_dict):
        """Keep the start of a huge mail; the message posted from it is short as well.

        A mail that long is a mistake or an attack, and would be shown, searched and
        sent to every follower.
        """
        body = msg_dict.get("body") or ""
        if len(body) <= LONGEST_MAIL or is_html_empty(body):
            return
        text = html2plaintext(body)[:LONGEST_MAIL].replace("\x00", "")
        msg_dict["body"] = f"{text} [...]"

    # === RATING ===#

    def _rating_get_operator(self):
        # sudo: logins of employees
        return self.sudo().employee_id.user_id.partner_id

    def _rating_get_access_token(self, partner=None):
        """The key to rate, for the mail to the customer only.

        A preview of the mail runs as whoever looks at it: it shows none.
        """
        if not self.env.su:
            return ""
        return super()._rating_get_access_token(partner)

    def _request_rating(self):
        """Send the customers the link to rate, where the company wants that.

        Not through the chatter: whoever reads the complaint could follow the link and
        rate himself.
        """
        # sudo: the mail and its token are nobody's but the customer's
        template = self.env.ref(
            "customer_performance.mail_template_complaint_rating", False
        )
        for complaint in self.sudo():
            wanted = complaint.company_id.performance_complaint_rating
            if not (template and wanted and complaint.partner_id.email):
                continue
            template.sudo().send_mail(
                complaint.id,
                email_layout_xmlid="mail.mail_notification_light",
                email_values={
                    "model": False,
                    "res_id": False,
                    "author_id": self.env.ref("base.partner_root").id,
                },
            )
            complaint.message_post(
                body=self.env._("The customer was asked for a rating."),
            )
