import re

from psycopg2 import Error as DatabaseError

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ....tools.formula import FormulaError, parse
from ...shared.guards import exactly_one
from ..engine import Definition, Path, PathError
from ..engine.definition import DOMAIN_ERRORS

# sources whose numbers are shares of a whole
PERCENT = ("share", "net_share", "repeat", "retention", "growth")
CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class PerformanceKpi(models.Model):
    """What helps people who build a KPI: codes, hints, who uses it, repair and logs."""

    _inherit = "performance.kpi"

    hint = fields.Text(
        compute="_compute_hint",
        groups="customer_performance.group_officer",
        help="What is not wrong, but hardly meant.",
    )
    component_ids = fields.Many2many(
        comodel_name="performance.kpi",
        string="Reads",
        compute="_compute_component_ids",
        help="The KPIs whose numbers the formula puts together.",
    )
    known_kpi_ids = fields.Many2many(
        comodel_name="performance.kpi",
        string="Codes to Use",
        compute="_compute_known_kpi_ids",
    )
    formula_count = fields.Integer(
        string="Formulas",
        compute="_compute_formula_count",
        help="Formulas that read this KPI.",
    )
    version_ids = fields.One2many(
        comodel_name="performance.kpi.version", inverse_name="kpi_id", string="Versions"
    )
    unit_ids = fields.One2many(
        comodel_name="performance.measurement",
        inverse_name="kpi_id",
        string="Measurements",
        groups="customer_performance.group_lead,customer_performance.group_auditor",
    )

    # === COMPUTE METHODS ===#

    @api.depends("required_module", *Definition.names())
    @api.depends_context("lang")
    def _compute_hint(self):
        for kpi in self:
            kpi.hint = "\n".join(kpi._hints()) or False

    @api.depends("formula", "source", "company_id")
    def _compute_component_ids(self):
        for kpi in self:
            try:
                names = parse(kpi.formula or "").names
            except FormulaError:
                # said by the hint, and refused when it is saved
                names = set()
            known = kpi._components(names) if kpi.source == "formula" else {}
            kpi.component_ids = self.browse(found.id for found in known.values())

    @api.depends("source", "company_id")
    def _compute_known_kpi_ids(self):
        for kpi in self:
            kpi.known_kpi_ids = False
            if kpi.source == "formula":
                companies = [False, kpi.company_id.id]
                known = self.search(Domain("company_id", "in", companies))
                kpi.known_kpi_ids = known - kpi._origin

    def _compute_formula_count(self):
        users = self._formulas_over()
        for kpi in self:
            kpi.formula_count = len(users.get(kpi.id, ()))

    # === ONCHANGE METHODS ===#

    @api.onchange("source")
    def _onchange_source(self):
        """Shares are in per cent, unless somebody chose another unit."""
        if self.source in PERCENT and self.unit == "number":
            self.unit = "percent"

    # === CONSTRAINT METHODS ===#

    @api.constrains("code")
    def _check_code(self):
        """A code is a word that formulas can use."""
        for kpi in self:
            if not kpi._is_word(kpi.code):
                raise ValidationError(
                    self.env._(
                        "“%s” is no code: use letters from A to Z, digits and "
                        "underscores, no digit first, and no word of formulas such as "
                        "if.",
                        kpi.code,
                    )
                )

    @api.model
    def _is_word(self, code):
        try:
            return bool(CODE.fullmatch(code)) and parse(code).names == {code}
        except FormulaError:
            return False

    # === ACTIONS ===#

    def action_repair(self):
        """Take these KPIs out of quarantine and measure them.

        One that still fails goes back, and its owner is told again.

        :return: a notification "measured n, skipped m because ..."
        :raise AccessError: for anyone but administrators
        """
        self.check_access("write")
        self._release()
        return self.action_measure()

    def action_open_formulas(self):
        """The formulas that read this KPI."""
        exactly_one(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Formulas over %s", self.code),
            "res_model": "performance.kpi",
            "view_mode": "list,form",
            "domain": [("id", "in", list(self._formulas_over().get(self.id, ())))],
            "context": {"create": False},
        }

    def action_open_runs(self):
        """What the runs did with this KPI."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_run_line_action"
        )
        return {**action, "domain": [("kpi_id", "=", self.id)], "context": {}}

    # === QUARANTINE ===#

    def _release(self):
        """End the quarantine of these KPIs and close what their owners had to do."""
        broken = self.filtered("is_quarantined")
        broken.write({"is_quarantined": False, "error": False})
        broken._close_broken_activity()

    def _close_broken_activity(self):
        if self:
            self.activity_unlink(["customer_performance.activity_kpi_broken"])

    # === USED BY ===#

    def _formulas_over(self):
        """The active formulas that read these KPIs, in two queries.

        :return: ``{kpi id: {formula id}}``
        """
        found = {}
        formulas = self.search(Domain("source", "=", "formula"))
        names = {formula: self._names_of(formula) for formula in formulas}
        known = {
            (kpi.code, kpi.company_id): kpi.id
            for kpi in self.search(
                Domain("code", "in", list(set().union(*names.values())))
            )
        }
        nobody = self.env["res.company"]
        for formula, codes in names.items():
            for code in codes:
                # the own company's KPI goes before one for all
                own = known.get((code, formula.company_id))
                found.setdefault(own or known.get((code, nobody)), set()).add(
                    formula.id
                )
        return found

    @api.model
    def _names_of(self, formula):
        try:
            return parse(formula.formula or "").names
        except FormulaError:
            return set()

    # === HINTS ===#

    def _hints(self):
        """What is allowed but hardly meant, as sentences."""
        if self.source == "formula":
            return self._formula_hints()
        if not self.is_measured or not self.is_available or not self.model_name:
            return []
        try:
            with self.env.cr.savepoint(flush=False):
                return [*self._filter_hints(), *self._path_hints()]
        except (DatabaseError, *DOMAIN_ERRORS):
            # the dry run at save names it
            return []

    def _formula_hints(self):
        if not self.formula:
            return []
        try:
            self._parsed_formula()
        except ValidationError as error:
            return [str(error)]
        return []

    def _filter_hints(self):
        """Filters that find nothing at all."""
        definition = Definition.of(self)
        # sudo: numbers are the same for whoever builds the KPI
        model = self.env[self.model_name].sudo()
        model = model.with_context(active_test=not self.include_archived)
        if not model.search_count([], limit=1):
            return [self.env._("There is no record of %s yet.", self._model_label())]
        found = definition.parsed()
        if not model.search_count(found, limit=1):
            return [self.env._("The filter finds no record at all.")]
        if self.source in ("share", "net_share"):
            match = found & definition.parsed("match_domain")
            if not model.search_count(match, limit=1):
                return [
                    self.env._(
                        "None of the records that the filter finds passes the counting "
                        "filter: the share would be zero."
                    )
                ]
        return []

    def _path_hints(self):
        definition = Definition.of(self)
        if not definition.paths.keys() - {"company"}:
            return [self.env._("No path is set: only the company gets a number.")]
        if self.owner_at != "date" or not self.employee_path:
            return []
        try:
            # sudo: looks at fields, at no record
            steps = Path(self.env[self.model_name].sudo(), self.employee_path).steps
        except PathError:
            return []
        if len(steps) == 1 and getattr(steps[0][1], "tracking", False):
            return []
        return [
            self.env._(
                "Odoo does not keep who stood at “%s” before, so the record counts for "
                "whoever stands on it now.",
                self.employee_path,
            )
        ]
