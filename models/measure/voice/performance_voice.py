from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ....tools.voice import bucket_of, percent_of_scale
from ...shared.guards import exactly_one

INVALID_REASONS = [
    ("internal", "Given by Somebody of the Own Company"),
    ("not_drawn", "Not Drawn by the System"),
]


class PerformanceVoice(models.Model):
    """One answer of a customer, made comparable: how good, about whom, when.

    Answers come by themselves: from Odoo's ratings of any record, from the surveys
    marked as customer surveys, and from files of mystery shoppers and interviewers. The
    engine writes them and nobody else: the ORM refuses creating, changing and deleting
    for everybody, but officers import (``performance_voice_import.py``). An answer by
    somebody of the own company, or to a survey that the system did not send, stays
    visible but does not count (``is_valid``). A source that is deleted or changed by an
    employee afterwards is noted; the customer's answer stays as it was given.

    An answer with the name of the customer is read by officers, auditors, the leads of
    the person it is about and the account owner of the customer; everybody else sees
    only the KPIs made of it.
    """

    _name = "performance.voice"
    _description = "Customer Answer"
    _inherit = ["performance.voice.mixin"]
    _order = "answered_at desc, id desc"

    employee_id = fields.Many2one(
        help="Who was responsible when the customer answered."
    )
    department_id = fields.Many2one(
        comodel_name="hr.department",
        readonly=True,
        index="btree_not_null",
        help="The department of that person on that day.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        index="btree_not_null",
    )
    score = fields.Float(required=True, readonly=True, aggregator="avg")
    scale_min = fields.Float(
        string="Lowest", required=True, readonly=True, aggregator=None
    )
    scale_max = fields.Float(
        string="Highest", required=True, readonly=True, aggregator=None
    )
    percent = fields.Float(
        string="Score (%)",
        compute="_compute_percent",
        store=True,
        precompute=True,
        aggregator="avg",
        help="Where the score lies between the lowest and the highest of its scale.",
    )
    bucket = fields.Selection(
        selection=[
            ("promoter", "Promoter"),
            ("passive", "Passive"),
            ("detractor", "Detractor"),
            ("satisfied", "Satisfied"),
            ("fair", "Fair"),
            ("dissatisfied", "Dissatisfied"),
        ],
        string="Group",
        compute="_compute_percent",
        store=True,
        precompute=True,
    )
    answered_at = fields.Datetime(string="Answered On", required=True, readonly=True)
    answer_days = fields.Float(
        string="Days to Answer",
        readonly=True,
        aggregator="avg",
        help="From sending the question to the answer.",
    )
    comment = fields.Text(readonly=True)
    source = fields.Selection(
        selection=[("rating", "Rating"), ("survey", "Survey"), ("import", "Import")],
        required=True,
        readonly=True,
        default="import",
    )
    source_id = fields.Many2oneReference(
        string="Source Record", model_field="source_model", readonly=True
    )
    source_state = fields.Selection(
        selection=[
            ("there", "Unchanged"),
            ("changed", "Changed Afterwards"),
            ("deleted", "Deleted Afterwards"),
        ],
        default="there",
        required=True,
        readonly=True,
        help="What somebody of the own company did to the record behind the answer. "
        "The answer stays as the customer gave it.",
    )
    source_user_id = fields.Many2one(
        comodel_name="res.users", string="Changed By", readonly=True
    )
    is_valid = fields.Boolean(
        string="Counts",
        compute="_compute_is_valid",
        store=True,
        precompute=True,
    )
    invalid_reason = fields.Selection(
        selection=INVALID_REASONS, string="Why It Does Not Count", readonly=True
    )
    request_id = fields.Many2one(
        comodel_name="performance.voice.request",
        string="Asked By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    method = fields.Selection(
        selection=[
            ("customer", "Customer"),
            ("mystery_shopper", "Mystery Shopper"),
            ("interview", "Interview"),
        ],
        string="Given By",
        required=True,
        readonly=True,
        default="customer",
    )
    reference = fields.Char(readonly=True, copy=False, help="Its number in the file.")
    imported_by_id = fields.Many2one(comodel_name="res.users", readonly=True)

    _source_uniq = models.UniqueIndex(
        "(source_model, source_id) WHERE source_model IS NOT NULL",
        "This answer is there already.",
    )
    _reference_uniq = models.UniqueIndex(
        "(company_id, reference) WHERE reference IS NOT NULL",
        "There is an answer with this reference already.",
    )
    _answered_idx = models.Index("(company_id, kind, answered_at) WHERE is_valid")
    _on_scale = models.Constraint(
        "CHECK (scale_min < scale_max AND score BETWEEN scale_min AND scale_max)",
        "The score of an answer lies on its scale.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("score", "scale_min", "scale_max", "kind")
    def _compute_percent(self):
        for voice in self:
            percent = percent_of_scale(voice.score, voice.scale_min, voice.scale_max)
            voice.percent = percent or 0
            # outside its scale the database refuses it
            voice.bucket = (
                voice.kind and percent is not None and bucket_of(voice.kind, percent)
            )

    @api.depends("invalid_reason")
    def _compute_is_valid(self):
        for voice in self:
            voice.is_valid = not voice.invalid_reason

    @api.depends("partner_id", "kind", "answered_at")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for voice in self:
            day = voice.answered_at and fields.Date.to_string(voice.answered_at)
            # sudo: who may read the answer may read who gave it
            name = voice.sudo().partner_id.display_name
            parts = [name, kinds.get(voice.kind), day]
            voice.display_name = ", ".join(part for part in parts if part)

    # === AGGREGATION ===#

    def _read_group_select(self, aggregate_spec, query):
        """Nobody waited for an answer that no link asked for: no data, not zero."""
        if aggregate_spec != "answer_days:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "AVG(%s) FILTER (WHERE %s IS NOT NULL)",
            self._field_to_sql(self._table, "answer_days", query),
            self._field_to_sql(self._table, "request_id", query),
        )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        # the engine comes as superuser, which no client can pretend to be
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "Answers of customers come from ratings and surveys by themselves. "
                    "Results of mystery shoppers and interviews are imported."
                )
            )
        return super().create(vals_list)

    # === ACTIONS ===#

    def action_open_source(self):
        """Open the rating or the filled survey behind the answer.

        :raise UserError: for an imported one, and when the source is gone
        """
        exactly_one(self)
        if not self.source_model:
            raise UserError(
                self.env._(
                    "Imported by %(person)s, reference “%(reference)s”.",
                    # sudo: the name of a colleague
                    person=self.sudo().imported_by_id.name or "",
                    reference=self.reference or "",
                )
            )
        record = self.env[self.source_model].browse(self.source_id).exists()
        if not record:
            raise UserError(self.env._("The record behind this answer was deleted."))
        # the own rights decide: who reads an answer need not read surveys
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def action_import(self):
        """Bring in results of mystery shoppers and interviewers from a file.

        :raise AccessError: for everybody but officers
        """
        if not self.env.user.has_group("customer_performance.group_officer"):
            raise AccessError(self.env._("Only a performance officer imports answers."))
        return {
            "type": "ir.actions.client",
            "tag": "import",
            "params": {"active_model": self._name, "context": {}},
        }

    def action_collect(self):
        """Take over ratings and filled surveys that have no answer here yet.

        :raise AccessError: for everybody but officers
        """
        if not self.env.user.has_group("customer_performance.group_officer"):
            raise AccessError(
                self.env._("Only a performance officer collects earlier answers.")
            )
        # sudo: the engine reads all ratings and surveys
        found, left = self.sudo()._collect()
        if left:
            self.env.ref("customer_performance.cron_voice").sudo()._trigger()
        message = self.env._("%s answers taken over.", found)
        if left:
            message += " " + self.env._("The others follow in the background.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
