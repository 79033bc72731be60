from odoo import models

NOTES = (
    "description",
    "rationale",
    "strengths",
    "weaknesses",
    "opportunities",
    "threats",
    "vote_opportunity",
    "vote_risk",
)


class PerformanceScheme(models.Model):
    """What a scheme says on paper: what counts, for whom, and why."""

    _name = "performance.scheme"
    _inherit = ["performance.scheme", "performance.document.mixin"]

    # === BUSINESS METHODS ===#

    def _document_lang(self):
        """A scheme is nobody's own: it is printed in the language of who prints it."""
        installed = dict(self.env["res.lang"].get_installed())
        return self.env.lang if self.env.lang in installed else "en_US"

    def _document_title(self):
        return self.env._("Performance Scheme")

    def _document_facts(self):
        """What stands above the table: ``[(label, text)]``."""
        kinds = dict(self._fields["subject_type"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        facts = [
            (self.env._("For"), kinds[self.subject_type]),
            (self.env._("State"), states[self.state]),
            (self.env._("Version"), str(self.version)),
            (self.env._("In force from"), self.date_from and str(self.date_from)),
            (self.env._("In force until"), self.date_to and str(self.date_to)),
            (self.env._("Jobs"), ", ".join(self.job_ids.mapped("name"))),
            (self.env._("Departments"), ", ".join(self.department_ids.mapped("name"))),
            (self.env._("Rating scale"), self.rating_scale_id.name),
        ]
        return [(label, text) for label, text in facts if text]

    def _document_lines(self):
        """The lines, ready to print."""
        roles, scopes = (
            dict(self.line_ids._fields[name]._description_selection(self.env))
            for name in ("role", "scope")
        )
        return [
            {
                "kpi": line.kpi_id.name,
                "weight": f"{line.weight:g} %"
                if line.role == "weighted"
                else roles[line.role],
                "scope": scopes[line.scope],
                "rule": line.bands_text,
            }
            for line in self.line_ids
        ]

    def _document_notes(self):
        """Why the scheme is as it is: ``[(heading, text)]`` of what was written."""
        return [
            (self._fields[name]._description_string(self.env), self[name])
            for name in NOTES
            if self[name]
        ]
