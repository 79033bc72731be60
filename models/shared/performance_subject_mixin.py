from odoo import api, fields, models

# {subject type: field that holds it}
SUBJECT_FIELDS = {
    "employee": "employee_id",
    "department": "department_id",
    "team": "team_id",
    "company": "subject_company_id",
    "customer": "partner_id",
    "opportunity": "lead_id",
}
SUBJECT_TYPES = [
    ("employee", "Employee"),
    ("department", "Department"),
    ("team", "Sales Team"),
    ("company", "Company"),
    ("customer", "Customer"),
    ("opportunity", "Opportunity"),
]


class PerformanceSubjectMixin(models.AbstractModel):
    """Something that has exactly one subject: whom or what a number is about.

    A subject is an employee, department, sales team, company, customer (commercial
    partner) or opportunity (D14). The database refuses none and two; the type follows
    from the field that is set.
    """

    _name = "performance.subject.mixin"
    _description = "Performance Subject Mixin"

    subject_type = fields.Selection(
        selection=SUBJECT_TYPES,
        compute="_compute_subject_type",
        store=True,
        precompute=True,
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee", ondelete="restrict", index="btree_not_null"
    )
    department_id = fields.Many2one(
        comodel_name="hr.department", ondelete="restrict", index="btree_not_null"
    )
    team_id = fields.Many2one(
        comodel_name="crm.team", ondelete="restrict", index="btree_not_null"
    )
    subject_company_id = fields.Many2one(
        comodel_name="res.company",
        string="Company as Subject",
        ondelete="restrict",
        index="btree_not_null",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        ondelete="restrict",
        index="btree_not_null",
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        ondelete="cascade",
        index="btree_not_null",
    )
    subject_name = fields.Char(string="Subject", compute="_compute_subject_name")

    _one_subject = models.Constraint(
        "CHECK (num_nonnulls(employee_id, department_id, team_id, subject_company_id,"
        " partner_id, lead_id) = 1)",
        "Choose exactly one subject: an employee, a department, a sales team, "
        "a company, a customer or an opportunity.",
    )

    # === COMPUTE METHODS ===#

    @api.depends(*SUBJECT_FIELDS.values())
    def _compute_subject_type(self):
        for record in self:
            record.subject_type = next(
                (kind for kind, name in SUBJECT_FIELDS.items() if record[name]), False
            )

    @api.depends(*SUBJECT_FIELDS.values())
    def _compute_subject_name(self):
        for record in self:
            # sudo: who may see the number may see whose it is
            record.subject_name = record.sudo()._subject().display_name

    # === BUSINESS METHODS ===#

    def _subject(self):
        """The record this is about, or None while a form is still empty."""
        self.ensure_one()
        name = SUBJECT_FIELDS.get(self.subject_type)
        return self[name] if name else self.env["res.partner"]

    def _subject_problem(self, company):
        """Say that the subject belongs to another company; False when it does not."""
        self.ensure_one()
        # sudo: the company of a subject is no secret to whoever may choose it
        subject = self.sudo()._subject()
        if subject._name == "res.company":
            own = subject
        else:
            own = subject.company_id
        if not own or own == company:
            return False
        return self.env._(
            "“%(subject)s” does not belong to %(company)s.",
            subject=subject.display_name,
            company=company.name,
        )

    def _is_about_me(self):
        """Whether the current user is, or answers for, the subject of this."""
        # sudo: who answers for whom is no secret to this check
        subject = self.sudo()
        return self.env.user in (
            subject.employee_id.user_id
            | subject.department_id.manager_id.user_id
            | subject.team_id.user_id
            | subject.partner_id.user_id
            | subject.lead_id.user_id
        )

    def _subject_field(self):
        """Name of the field that holds the subject."""
        self.ensure_one()
        return SUBJECT_FIELDS[self.subject_type]


def group_subjects(subjects):
    """Sort subjects of one or several models by subject type.

    :param subjects: a recordset, a list of recordsets or ``{subject type: recordset}``
    :return: ``{subject type: recordset}``
    """
    if isinstance(subjects, dict):
        return subjects
    kinds = {
        "hr.employee": "employee",
        "hr.department": "department",
        "crm.team": "team",
        "res.company": "company",
        "res.partner": "customer",
        "crm.lead": "opportunity",
    }
    parts = subjects if isinstance(subjects, list) else [subjects]
    return {kinds[records._name]: records for records in parts if records}
