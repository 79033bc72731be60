from odoo import models
from odoo.fields import Domain

from ...shared.workflow import ENGINE
from ..scorecard.opening import Opening


class PerformanceScorecard(models.Model):
    """The scorecards behind the health of customers."""

    _inherit = "performance.scorecard"

    def _open_health(self, period):
        """Open the health scorecards of a period that are missing.

        In the rolling window a customer has one of them; those of customers who fit
        their scheme no more are dropped there, the history of health is kept elsewhere.

        :param period: an open ``performance.period``
        :return: the health scorecards of the period
        """
        # sudo: cards are written by the engine only
        Card = self.env["performance.scorecard"].sudo()
        schemes = Card.env["performance.scheme"]
        kept = Card
        for scheme, customers in schemes._health_profiles(period):
            found = Card.search(
                Domain("scheme_id", "=", scheme.id)
                & Domain("period_id", "=", period.id)
                & Domain("partner_id", "in", customers.ids)
            )
            made = Opening(scheme, period).open(customers - found.partner_id)
            kept += found + Card.browse(made)
        if period.kind == "rolling":
            (Card.search(Domain("period_id", "=", period.id)) - kept).unlink()
        return kept

    def _measure_health(self, period):
        """Measure the KPIs of these cards of one period for their customers.

        Measuring scores the cards.

        :return: the ``performance.measurement`` units
        """
        units = self.env["performance.measurement"]
        lines = self.scheme_id.line_ids.filtered(
            lambda line: line.kpi_id.source != "manual"
        )
        if not lines:
            return units
        own = lines.filtered(lambda line: line.scope == "own").kpi_id
        of_company = lines.filtered(lambda line: line.scope == "company").kpi_id
        if of_company:
            units += of_company._measure(period, {"company": period.company_id})
        if own:
            units += own.with_context(performance_health=ENGINE)._measure(
                period, {"customer": self.partner_id}
            )
        if not any(unit.state == "done" for unit in units):
            self._evaluate()
        return units
