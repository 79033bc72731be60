from odoo import models


class PerformanceScorecard(models.Model):
    """What a scorecard says on paper: the score, and how every point came about."""

    _name = "performance.scorecard"
    _inherit = ["performance.scorecard", "performance.document.mixin"]

    # === BUSINESS METHODS ===#

    def _document_title(self):
        return self.env._("Scorecard")

    def _document_facts(self):
        """What stands above the table: ``[(label, text)]``."""
        # sudo: who may read the card may read what it is called by
        known = self.sudo()
        states = dict(self._fields["state"]._description_selection(self.env))
        held = ""
        if self.held_share < 100 and self.held_from:
            held = f"{self.held_from} - {self.held_to} ({self.held_share:g} %)"
        facts = [
            (self.env._("Period"), known.period_id.name),
            (self.env._("Scheme"), known.scheme_id.display_name),
            (self.env._("State"), states[self.state]),
            (self.env._("Job"), known.job_id.name),
            (self.env._("Department"), known.unit_id.name),
            (self.env._("Manager"), known.manager_id.name),
            (self.env._("Held"), held),
        ]
        return [(label, text) for label, text in facts if text]

    def _document_lines(self):
        """The lines, ready to print."""
        lines = self.line_ids.sorted(lambda line: (line.sequence, line.id))
        return [
            {
                # sudo: who may read the line may read what its KPI is called
                "kpi": line.sudo().kpi_id.name,
                "target": line.target_text,
                "actual": line.actual_text,
                "points": f"{line.points:g} / {line.max_points:g}"
                if line.state == "ok"
                else "–",
                "weight": f"{line.effective_weight:g} %"
                if line.role == "weighted" and line.state == "ok"
                else "–",
                "result": f"{line.weighted_points:.2f}"
                if line.role == "weighted" and line.state == "ok"
                else "–",
                "explanation": line.explanation,
            }
            for line in lines
        ]
