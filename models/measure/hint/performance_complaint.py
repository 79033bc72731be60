from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import email_normalize

from ..voice.people import People

# channels on which the customer's own words arrive; a call is told by a colleague
WRITTEN = ("email", "portal", "web", "chat", "social", "letter")
# so many messages are looked through by one click
MOST_MESSAGES = 1000
READERS = "customer_performance.group_user,customer_performance.group_auditor"


class PerformanceComplaint(models.Model):
    """Tells what the customer wrote in a complaint, and shows the hints on it."""

    _inherit = "performance.complaint"

    hint_ids = fields.One2many(
        comodel_name="performance.text.hint",
        inverse_name="complaint_id",
        string="Text Hints",
        readonly=True,
        groups=READERS,
    )
    is_hint_shown = fields.Boolean(
        compute="_compute_is_hint_shown",
        export_string_translation=False,
        groups=READERS,
    )

    # === COMPUTE METHODS ===#

    @api.depends("company_id")
    def _compute_is_hint_shown(self):
        for complaint in self:
            # sudo: a setting of the company
            complaint.is_hint_shown = complaint.sudo().company_id.is_performance_hint

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        complaints = super().create(vals_list)
        # sudo: customers file them; the engine reads what they wrote
        own = complaints._hint_wanted()
        if own:
            sayings = own._description_sayings()
            self.env["performance.text.hint"]._look_quietly(sayings)
        return complaints

    # === MESSAGES ===#

    def _after_message(self, message):
        result = super()._after_message(message)
        own = self._hint_wanted()
        if own:
            # sudo: reads what the customer wrote, whoever may read it
            sayings = own._message_sayings(message.sudo())
            self.env["performance.text.hint"]._look_quietly(sayings)
        return result

    def _message_update_content(self, message, /, **kwargs):
        """A text that is changed or emptied has no old suggestion."""
        result = super()._message_update_content(message, **kwargs)
        own = self._hint_wanted()
        if own:
            # sudo: as when it was written
            sayings = own._message_sayings(message.sudo())
            self.env["performance.text.hint"]._look_quietly(sayings)
        return result

    # === BUSINESS METHODS ===#

    def _hint_wanted(self):
        """Those of companies that want hints, as the engine reads them."""
        # sudo: a setting, and texts of customers, for whoever files and writes
        return self.sudo().filtered("company_id.is_performance_hint")

    def _performance_sayings(self):
        """What the customers wrote in these complaints: text and values of a hint."""
        own = self._hint_wanted()
        messages = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "in", own.ids),
                ("message_type", "in", ("comment", "email")),
                ("rating_ids", "=", False),
            ],
            limit=MOST_MESSAGES,
            order="id desc",
        )
        return own._description_sayings() + own._message_sayings(messages)

    def _description_sayings(self):
        """Descriptions in the customer's own words.

        Of a complaint that came by mail the mail itself is read, without what it
        quotes.
        """
        return [
            {
                **complaint._saying_values(),
                "source": "complaint",
                "said_at": complaint.filed_at,
                "text": complaint.description or "",
            }
            for complaint in self
            if complaint.channel in WRITTEN
            and not (complaint.channel == "email" and complaint.email_from)
        ]

    def _message_sayings(self, messages):
        """Messages by somebody who belongs to none of the own companies.

        Neither the author nor the address tells that: a colleague can post in the name
        of the customer. Who was logged in tells it.
        """
        emails = [email for m in messages if (email := m.email_from)]
        inside, addresses = People(self.env).internal(messages.author_id, emails)
        complaints = {complaint.id: complaint for complaint in self}
        sayings = []
        for message in messages:
            email = email_normalize(message.email_from or "")
            if message.author_id.id in inside or email in addresses:
                continue
            if not self._came_from_outside(message):
                continue
            complaint = complaints[message.res_id]
            sayings.append(
                {
                    **complaint._saying_values(),
                    "source": "message",
                    "message_id": message.id,
                    "said_at": message.date,
                    "text": message._performance_customer_text(),
                }
            )
        return sayings

    def _came_from_outside(self, message):
        """Whether a customer's login or the mail gateway created a message."""
        creator = message.create_uid
        if message.message_type == "email":
            # the gateway posts as the superuser, whoever fetched the mail
            return creator.id == SUPERUSER_ID
        # the portal posts with all rights, still as the customer or the public user
        return bool(message.author_id) and creator.share

    def _saying_values(self):
        return {
            "complaint_id": self.id,
            "company_id": self.company_id.id,
            "commercial_partner_id": self.commercial_partner_id.id,
            "employee_id": self.employee_id.id,
            "department_id": self.department_id.id,
            "lead_id": self.lead_id.id,
            "lang": self.partner_id.lang,
        }

    # === ACTIONS ===#

    def action_look_for_hints(self):
        """Look through what the customers wrote; the texts of colleagues are left out.

        :raise AccessError: for those who may not work on these complaints
        """
        self.check_access("write")
        return self.env["performance.text.hint"]._look_by_hand(self)
