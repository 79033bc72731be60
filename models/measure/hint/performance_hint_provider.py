from odoo import api, models


class PerformanceHintProvider(models.AbstractModel):
    """Finds words in a text; the interface that every provider has.

    A provider is an abstract model ``performance.hint.provider.<key>`` that inherits
    this one and overrides ``_find``; its key is added to the selection
    ``performance_hint_provider`` of ``res.company``. It gets nothing but the text and
    the customer's language, and it answers with places in the text, each with a word of
    the list that explains it: what cannot be shown in the text is no hint.
    """

    _name = "performance.hint.provider"
    _description = "Provider of Text Hints"

    @api.model
    def _for(self, company):
        """The provider that a company has chosen, at work for it; None for none."""
        # sudo: a setting, asked for whoever writes; the lexicon is nobody's secret
        key = company.sudo().performance_hint_provider
        if not key or key == "off":
            return None
        return self.env[f"{self._name}.{key}"].sudo().with_company(company)

    @api.model
    def _find(self, text, lang=False):
        """Find what a text says.

        :param str text: plain text; of a very long one the start may be enough
        :param lang: code of the customer's language, False where it is not known
        :return: ``[tools.hints.Span]``: start and end in the text, id of a
            ``performance.hint.word`` and topic, praise, annoyance or neutral
        """
        raise NotImplementedError
