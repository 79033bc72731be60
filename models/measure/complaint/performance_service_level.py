from odoo import api, fields, models
from odoo.fields import Domain

SEVERITIES = [
    ("critical", "Critical"),
    ("high", "High"),
    ("normal", "Normal"),
    ("low", "Low"),
]
# an empty one holds for all; where as many fit, the earlier decides
CONDITIONS = ("partner_id", "cause_id", "severity", "company_id")


class PerformanceServiceLevel(models.Model):
    """How fast complaints of some kind are answered and resolved.

    One record is a promise with the conditions under which it holds; an empty condition
    means all. Of the levels that fit a complaint the most specific applies: the one
    with most conditions, then one for the customer before one for the cause, the
    severity and the company, then the first in the list.

    Administrators define them. A change holds for complaints still open from their next
    step on; what was answered or resolved keeps its deadline.
    """

    _name = "performance.service.level"
    _description = "Service Level"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    severity = fields.Selection(selection=SEVERITIES, help="Empty: all severities.")
    cause_id = fields.Many2one(
        comodel_name="performance.complaint.cause",
        ondelete="restrict",
        help="Empty: all causes.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        ondelete="restrict",
        domain="[('is_company', '=', True)]",
        help="Empty: all customers.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", ondelete="cascade", help="Empty: all companies."
    )
    response_hours = fields.Float(string="First Response (Hours)", required=True)
    resolution_hours = fields.Float(string="Resolution (Hours)", required=True)
    clock = fields.Selection(
        selection=[("working", "Working hours"), ("elapsed", "Elapsed hours")],
        default="working",
        required=True,
        help="Elapsed hours run at night and on holidays too.",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Hours",
        ondelete="restrict",
        help="Empty: the working hours of the company.",
    )
    warn_percent = fields.Integer(
        string="Warning At (%)",
        default=75,
        required=True,
        help="The responsible person is warned when so much of the time is used up.",
    )

    _hours_positive = models.Constraint(
        "CHECK (response_hours > 0 AND resolution_hours > 0"
        " AND response_hours < 100000 AND resolution_hours < 100000)",
        "The hours of a service level are more than nothing.",
    )
    _warning_inside = models.Constraint(
        "CHECK (warn_percent BETWEEN 1 AND 100)",
        "The warning comes between 1 and 100 %.",
    )

    # === BUSINESS METHODS ===#

    @api.model
    def _for_complaints(self, complaints):
        """The level that applies to each complaint.

        :return: ``{complaint: level}``, with an empty level where none fits
        """
        # sudo: everybody is measured by the same levels, whoever may read them
        levels = self.sudo().search(
            Domain("company_id", "in", [False, *complaints.company_id.ids])
        )
        return {
            complaint: next(iter(levels._fitting(complaint)), levels.browse())
            for complaint in complaints
        }

    def _fitting(self, complaint):
        """The levels that fit a complaint, the most specific first."""
        facts = {
            "partner_id": complaint.commercial_partner_id,
            "cause_id": complaint.cause_id,
            "severity": complaint.severity,
            "company_id": complaint.company_id,
        }
        fits = self.filtered(
            lambda level: all(
                not level[name] or level._condition(name) == fact
                for name, fact in facts.items()
            )
        )
        return fits.sorted(lambda level: level._specificity(), reverse=True)

    def _condition(self, name):
        """What has to be equal: customers are compared by their company."""
        value = self[name]
        return value.commercial_partner_id if name == "partner_id" else value

    def _specificity(self):
        """The larger, the more specific."""
        given = [bool(self[name]) for name in CONDITIONS]
        return sum(given), *given
