import logging
from collections import defaultdict

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ....tools.hints import digest_of, tidy, tone_of
from ...shared.workflow import ENGINE
from .performance_text_hint import CORRECTED

_logger = logging.getLogger(__name__)

# so many records are looked through by one click
MOST_RECORDS = 500
QUIET = {
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "tracking_disable": True,
}
KEYS = ("complaint_id", "message_id", "voice_id")
# what looking again finds anew
FOUND = ("provider", "found", "digest", "suggested_tone")


class PerformanceTextHintLook(models.Model):
    """How hints come into being: texts are looked through, many at once.

    A *saying* is ``{"text": ..., "lang": ..., **values of a hint}`` for one text that a
    customer wrote; the rooms of complaints and answers tell theirs.
    """

    _inherit = "performance.text.hint"

    @api.model
    def _look(self, sayings):
        """Make or renew the hints on texts, for companies that want hints.

        What a person has decided stays. A suggestion is made anew, about whom it was;
        what a person corrected stays while the text does. It goes where nothing is
        found any more.

        :param sayings: see the class
        :return: the hints made or renewed
        """
        # sudo: customers write, the engine suggests
        engine = self.sudo().with_context(performance_workflow=ENGINE, **QUIET)
        known = engine._known(sayings)
        spans = [engine._find(saying) for saying in sayings]
        topics = engine._topics(spans)
        fresh, made, gone = [], engine.browse(), engine.browse()
        for saying, found in zip(sayings, spans, strict=True):
            hint = known.get(self._key(saying), engine.browse())
            if hint.state in ("confirmed", "rejected"):
                continue
            vals = found and engine._suggestion(saying, found, topics)
            if vals and hint:
                hint.write(engine._renewal(hint, vals))
                made |= hint
            elif vals:
                fresh.append(vals)
            else:
                gone |= hint
        gone.unlink()
        return (made | engine.create(fresh)).with_env(self.env)

    @api.model
    def _look_quietly(self, sayings):
        """Like ``_look``; a hint that fails never stops what the customer does."""
        try:
            with self.env.cr.savepoint():
                found = self._look(sayings)
                self.env.flush_all()
                return found
        except Exception:
            _logger.exception("Texts of customers could not be looked through")
            return self.browse()

    def _key(self, saying):
        return tuple(saying.get(name) or False for name in KEYS)

    def _known(self, sayings):
        """``{key: hint}`` of the hints that there are on these texts."""
        ids = defaultdict(list)
        for saying in sayings:
            for name in KEYS:
                if saying.get(name):
                    ids[name].append(saying[name])
        found = self.search(Domain.OR(Domain(name, "in", ids[name]) for name in ids))
        return {tuple(hint[name].id for name in KEYS): hint for hint in found}

    def _find(self, saying):
        """The spans that the provider of the company finds in one text."""
        company = self.env["res.company"].browse(saying["company_id"])
        provider = self.env["performance.hint.provider"]._for(company)
        text = saying["text"]
        if provider is None or not text:
            return []
        return tidy(provider._find(text, saying["lang"]), len(text))

    def _topics(self, spans):
        """``{word id: topic id}`` of all words found, asked for at once."""
        ids = {span.word for found in spans for span in found}
        words = self.env["performance.hint.word"].browse(ids).exists()
        return {word.id: word.topic_id.id for word in words if word.topic_id}

    def _suggestion(self, saying, spans, topics):
        """Values of a hint on one text in which something was found."""
        company = self.env["res.company"].browse(saying["company_id"])
        named = {topics[span.word] for span in spans if span.word in topics}
        tone = tone_of(spans)
        return {
            **{name: saying[name] for name in saying if name not in ("text", "lang")},
            "provider": company.performance_hint_provider,
            "found": {"spans": [list(s) for s in spans], "topics": sorted(named)},
            "digest": digest_of(saying["text"]),
            "suggested_tone": tone,
            "tone": tone,
            "topic_ids": [Command.set(sorted(named))],
        }

    def _renewal(self, hint, vals):
        """What of a suggestion a hint that is there already takes over.

        Whom it is about stays as it was when the customer wrote: who was responsible
        then never decides on it, whoever took the complaint over.
        """
        names = FOUND if hint.digest == vals["digest"] else FOUND + CORRECTED
        return {name: vals[name] for name in names}

    @api.model
    def _look_by_hand(self, records):
        """Answer the button that looks through old records.

        :param records: complaints or answers; the caller asked for the rights
        :raise UserError: for too many, and where hints are switched off
        """
        if len(records) > MOST_RECORDS:
            raise UserError(
                self.env._("Choose at most %s records at once.", MOST_RECORDS)
            )
        # sudo: a setting of the company
        companies = records.sudo().company_id
        if not any(companies.mapped("is_performance_hint")):
            raise UserError(
                self.env._(
                    "Text hints are switched off in the settings of the company."
                )
            )
        # sudo: reads who wrote what; only what customers wrote is looked at
        found = self._look(records.sudo()._performance_sayings())
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if found else "info",
                "message": self.env._("%s text hints to confirm.", len(found))
                if found
                else self.env._(
                    "Nothing new was found in what the customer wrote. What colleagues "
                    "noted down is not looked at."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
