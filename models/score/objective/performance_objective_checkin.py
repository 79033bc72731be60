from odoo import api, fields, models
from odoo.exceptions import UserError


class PerformanceObjectiveCheckin(models.Model):
    """One look at an active objective, usually once a week, in the words of one person.

    It keeps the progress of the day beside what the date asked for. Those who carry
    the objective out, the line above and officers check in; whoever reads the
    objective reads it. It is a record: nobody changes or removes it.
    """

    _name = "performance.objective.checkin"
    _description = "Check-in of an Objective"
    _order = "date desc, id desc"
    _rec_name = "date"

    objective_id = fields.Many2one(
        comodel_name="performance.objective",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="objective_id.company_id")
    date = fields.Date(required=True, readonly=True)
    author_id = fields.Many2one(
        comodel_name="res.users", required=True, readonly=True, ondelete="restrict"
    )
    has_progress = fields.Boolean(readonly=True, export_string_translation=False)
    progress = fields.Float(
        string="Progress (%)", digits=(16, 2), readonly=True, aggregator=None
    )
    expected = fields.Float(
        string="Expected (%)", digits=(16, 2), readonly=True, aggregator=None
    )
    confidence = fields.Selection(
        selection="_selection_confidence", required=True, default="on_track"
    )
    done = fields.Text(string="What Was Done")
    blockers = fields.Text()
    next_steps = fields.Text(string="What Comes Next")

    @api.model
    def _selection_confidence(self):
        objective = self.env["performance.objective"]
        return objective._fields["confidence"]._description_selection(self.env)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        objectives = self.env["performance.objective"].browse(
            [vals.get("objective_id") for vals in vals_list if vals.get("objective_id")]
        )
        if len(objectives) != len(vals_list):
            raise UserError(self.env._("A check-in belongs to an objective."))
        objectives.check_access("read")
        objectives._check_reporter()
        checkins = super().create(
            [
                {**vals, **self._snapshot(objective)}
                for vals, objective in zip(vals_list, objectives, strict=True)
            ]
        )
        for checkin in checkins:
            checkin._tell()
        objectives._drop_reminders()
        return checkins

    def write(self, vals):
        if not self.env.su:
            raise UserError(
                self.env._("A check-in is kept as it was said; make another one.")
            )
        return super().write(vals)

    # === BUSINESS METHODS ===#

    @api.model
    def _snapshot(self, objective):
        return {
            "objective_id": objective.id,
            "date": objective._today(),
            "author_id": self.env.uid,
            "has_progress": objective.has_progress,
            "progress": objective.progress,
            "expected": objective.expected,
        }

    def _tell(self):
        """Post it where the followers of the objective are notified."""
        self.ensure_one()
        self.objective_id._follow()
        names = dict(self._fields["confidence"]._description_selection(self.env))
        lines = [
            self.env._(
                "Check-in: %(confidence)s. %(compared)s.",
                confidence=names[self.confidence],
                compared=self.objective_id.status_text,
            )
        ]
        for name in ("done", "blockers", "next_steps"):
            if self[name]:
                label = self._fields[name]._description_string(self.env)
                lines.append(f"{label}: {self[name]}")
        # sudo: whoever carries it out reports without editing what was agreed
        self.objective_id.sudo().message_post(
            body="\n".join(lines),
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_comment",
        )
