from odoo import models

# {subject type: KPI's path to it}
PATHS = {
    "employee": "employee_path",
    "department": "department_path",
    "team": "team_path",
    "company": "company_path",
    "customer": "customer_path",
    "opportunity": "opportunity_path",
}


class PerformanceSchemeLine(models.Model):
    """Whether a line is SMART (R41): specific source, unit, target, owner, period."""

    _inherit = "performance.scheme.line"

    def _smart(self):
        """``{part: (ok, sentence)}`` in the order of the checklist."""
        self.ensure_one()
        return {
            "specific": self._smart_source(),
            "measurable": self._smart_unit(),
            "target": self._smart_target(),
            "owner": self._smart_owner(),
            "period": (True, self.env._("the period of the scorecard")),
        }

    def _smart_source(self):
        kpi = self.kpi_id
        if not kpi:
            return False, self.env._("no KPI")
        if not kpi.is_available:
            return False, self.env._("its records come with an app that is missing")
        kind = self.scheme_id.subject_type if self.scope == "own" else self.scope
        if not self._reaches(kpi, kind):
            return False, self.env._("it is not measured for this kind of subject")
        sources = dict(kpi._fields["source"]._description_selection(self.env))
        return True, sources[kpi.source]

    def _reaches(self, kpi, kind):
        """Whether the KPI can be measured for a kind of subject."""
        if kpi.source in ("manual", "formula") or kind == "company":
            return True
        if kind == "department":
            return bool(kpi.department_path or kpi.employee_path)
        return bool(kpi[PATHS[kind]])

    def _smart_unit(self):
        units = dict(self.kpi_id._fields["unit"]._description_selection(self.env))
        unit = units.get(self.kpi_id.unit)
        return bool(unit), unit or self.env._("no unit")

    def _smart_target(self):
        if self.rule == "bands":
            return bool(self.band_ids), self.env._("bands")
        if self._stretch_problem():
            return False, self._stretch_problem()
        if self.rule == "linear" and not self.target:
            return False, self.env._("no target")
        return True, self.kpi_id._format(self.target)

    def _smart_owner(self):
        # sudo: who looks after a KPI is no secret to whoever reads it
        owner = self.kpi_id.sudo().owner_id
        return bool(owner), owner.name or self.env._("nobody looks after it")
