from odoo import api, models


class SurveyUserInput(models.Model):
    """A customer survey that was finished is an answer of a customer."""

    _inherit = "survey.user_input"

    @api.model_create_multi
    def create(self, vals_list):
        inputs = super().create(vals_list)
        if done := inputs.filtered(lambda i: i.state == "done"):
            self.env["performance.voice"]._feed_surveys(done)
        return inputs

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "done":
            self.env["performance.voice"]._feed_surveys(self)
        return result

    def unlink(self):
        self.env["performance.voice"]._note_deleted(self)
        return super().unlink()
