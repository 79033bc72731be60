import io
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import PdfFileReader

from . import letterhead

_logger = logging.getLogger(__name__)

# {geometry of the paper: CSS pixels of a line}; the engine stays while we run
_layout_widths = {}


class IrActionsReport(models.Model):
    """A report that may carry our letterhead.

    Reports with ``performance_letterhead`` are printed record by record; header,
    footer and page numbers are stamped afterwards (see ``letterhead``), so that the
    paper looks the same with patched and unpatched wkhtmltopdf. All other reports are
    Odoo's.
    """

    _inherit = "ir.actions.report"

    performance_letterhead = fields.Boolean(
        string="Stamped Letterhead",
        help="Header, footer and page numbers are stamped on the pages of each record.",
    )

    # === BUSINESS METHODS ===#

    def get_paperformat(self):
        """The company's own format leaves no room for our letterhead."""
        if self.performance_letterhead and not self.paperformat_id:
            return self.env.ref("customer_performance.paperformat_document")
        return super().get_paperformat()

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        if (
            not res_ids
            or not report.performance_letterhead
            or self.get_wkhtmltopdf_state() == "install"
        ):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        # A record printed twice in one call is printed once.
        records = self.env[report.model].browse(dict.fromkeys(res_ids))
        records.check_access("read")
        documents = {}  # {res_id: Document} of what was not taken from an attachment
        printer = self.with_context(performance_letterhead=documents)
        streams = {}
        for record in records:
            streams.update(
                super(IrActionsReport, printer)._render_qweb_pdf_prepare_streams(
                    report_ref, dict(data or {}), record.ids
                )
            )
        if documents:
            report._letterhead_stamp(documents, streams)
        return streams

    @api.model
    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.env.context.get("performance_no_scripts"):
            # nothing on the page to wait for: half the time of a document
            command[command.index("--javascript-delay") + 1] = "0"
        return command

    def _prepare_html(self, html, report_model=False):
        documents = self.env.context.get("performance_letterhead")
        if documents is None or not self.performance_letterhead:
            return super()._prepare_html(html, report_model=report_model)
        document = letterhead.split(
            html, letterhead.rem_of(self._letterhead_layout_width())
        )
        documents[document.res_id] = document
        return [document.body], [document.res_id], None, None, {}

    def _letterhead_stamp(self, documents, streams):
        """Replace the bodies in the streams by finished pages.

        :param documents: {res_id: letterhead.Document}
        :param streams: {res_id: {"stream": ..., "attachment": ...}}
        """
        self._letterhead_check_fonts(documents.values())
        readers = [PdfFileReader(streams[res_id]["stream"]) for res_id in documents]
        tables = [letterhead.continued_tables(reader) for reader in readers]
        content = self._letterhead_print(
            letterhead.sheets(
                list(documents.values()), [len(r.pages) for r in readers], tables
            ),
            margins=False,
        )
        overlay = iter(list(PdfFileReader(io.BytesIO(content)).pages))
        paper = self.get_paperformat()
        for (res_id, document), reader, continued in zip(
            documents.items(), readers, tables, strict=True
        ):
            width = float(reader.pages[0].mediaBox.getWidth())
            printable = (
                width - (paper.margin_left + paper.margin_right) * letterhead.POINTS
            )
            unit = printable / self._letterhead_layout_width()
            streams[res_id]["stream"] = letterhead.stamp(
                document, reader, continued, overlay, (paper.margin_top, unit)
            )

    def _letterhead_print(self, html, margins=True):
        """Run wkhtmltopdf on one page of HTML of our own with our paper."""
        none = {"data-report-margin-top": "0", "data-report-margin-bottom": "0"}
        return self.with_context(performance_no_scripts=True)._run_wkhtmltopdf(
            [html],
            report_ref=self,
            landscape=self.env.context.get("landscape"),
            specific_paperformat_args={} if margins else none,
        )

    def _letterhead_layout_width(self):
        """CSS pixels the engine lays out across the printable width of our paper."""
        paper = self.get_paperformat()
        key = tuple(
            paper[name]
            for name in (
                "format",
                "page_width",
                "page_height",
                "orientation",
                "margin_left",
                "margin_right",
                "dpi",
                "disable_shrinking",
            )
        )
        key += (self.env.context.get("landscape"), self.get_wkhtmltopdf_state())
        if key not in _layout_widths:
            width = letterhead.layout_width(self._letterhead_print(letterhead.ruler()))
            if not width:
                raise UserError(
                    self.env._(
                        "wkhtmltopdf printed an empty page: "
                        "the document cannot be made."
                    )
                )
            _layout_widths[key] = width
        return _layout_widths[key]

    @api.model
    def _letterhead_check_fonts(self, documents):
        if any(d.has_cjk for d in documents) and letterhead.has_cjk_font() is False:
            _logger.info(
                "No font with Chinese characters was found: they are printed as boxes. "
                "Install one, for example Debian's fonts-noto-cjk."
            )
