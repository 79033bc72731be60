from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_list

from ..models.shared.guards import exactly_one
from ..tools.generator import TARGETS, NotEnoughError, every_code, generate

TABLE = Markup(
    '<div class="table-responsive"><table class="table table-sm">'
    "<thead><tr>%s</tr></thead><tbody>%s</tbody></table></div>"
)
ROW = Markup('<tr><td>%s</td><td class="text-end">%s</td><td>%s</td><td>%s</td></tr>')


class PerformanceSchemeGenerator(models.TransientModel):
    """From a role and an emphasis to a draft scheme that passes all checks.

    Administrators choose, look at the lines and why each stands there, and create the
    draft; which KPIs and weights is decided by ``tools/generator.py``.
    """

    _name = "performance.scheme.generator"
    _description = "Generate a Scheme"

    role = fields.Selection(
        selection=[
            ("account_manager", "Account Manager, Whole Lifecycle"),
            ("sales", "Sales"),
            ("delivery", "Delivery"),
            ("customer_service", "Customer Service"),
            ("customer_operations", "Customer Operations"),
            ("customer_supervisor", "Customer Supervisor"),
            ("regional_manager", "Regional Manager"),
            ("product", "Product"),
            ("after_sales", "After-Sales"),
            ("success_partner", "Customer Success Partner"),
        ],
        required=True,
        default="account_manager",
    )
    emphasis = fields.Selection(
        selection=[
            ("balanced", "Balanced"),
            ("acquire", "Acquire Customers"),
            ("retain", "Retain Customers"),
            ("satisfy", "Satisfy Customers"),
            ("respond", "Respond Quickly"),
        ],
        required=True,
        default="balanced",
    )
    industry = fields.Selection(
        selection=[
            ("general", "General"),
            ("retail", "Retail"),
            ("finance", "Finance"),
        ],
        required=True,
        default="general",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    # === COMPUTE METHODS ===#

    @api.depends("role", "emphasis", "industry")
    @api.depends_context("lang", "company")
    def _compute_preview(self):
        for wizard in self:
            if not (wizard.role and wizard.emphasis and wizard.industry):
                wizard.preview = False
                continue
            kpis = wizard._kpis()
            try:
                lines = wizard._lines(kpis)
            except NotEnoughError as problem:
                wizard.preview = Markup('<p class="text-danger">%s</p>') % (
                    wizard._problem_text(problem)
                )
                continue
            wizard.preview = wizard._preview_table(lines, kpis)

    # === ACTIONS ===#

    def action_generate(self):
        """Create the draft and open it.

        :raise UserError: when too few KPIs can be measured
        :raise AccessError: for whoever may not design schemes
        """
        wizard = exactly_one(self)
        kpis = wizard._kpis()
        try:
            lines = wizard._lines(kpis)
        except NotEnoughError as problem:
            raise UserError(wizard._problem_text(problem)) from problem
        scheme = self.env["performance.scheme"].create(
            wizard._prepare_scheme(lines, kpis)
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "performance.scheme",
            "res_id": scheme.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS ===#

    def _kpis(self):
        """``{code: KPI}`` of the library; the company's own before those of all."""
        found = self.env["performance.kpi"].search(
            Domain("code", "in", list(every_code()))
            & Domain("company_id", "in", [self.env.company.id, False])
        )
        return {kpi.code: kpi for kpi in found.sorted(lambda kpi: bool(kpi.company_id))}

    def _lines(self, kpis):
        """The lines of the choice.

        :raise NotEnoughError: when too few KPIs can be measured
        """
        usable = {code: kpi for code, kpi in kpis.items() if self._is_usable(kpi)}
        return generate(
            self.role,
            self.emphasis,
            self.industry,
            usable,
            {code for code, kpi in usable.items() if kpi.perspective == "financial"},
            {code for code, kpi in usable.items() if kpi.is_customer_vote},
        )

    @api.model
    def _is_usable(self, kpi):
        """Whether a line on it passes the checks: it is there and has a target."""
        has_target = kpi.default_target or kpi.band_ids or kpi.code in TARGETS
        reaches = kpi.source in ("manual", "formula") or kpi.employee_path
        return bool(
            kpi.is_available and not kpi.is_quarantined and has_target and reaches
        )

    def _label(self, name):
        return dict(self._fields[name]._description_selection(self.env))[self[name]]

    def _problem_text(self, problem):
        kpis = self._kpis()
        names = [
            kpis[code].name if code in kpis else code
            for code in (codes[0] for codes in problem.areas)
        ]
        return self.env._(
            "Too few KPIs can be measured for this role. Missing: %s.",
            format_list(self.env, names),
        )

    # === THE DRAFT ===#

    def _prepare_scheme(self, lines, kpis):
        facts = {"role": self._label("role"), "emphasis": self._label("emphasis")}
        name = (
            facts["role"]
            if self.emphasis == "balanced"
            else self.env._("%(role)s: %(emphasis)s", **facts)
        )
        return {
            "name": name,
            "subject_type": "employee",
            "description": self.env._(
                "Generated for the role “%(role)s”, emphasis “%(emphasis)s”, industry "
                "“%(industry)s”. Check the targets, then activate it.",
                industry=self._label("industry"),
                **facts,
            ),
            "line_ids": [
                Command.create(self._prepare_line(10 * (place + 1), line, kpis))
                for place, line in enumerate(lines)
            ],
        }

    @api.model
    def _prepare_line(self, sequence, line, kpis):
        """A line with the target and the bands that the KPI proposes."""
        kpi = kpis[line.code]
        values = {
            "sequence": sequence,
            "kpi_id": kpi.id,
            "weight": line.weight,
            "rule": "linear",
            "target": kpi.default_target or TARGETS.get(kpi.code, 0),
        }
        if kpi.direction == "range":
            values.update(
                rule="range",
                target_upper=kpi.default_target_upper,
                tolerance=kpi.default_tolerance,
            )
        elif kpi.band_ids:
            values.update(
                rule="bands",
                max_points=max(10, *kpi.band_ids.mapped("points")),
                band_ids=[
                    Command.create(
                        {
                            name: band[name]
                            for name in ("lower", "upper", "is_open", "points")
                        }
                    )
                    for band in kpi.band_ids
                ],
            )
        return values

    # === THE PREVIEW ===#

    def _preview_table(self, lines, kpis):
        heads = [
            self.env._("KPI"),
            self.env._("Weight %"),
            self.env._("Target"),
            self.env._("Why"),
        ]
        return TABLE % (
            Markup("").join(Markup("<th>%s</th>") % head for head in heads),
            Markup("").join(
                ROW
                % (
                    kpis[line.code].name,
                    line.weight,
                    self._target_text(kpis[line.code]),
                    self._why(line, kpis),
                )
                for line in lines
            ),
        )

    @api.model
    def _target_text(self, kpi):
        return kpi._format(kpi.default_target or TARGETS.get(kpi.code, 0))

    def _why(self, line, kpis):
        """Why a line stands there, in sentences."""
        kpi = kpis[line.code]
        natures = dict(kpi._fields["nature"]._description_selection(self.env))
        perspectives = dict(kpi._fields["perspective"]._description_selection(self.env))
        sentences = [
            self.env._(
                "%(nature)s, perspective “%(perspective)s”.",
                nature=natures[kpi.nature],
                perspective=perspectives[kpi.perspective],
            )
        ]
        if line.aim:
            aims = dict(self._fields["emphasis"]._description_selection(self.env))
            sentences.append(self.env._("Serves: %s.", aims[line.aim]))
        if line.is_emphasis:
            sentences.append(self.env._("It weighs more by the emphasis."))
        if kpi.is_customer_vote:
            sentences.append(self.env._("The customer rates the person: 15 % at most."))
        if line.instead_of in kpis:
            missing = kpis[line.instead_of]
            sentences.append(
                self.env._(
                    "It stands in for “%(kpi)s”. %(reason)s",
                    kpi=missing.name,
                    reason=missing.availability
                    or self.env._("That one cannot be measured now."),
                )
            )
        return " ".join(sentences)
