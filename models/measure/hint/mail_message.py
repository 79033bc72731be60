from odoo import models
from odoo.tools import html2plaintext

from .customer_text import own_words

# of a longer body the start is read
LONGEST_BODY = 200_000


class MailMessage(models.Model):
    """Knows what of a message its author wrote anew."""

    _inherit = "mail.message"

    def _performance_customer_text(self):
        """The plain text without what is quoted: that is somebody else's."""
        self.ensure_one()
        body = own_words((self.body or "")[:LONGEST_BODY])
        text = html2plaintext(body, include_references=False)
        lines = text.splitlines()
        return "\n".join(line for line in lines if not line.lstrip().startswith(">"))
