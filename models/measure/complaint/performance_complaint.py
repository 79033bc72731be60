from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...shared.workflow import ENGINE
from .performance_service_level import SEVERITIES

# what a customer may not read through his portal login
INTERNAL = "base.group_user"
OPEN_STATES = ("new", "open", "waiting")
LONGEST_NAME = 200
LONGEST_TEXT = 50_000
CHANNELS = [
    ("phone", "Phone"),
    ("email", "Email"),
    ("portal", "Portal"),
    ("web", "Web Form"),
    ("chat", "Chat"),
    ("social", "Social Media"),
    ("visit", "Visit"),
    ("letter", "Letter"),
    ("other", "Other"),
]
# what a responsible person cannot turn in favour of his own numbers
GUARDED = ("employee_id", "severity", "partner_id", "cause_id")


class PerformanceComplaint(models.Model):
    """One complaint of one customer, from its filing to its end.

    ::

        new --first response--> open <--> waiting for the customer
        new, open, waiting --resolve--> resolved --close--> closed
        resolved, closed --reopen (reason)--> open
        any of them --duplicate, invalid (reason)--> duplicate, invalid --reconsider-->
        open

    Filed by a colleague, by mail, by the customer in the portal or with the public form
    (performance.complaint.request). Answered, resolved and closed by the responsible
    person, who filed it, whose deal it is, the responsible's managers and officers;
    closed by the watch when the customer is silent. Only a manager of the responsible
    person or an officer, never the responsible person, says that a complaint is a
    duplicate or invalid, lowers its severity or gives it to somebody else: these change
    numbers by which the responsible person is judged. It is never deleted.

    Times are written by the engine, together with the move they belong to. The clocks
    are in performance_complaint_clock.py, the moves in performance_complaint_workflow.
    """

    _name = "performance.complaint"
    _description = "Complaint"
    _inherit = [
        "performance.secret.link.mixin",
        "performance.workflow.mixin",
        "rating.mixin",
        "performance.customer.fact.mixin",
    ]
    _order = "filed_at desc, id desc"
    _rec_names_search = ["number", "name"]
    _check_company_auto = True
    _mail_post_access = "read"

    number = fields.Char(string="Reference", readonly=True, copy=False, index="trigram")
    name = fields.Char(string="Title", required=True, index="trigram")
    description = fields.Text(string="What the Customer Says", copy=False)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        index="btree_not_null",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True
    )
    email_from = fields.Char(
        string="Email", copy=False, groups=INTERNAL, help="Who wrote, when not known."
    )
    channel = fields.Selection(
        selection=CHANNELS, default="phone", required=True, index=True
    )
    cause_id = fields.Many2one(
        comodel_name="performance.complaint.cause",
        ondelete="restrict",
        tracking=True,
        index=True,
    )
    severity = fields.Selection(
        selection=SEVERITIES,
        default="normal",
        required=True,
        tracking=True,
        groups=INTERNAL,
    )
    # who has to do with it
    employee_id = fields.Many2one(
        compute="_compute_employee_id",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        groups=INTERNAL,
    )
    department_id = fields.Many2one(groups=INTERNAL)
    lead_id = fields.Many2one(groups=INTERNAL)
    filed_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups=INTERNAL,
        help="Empty when the customer filed it.",
    )
    # where it stands
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("open", "In Progress"),
            ("waiting", "Waiting for Customer"),
            ("resolved", "Resolved"),
            ("closed", "Closed"),
            ("duplicate", "Duplicate"),
            ("invalid", "Invalid"),
        ],
        default="new",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    is_valid = fields.Boolean(
        string="Counts",
        compute="_compute_is_valid",
        store=True,
        precompute=True,
        groups=INTERNAL,
        help="Neither a duplicate nor invalid.",
    )
    duplicate_of_id = fields.Many2one(
        comodel_name="performance.complaint",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups=INTERNAL,
    )
    reject_reason = fields.Text(readonly=True, copy=False, groups=INTERNAL)
    # when what happened
    filed_at = fields.Datetime(
        string="Filed On",
        required=True,
        default=fields.Datetime.now,
        copy=False,
        index=True,
        help="A letter may be older than its filing; it cannot be younger.",
    )
    first_response_at = fields.Datetime(
        string="First Response On", readonly=True, copy=False
    )
    resolved_at = fields.Datetime(string="Resolved On", readonly=True, copy=False)
    closed_at = fields.Datetime(string="Closed On", readonly=True, copy=False)
    rejected_at = fields.Datetime(
        string="Rejected On", readonly=True, copy=False, groups=INTERNAL
    )
    reopen_count = fields.Integer(
        string="Reopened (Times)", readonly=True, copy=False, groups=INTERNAL
    )
    last_reopened_at = fields.Datetime(
        string="Last Reopened On", readonly=True, copy=False, groups=INTERNAL
    )
    can_respond = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_wait = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_resume = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_resolve = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_close = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_reopen = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_duplicate = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_invalid = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_reconsider = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "This number is used already."
    )
    _duplicate_complete = models.Constraint(
        "CHECK ((state = 'duplicate') = (duplicate_of_id IS NOT NULL))",
        "A duplicate names the complaint that it repeats, no other does.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("number", "name")
    def _compute_display_name(self):
        for complaint in self:
            parts = (complaint.number, complaint.name)
            complaint.display_name = " ".join(part for part in parts if part)

    @api.depends("lead_id", "partner_id", "company_id")
    def _compute_employee_id(self):
        """Whoever looks after the deal, else after the customer, until said."""
        for complaint in self:
            if complaint.employee_id:
                continue
            # sudo: logins of employees, and deals of others
            own = complaint.sudo()
            customer = own.partner_id.commercial_partner_id
            user = own.lead_id.user_id or own.partner_id.user_id or customer.user_id
            complaint.employee_id = user.with_company(own.company_id).employee_id

    @api.depends("state")
    def _compute_is_valid(self):
        for complaint in self:
            complaint.is_valid = complaint.state not in ("duplicate", "invalid")

    # === CONSTRAINT METHODS ===#

    @api.constrains("name", "description")
    def _check_length(self):
        for complaint in self:
            if (
                len(complaint.name) > LONGEST_NAME
                or len(complaint.description or "") > LONGEST_TEXT
            ):
                raise ValidationError(
                    self.env._(
                        "A complaint has at most %(name)s characters of subject and "
                        "%(text)s of text.",
                        name=LONGEST_NAME,
                        text=LONGEST_TEXT,
                    )
                )

    @api.constrains("filed_at")
    def _check_filed_at(self):
        if any(complaint.filed_at > fields.Datetime.now() for complaint in self):
            raise ValidationError(
                self.env._("A complaint cannot be filed in the future.")
            )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"].sudo()  # sudo: everybody files complaints
        user = self.env.user
        colleague = user._is_internal() and not user._is_superuser()
        for vals in vals_list:
            self._workflow_check_protected(vals)
            vals["number"] = sequence.next_by_code(self._name)
            vals["filed_by_id"] = colleague and user.id
        model = self._workflow_without_defaults()
        complaints = super(
            PerformanceComplaint, model.with_context(performance_workflow=ENGINE)
        ).create(vals_list)
        complaints = complaints.with_env(self.env)
        complaints._follow()
        complaints._apply_level()
        complaints._refresh_clock()
        return complaints

    def write(self, vals):
        if self.env.context.get("performance_workflow") is ENGINE:
            return super().write(vals)
        self._check_guarded(vals)
        # what is late by now stays late, whatever is changed
        timed = bool({"severity", "cause_id", "partner_id"} & vals.keys())
        if timed:
            self._refresh_clock()
        result = super().write(vals)
        if timed:
            self._apply_level()
            self._refresh_clock()
        if {"employee_id", "partner_id", "lead_id"} & vals.keys():
            self._follow()
            self._workflow_schedule_activities()
        return result

    def copy_data(self, default=None):
        raise UserError(
            self.env._("A complaint is filed anew, it is not copied: its times differ.")
        )

    def _check_guarded(self, vals):
        """Refuse what the responsible person would change in favour of himself."""
        if {"filed_at", "company_id"} & self._changed(vals).keys():
            raise AccessError(
                self.env._("When and in which company it was filed stays as it is.")
            )
        if self.env.su or not set(GUARDED) & vals.keys():
            return
        for complaint in self:
            for name in complaint._changed(vals).keys() & set(GUARDED):
                complaint._check_guarded_field(name, vals[name])

    def _check_guarded_field(self, name, value):
        """Refuse one change of one complaint by the user at work.

        :raise AccessError: when he is responsible, or gives away another's complaint
        """
        # sudo: who is responsible counts, whoever may read employees
        responsible = self.sudo().employee_id.user_id
        if responsible != self.env.user:
            if name != "employee_id" or not responsible or self._may_lead():
                return
            raise AccessError(
                self.env._(
                    "“%s” is given to somebody else by a manager of the responsible "
                    "person or a performance officer.",
                    self.display_name,
                )
            )
        if name == "severity" and _is_raised(self.severity, value):
            return
        if name in ("cause_id", "partner_id") and not self[name]:
            return
        raise AccessError(
            self.env._(
                "You are responsible for “%(complaint)s”: your manager or a "
                "performance officer changes “%(field)s”.",
                complaint=self.display_name,
                field=self._fields[name]._description_string(self.env),
            )
        )

    def _changed(self, vals):
        """Those of the values that differ from what a record holds."""
        return {
            name: value
            for name, value in vals.items()
            if name in ("filed_at", "company_id", *GUARDED)
            and any(
                record._fields[name].convert_to_write(record[name], record)
                != record._fields[name].convert_to_write(
                    record._fields[name].convert_to_cache(value, record), record
                )
                for record in self
            )
        }

    # === BUSINESS METHODS ===#

    def _moment(self):
        """When what is written now took place.

        A feed plays what happened elsewhere at the times of the source. The engine's
        proof has to be there too: what a client puts into the context is not believed.
        """
        at = self.env.context.get("performance_moment")
        if at and self.env.context.get("performance_workflow") is ENGINE:
            return at
        return fields.Datetime.now()

    def _may_lead(self, user=None):
        """Whether somebody is an officer, or leads the responsible person.

        A complaint without a responsible person belongs to every line.
        """
        user = user or self.env.user
        if user.has_group("customer_performance.group_officer"):
            return True
        if not user.has_group("customer_performance.group_lead"):
            return False
        # sudo: the hierarchy of employees is not readable for everybody
        staff = self.sudo().employee_id
        line = [("id", "child_of", user.sudo().employee_ids.ids)]
        return not staff or bool(staff.filtered_domain(line))

    def _is_responsible(self, user):
        """Whether the complaint stands on this user."""
        # sudo: logins of employees
        return user in self.sudo().employee_id.user_id

    def _follow(self):
        """Customer and responsible person get what is written to each other."""
        for complaint in self.sudo():  # sudo: whoever files it brings them together
            people = complaint.partner_id | complaint.employee_id.user_id.partner_id
            complaint.message_subscribe(people.ids)


def _is_raised(before, after):
    """Whether a severity is more severe than another."""
    order = [key for key, _label in SEVERITIES]
    return after in order and order.index(after) < order.index(before)
