from odoo import models
from odoo.fields import Domain

from ....tools.quadrant import MOST, Candidate, propose
from ...measure.engine import Definition
from ...shared.performance_subject_mixin import SUBJECT_FIELDS


class PerformanceKpi(models.Model):
    """KPIs by their value for the customer and their cost of execution, as a picture.

    Everybody who reads KPIs looks at it; whoever may change them moves one to another
    cell, which writes the two numbers of the KPI.
    """

    _inherit = "performance.kpi"

    # === ACTIONS ===#

    def action_open_quadrant(self):
        """Show these KPIs, or all of them when none is chosen, in the quadrant."""
        self.check_access("read")
        action = self.env["ir.actions.client"]._for_xml_id(
            "customer_performance.performance_quadrant_action"
        )
        return {**action, "context": {"kpi_ids": self.ids}}

    def action_quadrant(self):
        """Data of the picture: a card for each KPI, and which few to keep and why.

        :raise AccessError: for whoever may not read these KPIs
        """
        self.check_access("read")
        return {
            "can_edit": self.browse().has_access("write"),
            "cards": [kpi._quadrant_card() for kpi in self],
            "keep": self._quadrant_proposal(),
            "stages": self._fields["lifecycle_stage"]._description_selection(self.env),
            "subjects": self._quadrant_subjects(),
        }

    # === BUSINESS METHODS ===#

    def _quadrant_subjects(self):
        mixin = self.env["performance.subject.mixin"]
        return mixin._fields["subject_type"]._description_selection(self.env)

    def _quadrant_card(self):
        definition = Definition.of(self)
        return {
            "id": self.id,
            "name": self.name,
            "value": self.customer_value,
            "cost": self.execution_cost,
            "stage": self.lifecycle_stage,
            "subjects": [
                kind
                for kind in SUBJECT_FIELDS
                # what people type in can be about anybody
                if self.source == "manual" or definition.reaches(kind)
            ],
            "availability": self.availability,
        }

    def _quadrant_proposal(self):
        """``[{"id", "name", "why"}]`` of the KPIs to keep, best first."""
        candidates = [
            Candidate(
                key=kpi,
                value=kpi.customer_value,
                cost=kpi.execution_cost,
                nature=kpi.nature,
                perspective=kpi.perspective,
                model=kpi.model_name or "",
                available=kpi.is_available and not kpi.is_quarantined,
            )
            for kpi in self.filtered_domain(Domain("active", "=", True))
        ]
        most = min(MOST, self.env.company.performance_kpis_advised)
        return [
            {"id": pick.candidate.key.id, "name": pick.candidate.key.name, "why": why}
            for pick in propose(candidates, most)
            if (why := pick.candidate.key._why_keep(pick))
        ]

    def _why_keep(self, pick):
        """Sentences that say why this KPI stands among the few."""
        sentences = [
            self.env._(
                "Value for the customer %(value)s of 5, cost %(cost)s of 5.",
                value=self.customer_value,
                cost=self.execution_cost,
            )
        ]
        if pick.first_of_nature and self.nature == "outcome":
            sentences.append(self.env._("It shows the outcome."))
        elif pick.first_of_nature:
            sentences.append(self.env._("It is behaviour that people steer."))
        if pick.first_of_perspective:
            labels = dict(self._fields["perspective"]._description_selection(self.env))
            sentences.append(
                self.env._(
                    "It brings in the perspective “%s”.", labels[self.perspective]
                )
            )
        return " ".join(sentences)
