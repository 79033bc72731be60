from odoo import fields, models

from ...shared.guards import exactly_one
from .interactions import interactions


class PerformanceInteraction(models.Model):
    """One contact between a customer and us, whatever the channel (R70-R73).

    Nobody writes these: they are what Odoo has recorded anyway, read in one list.

    =============  ===========================================================
    e-mail, chat   messages on customers, deals, complaints: from somebody who is no
                   internal user (in), or to somebody outside (out); notes,
                   tracking and automatic mails are no contact
    meeting        calendar events that have begun, for each outside attendee
    phone, visit,  activities that are done, of types that say so
    social, letter
    =============  ===========================================================

    A contact outwards counts only where the message went to the customer, so a comment
    that only colleagues get does not. What comes in knows when it was answered first.
    """

    _name = "performance.interaction"
    _description = "Interaction with a Customer"
    _auto = False
    # KPIs may count contacts, although nothing is stored
    _performance_measurable = True
    _order = "date desc, id desc"
    _depends = {
        "mail.message": [
            "author_id",
            "date",
            "is_internal",
            "message_type",
            "model",
            "partner_ids",
            "res_id",
            "subject",
            "subtype_id",
        ],
        "mail.notification": ["mail_message_id", "res_partner_id"],
        "mail.activity": [
            "active",
            "activity_type_id",
            "calendar_event_id",
            "date_done",
            "res_id",
            "res_model",
            "summary",
            "user_id",
        ],
        "mail.activity.type": ["performance_channel"],
        "calendar.event": ["active", "name", "start", "user_id", "videocall_location"],
        "calendar.attendee": ["event_id", "partner_id", "state"],
        "crm.lead": ["company_id", "name", "partner_id", "user_id"],
        "performance.complaint": [
            "company_id",
            "employee_id",
            "lead_id",
            "partner_id",
        ],
        "res.partner": ["commercial_partner_id", "company_id", "name"],
        "res.users": ["active", "partner_id", "share"],
    }

    name = fields.Char(string="Title", readonly=True)
    date = fields.Datetime(readonly=True)
    channel = fields.Selection(
        selection=[
            ("email", "E-Mail"),
            ("phone", "Phone"),
            ("meeting", "Meeting"),
            ("video", "Video Call"),
            ("visit", "Visit"),
            ("social", "Social Media"),
            ("letter", "Letter"),
        ],
        readonly=True,
    )
    direction = fields.Selection(
        selection=[("in", "Incoming"), ("out", "Outgoing"), ("both", "Mutual")],
        readonly=True,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Contact", readonly=True
    )
    commercial_partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead", string="Opportunity", readonly=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Our Side",
        readonly=True,
        help="Who was in contact; of what came in, whose record it is.",
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    answered_at = fields.Datetime(
        string="First Answer",
        readonly=True,
        help="When somebody first wrote to the customer afterwards, on that record.",
    )
    response_hours = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Hours until the first answer. Counted from the first of several "
        "messages that came in without an answer between them.",
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)

    @property
    def _table_query(self):
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        return interactions(comment)

    # === ACTIONS ===#

    def action_open_record(self):
        """Open the record on which the contact took place."""
        exactly_one(self)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
