from odoo import api, models
from odoo.exceptions import UserError

# the nightly scheduler record and those shipped in data/measure_crons.xml
MOST_LANES = 8


class PerformanceRun(models.Model):
    """How many scheduler records share the work of a run."""

    _inherit = "performance.run"

    @api.model
    def _set_lanes(self, number):
        """Let so many scheduler records measure at the same time.

        :param int number: from 1, the nightly one alone, to 8
        :raise UserError: for another number
        """
        if not 1 <= number <= MOST_LANES:
            raise UserError(
                self.env._("Choose from 1 to %s lanes for measuring.", MOST_LANES)
            )
        lanes = self.with_context(active_test=False)._lanes().sorted("id")
        wanted = lanes[: number - 1]
        # only what changes is written: a lane at work cannot be
        wanted.filtered(lambda lane: not lane.active).active = True
        (lanes - wanted).filtered("active").active = False
