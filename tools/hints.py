"""Words of a list found in a text, and the text shown with them.

Pure functions. Everything is one pass over a text whose length has a limit: no pattern
here can be made to run long by whoever writes the text.
"""

import hashlib
import re
from typing import NamedTuple

from markupsafe import Markup, escape

# of a longer text the start is looked at
LONGEST_TEXT = 20_000
# signs that are written without spaces: a word can begin and end at each of them
_SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_SIGNS}]|[^\W{_SIGNS}]+(?:['\u2019][^\W{_SIGNS}]+)*")
_SIGN = re.compile(rf"[{_SIGNS}]")
_HYPHENS = ("-", "\u2010", "\u2011")
# what may stand between a negation and the word it turns around
_WEAK = " \t\r\n\u3000-\u2010\u2011\"'\u201c\u201d\u2018\u2019"
# so many words, or Chinese signs, may stand between them
_REACH, _REACH_SIGNS = 2, 3

TOPIC, PRAISE, ANNOYANCE = "topic", "praise", "annoyance"
NEGATION, SKIP = "negation", "skip"
# a word of annoyance that is negated says nothing
NEUTRAL = "neutral"
_TURNED = {PRAISE: ANNOYANCE, ANNOYANCE: NEUTRAL}


class Span(NamedTuple):
    """A place of a text where a word of the list stands, and what it says there."""

    start: int
    end: int
    word: int
    kind: str
    negated: bool = False


class _Token(NamedTuple):
    text: str
    start: int
    end: int
    # follows the token before as the next word of a phrase does
    is_joined: bool
    # a new sentence, or part of one, begins
    is_broken: bool


class _Negation(NamedTuple):
    start: int
    # place of the token behind it, and how many spans were found before it
    follows: int
    spans: int


def _is_sign(text):
    return bool(_SIGN.match(text))


def _tokens(text):
    found, previous, end = [], "", 0
    for match in _TOKEN.finditer(text):
        word = match[0].replace("\u2019", "'").casefold()
        gap = text[end : match.start()]
        blank = gap.isspace() and gap.count("\n") < 2
        signs = _is_sign(word) or _is_sign(previous)
        joined = not gap if signs else blank or gap in _HYPHENS
        broken = bool(gap.strip(_WEAK)) or gap.count("\n") > 1
        found.append(_Token(word, *match.span(), joined, broken))
        previous, end = word, match.end()
    return found


def key_of(text):
    """The form in which a word or phrase is compared; empty when it has no letter.

    Small letters and single spaces: what has the same key is found at the same places.
    """
    return " ".join(token.text for token in _tokens(text or ""))


class Lexicon:
    """A list of words, ready to be looked for.

    :param rows: ``[(id, word or phrase, kind)]``; of equal ones the last counts
    """

    def __init__(self, rows):
        self._entries = {}
        lengths = {}
        for word_id, text, kind in rows:
            key = tuple(token.text for token in _tokens(text))
            if key:
                self._entries[key] = (word_id, kind)
                lengths.setdefault(key[0], set()).add(len(key))
        self._lengths = {
            first: sorted(sizes, reverse=True) for first, sizes in lengths.items()
        }

    def find(self, text):
        """What stands where: whole words, of several that begin together the longest.

        :return: ``[Span]`` in the order of the text, none over another
        """
        tokens = _tokens((text or "")[:LONGEST_TEXT])
        spans, negation, place = [], None, 0
        while place < len(tokens):
            if tokens[place].is_broken:
                negation = None
            size, word, kind = self._longest(tokens, place)
            if kind == NEGATION:
                negation = _Negation(tokens[place].start, place + size, len(spans))
            elif kind == SKIP:
                negation = None
            elif kind:
                first, last = tokens[place], tokens[place + size - 1]
                span = Span(first.start, last.end, word, kind)
                if kind in _TURNED and _reaches(negation, place, first):
                    span = _turn(span, negation, len(spans))
                    negation = None
                spans.append(span)
            place += size
        return spans

    def _longest(self, tokens, place):
        """``(number of tokens, id, kind)`` of the longest word that begins here."""
        for size in self._lengths.get(tokens[place].text, ()):
            part = tokens[place : place + size]
            if len(part) == size and all(token.is_joined for token in part[1:]):
                found = self._entries.get(tuple(token.text for token in part))
                if found:
                    return size, *found
        return 1, 0, False


def _reaches(negation, place, token):
    """Whether a negation is near enough before a word."""
    if not negation:
        return False
    reach = _REACH_SIGNS if _is_sign(token.text) else _REACH
    return place - negation.follows <= reach


def _turn(span, negation, found):
    """A negated word; the negation is shown with it where nothing stands between."""
    start = negation.start if negation.spans == found else span.start
    return Span(start, span.end, span.word, _TURNED[span.kind], True)


def tidy(spans, length):
    """Only spans inside a text of a length, in order, none over another."""
    kept, end = [], 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if end <= span.start < span.end <= length:
            kept.append(span)
            end = span.end
    return kept


def tone_of(spans):
    """Whether praise, annoyance, both or neither was found."""
    kinds = {span.kind for span in spans} & {PRAISE, ANNOYANCE}
    return "mixed" if len(kinds) == 2 else next(iter(kinds), "none")


def digest_of(text):
    """Tells whether a text is still the one in which something was found."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def highlight(text, spans, titles=None):
    """The text as HTML in which the spans are marked.

    Without its tags it is the text: nothing that somebody wrote becomes a tag.

    :param spans: ``[Span]``; what does not fit the text is left out
    :param titles: ``{Span: sentence}`` that explains a mark
    """
    parts, end = [], 0
    for span in tidy(spans, len(text)):
        parts.append(escape(text[end : span.start]))
        parts.append(
            Markup('<mark class="o_performance_hint_%s" title="%s">%s</mark>')
            % (span.kind, (titles or {}).get(span, ""), text[span.start : span.end])
        )
        end = span.end
    parts.append(escape(text[end:]))
    return Markup("").join(parts)
