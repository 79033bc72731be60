from odoo import fields, models


class MailActivityType(models.Model):
    """Says by which channel somebody is in contact when an activity is done."""

    _inherit = "mail.activity.type"

    performance_channel = fields.Selection(
        selection=[
            ("phone", "Phone"),
            ("visit", "Visit"),
            ("social", "Social Media"),
            ("letter", "Letter"),
        ],
        string="Contact By",
        help="An activity of this type that is done counts as a contact with the "
        "customer by this channel. E-mails and meetings count by themselves.",
    )
