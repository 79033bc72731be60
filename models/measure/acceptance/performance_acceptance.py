from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .decision import NAME_LIMIT

# what the customer decides on; it does not change once it was submitted
CONTENT = (
    "name",
    "lead_id",
    "partner_id",
    "employee_id",
    "company_id",
    "deliverables",
    "due_date",
)
DECIDED = ("accepted", "refused")
# what the customer sees
SHARED = ("submitted", *DECIDED)


class PerformanceAcceptance(models.Model):
    """Deliverables that were submitted for the customer's acceptance, once.

    Its life::

        draft --submit--> submitted --accept--> accepted
                          submitted --refuse--> refused
                          submitted --withdraw--> withdrawn

    What was refused or withdrawn is submitted again as a record of its own, with the
    next number, linked to the one before. "Accepted at first submission" holds for the
    first one only.

    Who: prepared, submitted, withdrawn and submitted again by the responsible person,
    the salesperson of the deal, those who lead them and officers. Decided by the
    customer, in the portal or by the link of the e-mail, with name and signature; the
    link is shown to nobody inside. A signed paper is recorded by a lead or an officer
    who is neither responsible nor the salesperson nor the one who submitted. What was
    submitted and what was decided does not change any more.
    """

    _name = "performance.acceptance"
    _description = "Acceptance"
    _inherit = [
        "performance.secret.link.mixin",
        "performance.workflow.mixin",
        "performance.customer.fact.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    # customers and colleagues may ask before they decide
    _mail_post_access = "read"

    name = fields.Char(
        string="Title",
        required=True,
        tracking=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    lead_id = fields.Many2one(domain="[('type', '=', 'opportunity')]")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        ondelete="restrict",
        check_company=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
        help="Gets the e-mail with the link by which the deliverables are accepted.",
    )
    commercial_partner_id = fields.Many2one(
        compute="_compute_commercial_partner_id",
        store=True,
        precompute=True,
        compute_sudo=True,
        help="Kept as it is at submission, also when the contact changes employer.",
    )
    employee_id = fields.Many2one(
        required=True,
        compute="_compute_employee_id",
        compute_sudo=True,
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="In whose numbers the acceptance counts.",
    )
    company_id = fields.Many2one(
        compute="_compute_company_id",
        default=None,
        store=True,
        readonly=False,
        precompute=True,
    )
    deliverables = fields.Text(help="What the customer accepts, in words he knows.")
    submission = fields.Integer(
        default=1,
        required=True,
        readonly=True,
        copy=False,
        aggregator=None,
        help="1 at first; each correction after a refusal counts one more.",
    )
    previous_id = fields.Many2one(
        comodel_name="performance.acceptance",
        string="Previous Submission",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    next_ids = fields.One2many(
        comodel_name="performance.acceptance",
        inverse_name="previous_id",
        string="Next Submission",
        copy=False,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    due_date = fields.Date(
        copy=False,
        help="Until when the customer is asked to decide. "
        "Empty: 14 days after it was submitted.",
    )
    submitted_at = fields.Datetime(string="Submitted On", readonly=True, copy=False)
    submitted_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    sent_to = fields.Char(
        readonly=True,
        copy=False,
        help="The address to which the link was sent.",
    )
    # the decision
    decided_at = fields.Datetime(
        string="Decided On", readonly=True, copy=False, index="btree_not_null"
    )
    decided_by_name = fields.Char(
        string="Decided By", size=NAME_LIMIT, readonly=True, copy=False
    )
    decided_by_id = fields.Many2one(
        comodel_name="res.partner",
        string="Signed in As",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who was signed in to the portal; empty when the link was used.",
    )
    decided_via = fields.Selection(
        selection=[
            ("portal", "Portal, signed in"),
            ("link", "Link of the e-mail"),
            ("paper", "Signed paper"),
        ],
        string="Decided By Means Of",
        readonly=True,
        copy=False,
    )
    decided_ip = fields.Char(
        string="Network Address",
        readonly=True,
        copy=False,
        groups="customer_performance.group_officer,customer_performance.group_auditor",
    )
    # in the column: the file of an attachment could be written apart from the record
    signature = fields.Image(attachment=False, readonly=True, copy=False)
    refusal_reason = fields.Text(readonly=True, copy=False)
    withdraw_reason = fields.Text(
        string="Why Withdrawn", readonly=True, copy=False, groups="base.group_user"
    )
    paper_document = fields.Binary(
        string="Signed Paper",
        attachment=False,
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    paper_filename = fields.Char(readonly=True, copy=False, groups="base.group_user")
    recorded_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Who recorded the signed paper.",
    )
    is_first_pass = fields.Boolean(
        string="Accepted at First Submission",
        compute="_compute_is_first_pass",
        store=True,
        precompute=True,
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", export_string_translation=False
    )
    can_submit = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_withdraw = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_resubmit = fields.Boolean(
        compute="_compute_can_more", export_string_translation=False
    )
    can_record = fields.Boolean(
        compute="_compute_can_more", export_string_translation=False
    )

    _one_successor = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL",
        "This submission has its correction already.",
    )
    _numbered = models.Constraint(
        "CHECK (submission >= 1 AND (submission = 1) = (previous_id IS NULL))",
        "Only the first submission has none before it.",
    )
    _submitted_complete = models.Constraint(
        "CHECK (state = 'draft' OR submitted_at IS NOT NULL)",
        "What was submitted remembers when.",
    )
    _decision_complete = models.Constraint(
        "CHECK ((state IN ('accepted', 'refused')) = (decided_at IS NOT NULL)"
        " AND (decided_at IS NULL OR decided_at >= submitted_at))",
        "A decision has its time, after the submission.",
    )
    _accepted_is_signed = models.Constraint(
        "CHECK (state <> 'accepted' OR decided_by_name IS NOT NULL"
        " AND (signature IS NOT NULL OR paper_document IS NOT NULL))",
        "An acceptance is signed by name.",
    )
    _refused_has_reason = models.Constraint(
        "CHECK (state <> 'refused' OR refusal_reason IS NOT NULL)",
        "A refusal has its reason.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("name", "submission")
    def _compute_display_name(self):
        for acceptance in self:
            number = acceptance.submission
            acceptance.display_name = (
                f"{acceptance.name} ({number})" if number > 1 else acceptance.name
            )

    @api.depends("lead_id")
    def _compute_name(self):
        for acceptance in self:
            acceptance.name = acceptance.name or acceptance.lead_id.name

    @api.depends("lead_id")
    def _compute_partner_id(self):
        for acceptance in self:
            acceptance.partner_id = (
                acceptance.partner_id or acceptance.lead_id.partner_id
            )

    @api.depends("partner_id")
    def _compute_commercial_partner_id(self):
        # not of the partner's own link: what was decided stays with whom it concerned
        for acceptance in self:
            acceptance.commercial_partner_id = (
                acceptance.partner_id.commercial_partner_id
            )

    @api.depends("lead_id")
    def _compute_company_id(self):
        for acceptance in self:
            acceptance.company_id = (
                acceptance.lead_id.company_id
                or acceptance.company_id
                or self.env.company
            )

    @api.depends("lead_id", "company_id")
    def _compute_employee_id(self):
        for acceptance in self:
            if acceptance.employee_id.company_id == acceptance.company_id:
                acceptance.employee_id = acceptance.employee_id
                continue
            company = acceptance.company_id or self.env.company
            seller = acceptance.lead_id.user_id.with_company(company)
            acceptance.employee_id = (
                seller.employee_id or self.env.user.with_company(company).employee_id
            )

    @api.depends("state", "submission")
    def _compute_is_first_pass(self):
        for acceptance in self:
            acceptance.is_first_pass = (
                acceptance.state == "accepted" and acceptance.submission == 1
            )

    @api.depends("state", "due_date")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for acceptance in self:
            acceptance.is_overdue = (
                acceptance.state == "submitted"
                and acceptance.due_date
                and acceptance.due_date < today
            )

    @api.depends("state", "next_ids")
    @api.depends_context("uid")
    def _compute_can_more(self):
        for acceptance in self:
            acceptance.can_resubmit = not acceptance._resubmit_error()
            acceptance.can_record = not acceptance._paper_error()

    # === CONSTRAINT METHODS ===#

    @api.constrains("lead_id", "partner_id")
    def _check_customer(self):
        for acceptance in self:
            # sudo: whose deal it is decides, not who may read the customer
            lead = acceptance.sudo().lead_id
            customer = lead.partner_id.commercial_partner_id
            if customer and customer != acceptance.sudo().commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "“%(contact)s” does not belong to the customer of the deal, "
                        "%(customer)s. Choose a contact of that customer.",
                        contact=acceptance.partner_id.display_name,
                        customer=customer.display_name,
                    )
                )
