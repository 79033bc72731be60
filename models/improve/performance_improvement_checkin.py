from odoo import api, fields, models
from odoo.exceptions import AccessError


class PerformanceImprovementCheckin(models.Model):
    """One look at an active improvement plan: how it goes, in the words of one person.

    Employee, owner and HR check in; each edits or removes only what is his own, and
    only while the plan is active.
    """

    _name = "performance.improvement.checkin"
    _description = "Improvement Check-in"
    _order = "date desc, id desc"
    _rec_name = "date"

    plan_id = fields.Many2one(
        comodel_name="performance.improvement.plan",
        required=True,
        ondelete="cascade",
        index=True,
    )
    employee_id = fields.Many2one(
        related="plan_id.employee_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    author_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    progress = fields.Selection(
        selection=[
            ("on_track", "On Track"),
            ("at_risk", "At Risk"),
            ("off_track", "Off Track"),
        ],
        required=True,
        default="on_track",
    )
    note = fields.Text(required=True)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        checkins = super().create(
            [{**vals, "author_id": self.env.uid} for vals in vals_list]
        )
        checkins._check_author()
        return checkins

    def write(self, vals):
        if {"author_id", "plan_id"} & vals.keys():
            raise AccessError(self.env._("A check-in stays where it is."))
        self._check_author()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_own(self):
        self._check_author()

    def _check_author(self):
        """Refuse what is not one's own, and everything once the plan has ended."""
        if self.env.su:
            return
        officer = self.env.user.has_group("customer_performance.group_officer")
        for checkin in self:
            plan = checkin.plan_id
            if plan.state != "active":
                raise AccessError(self.env._("Check-ins belong to an active plan."))
            if checkin.author_id != self.env.user:
                raise AccessError(self.env._("Only the author edits a check-in."))
            if not (officer or plan._is_owner() or plan._is_about_me()):
                raise AccessError(
                    self.env._("Only employee, owner and HR check in on a plan.")
                )
