from odoo import api, models
from odoo.tools import ormcache

from ....tools.hints import Lexicon


class PerformanceHintProviderWords(models.AbstractModel):
    """The word list: offline, and explained by the words that it marks."""

    _name = "performance.hint.provider.words"
    _description = "Word List"
    _inherit = ["performance.hint.provider"]

    @api.model
    def _find(self, text, lang=False):
        # Chinese customers write English as well
        english = not lang or lang[:2] in ("en", "zh")
        return self._lexicon(self.env.company.id, english).find(text)

    @api.model
    @ormcache("company_id", "english")
    def _lexicon(self, company_id, english):
        """The list of a company, compiled; kept until a word changes."""
        langs = ["zh", "any", *(["en"] if english else [])]
        found = self.env["performance.hint.word"].search_fetch(
            [("lang", "in", langs), ("company_id", "in", [False, company_id])],
            ["name", "kind", "company_id"],
        )
        # of equal words the last counts: the company's own
        found = found.sorted(lambda word: bool(word.company_id))
        return Lexicon([(word.id, word.name, word.kind) for word in found])
