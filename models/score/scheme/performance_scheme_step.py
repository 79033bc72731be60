from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PerformanceSchemeStep(models.Model):
    """The target of a scheme line from so many months of employment on.

    The step with the most months that a person has on the first day of the period
    counts; before the first step the target of the line does.
    """

    _name = "performance.scheme.step"
    _description = "Target by Seniority"
    _order = "line_id, months"

    line_id = fields.Many2one(
        comodel_name="performance.scheme.line",
        required=True,
        ondelete="cascade",
        index=True,
    )
    months = fields.Integer(
        string="From Months", required=True, help="Months since the person was hired."
    )
    target = fields.Float(digits=(16, 4), required=True)

    _months_unique = models.UniqueIndex(
        "(line_id, months)", "There is a target for this seniority already."
    )
    _months_positive = models.Constraint(
        "CHECK (months > 0)", "Seniority counts from the first month on."
    )

    # === CONSTRAINT METHODS ===#

    @api.constrains("target", "line_id")
    def _check_target(self):
        for step in self:
            if step.target < 0 or (step.line_id.rule == "linear" and not step.target):
                raise ValidationError(
                    self.env._(
                        "“%s”: enter a target above zero for each seniority.",
                        step.line_id.kpi_id.name,
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.line_id._check_unlocked()
        return steps

    def write(self, vals):
        self.line_id._check_unlocked()
        result = super().write(vals)
        self.line_id._check_unlocked()
        return result

    def unlink(self):
        self.line_id._check_unlocked()
        return super().unlink()
