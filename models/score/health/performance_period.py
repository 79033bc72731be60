from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...shared.workflow import ENGINE


class PerformancePeriod(models.Model):
    """The rolling window of a company: its last days until today.

    Customer health is told over it, every night. There is one for each company that
    uses customer health; the engine makes and moves it, and nobody else: it is neither
    closed nor reopened, and nothing is typed, corrected or overridden in it. Closing a
    quarter also settles the health of customers in that quarter.
    """

    _inherit = "performance.period"

    kind = fields.Selection(
        selection_add=[("rolling", "Rolling Window")],
        ondelete={"rolling": "cascade"},
    )

    _unique_rolling = models.UniqueIndex(
        "(company_id) WHERE kind = 'rolling'",
        "This company has its rolling window already.",
    )

    # === CONSTRAINT METHODS ===#

    @api.constrains("kind")
    def _check_rolling(self):
        if self._is_engine():
            return
        if any(period.kind == "rolling" for period in self):
            raise ValidationError(
                self.env._(
                    "The rolling window is made by customer health; choose another "
                    "kind of period."
                )
            )

    def _check_unused(self):
        """Numbers stand on the window and it moves all the same, but by itself only."""
        if self._is_engine():
            return None
        if any(period.kind == "rolling" for period in self):
            raise ValidationError(
                self.env._(
                    "The rolling window moves by itself every night; its days are a "
                    "setting."
                )
            )
        return super()._check_unused()

    def _is_engine(self):
        # the token cannot come from a client
        return self.env.context.get("performance_workflow") is ENGINE

    # === WORKFLOW ===#

    def _workflow_guard(self, verb):
        if self.kind == "rolling":
            return self.env._(
                "“%s” moves on every day; it is neither closed nor reopened.", self.name
            )
        return super()._workflow_guard(verb)

    def _measure_last(self):
        """Closing a quarter measures and settles the health of customers in it."""
        cards = self.env["performance.scorecard"]
        is_health = self.kind == "quarter" and self.company_id.performance_health
        if is_health:
            cards = cards._open_health(self)
        result = super()._measure_last()
        if cards:
            cards._measure_health(self)
        return result

    # === BUSINESS METHODS ===#

    @api.model
    def _roll(self, company):
        """Let the rolling window of a company end today; make it when it is missing.

        :param company: ``res.company``
        :return: the window, as superuser; all in it is due
        """
        last = company._performance_today()
        days = company.performance_health_days
        values = {
            "name": self.env._("Last %s days", days),
            "date_start": last - timedelta(days=days - 1),
            "date_end": last,
            "tz": company.performance_tz or "UTC",
        }
        Period = self._workflow_engine()
        window = Period.search(
            Domain("kind", "=", "rolling") & Domain("company_id", "=", company.id)
        )
        if not window:
            window = Period.create(
                {**values, "kind": "rolling", "company_id": company.id}
            )
        elif any(window[name] != value for name, value in values.items()):
            window.write(values)
        self.env["performance.measurement"]._mark_stale(periods=window)
        # sudo: the health of customers is told by the engine only
        return self.sudo().browse(window.id)
