from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from .performance_complaint import LONGEST_NAME
from .performance_complaint_workflow import ENDED

LONGEST_PORTAL_TEXT = 10_000
HOUR = timedelta(hours=1)
# what one customer can file, and write under one complaint, in an hour
MOST_FILED = 10
MOST_MESSAGES = 30


class PerformanceComplaintPortal(models.Model):
    """What a customer does in the portal: file, follow, answer, reopen."""

    _inherit = "performance.complaint"

    # === COMPUTE METHODS ===#

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for complaint in self:
            complaint.access_url = f"/my/complaints/{complaint.id}"
        return result

    # === BUSINESS METHODS ===#

    @api.model
    def _portal_domain(self):
        """The complaints that the user at work may follow as a customer."""
        customer = self.env.user.partner_id.commercial_partner_id
        return [("commercial_partner_id", "=", customer.id)]

    @api.model
    def _portal_causes(self):
        """What a customer can choose from."""
        # sudo: categories are shown to customers, and nothing else of the model
        return (
            self.env["performance.complaint.cause"]
            .sudo()
            .search([("company_id", "in", [False, self.env.company.id])])
        )

    @api.model
    def _portal_leads(self):
        """The customer's own deals, which he can say it is about."""
        customer = self.env.user.partner_id.commercial_partner_id
        # sudo: won deals of the customer himself; only their names are shown
        return (
            self.env["crm.lead"]
            .sudo()
            .search(
                [
                    ("partner_id", "child_of", customer.id),
                    ("won_status", "=", "won"),
                    ("company_id", "in", [False, self.env.company.id]),
                ],
                limit=100,
            )
        )

    @api.model
    def _portal_file(self, name, text, cause_id=None, lead_id=None):
        """File a complaint of the customer at work.

        :return: (complaint, False), or (nothing, why it was not filed)
        """
        name = (name or "").replace("\x00", "").strip()
        text = (text or "").replace("\x00", "").strip()
        problem = self._portal_problem(name, text) or self._portal_rate_problem()
        cause = self._portal_causes().filtered(lambda cause: cause.id == cause_id)
        lead = self._portal_leads().filtered(lambda lead: lead.id == lead_id)
        if not problem and ((cause_id and not cause) or (lead_id and not lead)):
            problem = self.env._("Choose the cause and the deal from the lists.")
        if problem:
            return self.browse(), problem
        # sudo: customers file through this form only, with what was checked above
        complaint = self.sudo().create(
            {
                "name": name,
                "description": text,
                "cause_id": cause.id,
                "lead_id": lead.id,
                "partner_id": self.env.user.partner_id.id,
                "channel": "portal",
                "company_id": self.env.company.id,
            }
        )
        return complaint, False

    @api.model
    def _portal_problem(self, name, text):
        """What is wrong with a form; False when nothing is."""
        if not name or not text:
            return self.env._("Please fill in the subject and what happened.")
        if len(name) > LONGEST_NAME or len(text) > LONGEST_PORTAL_TEXT:
            return self.env._(
                "Please shorten it: at most %(name)s characters of subject and "
                "%(text)s of text.",
                name=LONGEST_NAME,
                text=LONGEST_PORTAL_TEXT,
            )
        return False

    @api.model
    def _portal_rate_problem(self):
        """Whether the customer files more than people do."""
        since = fields.Datetime.now() - HOUR
        # sudo: how many the customer filed, by whatever login
        filed = self.sudo().search_count(
            [
                *self._portal_domain(),
                ("channel", "=", "portal"),
                ("filed_at", ">", since),
            ],
            limit=MOST_FILED,
        )
        if filed < MOST_FILED:
            return False
        return self.env._(
            "You filed %s complaints in the last hour; please write again later.",
            MOST_FILED,
        )

    def _portal_reopen(self, reason):
        """Reopen an ended complaint for its customer.

        :return: why it was not; False when it was
        """
        reason = (reason or "").replace("\x00", "").strip()
        if self.state not in ENDED:
            return self.env._("This complaint is not closed.")
        if not reason or len(reason) > LONGEST_PORTAL_TEXT:
            return self.env._(
                "Please say what is not solved, in at most %s characters.",
                LONGEST_PORTAL_TEXT,
            )
        self._workflow_engine()._workflow_apply("reopen", reason)
        return False

    # === MESSAGES ===#

    def _message_post_after_hook(self, message, msg_vals):
        """Messages of customers through the portal have limits."""
        if self.env.user.share:
            # sudo: the portal posts with all rights, still as the visitor; his own text
            self._check_portal_message(message.sudo().body)
        return super()._message_post_after_hook(message, msg_vals)

    def _check_portal_message(self, body):
        """Refuse a message just posted that is too long or one too many.

        :raise UserError: saying what the limit is
        """
        if len(html2plaintext(body or "")) > LONGEST_PORTAL_TEXT:
            raise UserError(
                self.env._(
                    "Please shorten it: at most %s characters.", LONGEST_PORTAL_TEXT
                )
            )
        # sudo: messages of this complaint, whoever wrote them
        written = (
            self.env["mail.message"]
            .sudo()
            .search_count(
                [
                    ("model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("message_type", "in", ("comment", "email")),
                    ("date", ">", fields.Datetime.now() - HOUR),
                ],
                limit=MOST_MESSAGES + 1,
            )
        )
        if written > MOST_MESSAGES:
            raise UserError(
                self.env._(
                    "So much was written here in the last hour; please write again "
                    "later."
                )
            )
