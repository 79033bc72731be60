from odoo import fields, models

from ..models.shared.guards import exactly_one


class PerformanceAcceptancePaperWizard(models.TransientModel):
    """A paper on which the customer accepted or refused, with its scan.

    The wizard decides nothing: it hands everything to the acceptance, which says who
    may record a paper and what has to be on it.
    """

    _name = "performance.acceptance.paper.wizard"
    _description = "Signed Paper of an Acceptance"

    acceptance_id = fields.Many2one(
        comodel_name="performance.acceptance", required=True
    )
    decision = fields.Selection(
        selection=[("accept", "Accepted"), ("refuse", "Refused")],
        required=True,
        default="accept",
    )
    signed_by = fields.Char(
        required=True, help="Who signed for the customer, as it stands on the paper."
    )
    signed_at = fields.Datetime(
        string="Signed On", required=True, default=fields.Datetime.now
    )
    document = fields.Binary(string="Signed Paper", required=True, attachment=False)
    filename = fields.Char()
    reason = fields.Text()

    # === ACTIONS ===#

    def action_confirm(self):
        """Record the paper.

        :raise UserError: saying what does not fit
        """
        exactly_one(self)
        self.acceptance_id._record_paper(
            self.decision,
            self.signed_by,
            self.signed_at,
            self.with_context(bin_size=False).document,
            self.filename,
            self.reason,
        )
        return {"type": "ir.actions.act_window_close"}
