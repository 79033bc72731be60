import html
import re
import time

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_performance.tools.hint_words import words
from odoo.addons.customer_performance.tools.hints import (
    LONGEST_TEXT,
    Lexicon,
    Span,
    digest_of,
    highlight,
    key_of,
    tidy,
    tone_of,
)

SHIPPED = words()
LEXICON = Lexicon([(i, name, kind) for i, (_l, kind, _t, name) in enumerate(SHIPPED)])
# texts made of what hurts: words of the list, tags, signs of every script, surrogates
PIECES = st.one_of(
    st.sampled_from([name for *_rest, name in SHIPPED]),
    st.sampled_from(
        [
            " ",
            "\n\n",
            ". ",
            "\uff0c",
            "'",
            "\u2019",
            "-",
            "<b>",
            "</mark>",
            "&amp;",
            '"',
            "\x00",
            "\ud800",
            "\u202e",
            "\u200f",
            "שלום",
            "مرحبا",
            "😀",
            "𠀀",
            "İ",
            "ß",
            "e\u0301",
        ]
    ),
    st.text(st.characters(), max_size=5),
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@tagged("post_install", "-at_install")
class TestHints(BaseCase):
    """Words found in texts, by the list that is shipped."""

    def _found(self, text):
        return [(text[s.start : s.end], s.kind) for s in LEXICON.find(text)]

    # === THE LIST ===#

    def test_shipped_words_are_different_and_have_letters(self):
        keys = [key_of(name) for *_rest, name in SHIPPED]
        self.assertTrue(all(keys))
        self.assertEqual(len(keys), len(set(keys)))
        for lang in ("en", "zh"):
            for kind in ("praise", "annoyance"):
                count = sum(word[:2] == (lang, kind) for word in SHIPPED)
                self.assertGreaterEqual(count, 60, f"{lang} {kind}")
        for lang, kind, topic, name in SHIPPED:
            self.assertEqual(bool(topic) or kind != "topic", True, name)
            self.assertIn(kind, ("topic", "praise", "annoyance", "negation", "skip"))
            self.assertLessEqual(len(name), 60)
            self.assertIn(lang, ("en", "zh"))

    def test_each_shipped_word_is_found_alone(self):
        for index, (_lang, kind, _topic, name) in enumerate(SHIPPED):
            expected = [] if kind in ("negation", "skip") else [(index, kind)]
            found = [(span.word, span.kind) for span in LEXICON.find(name)]
            self.assertEqual(found, expected, name)

    # === ENGLISH ===#

    def test_english(self):
        for text, expected in (
            (
                "The DELIVERY was late.",
                [("DELIVERY", "topic"), ("late", "annoyance")],
            ),
            ("latest, goodness, unpriced", []),
            ("Goods arrived; we are happy!", [("happy", "praise")]),
            ("Your help-desk is great", [("help-desk", "topic"), ("great", "praise")]),
            ("kept\nwaiting", [("kept\nwaiting", "annoyance")]),
            ("kept, waiting", []),
            ("kept\n\nwaiting", []),
        ):
            self.assertEqual(self._found(text), expected, text)

    def test_negation(self):
        for text, expected in (
            ("not good", [("not good", "annoyance")]),
            ("not a very good idea", [("not a very good", "annoyance")]),
            ("It is not. Good!", [("Good", "praise")]),
            ("not so sure that it is good", [("good", "praise")]),
            ("never late", [("never late", "neutral")]),
            ("not only good", [("good", "praise")]),
            ("not cheap, but good", [("good", "praise")]),
            ("not good but fast", [("not good", "annoyance"), ("fast", "praise")]),
            ("We don\u2019t recommend you", [("don\u2019t recommend", "annoyance")]),
            ("not bad", [("not bad", "praise")]),
            # the topic between stays visible
            ("no support good", [("support", "topic"), ("good", "annoyance")]),
        ):
            self.assertEqual(self._found(text), expected, text)

    # === CHINESE ===#

    def test_chinese(self):
        for text, expected in (
            ("交货太慢了", [("交货", "topic"), ("太慢", "annoyance")]),
            ("我们很满意", [("满意", "praise")]),
            ("我们不满意", [("不满意", "annoyance")]),
            ("我们不太满意", [("不太满意", "annoyance")]),
            ("服务不是很好", [("服务", "topic"), ("不是很好", "annoyance")]),
            ("没有不满意", [("没有不满意", "neutral")]),
            ("不\uff0c我很满意", [("满意", "praise")]),
            ("不仅满意", [("满意", "praise")]),
            ("满意度调查", []),
            ("不好意思", []),
            ("没问题", [("没问题", "praise")]),
            ("质量不错", [("质量", "topic"), ("不错", "praise")]),
            ("系统very slow", [("系统", "topic"), ("slow", "annoyance")]),
            ("满 意", []),
        ):
            self.assertEqual(self._found(text), expected, text)

    def test_tone(self):
        for text, tone in (
            ("good", "praise"),
            ("not good", "annoyance"),
            ("good but late", "mixed"),
            ("delivery", "none"),
            ("not late", "none"),
            ("", "none"),
        ):
            self.assertEqual(tone_of(LEXICON.find(text)), tone, text)

    # === ANY TEXT ===#

    @given(TEXTS)
    def test_spans_lie_in_the_text_and_apart(self, text):
        spans = LEXICON.find(text)
        end = 0
        for span in spans:
            self.assertLessEqual(end, span.start)
            self.assertLess(span.start, span.end)
            self.assertLessEqual(span.end, len(text))
            end = span.end
            # the word itself stands at the end of its place
            key = key_of(SHIPPED[span.word][3])
            self.assertTrue(key_of(text[span.start : span.end]).endswith(key))
        self.assertEqual(tidy(spans, len(text)), spans)

    @given(TEXTS)
    def test_the_marked_text_is_the_text(self, text):
        spans = LEXICON.find(text)
        titles = dict.fromkeys(spans, '"><script>alert(1)</script>')
        marked = str(highlight(text, spans, titles))
        tags = re.findall("<[^>]*>", marked)
        self.assertEqual(len(tags), 2 * len(spans))
        for tag in tags:
            self.assertRegex(tag, r'^(</mark>|<mark class="[a-z_]+" title="[^"<]*">)$')
        # escape leaves a lone character reference of the text as text
        plain = re.sub("<[^>]*>", "", marked)
        for name, sign in (("lt", "<"), ("gt", ">"), ("#34", '"'), ("#39", "'")):
            plain = plain.replace(f"&{name};", sign)
        self.assertEqual(plain.replace("&amp;", "&"), text)

    @given(
        TEXTS,
        st.lists(
            st.builds(
                Span,
                st.integers(-5, 60),
                st.integers(-5, 60),
                st.just(1),
                st.sampled_from(["praise", "topic"]),
            ),
            max_size=8,
        ),
    )
    def test_spans_of_a_bad_provider_do_no_harm(self, text, spans):
        marked = str(highlight(text, spans))
        plain = html.unescape(re.sub("<[^>]*>", "", marked))
        self.assertEqual(plain, html.unescape(str(highlight(text, []))))

    @given(TEXTS)
    def test_digest(self, text):
        self.assertEqual(len(digest_of(text)), 64)
        self.assertNotEqual(digest_of(text), digest_of(text + "!"))

    def test_huge_texts_take_no_time(self):
        for piece in (
            "a",
            "不",
            "not ",
            "good ",
            "'",
            "\u2019a",
            " ",
            "-",
            "\n",
            "<b>",
            "没有",
        ):
            text = piece * (10_000_000 // len(piece))
            start = time.monotonic()
            spans = LEXICON.find(text)
            self.assertLess(time.monotonic() - start, 2, repr(piece))
            self.assertTrue(all(span.end <= LONGEST_TEXT for span in spans))

    def test_nothing(self):
        self.assertEqual(LEXICON.find(""), [])
        self.assertEqual(LEXICON.find(None), [])
        self.assertEqual(key_of(False), "")
        self.assertEqual(Lexicon([(1, "!!!", "praise")]).find("!!!"), [])
