from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..engine import Definition

# technical names that a picker stands for: the field with _id behind it
PICKED_FIELDS = ("date_field", "measure_field", "duration_start", "duration_stop")


class PerformanceKpi(models.Model):
    """What a definition is made of, and whether its app is there."""

    _inherit = "performance.kpi"

    model_id = fields.Many2one(
        comodel_name="ir.model",
        domain=[("transient", "=", False), ("abstract", "=", False)],
        compute="_compute_model_id",
        readonly=False,
    )
    date_field_id = fields.Many2one(
        comodel_name="ir.model.fields",
        string="Date",
        domain="[('model_id', '=', model_id), ('ttype', 'in', ('date', 'datetime')),"
        " ('store', '=', True)]",
        compute="_compute_field_ids",
        readonly=False,
        help="A record counts in the period in which this date lies.",
    )
    measure_field_id = fields.Many2one(
        comodel_name="ir.model.fields",
        string="Measure",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', 'in', ('integer', 'float', 'monetary'))]",
        compute="_compute_field_ids",
        readonly=False,
    )
    duration_start_id = fields.Many2one(
        comodel_name="ir.model.fields",
        string="From",
        domain="[('model_id', '=', model_id), ('ttype', '=', 'datetime'),"
        " ('store', '=', True)]",
        compute="_compute_field_ids",
        readonly=False,
    )
    duration_stop_id = fields.Many2one(
        comodel_name="ir.model.fields",
        string="Until",
        domain="[('model_id', '=', model_id), ('ttype', '=', 'datetime'),"
        " ('store', '=', True)]",
        compute="_compute_field_ids",
        readonly=False,
    )
    is_measured = fields.Boolean(
        compute="_compute_is_measured", export_string_translation=False
    )
    is_available = fields.Boolean(
        string="Available",
        compute="_compute_is_available",
        search="_search_is_available",
        help="Whether the app whose records it counts is installed.",
    )
    availability = fields.Char(compute="_compute_is_available")

    # === PICKERS ===#

    @api.depends("model_name")
    def _compute_model_id(self):
        for kpi in self:
            # sudo: administrators of performance need not be those of the system
            kpi.model_id = self.env["ir.model"].sudo()._get(kpi.model_name or "").id

    @api.depends(
        "model_name", "date_field", "measure_field", "duration_start", "duration_stop"
    )
    def _compute_field_ids(self):
        # sudo: administrators of performance need not be those of the system
        find = self.env["ir.model.fields"].sudo()._get
        for kpi in self:
            for name in PICKED_FIELDS:
                known = kpi.model_name and kpi[name]
                kpi[f"{name}_id"] = find(kpi.model_name, kpi[name]) if known else False

    def _picked(self, vals):
        """Values with technical names in place of what was picked."""
        vals = dict(vals)
        # sudo: administrators of performance need not be those of the system
        Model = self.env["ir.model"].sudo()
        if "model_id" in vals:
            vals["model_name"] = Model.browse(vals.pop("model_id")).model
        for name in PICKED_FIELDS:
            if f"{name}_id" not in vals:
                continue
            field = Model.env["ir.model.fields"].browse(vals.pop(f"{name}_id"))
            model = vals.get("model_name") or self[:1].model_name
            if field and model and field.model != model:
                raise ValidationError(
                    self.env._(
                        "The field “%(field)s” is not a stored field of %(model)s.",
                        field=field.field_description,
                        model=Model._get(model).name,
                    )
                )
            vals[name] = field.name
        return vals

    @api.onchange(*(f"{name}_id" for name in PICKED_FIELDS))
    def _onchange_picked(self):
        # all are read before the first is set: that computes every picker again
        picked = {name: self[f"{name}_id"].sudo().name for name in PICKED_FIELDS}
        if self.is_available:
            self.update(picked)

    @api.onchange("model_id")
    def _onchange_model_id(self):
        """Another model: its usual date and paths, nothing of the old one."""
        # sudo: names of models, for the picker
        name = self.model_id.sudo().model
        if name and name != self.model_name and name in self.env:
            self.update({"model_name": name, **self._guess(self.env[name])})

    @api.model
    def _guess(self, model):
        """Where Odoo's models usually keep their date, salesperson, team, customer."""
        stored = {name: field for name, field in model._fields.items() if field.store}
        date = next(
            (n for n in ("date_closed", "date_order", "date") if n in stored),
            "create_date" if "create_date" in stored else False,
        )

        def link(name, target, path):
            field = stored.get(name)
            return path if field and field.comodel_name == target else False

        lead = "id" if model._name == "crm.lead" else False
        return {
            "domain": "[]",
            "match_domain": "[]",
            "against_domain": "[]",
            "date_field": date,
            "measure_field": False,
            "duration_start": False,
            "duration_stop": False,
            "distinct_path": False,
            "department_path": False,
            "company_path": False,
            "employee_path": link("user_id", "res.users", "user_id")
            or link("employee_id", "hr.employee", "employee_id"),
            "team_path": link("team_id", "crm.team", "team_id"),
            "customer_path": link(
                "partner_id", "res.partner", "partner_id.commercial_partner_id"
            ),
            "opportunity_path": lead
            or link("opportunity_id", "crm.lead", "opportunity_id"),
        }

    # === AVAILABILITY ===#

    @api.depends("source")
    def _compute_is_measured(self):
        for kpi in self:
            kpi.is_measured = kpi.source not in ("manual", "formula")

    @api.depends("required_module", "model_name", "source")
    def _compute_is_available(self):
        installed = self.env["ir.module.module"]._installed()
        for kpi in self:
            module = kpi.required_module
            there = not module or module in installed
            if kpi.source not in ("manual", "formula"):
                there = there and (not kpi.model_name or kpi.model_name in self.env)
            kpi.is_available = there
            kpi.availability = False if there else kpi._availability_text()

    def _availability_text(self):
        # sudo: the names of apps are no secret
        module = self.env["ir.module.module"].sudo()
        name = self.required_module or ""
        found = module.search([("name", "=", name)], limit=1)
        if not name:
            return self.env._(
                "Its records (%s) are not in this database.", self.model_name
            )
        if not found:
            return self.env._(
                "Available when the app “%s” is installed, which this server does not "
                "have yet.",
                name,
            )
        return self.env._("Available when %s is installed.", found.shortdesc or name)

    @api.model
    def _search_is_available(self, operator, value):
        if operator != "in":
            return NotImplemented
        kpis = self.with_context(active_test=False).search(
            Domain("source", "!=", False)
        )
        found = kpis.filtered(lambda kpi: kpi.is_available in value)
        return Domain("id", "in", found.ids)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._picked(vals) for vals in vals_list])

    def write(self, vals):
        vals = self._picked(vals)
        if vals.get("active"):
            # what changed while they were archived was noted for others only
            self.env["performance.measurement"]._mark_stale(self)
        if not vals.keys() & {"required_module", *Definition.names()}:
            return super().write(vals)
        broken = self.filtered("is_quarantined")
        # whoever changes the definition repairs it; the next run tells
        result = super().write({**vals, "is_quarantined": False, "error": False})
        broken._close_broken_activity()
        return result
