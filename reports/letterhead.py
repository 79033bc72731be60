"""Letterhead, page numbers and repeated table heads of documents; no ORM here.

wkhtmltopdf with Debian's Qt ignores ``--header-html`` and ``--footer-html``, does not
repeat table heads, breaks pages inside table rows, and lays pages out at another scale
than the patched one. So nothing of that is asked from it:

* A document is one HTML page with ``div.header``, ``div.footer`` and its content.
  ``split`` takes header and footer out; the content is printed alone.
* A long table is a ``div.pf_table`` with a ``table.pf_head`` and one ``table.pf_row``
  per row: blocks are kept on one page by both engines. The head and the last row carry
  a *mark*: one pixel of a colour of its own. The marks found in the finished PDF say on
  which pages a table goes on.
* ``sheets`` writes headers, footers with page numbers and table heads into one further
  HTML page, each on a sheet of its own; printed by the same engine in one go they have
  the same fonts. ``stamp`` draws them on the pages.
"""

import copy
import functools
import io
import re
import shutil
import subprocess
from dataclasses import dataclass, field

from lxml import etree
from lxml import html as lxml_html

from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from .searchable import correct_fonts

# A rem is 12 pixels of a line of 640, however many the engine thinks a line has.
WIDTH = 640.0
REM = 12.0
# Millimetres from the edge of the paper
HEADER_TOP = 10.0
FOOTER_BOTTOM = 8.0
POINTS = 72 / 25.4
# A row with more characters may not fit on a page: only such a one is broken.
TALL = 3000

# Codes of marks; tables take two each from FIRST_TABLE on: head, last row.
RULER, TOP, BOTTOM, FIRST_TABLE = range(4)
RED, GREEN = 254, 253
CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass
class Document:
    """One document: what is printed as its body, and what is stamped over the pages.

    :param res_id: id of the record
    :param title: of the PDF
    :param lang: language tag, "zh-CN"
    :param style: the CSS of the page
    :param rem: CSS pixels of one rem
    :param body: HTML of the whole page without header and footer
    :param header: element
    :param footer: element; ``span.page`` and ``span.topage`` take the numbers
    :param heads: elements, one per long table
    """

    res_id: int
    title: str
    lang: str
    style: str
    rem: float
    body: str
    header: etree._Element
    footer: etree._Element
    heads: list = field(default_factory=list)

    @property
    def has_cjk(self):
        return bool(CJK.search(self.body))


# === HTML ===#


def _mark(code, width="1px"):
    """One pixel that is found again in the PDF."""
    colour = f"#{RED:x}{GREEN:x}{255 - code:02x}"
    return lxml_html.fragment_fromstring(
        f'<div style="width:{width};height:1px;background:{colour}"></div>'
    )


def _tostring(element):
    return lxml_html.tostring(element, encoding="unicode", doctype="<!DOCTYPE html>")


def _find(root, css_class, tag="div"):
    classes = "concat(' ', normalize-space(@class), ' ')"
    return root.xpath(f".//{tag}[contains({classes}, ' {css_class} ')]")


def _take(root, css_class):
    """Remove the first element of that class from the page and return it."""
    found = _find(root, css_class)
    if not found:
        return lxml_html.fragment_fromstring("<div></div>")
    found[0].drop_tree()
    return found[0]


def _page(content, lang="", style="", rem=REM):
    """A whole HTML page around some elements."""
    page = lxml_html.document_fromstring(
        '<html><head><meta charset="utf-8"></head><body></body></html>'
    )
    page.set("lang", lang)
    page.set("style", f"font-size:{rem:.3f}px")
    etree.SubElement(page.head, "style").text = style
    page.body.extend(content)
    return _tostring(page)


def ruler():
    """A page that tells how many CSS pixels the engine lays out across the paper."""
    return _page([_mark(RULER, "100%")], style="html, body { margin: 0; padding: 0 }")


def rem_of(width):
    """CSS pixels of one rem when a line has ``width`` of them."""
    return REM * width / WIDTH


def split(content, rem):
    """Take the HTML of one document apart.

    :param content: HTML of the page, with exactly one ``div.article``
    :param float rem: CSS pixels of one rem
    :rtype: Document
    """
    root = lxml_html.document_fromstring(
        content, parser=lxml_html.HTMLParser(encoding="utf-8")
    )
    root.set("style", f"font-size:{rem:.3f}px")
    header, footer = _take(root, "header"), _take(root, "footer")
    heads = [_mark_table(table, n) for n, table in enumerate(_find(root, "pf_table"))]
    article = _find(root, "article")[0]
    return Document(
        res_id=int(article.get("data-oe-id")),
        title=root.findtext(".//title") or "",
        lang=article.get("lang") or root.get("lang") or "",
        style="\n".join(root.xpath("//style/text()")),
        rem=rem,
        body=_tostring(root),
        header=header,
        footer=footer,
        heads=heads,
    )


