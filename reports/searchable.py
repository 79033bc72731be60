"""Chinese text of a PDF that can be searched and copied; no ORM here.

Fonts such as Noto Sans CJK draw an ideograph and the radical that looks like it with
one glyph. Qt then writes the lower code point, the radical, into the font's table of
what a glyph means: a reader who searches for the word finds nothing. The table is put
right.
"""

import re
import unicodedata

from odoo.tools.pdf import DecodedStreamObject, NameObject

# Radicals which Unicode's own table (NFKC) does not lead back to the ideograph, and the
# ideographs in the same order
_RADICALS = (
    "⺂⺃⺅⺉⺋⺎⺏⺐⺒⺓⺔⺖⺘⺙⺛⺞⺠⺡⺣⺦⺨⺫⺭⺯⺰⺱⺲⺹⺺⺾⻂⻃⻄⻅⻈⻉⻋⻍"
    "⻐⻑⻒⻓⻖⻘⻙⻚⻛⻜⻟⻠⻢⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻲⺕⺤⺳⻆⻌⻔⻝⻣⻤⻱⺿⻎",
    "乛乚亻刂㔾兀尣尢巳幺彑忄扌攵旡歺民氵灬丬犭罒礻糹纟罓罒耂肀艹衤覀西见讠贝车辶"
    "钅長镸长阝青韦页风飞飠饣马鱼鸟卤麦黄黾斉齐歯齿竜龙亀彐爫㓁角辶门食骨鬼龜艹辶",
)
# {radical: ideographs that may be meant, the likeliest first}
_MEANT = dict(zip(*_RADICALS, strict=True)) | {"⼾": "户戶戸"}
_TARGET = re.compile(rb"<(2[EeFf][0-9A-Fa-f]{2})>")
_RANGES = re.compile(rb"beginbf(?:range|char).*?endbf(?:range|char)", re.DOTALL)


def ideograph(radical, text):
    """The character that is meant by a radical.

    :param str radical: one character
    :param str text: what the document says; decides where several may be meant
    """
    meant = _MEANT.get(radical) or unicodedata.normalize("NFKC", radical)
    return next((char for char in meant if char in text), meant[0])


def _correct(table, text):
    """A font's table of meanings, with ideographs in place of radicals."""

    def replace(match):
        char = ideograph(chr(int(match[1], 16)), text)
        return b"<%04X>" % ord(char)

    return _RANGES.sub(lambda match: _TARGET.sub(replace, match[0]), table)


def correct_fonts(writer, text):
    """Put the tables of all fonts of a PDF right.

    :param writer: PdfFileWriter with all its pages
    :param str text: what the document says
    """
    done = set()
    for page in writer.pages:
        fonts = page["/Resources"].getObject().get("/Font", {}).getObject()
        for reference in list(fonts.values()):
            font = reference.getObject()
            if id(font) in done or "/ToUnicode" not in font:
                continue
            done.add(id(font))
            old = font["/ToUnicode"].getObject().getData()
            if (new := _correct(old, text)) != old:
                stream = DecodedStreamObject()
                stream.setData(new)
                font[NameObject("/ToUnicode")] = writer._add_object(stream)
