from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from .sources import RatingSource, SurveySource, is_employee

# how many answers one click, or one night, takes over at most, and how many at once
MOST_COLLECTED = 10_000
AT_ONCE = 500


class PerformanceVoice(models.Model):
    """How answers come into being and follow their source."""

    _inherit = "performance.voice"

    # === RATINGS ===#

    @api.model
    def _feed_ratings(self, ratings):
        """Let the answers follow ratings that were given, changed or taken back.

        The customer may change his mind. What an employee changes in a rating that was
        given changes nothing here; it is noted.

        :param ratings: ``rating.rating`` just written, with the environment of whoever
            wrote them
        """
        by_employee = is_employee(ratings.env)
        author = ratings.env.user
        # sudo: the customer writes the rating; the engine writes the answer
        ratings = ratings.sudo()
        known = self._known(ratings)
        given = ratings.filtered(lambda r: r.consumed and r.rating >= 1)
        fresh = given.filtered(lambda r: r.id not in known)
        for vals_list in self._batches(RatingSource, fresh):
            for vals in vals_list if by_employee else ():
                vals["invalid_reason"] = "internal"
            self.sudo().create(vals_list)
        for rating in ratings - fresh:
            if voice := known.get(rating.id):
                voice._follow_rating(rating, rating in given, by_employee and author)

    def _follow_rating(self, rating, is_given, employee):
        """One answer whose rating was written again.

        :param bool is_given: whether the rating still holds an answer
        :param employee: the user of the own company who wrote it, or False
        """
        self.ensure_one()
        if not is_given and not employee:
            # taken back, to be given again
            self.unlink()
            return
        vals = RatingSource(self.env).answers(rating)[0] if is_given else {}
        told = {name: vals.get(name) for name in ("score", "comment")}
        if all(self[name] == value for name, value in told.items()):
            return
        if employee:
            self.write({"source_state": "changed", "source_user_id": employee.id})
        else:
            self.write({**told, "answered_at": vals["answered_at"]})

    # === SURVEYS ===#

    @api.model
    def _feed_surveys(self, inputs):
        """Make the answers of surveys that were finished; each of them once.

        :param inputs: ``survey.user_input``
        """
        # sudo: the customer fills in the survey; the engine writes the answer
        inputs = inputs.sudo().filtered(
            lambda i: i.survey_id.voice_kind and i.state == "done" and not i.test_entry
        )
        known = self._known(inputs)
        for vals_list in self._batches(
            SurveySource, inputs.filtered(lambda i: i.id not in known)
        ):
            self.sudo().create(vals_list)._close_requests()

    def _close_requests(self):
        """The questions that these answers belong to are answered."""
        # sudo: as the engine
        for voice in self.sudo().filtered("request_id"):
            voice.request_id._note_answer(voice.answered_at)

    # === BOTH ===#

    def _known(self, records):
        """``{source id: answer}`` of the records that have one."""
        if not records:
            return {}
        # sudo: whether there is an answer does not depend on who asks
        found = self.sudo().search(
            [("source_model", "=", records._name), ("source_id", "in", records.ids)]
        )
        return {voice.source_id: voice for voice in found}

    def _batches(self, source, records):
        """Yield values for ``create``, a few hundred answers at a time."""
        for ids in split_every(AT_ONCE, records.ids):
            env = self.env(su=True)
            if found := source(env).answers(env[records._name].browse(ids)):
                yield found

    def _note_deleted(self, records):
        """The sources are about to be deleted; their answers stay."""
        if voices := list(self._known(records).values()):
            # sudo: whoever deletes the source need not write answers
            self.sudo().union(*voices).write(
                {"source_state": "deleted", "source_user_id": self.env.uid}
            )

    # === COLLECT ===#

    @api.model
    def _collect(self, limit=MOST_COLLECTED):
        """Make the answers that are missing: of times before, or of writes past Odoo.

        :param int limit: how many sources are looked at, at most
        :return: ``(answers made, whether there may be more)``
        """
        before = self.search_count([])
        ratings = self.env["rating.rating"].search(
            self._without_answer("rating.rating")
            & Domain("consumed", "=", True)
            & Domain("rating", ">=", 1),
            limit=limit,
            order="id",
        )
        inputs = self.env["survey.user_input"].search(
            self._without_answer("survey.user_input")
            & Domain("survey_id.voice_kind", "!=", False)
            & Domain("state", "=", "done")
            & Domain("test_entry", "=", False),
            limit=limit - len(ratings),
            order="id",
        )
        for vals_list in self._batches(RatingSource, ratings):
            self._doubt(vals_list)
            self.create(vals_list)
        self._feed_surveys(inputs)
        return self.search_count([]) - before, len(ratings) + len(inputs) >= limit

    def _doubt(self, vals_list):
        """A rating that an employee was the last to write is not the customer's."""
        ratings = self.env["rating.rating"].browse([v["source_id"] for v in vals_list])
        doubtful = {
            rating.id
            for rating in ratings
            # the same second: giving it was the last that happened to it
            if is_employee(rating.with_user(rating.write_uid).env)
            and rating.rated_on
            and abs((rating.write_date - rating.rated_on).total_seconds()) < 2
        }
        for vals in vals_list:
            if vals["source_id"] in doubtful:
                vals["invalid_reason"] = "internal"

    @staticmethod
    def _without_answer(model_name):
        """Records of a model that no answer was made of."""
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "NOT EXISTS (SELECT FROM performance_voice v"
                " WHERE v.source_model = %s AND v.source_id = %s)",
                model_name,
                SQL.identifier(alias, "id"),
            )
        )