def _mark_table(table, number):
    """Mark the head and the last row; keep title, head and first row together.

    :return: a copy of the head
    """
    heads, rows = _find(table, "pf_head", "table"), _find(table, "pf_row", "table")
    if not heads or not rows:
        return None
    head = copy.deepcopy(heads[0])
    head.tail = None
    for part, code in ((heads[0], 0), (rows[-1], 1)):
        cell = part.xpath(".//th | .//td")[0]
        mark = _mark(FIRST_TABLE + 2 * number + code)
        mark.tail, cell.text = cell.text, None
        cell.insert(0, mark)
    tall = [row for row in rows if len(row.text_content()) > TALL]
    for row in tall:
        row.set("class", f"{row.get('class')} pf_tall")
    kept = heads[0] if rows[0] in tall else rows[0]
    keep = lxml_html.fragment_fromstring('<div class="pf_keep"></div>')
    keep.extend(table[: table.index(kept) + 1])
    table.insert(0, keep)
    return head


def sheets(documents, counts, continued):
    """One HTML page with everything that is stamped, in the order ``stamp`` takes it.

    :param documents: list of Document
    :param counts: [number of pages]
    :param continued: [{page index: table that goes on there}]
    """
    pieces = []
    for document, count, tables in zip(documents, counts, continued, strict=True):
        elements = [document.header]
        elements += [document.heads[number] for _page_index, number in tables.items()]
        elements += [_numbered(document.footer, n + 1, count) for n in range(count)]
        pieces += [(document, copy.deepcopy(element)) for element in elements]
    content = []
    for document, element in pieces:
        sheet = lxml_html.fragment_fromstring('<div class="pf_sheet"></div>')
        sheet.set("lang", document.lang)
        sheet.extend([_mark(TOP), element, _mark(BOTTOM)])
        if content:
            sheet.set("style", "page-break-before: always")
        content.append(sheet)
    first = documents[0]
    return _page(content, first.lang, first.style, first.rem)


def _numbered(footer, number, count):
    footer = copy.deepcopy(footer)
    for css_class, value in (("page", number), ("topage", count)):
        for span in _find(footer, css_class, "span"):
            span.text = str(value)
    return footer


# === PDF ===#


def _marks(page):
    """Yield (code, y, width) of the marks on a page, in CSS pixels."""
    contents = (
        page.get_contents() if hasattr(page, "get_contents") else page.getContents()
    )
    colour, numbers = [], []
    for token in contents.getData().split():
        try:
            numbers.append(float(token))
        except ValueError:
            if token in (b"scn", b"rg"):
                colour = [round(number * 255) for number in numbers[-3:]]
            elif token == b"re" and colour[:2] == [RED, GREEN]:
                yield 255 - colour[2], numbers[-3], numbers[-2]
            numbers = []


def layout_width(content):
    """CSS pixels of a line, from the PDF of ``ruler``; None when there is no mark."""
    page = PdfFileReader(io.BytesIO(content)).pages[0]
    return next((width for code, _y, width in _marks(page) if code == RULER), None)


def continued_tables(reader):
    """Say on which pages a long table goes on: {page index: table number}."""
    first, result = {}, {}
    for index, page in enumerate(reader.pages):
        for code, _y, _width in _marks(page):
            number, last = divmod(code - FIRST_TABLE, 2)
            if number < 0:
                continue
            if not last:
                first.setdefault(number, index)
            else:
                start = first.get(number, index)
                result.update(dict.fromkeys(range(start + 1, index + 1), number))
    return result


def _height(sheet):
    """Height of what is on a sheet, in CSS pixels."""
    ends = {code: y for code, y, _width in _marks(sheet)}
    return ends.get(BOTTOM, 0.0) - ends.get(TOP, 0.0)


def _draw(page, other, down=0.0):
    """Draw another page over a page, moved down by that many points."""
    merge = getattr(page, "merge_translated_page", None) or page.mergeTranslatedPage
    merge(other, 0, -down)


def stamp(document, reader, tables, overlay, margins):
    """Put header, footer and the heads of continued tables on the pages.

    The engine paints what it prints white from its own top to the end: so the parts are
    drawn from the top of the paper to its bottom. That is also the order of the text.

    :param Document document: for its title
    :param reader: PDF of the body
    :param tables: {page index: table number}
    :param overlay: iterator over the sheets; takes those of this document
    :param margins: (top in millimetres: where the body begins, points per CSS pixel)
    :return: stream of the finished PDF
    """
    top, unit = margins
    writer = PdfFileWriter()
    header = next(overlay)
    heads = {index: next(overlay) for index in tables}
    for index, body in enumerate(reader.pages):
        height = float(body.mediaBox.getHeight())
        writer.addBlankPage(float(body.mediaBox.getWidth()), height)
        page, footer = writer.pages[index], next(overlay)
        _draw(page, header, HEADER_TOP * POINTS)
        if head := heads.get(index):
            _draw(page, head, top * POINTS - _height(head) * unit)
        _draw(page, body)
        _draw(page, footer, height - FOOTER_BOTTOM * POINTS - _height(footer) * unit)
        compress = getattr(page, "compress_content_streams", None)
        (compress or page.compressContentStreams)()
    correct_fonts(writer, document.body)
    writer.add_metadata({"/Title": document.title})
    stream = io.BytesIO()
    writer.write(stream)
    return stream


@functools.lru_cache(1)
def has_cjk_font():
    """Whether there is a font with Chinese characters; None when nobody can tell."""
    if not (fc_list := shutil.which("fc-list")):
        return None
    done = subprocess.run(
        [fc_list, ":lang=zh", "family"], capture_output=True, check=False
    )
    return bool(done.stdout.strip()) if not done.returncode else None
