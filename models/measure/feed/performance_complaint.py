from odoo import fields, models
from odoo.exceptions import UserError

from ...shared.guards import exactly_one
from ..complaint.performance_complaint import INTERNAL


class PerformanceComplaint(models.Model):
    """A complaint that is kept in another app, and follows it."""

    _inherit = "performance.complaint"

    feed_id = fields.Many2one(
        comodel_name="performance.complaint.feed",
        string="Fetched By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups=INTERNAL,
    )
    res_model = fields.Char(
        string="Source Model", readonly=True, copy=False, groups=INTERNAL
    )
    res_id = fields.Many2oneReference(
        string="Source Record",
        model_field="res_model",
        readonly=True,
        copy=False,
        groups=INTERNAL,
    )
    source_resolved_at = fields.Datetime(
        string="Resolved in the Source On",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="As the feed saw it last; empty while it is open there.",
    )
    source_employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Responsible in the Source",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups=INTERNAL,
        help="As the feed saw it last.",
    )

    _source_unique = models.UniqueIndex(
        "(res_model, res_id) WHERE res_id IS NOT NULL",
        "This record is a complaint already.",
    )

    def _request_rating(self):
        """The app in which it is kept asks its customers itself."""
        # sudo: whoever closes it need not read feeds
        fed = self.sudo().filtered("feed_id")
        return super(PerformanceComplaint, self - fed)._request_rating()

    # === ACTIONS ===#

    def action_open_source(self):
        """Open the record in the app in which it is kept.

        :raise UserError: when there is none, or none any more
        """
        complaint = exactly_one(self)
        # sudo: which record it is; its own rights decide whether it opens
        name, record_id = complaint.sudo().res_model, complaint.sudo().res_id
        found = name in self.env and self.env[name].browse(record_id).exists()
        if not found:
            raise UserError(self.env._("The record behind it is not there any more."))
        found.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": name,
            "res_id": record_id,
            "views": [(False, "form")],
        }
