from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ....tools.hint_words import words
from ....tools.hints import key_of

LONGEST_WORD = 60


class PerformanceHintWord(models.Model):
    """One word or phrase that is looked for in what customers write.

    It names a topic, or it is praise or annoyance (about a topic, where it has one), or
    it turns around the word after it ("not"), or it says nothing although a part of it
    would ("not only"). Latin words are found as whole words, Chinese ones anywhere; of
    several that begin at the same place the longest counts.

    The addon brings a list along, once. Administrators change it as they like: it is
    never loaded over.
    """

    _name = "performance.hint.word"
    _description = "Word of Text Hints"
    _order = "lang, kind, topic_id, key"
    _rec_names_search = ["name", "key"]

    name = fields.Char(string="Word or Phrase", required=True)
    key = fields.Char(
        string="Compared As",
        compute="_compute_key",
        store=True,
        precompute=True,
        index=True,
    )
    lang = fields.Selection(
        selection=[("en", "English"), ("zh", "Chinese"), ("any", "Any")],
        string="Language",
        required=True,
        default="any",
        help="English words are not looked for in texts of customers with another "
        "language, where they may mean something else.",
    )
    kind = fields.Selection(
        selection=[
            ("topic", "Topic"),
            ("praise", "Praise"),
            ("annoyance", "Annoyance"),
            ("negation", "Negation"),
            ("skip", "Says Nothing"),
        ],
        required=True,
        default="topic",
    )
    topic_id = fields.Many2one(
        comodel_name="performance.hint.topic", ondelete="restrict", index=True
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        ondelete="cascade",
        help="Empty: all companies. A word of a company counts there instead of an "
        "equal one of all.",
    )

    _key_unique = models.UniqueIndex(
        "(key, COALESCE(company_id, 0))", "This word is in the list already."
    )
    _topic_complete = models.Constraint(
        "CHECK (kind != 'topic' OR topic_id IS NOT NULL)",
        "Say which topic the word stands for.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("name")
    def _compute_key(self):
        for word in self:
            word.key = key_of(word.name)

    # === CONSTRAINT METHODS ===#

    @api.constrains("name", "key")
    def _check_name(self):
        for word in self:
            if not word.key or len(word.name) > LONGEST_WORD:
                raise ValidationError(
                    self.env._(
                        "A word or phrase has letters, and at most %s signs.",
                        LONGEST_WORD,
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        result = super().create(vals_list)
        self.env.registry.clear_cache()
        return result

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # === BUSINESS METHODS ===#

    @api.model
    def _load_shipped(self):
        """Fill an empty list with the words that the addon brings along.

        Called by each installation and upgrade; what administrators made of the list
        stays as it is.
        """
        if self.with_context(active_test=False).search_count([], limit=1):
            return self.browse()
        topics = self.env["performance.hint.topic"].with_context(active_test=False)
        by_code = {
            topic.code: topic.id
            for topic in topics.search([("company_id", "=", False)])
        }
        return self.create(
            [
                {
                    "lang": lang,
                    "kind": kind,
                    "topic_id": by_code.get(code),
                    "name": name,
                }
                for lang, kind, code, name in words()
                if not code or code in by_code
            ]
        )
