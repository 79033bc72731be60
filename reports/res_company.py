import base64
import io
import logging

from PIL import Image

from odoo import fields, models
from odoo.tools import html2plaintext

_logger = logging.getLogger(__name__)

LOGO_SIZE = (900, 300)


class ResCompany(models.Model):
    """What a company puts on its paper. Whoever gets the paper may read it: sudo."""

    _inherit = "res.company"

    def _letterhead_logo(self):
        """The logo as a data URI that wkhtmltopdf can draw, or False."""
        # sudo: the letterhead of whoever prints
        company = self.sudo()
        if not company.logo or company.uses_default_logo:
            return False
        raw = base64.b64decode(company.logo)
        if raw.lstrip()[:1] == b"<":
            return "data:image/svg+xml;base64," + base64.b64encode(raw).decode()
        try:
            image = Image.open(io.BytesIO(raw)).convert("RGBA")
        except (OSError, ValueError) as error:
            _logger.info("The logo of %s cannot be printed: %s", company.name, error)
            return False
        # On white: transparency makes heavy PDFs
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        paper.thumbnail(LOGO_SIZE)
        stream = io.BytesIO()
        paper.convert("RGB").save(stream, "PNG")
        return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()

    def _letterhead_address(self):
        """The address in one line, in the way of its country, without the name."""
        # sudo: the letterhead of whoever prints
        address = self.sudo().partner_id._display_address(without_company=True)
        lines = [line.strip() for line in address.splitlines()]
        return ", ".join(line for line in lines if line)

    def _letterhead_details(self):
        """Lines of the footer: that of the company's reports, else how to reach it."""
        # sudo: the letterhead of whoever prints
        company = self.sudo()
        footer = html2plaintext(company.report_footer or "", include_references=False)
        if lines := [line.strip() for line in footer.splitlines() if line.strip()]:
            return lines[:2]
        vat_label = company.country_id.vat_label or self.env._("Tax ID")
        parts = [
            company.phone,
            company.email,
            company.website,
            company.vat and f"{vat_label} {company.vat}",
        ]
        return [" · ".join(filter(None, parts))]

    def _letterhead_date(self):
        """The day of printing, where the printing person is."""
        return fields.Date.context_today(self)
