from odoo import fields, models


class PerformanceComplaintPause(models.Model):
    """A time in which the clocks of a complaint stand still.

    One record is one pause: waiting for the customer's answer to a question, or the
    time between a solution (or a rejection) and its being taken up again. Written by
    the steps of the complaint only, never by hand; read by who reads the complaint.
    """

    _name = "performance.complaint.pause"
    _description = "Pause of a Complaint"
    _order = "started_at, id"

    complaint_id = fields.Many2one(
        comodel_name="performance.complaint",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="complaint_id.company_id")
    kind = fields.Selection(
        selection=[
            ("waiting", "Waiting for the customer"),
            ("resolved", "Resolved until reopened"),
            ("rejected", "Rejected until taken up again"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    started_at = fields.Datetime(string="From", required=True, readonly=True)
    ended_at = fields.Datetime(string="Until", readonly=True)

    _one_lasts = models.UniqueIndex(
        "(complaint_id) WHERE ended_at IS NULL", "A pause of this complaint lasts."
    )
    _in_order = models.Constraint(
        "CHECK (ended_at IS NULL OR ended_at >= started_at)",
        "A pause ends after it starts.",
    )
