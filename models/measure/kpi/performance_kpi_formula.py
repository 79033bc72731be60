from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_list

from ....tools.formula import FormulaError, order, parse


class PerformanceKpi(models.Model):
    """KPIs over other KPIs: what formulas read, and the order they are computed in."""

    _inherit = "performance.kpi"

    def _check_formula(self):
        """A formula reads, uses KPIs there are, and does not use itself."""
        self._parsed_formula()
        self._formula_levels()

    def _parsed_formula(self):
        """The formula as a tree; its KPIs have to exist.

        :raise ValidationError: naming what is wrong
        """
        try:
            formula = parse(self.formula or "")
        except FormulaError as error:
            raise ValidationError(
                self.env._(
                    "“%(kpi)s”: %(error)s",
                    kpi=self.name,
                    error=self._formula_error(error),
                )
            ) from error
        if missing := formula.names - self._components(formula.names).keys():
            raise ValidationError(
                self.env._(
                    "“%(kpi)s”: there is no KPI with the code %(codes)s.",
                    kpi=self.name,
                    codes=format_list(self.env, sorted(missing)),
                )
            )
        return formula

    def _formula_error(self, error):
        texts = {
            "empty": self.env._("write a formula over codes of KPIs."),
            "too_long": self.env._("the formula is too long."),
            "too_deep": self.env._("the formula is nested too deeply."),
            "syntax": self.env._("the formula cannot be read near %s", error.detail),
            "not_allowed": self.env._(
                "only arithmetic, comparisons, min, max, abs, round and if-else are "
                "allowed, not %s",
                error.detail,
            ),
            "not_number": self.env._(
                "a condition stands where a number belongs: %s", error.detail
            ),
            "arguments": self.env._("wrong number of arguments: %s", error.detail),
            "number": self.env._("this number is out of range: %s", error.detail),
            "cycle": self.env._("it would need itself: %s", error.detail),
        }
        return texts.get(error.code) or str(error)

    def _components(self, codes):
        """``{code: KPI}`` that a formula of this KPI means: own company before all."""
        # sudo: a formula may read what its author may not
        found = self.sudo().search(
            Domain("code", "in", list(codes))
            & Domain("company_id", "in", [False, self.company_id.id])
        )
        shared_first = found.sorted(lambda kpi: bool(kpi.company_id))
        return {kpi.code: kpi for kpi in shared_first}

    def _direct_components(self):
        """``{kpi id: {code: kpi id}}`` that each of these formulas reads itself."""
        found = {}
        for kpi in self.filtered(lambda k: k.source == "formula"):
            try:
                names = parse(kpi.formula or "").names
            except FormulaError:
                # said when it is saved, and when it is measured
                continue
            found[kpi.id] = {c: k.id for c, k in kpi._components(names).items()}
        return found

    @api.model
    def _formula_levels(self):
        """All formula KPIs in the order in which they can be computed.

        :return: ``{kpi id: level}``, 1 for those over measured KPIs only
        :raise ValidationError: naming the circle, when there is one
        """
        # sudo: the order is the same for everybody
        kpis = self.sudo().search([("source", "=", "formula")])
        trees = {}
        for kpi in kpis:
            try:
                trees[kpi] = parse(kpi.formula or "")
            except FormulaError:
                continue
        try:
            levels = order({kpi.code: tree for kpi, tree in trees.items()})
        except FormulaError as error:
            raise ValidationError(self._formula_error(error)) from error
        level_of = {code: i + 1 for i, codes in enumerate(levels) for code in codes}
        return {kpi.id: level_of.get(kpi.code, 1) for kpi in kpis}
