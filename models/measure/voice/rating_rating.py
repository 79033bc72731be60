from odoo import api, models

# what makes a rating an answer
ANSWER = {"rating", "feedback", "consumed"}


class RatingRating(models.Model):
    """A rating that was given is an answer of a customer."""

    _inherit = "rating.rating"

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        if given := ratings.filtered("consumed"):
            self.env["performance.voice"]._feed_ratings(given)
        return ratings

    def write(self, vals):
        result = super().write(vals)
        if ANSWER & vals.keys():
            self.env["performance.voice"]._feed_ratings(self)
        return result

    def unlink(self):
        self.env["performance.voice"]._note_deleted(self)
        return super().unlink()
