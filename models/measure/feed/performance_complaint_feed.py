from ast import literal_eval

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ...shared.guards import exactly_one
from ..engine.definition import DOMAIN_ERRORS
from .feed_source import MAPPING

# what an administrator decides; whoever changed it last is who the feed reads as
DEFINITION = (
    "model_name",
    "domain",
    "closed_domain",
    "company_id",
    "date_from",
    *MAPPING,
)
# {key: (label, values)}: offered where the model is there
PRESETS = {
    "helpdesk_mgmt": (
        "Helpdesk (OCA helpdesk_mgmt)",
        {
            "model_name": "helpdesk.ticket",
            "domain": "[]",
            "closed_domain": "[('stage_id.closed', '=', True)]",
            "customer_field": "partner_id",
            "subject_field": "name",
            "text_field": "description",
            "received_field": "create_date",
            "response_field": False,
            "resolved_field": "closed_date",
            "reopened_field": "last_stage_update",
            "person_field": "user_id",
        },
    ),
}


class PerformanceComplaintFeed(models.Model):
    """Where complaints come from that are kept in another app, such as a helpdesk.

    One record is one source for one company: the model, which of its records are
    complaints, and which fields tell customer, subject, person and times. A scheduled
    action makes one complaint of each record, once, and lets its moves follow; the
    clocks take the stamps of the source, not the time of the fetch.

    Administrators of the addon define feeds, officers and auditors read them. A feed
    reads with the rights of whoever defined it last, so nobody learns through it what
    he may not read. What it brought in stays when it is archived; it is deleted only
    while nothing came of it. Where a model or field is gone the form says so and the
    feed waits.
    """

    _name = "performance.complaint.feed"
    _description = "Source of Complaints"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    preset = fields.Selection(
        selection="_selection_preset",
        string="Fill In For",
        store=False,
        help="Fills in the fields below for an app that is installed.",
    )
    model_name = fields.Char(string="Technical Model", required=True)
    model_id = fields.Many2one(
        comodel_name="ir.model",
        domain=[("transient", "=", False), ("abstract", "=", False)],
        compute="_compute_model_id",
        readonly=False,
    )
    domain = fields.Char(
        string="Filter",
        default="[]",
        required=True,
        help="Which records are complaints.",
    )
    closed_domain = fields.Char(
        string="Resolved When",
        help="A record that matches is resolved, one that matches no more is taken up "
        "again. Empty: resolved as soon as the field of the resolution is filled in.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        help="Records received earlier stay where they are.",
    )
    cause_id = fields.Many2one(
        comodel_name="performance.complaint.cause",
        ondelete="restrict",
        help="Of all that this feed brings in.",
    )
    customer_field = fields.Char(string="Customer", required=True)
    subject_field = fields.Char(string="Title", required=True)
    text_field = fields.Char(string="Text")
    received_field = fields.Char(
        string="Received On", required=True, default="create_date"
    )
    response_field = fields.Char(
        string="First Response On",
        help="Empty: the first message that a colleague wrote to somebody outside.",
    )
    resolved_field = fields.Char(string="Resolved On", required=True)
    reopened_field = fields.Char(
        string="Reopened On", help="Empty: when the record was last changed."
    )
    person_field = fields.Char(string="Responsible")
    author_id = fields.Many2one(
        comodel_name="res.users",
        string="Reads As",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who defined it last; the feed reads what this person may read.",
    )
    last_run_at = fields.Datetime(string="Last Fetch", readonly=True, copy=False)
    attempted_at = fields.Datetime(
        string="Last Attempt",
        readonly=True,
        copy=False,
        help="Of the scheduled action, whether it went well or not.",
    )
    error = fields.Text(
        readonly=True, copy=False, help="What went wrong in the last fetch."
    )
    problem = fields.Text(compute="_compute_problem")
    complaint_count = fields.Integer(
        string="Complaints", compute="_compute_complaint_count"
    )

    # === COMPUTE METHODS ===#

    @api.model
    def _selection_preset(self):
        return [
            (key, label)
            for key, (label, values) in PRESETS.items()
            if values["model_name"] in self.env
        ]

    @api.depends("model_name")
    def _compute_model_id(self):
        for feed in self:
            # sudo: administrators of performance need not be those of the system
            feed.model_id = self.env["ir.model"].sudo()._get(feed.model_name or "").id

    @api.depends("active", "author_id", *DEFINITION)
    def _compute_problem(self):
        for feed in self:
            feed.problem = feed._problem()

    def _compute_complaint_count(self):
        # what the user may not see does not count
        counts = dict(
            self.env["performance.complaint"]._read_group(
                Domain("feed_id", "in", self.ids), ["feed_id"], ["__count"]
            )
        )
        for feed in self:
            feed.complaint_count = counts.get(feed, 0)

    @api.onchange("model_id")
    def _onchange_model_id(self):
        # sudo: administrators of performance need not be those of the system
        name = self.model_id.sudo().model
        if name and name != self.model_name:
            self.update({"model_name": name, "domain": "[]", "closed_domain": False})

    @api.onchange("preset")
    def _onchange_preset(self):
        if self.preset in PRESETS:
            label, values = PRESETS[self.preset]
            self.update({"name": self.name or label, **values})

    # === CONSTRAINT METHODS ===#

    @api.constrains(*DEFINITION)
    def _check_definition(self):
        """What cannot be read is refused with what is wrong."""
        for feed in self:
            if problem := feed._problem(self.env.user):
                raise ValidationError(problem)

    def _problem(self, author=None):
        """Why the feed cannot read its source; False when it can.

        :param author: as whom it would read, by default whoever defined it
        """
        self.ensure_one()
        author = author or self.author_id or self.env.user
        model = self.env.get(self.model_name or "")
        if model is None:
            return self.env._(
                "“%s” is not in this database: the app that brings it was removed. "
                "Archive this feed or choose another model.",
                self.model_name or "",
            )
        if not model._auto or model._transient or model._abstract or self._is_own():
            return self.env._("“%s” holds no complaints to fetch.", model._description)
        if not self._may_read(author, model):
            return self.env._(
                "%(person)s may not read “%(model)s” in this company: let somebody who "
                "may save the feed.",
                person=author.name,
                model=model._description,
            )
        return self._field_problem(model.with_user(author)) or self._filter_problem(
            model
        )

    def _may_read(self, author, model):
        """Whether somebody reads records of a model in the company of the feed."""
        if author._is_superuser():
            return True
        # sudo: who works in which company
        works_there = self.company_id in author.sudo().company_ids
        return (
            author.active and works_there and model.with_user(author).has_access("read")
        )

    def _is_own(self):
        """Whether the complaints would feed on themselves."""
        return self.model_name.startswith("performance.")

    def _field_problem(self, model):
        """Which field is missing, or of another kind; False when all are right."""
        for name, (types, comodels) in MAPPING.items():
            chosen, label = self[name], self._fields[name]._description_string(self.env)
            if not chosen and not self._fields[name].required:
                continue
            field = model._fields.get(chosen or "")
            if field is None or not model._has_field_access(field, "read"):
                return self.env._(
                    "%(label)s: “%(model)s” has no field “%(field)s” any more, or it "
                    "may not be read. Choose another one.",
                    label=label,
                    model=model._description,
                    field=chosen or "",
                )
            wrong_target = comodels and field.comodel_name not in comodels
            if field.type not in types or wrong_target:
                return self.env._(
                    "%(label)s: “%(field)s” holds something else.",
                    label=label,
                    field=chosen,
                )
        if not model._fields[self.received_field].store:
            return self.env._("Received On: choose a field that is stored.")
        return False

    def _filter_problem(self, model):
        """Which filter does not fit the model; False when both do."""
        for name in ("domain", "closed_domain"):
            try:
                self._parsed(name).validate(model)
            except DOMAIN_ERRORS as error:
                return self.env._(
                    "%(label)s: the filter does not fit the model: %(error)s",
                    label=self._fields[name]._description_string(self.env),
                    error=str(error).splitlines()[0] if str(error) else repr(error),
                )
        return False

    def _parsed(self, name):
        """A filter as a domain."""
        return Domain(literal_eval(self[name] or "[]"))

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._prepared(vals) for vals in vals_list]
        for vals in vals_list:
            vals["author_id"] = self.env.uid
        return super().create(vals_list)

    def write(self, vals):
        vals = self._prepared(vals)
        if set(DEFINITION) & vals.keys():
            vals["author_id"] = self.env.uid
            self._check_moved(vals)
        return super().write(vals)

    @api.model
    def _prepared(self, vals):
        """Values with the technical name of the model, without what the feed writes."""
        vals = dict(vals)
        if "model_id" in vals:
            # sudo: administrators of performance need not be those of the system
            model = self.env["ir.model"].sudo().browse(vals.pop("model_id"))
            vals["model_name"] = model.model
        if not self.env.su:
            for name in ("author_id", "last_run_at", "attempted_at", "error"):
                vals.pop(name, None)
        return vals

    def _check_moved(self, vals):
        """What came in stays with the model and company it came from."""
        for feed in self:
            moved = any(
                name in vals and vals[name] != value
                for name, value in (
                    ("model_name", feed.model_name),
                    ("company_id", feed.company_id.id),
                )
            )
            if moved and feed._has_complaints():
                raise UserError(
                    self.env._(
                        "“%s” brought in complaints already: archive it and set up "
                        "another feed.",
                        feed.name,
                    )
                )

    def _has_complaints(self):
        # sudo: whether there are any, whoever may see them
        found = self.env["performance.complaint"].sudo()
        return bool(found.search_count([("feed_id", "=", self.id)], limit=1))

    # === ACTIONS ===#

    def action_run(self):
        """Fetch now.

        :raise AccessError: for everybody but administrators of the addon
        :raise UserError: when the source cannot be read
        """
        feed = exactly_one(self)
        if not self.env.user.has_group("customer_performance.group_admin"):
            raise AccessError(self.env._("An administrator fetches from other apps."))
        feed.check_access("write")
        if problem := feed.problem:
            raise UserError(problem)
        # the engine writes complaints, as the scheduled action does; what it reads it
        # reads as the author of the feed
        made = feed.with_user(SUPERUSER_ID)._run()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if feed.error else "success",
                "message": feed.error or self.env._("%s new complaints.", made),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_complaints(self):
        """What it brought in, as far as the reader may see it."""
        feed = exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_complaint_action"
        )
        return {**action, "domain": [("feed_id", "=", feed.id)], "context": {}}
