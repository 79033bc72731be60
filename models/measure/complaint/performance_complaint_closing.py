from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .performance_complaint import INTERNAL


class PerformanceComplaintClosing(models.Model):
    """A resolved complaint whose customer says nothing any more is closed by the watch.

    The company says after how many days, counted from the solution or from the last
    message of the customer, whichever is later; 0 says never. Days are of 24 hours:
    whatever the time zone and the season, everybody has the same time to answer.
    """

    _inherit = "performance.complaint"

    last_customer_message_at = fields.Datetime(
        string="Customer Wrote On",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="The last message of the customer since it was resolved.",
    )

    _closing_idx = models.Index("(company_id) WHERE state = 'resolved'")

    # === BUSINESS METHODS ===#

    def _closing_due(self):
        """When silence closes this complaint; False for never."""
        days = self.company_id.performance_complaint_close_days
        if self.state != "resolved" or not self.resolved_at or days <= 0:
            return False
        heard = self.last_customer_message_at or self.resolved_at
        return max(self.resolved_at, heard) + timedelta(days=days)

    def _postpone_closing(self):
        """The customer wrote: the days begin anew."""
        engine = self._workflow_engine()
        engine.write({"last_customer_message_at": fields.Datetime.now()})
        for complaint in engine.filtered(lambda c: c.state == "resolved"):
            complaint.write({"next_check_at": complaint._closing_due()})

    @api.model
    def _reschedule_closing(self, companies):
        """The days of these companies changed: say anew when silence closes.

        One statement, as there can be any number of resolved complaints; it reckons as
        ``_closing_due`` does.
        """
        names = ("state", "resolved_at", "last_customer_message_at", "next_check_at")
        self.flush_model(names)
        companies.flush_recordset(["performance_complaint_close_days"])
        self.env.cr.execute(
            SQL(
                "UPDATE performance_complaint complaint"
                " SET next_check_at = CASE"
                " WHEN company.performance_complaint_close_days > 0 THEN"
                # of nothing and a time, GREATEST takes the time
                " GREATEST(complaint.resolved_at, complaint.last_customer_message_at)"
                " + company.performance_complaint_close_days * interval '24 hours' END"
                " FROM res_company company"
                " WHERE company.id = complaint.company_id"
                " AND complaint.state = 'resolved' AND company.id IN %s",
                tuple(companies.ids),
            )
        )
        self.invalidate_model(["next_check_at"])

    def _close_silent(self):
        """Close what is due; what is not due any more is looked at when it is."""
        now = fields.Datetime.now()
        for complaint in self:
            due = complaint._closing_due()
            if due and due <= now:
                complaint._workflow_engine()._workflow_apply(
                    "close", complaint._closing_reason()
                )
            else:
                complaint._workflow_engine().write({"next_check_at": due})

    def _closing_reason(self):
        """Why it is closed, in the language of who is responsible."""
        lang = self.employee_id.user_id.lang or self.env.lang
        return self.with_context(lang=lang).env._(
            "Closed by itself: it was resolved and the customer wrote nothing for "
            "%s days.",
            self.company_id.performance_complaint_close_days,
        )
