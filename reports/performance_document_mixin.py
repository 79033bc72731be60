import re

from odoo import models

# Characters that a file name cannot hold on one of the usual systems
ILLEGAL = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


class PerformanceDocumentMixin(models.AbstractModel):
    """A record of one employee that is printed for him.

    The document speaks the recipient's language: that of the employee's user, else that
    of the company, whoever prints it. It is rendered with the rights of who prints it.
    """

    _name = "performance.document.mixin"
    _description = "Performance Document Mixin"

    def _document_lang(self):
        """Code of the language in which this record is printed."""
        self.ensure_one()
        # sudo: the language of a colleague is no secret
        record = self.sudo()
        installed = dict(self.env["res.lang"].get_installed())
        languages = (
            record.employee_id.user_id.lang,
            record.company_id.partner_id.lang,
            self.env.lang,
        )
        return next((code for code in languages if code in installed), "en_US")

    def _document_title(self):
        """What kind of paper this is, in the language of ``self``; to be overridden."""
        return self._description

    def _document_subject(self):
        """The other words of the file name; to be overridden."""
        return self.display_name

    def _get_report_base_filename(self):
        """Name of the file, without extension, in the recipient's language."""
        self.ensure_one()
        record = self.with_context(lang=self._document_lang())
        name = f"{record._document_title()} - {record._document_subject()}"
        return " ".join(ILLEGAL.sub(" ", name).split()).strip(" .")
