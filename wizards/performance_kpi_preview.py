from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..models.shared.guards import exactly_one
from ..models.shared.performance_subject_mixin import SUBJECT_TYPES


class PerformanceKpiPreview(models.TransientModel):
    """A KPI tried on a period: what the company and the first ten subjects would get.

    It holds no rule of its own: the KPI measures, and says why nothing is found. No
    reading is written. For officers and administrators.
    """

    _name = "performance.kpi.preview"
    _description = "Preview of a KPI"

    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="KPI",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    kpi_company_id = fields.Many2one(related="kpi_id.company_id")
    period_id = fields.Many2one(
        comodel_name="performance.period",
        required=True,
        domain="[('company_id', '=?', kpi_company_id)]",
        ondelete="cascade",
    )
    subject_type = fields.Selection(
        selection=SUBJECT_TYPES,
        string="About",
        required=True,
        default="company",
    )
    is_shown = fields.Boolean(readonly=True, export_string_translation=False)
    company_value = fields.Char(string="Value of the Company", readonly=True)
    company_explanation = fields.Char(string="How It Came About", readonly=True)
    record_count = fields.Integer(string="Records", readonly=True)
    excluded_count = fields.Integer(string="Left Out", readonly=True)
    subject_count = fields.Integer(
        string="Subjects", readonly=True, help="Subjects with at least one record."
    )
    without_count = fields.Integer(
        string="Without a Number",
        readonly=True,
        help="Subjects with fewer records than make a number.",
    )
    reason = fields.Text(readonly=True)
    line_ids = fields.One2many(
        comodel_name="performance.kpi.preview.line",
        inverse_name="preview_id",
        readonly=True,
    )

    # === COMPUTE METHODS ===#

    @api.depends("kpi_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for preview in self:
            preview.display_name = self.env._("Preview of %s", preview.kpi_id.name)

    # === ONCHANGE METHODS ===#

    @api.onchange("period_id", "subject_type")
    def _onchange_choice(self):
        """What is shown belongs to another choice."""
        self.is_shown = False

    # === ACTIONS ===#

    @api.model
    def _open(self, kpi):
        """Try a KPI on the latest period that has begun, and open the result."""
        period = self.env["performance.period"].search(
            Domain("date_start", "<=", fields.Date.context_today(self))
            & Domain("company_id", "=?", kpi.company_id.id),
            order="date_start desc, date_end, id desc",
            limit=1,
        )
        if not period:
            raise UserError(
                self.env._("There is no period that has begun. Create one first.")
            )
        preview = self.create(
            {
                "kpi_id": kpi.id,
                "period_id": period.id,
                "subject_type": kpi._first_kind(),
            }
        )
        preview.action_show()
        return {
            "type": "ir.actions.act_window",
            "name": preview.display_name,
            "res_model": self._name,
            "res_id": preview.id,
            "view_mode": "form",
        }

    def action_show(self):
        """Try the KPI on the chosen period; stores no number.

        :raise AccessError: for anyone but officers and administrators
        """
        exactly_one(self)
        self.kpi_id.check_access("read")
        self.kpi_id._check_may_preview()
        found = self.kpi_id._preview(self.period_id, self.subject_type)
        company = found["company"]
        self.write(
            {
                "is_shown": True,
                "company_value": company.value_text if company else False,
                "company_explanation": company.explanation if company else False,
                "record_count": company.sample_size if company else 0,
                "excluded_count": company.excluded_count if company else 0,
                "subject_count": found["subjects"],
                "without_count": found["without"],
                "reason": found["reason"],
                "line_ids": [Command.clear(), *map(Command.create, found["top"])],
            }
        )
        return True
