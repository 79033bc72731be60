from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import float_compare, format_list

REFUSED, ADVICE, FINE = "refused", "advice", "fine"
ICONS = {
    REFUSED: Markup('<i class="fa fa-times-circle text-danger me-2" role="img"/>'),
    ADVICE: Markup(
        '<i class="fa fa-exclamation-circle text-warning me-2" role="img"/>'
    ),
    FINE: Markup('<i class="fa fa-check-circle text-success me-2" role="img"/>'),
}


class PerformanceScheme(models.Model):
    """What is checked before a scheme is put in force, shown while it is designed.

    Some checks refuse (the total of weights, too many KPIs, finance or the customer's
    vote above their limits, a line that misses a part of SMART), others advise.
    """

    _inherit = "performance.scheme"

    checks = fields.Html(compute="_compute_checks", sanitize=False)
    smart = fields.Html(compute="_compute_checks", sanitize=False)

    # === COMPUTE METHODS ===#

    @api.depends(
        "line_ids.weight",
        "line_ids.role",
        "line_ids.kpi_id",
        "line_ids.target",
        "line_ids.rule",
        "line_ids.scope",
        "subject_type",
        "company_id",
    )
    @api.depends_context("lang", "company")
    def _compute_checks(self):
        for scheme in self:
            rows = [
                Markup("<li>%s%s</li>") % (ICONS[level], text)
                for level, text in scheme._checks()
            ]
            scheme.checks = Markup('<ul class="list-unstyled mb-0">%s</ul>') % Markup(
                ""
            ).join(rows)
            scheme.smart = scheme._smart_table()

    # === CHECKS ===#

    def _limits(self):
        """The company whose limits hold."""
        # sudo: how far schemes may go is no secret to whoever reads one
        return (self.company_id or self.env.company).sudo()

    def _refused_checks(self):
        """Every reason not to put this scheme in force, or False."""
        texts = [text for level, text in self._checks() if level == REFUSED]
        texts += self._smart_refusals()
        if problem := self._version_problem():
            texts.append(problem)
        return "\n".join(texts) or False

    def _checks(self):
        """``[(level, sentence)]``, those that refuse first."""
        found = [
            self._check_total(),
            self._check_number(),
            self._check_finance(),
            self._check_vote(),
            self._check_archived(),
            self._check_perspectives(),
            self._check_natures(),
        ]
        order = [REFUSED, ADVICE, FINE]
        return sorted(filter(None, found), key=lambda check: order.index(check[0]))

    def _weighted(self):
        return self.line_ids.filtered(lambda line: line.role == "weighted")

    def _share(self, lines):
        """Per cent of the weight of all weighted lines."""
        whole = sum(self._weighted().mapped("weight"))
        part = sum((lines & self._weighted()).mapped("weight"))
        return 100 * part / whole if whole else 0.0

    def _check_total(self):
        facts = {"scheme": self.name or "", "total": f"{self.total_weight:g}"}
        if float_compare(self.total_weight, 100.0, precision_digits=2):
            return REFUSED, self.env._(
                "“%(scheme)s”: the weights total %(total)s; they have to total 100.",
                **facts,
            )
        return FINE, self.env._("The weights total 100.")

    def _check_number(self):
        count, limits = len(self.line_ids), self._limits()
        facts = {
            "scheme": self.name or "",
            "count": count,
            "most": limits.performance_kpis_most,
            "advised": limits.performance_kpis_advised,
        }
        if count > limits.performance_kpis_most:
            return REFUSED, self.env._(
                "“%(scheme)s” has %(count)s KPIs; choose at most %(most)s, "
                "better 3 to %(advised)s.",
                **facts,
            )
        if count > limits.performance_kpis_advised or count < 3:
            return ADVICE, self.env._(
                "%(count)s KPIs; 3 to %(advised)s guide best.", **facts
            )
        return FINE, self.env._("%(count)s KPIs.", **facts)

    def _check_finance(self):
        lines = self.line_ids.filtered(
            lambda line: line.kpi_id.perspective == "financial"
        )
        share = self._share(lines)
        facts = {
            "scheme": self.name or "",
            "share": f"{share:g}",
            "most": f"{self._limits().performance_finance_most:g}",
        }
        if float_compare(share, self._limits().performance_finance_most, 2) > 0:
            return REFUSED, self.env._(
                "“%(scheme)s”: financial KPIs weigh %(share)s %%; at most %(most)s %% "
                "are allowed.",
                **facts,
            )
        return FINE, self.env._(
            "Financial KPIs weigh %(share)s %% (at most %(most)s %%).", **facts
        )

    def _check_vote(self):
        lines = self.line_ids.filtered("is_customer_vote")
        if not lines:
            return None
        share = self._share(lines)
        facts = {
            "scheme": self.name or "",
            "share": f"{share:g}",
            "most": f"{self._limits().performance_vote_most:g}",
        }
        if float_compare(share, self._limits().performance_vote_most, 2) > 0:
            return REFUSED, self.env._(
                "“%(scheme)s”: the customer's vote weighs %(share)s %%; at most "
                "%(most)s %% are allowed.",
                **facts,
            )
        return FINE, self.env._(
            "The customer's vote weighs %(share)s %% (at most %(most)s %%).", **facts
        )

    def _check_archived(self):
        idle = self.line_ids.kpi_id.filtered(lambda kpi: not kpi.active)
        if not idle:
            return None
        return REFUSED, self.env._(
            "“%(scheme)s” uses archived KPIs: %(kpis)s.",
            scheme=self.name or "",
            kpis=format_list(self.env, idle.mapped("name")),
        )

    def _check_perspectives(self):
        if len(self.line_ids) < 2:
            return None
        if len(set(self.line_ids.kpi_id.mapped("perspective"))) < 2:
            return ADVICE, self.env._(
                "All KPIs stand in one perspective of the balanced scorecard."
            )
        return FINE, self.env._("Several perspectives are balanced.")

    def _check_natures(self):
        if len(self.line_ids) < 2:
            return None
        natures = set(self.line_ids.kpi_id.mapped("nature"))
        if natures == {"outcome"}:
            return ADVICE, self.env._(
                "Only outcomes count; add a behaviour that leads to them."
            )
        if natures == {"behaviour"}:
            return ADVICE, self.env._("Only behaviour counts; add an outcome.")
        return FINE, self.env._("Outcomes and behaviour are balanced.")

    # === SMART ===#

    def _smart_refusals(self):
        """What lines miss of specific, measurable and achievable; owners are advice."""
        texts = []
        for line in self.line_ids:
            for part in ("specific", "measurable", "target"):
                ok, text = line._smart()[part]
                if not ok:
                    texts.append(
                        self.env._(
                            "“%(kpi)s”: %(problem)s",
                            kpi=line.kpi_id.name,
                            problem=text,
                        )
                    )
        return texts

    def _smart_table(self):
        """The five parts of SMART of every line, as a checklist."""
        heads = [
            self.env._("KPI"),
            self.env._("Specific source"),
            self.env._("Measurable unit"),
            self.env._("Achievable target"),
            self.env._("Responsible owner"),
            self.env._("Time-bound period"),
        ]
        head = Markup("").join(Markup("<th>%s</th>") % text for text in heads)
        rows = Markup("").join(
            Markup("<tr><td>%s</td>%s</tr>")
            % (
                line.kpi_id.name or "",
                Markup("").join(
                    Markup("<td>%s%s</td>") % (ICONS[FINE if ok else REFUSED], text)
                    for ok, text in line._smart().values()
                ),
            )
            for line in self.line_ids
        )
        return Markup(
            '<div class="table-responsive"><table class="table table-sm">'
            "<thead><tr>%s</tr></thead><tbody>%s</tbody></table></div>"
        ) % (head, rows)
