from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class PerformanceResponsibility(models.Model):
    """The part one person has in an objective or in a step of a customer journey.

    Responsible carry it out, exactly one is accountable, consulted are asked, informed
    are told. Those of an objective are written by whoever edits it while it is a draft,
    by the line above and officers while it is active; those of a step by
    administrators. Whoever reads the objective or the step reads them.
    """

    _name = "performance.responsibility"
    _description = "Responsibility"
    _order = "role, id"
    _rec_name = "employee_id"

    objective_id = fields.Many2one(
        comodel_name="performance.objective",
        ondelete="cascade",
        index="btree_not_null",
    )
    step_id = fields.Many2one(
        comodel_name="performance.journey.step",
        ondelete="cascade",
        index="btree_not_null",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_company_id"
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        required=True,
        ondelete="restrict",
        index=True,
    )
    role = fields.Selection(
        selection=[
            ("accountable", "Accountable"),
            ("responsible", "Responsible"),
            ("consulted", "Consulted"),
            ("informed", "Informed"),
        ],
        required=True,
        default="responsible",
    )

    _one_place = models.Constraint(
        "CHECK (num_nonnulls(objective_id, step_id) = 1)",
        "A responsibility belongs to an objective or to a step of a journey.",
    )
    _objective_accountable_uniq = models.UniqueIndex(
        "(objective_id) WHERE role = 'accountable'",
        "Exactly one person is accountable for an objective.",
    )
    _step_accountable_uniq = models.UniqueIndex(
        "(step_id) WHERE role = 'accountable'",
        "Exactly one person is accountable for a step of a journey.",
    )
    _part_uniq = models.UniqueIndex(
        "((COALESCE(objective_id, 0)), (COALESCE(step_id, 0)), employee_id, role)",
        "This person has this part already.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("objective_id.company_id", "step_id.company_id")
    def _compute_company_id(self):
        for line in self:
            line.company_id = line.objective_id.company_id or line.step_id.company_id

    # === CONSTRAINT METHODS ===#

    @api.constrains("employee_id", "objective_id", "step_id")
    def _check_company_of_person(self):
        # sudo: companies that are not chosen now; a journey may be of all of them
        for line in self.sudo():
            owner, own = line.company_id, line.employee_id.company_id
            if owner and own != owner:
                raise ValidationError(
                    self.env._(
                        "“%(person)s” does not belong to %(company)s.",
                        person=line.employee_id.name,
                        company=owner.name,
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_writer()
        lines._after_change()
        return lines

    def write(self, vals):
        if {"objective_id", "step_id"} & vals.keys() and not self.env.su:
            raise UserError(self.env._("A responsibility stays where it is."))
        self._check_writer()
        result = super().write(vals)
        self._after_change()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_by_writer(self):
        self._check_writer()
        active = self.objective_id.filtered(lambda found: found.state == "active")
        if any(line.role == "accountable" for line in self) and active:
            raise UserError(
                self.env._(
                    "Somebody is accountable for an active objective: name another "
                    "person instead."
                )
            )

    def _check_writer(self):
        if self.env.su:
            return
        for objective in self.objective_id:
            if objective.state == "active":
                objective._check_decider()
            else:
                objective._check_editor()
        admin = self.env.user.has_group("customer_performance.group_admin")
        if self.step_id and not admin:
            raise AccessError(
                self.env._("Administrators write who does what in a customer journey.")
            )

    def _after_change(self):
        """Objectives in force stay complete, and are followed by whom it concerns."""
        for objective in self.objective_id:
            if objective.state != "active":
                continue
            # sudo: the whole matrix, whoever changes one line of it
            if problem := objective.sudo().responsibility_ids._problem():
                raise UserError(problem)
            objective._follow()

    # === BUSINESS METHODS ===#

    def _problem(self):
        """Say what is wrong with this matrix; False when it is complete."""
        roles = self.mapped("role")
        accountable = sum(line.role == "accountable" for line in self)
        if accountable != 1:
            return self.env._("name exactly one person who is accountable.")
        if "responsible" not in roles:
            return self.env._("name at least one person who is responsible.")
        return False
