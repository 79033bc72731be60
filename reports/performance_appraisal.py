from odoo import models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

DASH = "\u2013"
TEXTS = ("strengths", "improvements", "summary")


class PerformanceAppraisal(models.Model):
    """What an appraisal says on paper: as much as the printing person may read.

    Texts, ratings and verdict come from the fields of the appraisal that are searched
    with the reader's rights; names of people, jobs and grades come with more rights,
    because who may read the appraisal may read whom it is about.
    """

    _name = "performance.appraisal"
    _inherit = ["performance.appraisal", "performance.document.mixin"]

    # === BUSINESS METHODS ===#

    def _document_title(self):
        return self.env._("Appraisal")

    def _document_notice(self):
        """Why this paper is not the last word; False when it is."""
        if self.state in self._public_states():
            return False
        states = dict(self._fields["state"]._description_selection(self.env))
        if self.state == "cancelled":
            return states[self.state]
        return self.env._("Not published: %s", states[self.state])

    def _document_people(self):
        """Whom, when and by whom, as plain texts."""
        # sudo: who may read the appraisal may read whom and what it is about
        appraisal = self.sudo()
        employee, period = appraisal.employee_id, appraisal.period_id
        return {
            "employee": employee.name,
            "job": employee.job_id.name or employee.job_title,
            "department": (appraisal.department_id or employee.department_id).name,
            "manager": appraisal.manager_id.name,
            "cycle": appraisal.cycle_id.name,
            "period": period.name,
            "dates": f" {DASH} ".join(
                format_date(self.env, day)
                for day in (period.date_start, period.date_end)
            ),
            "hr": appraisal.approved_by_id.name,
        }

    def _document_scale(self):
        """The grades, from the best to the worst: ``[(grade, scores)]``."""
        # sudo: what a grade means is no secret
        bands = self.sudo()._rating_scale().band_ids.sorted("lower", reverse=True)
        return [(band.name, self._document_band(band)) for band in bands]

    def _document_band(self, band):
        if band._upper_bound() is None:
            return f"≥ {band.lower:g}"
        if not band.lower:
            return f"< {band.upper:g}"
        return f"{band.lower:g} {DASH} {band.upper:g}"

    def _document_scorecard(self):
        """The lines of the scorecard, ready to print."""
        return [
            {
                # sudo: who may read the line may read what its KPI is called
                "kpi": line.sudo().kpi_id.name,
                "target": line.target_text,
                "actual": line.actual_text,
                "points": self._document_points(line),
                "weight": f"{line.effective_weight:g} %",
                "weighted": self._document_number(line.weighted_points)
                if line.state == "ok"
                else DASH,
                "explanation": line.explanation,
                "bar": self._document_bar(line),
            }
            for line in self.scorecard_line_ids.sorted(lambda ln: (ln.sequence, ln.id))
        ]

    def _document_points(self, line):
        if line.state != "ok":
            return DASH
        return f"{line.points:g} / {line.max_points:g}"

    def _document_bar(self, line):
        """Length of the bar in percent of 1.2 times full points; None without data."""
        if line.state != "ok" or not line.max_points:
            return None
        return round(max(0.0, min(1.2, line.points / line.max_points)) / 1.2 * 100)

    def _document_number(self, value):
        return formatLang(self.env, value, digits=2)

    def _document_criteria(self):
        """Both sides' ratings of each criterion, as far as they may be read."""
        sides = {
            kind: {line.criterion_id: line for line in self[f"{kind}_line_ids"]}
            for kind in ("self", "manager")
        }
        none = self.env["performance.assessment.line"]
        labels = dict(none._fields["rating"]._description_selection(self.env))
        rows = []
        criteria = sides["self"].keys() | sides["manager"].keys()
        for criterion in sorted(criteria, key=lambda c: (c.sequence, c.id)):
            row = {"criterion": criterion.name}
            for kind, lines in sides.items():
                line = lines.get(criterion, none)
                row[kind] = labels.get(line.rating, DASH)
                row[f"{kind}_comment"] = line.comment
            rows.append(row)
        return rows

    def _document_sides(self):
        """What both sides wrote: ``[(kind, [(field label, text)])]``."""
        side = self.env["performance.assessment"]
        kinds = dict(side._fields["kind"]._description_selection(self.env))
        result = []
        for kind in ("self", "manager"):
            texts = [
                (
                    side._fields[name]._description_string(self.env),
                    self[f"{kind}_{name}"],
                )
                for name in TEXTS
                if self[f"{kind}_{name}"]
            ]
            if texts:
                result.append((kinds[kind], texts))
        return result

    def _document_result(self):
        """The verdict, as far as it may be read: ``{}`` when there is none."""
        verdict = self.verdict_id
        if not verdict:
            return {}
        return {
            "score": self._document_number(verdict.score),
            "grade": verdict.grade,
            "provisional": verdict.is_provisional,
            "version": verdict.version,
            "explanation": (verdict.explanation or "").splitlines(),
        }
