from markupsafe import Markup

from odoo import api, fields, models

BAR = Markup(
    '<div class="o_performance_bar mb-2">'
    '<div class="d-flex justify-content-between"><span>%(label)s</span>'
    "<span>%(text)s</span></div>"
    '<div class="progress" role="progressbar" aria-label="%(label)s" '
    'aria-valuemin="0" aria-valuemax="100" aria-valuenow="%(share)s">'
    '<div class="progress-bar %(color)s" style="width: %(share)s%%"></div>'
    "</div></div>"
)
COLUMN = Markup('<section class="col-12 col-md-4 mb-3"><h5>%s</h5>%s</section>')


class PerformanceScheme(models.Model):
    """How the weights of a scheme are spread, as a picture.

    Bars over the perspectives of the balanced scorecard, outcomes and behaviour, and
    the share of finance against its limit; for whoever designs or reads a scheme.
    """

    _inherit = "performance.scheme"

    balance = fields.Html(compute="_compute_balance", sanitize=False)

    # === COMPUTE METHODS ===#

    @api.depends("line_ids.weight", "line_ids.role", "line_ids.kpi_id", "company_id")
    @api.depends_context("lang", "company")
    def _compute_balance(self):
        for scheme in self:
            columns = [
                (self.env._("Perspectives"), scheme._balance_bars("perspective")),
                (self.env._("Outcome and behaviour"), scheme._balance_bars("nature")),
                (self.env._("Share of finance"), scheme._balance_finance()),
            ]
            scheme.balance = Markup('<div class="row">%s</div>') % Markup("").join(
                COLUMN % column for column in columns
            )

    # === BUSINESS METHODS ===#

    def _balance_bars(self, name):
        """A bar for each choice of a field of the KPIs, also for those left empty."""
        labels = (
            self.env["performance.kpi"]._fields[name]._description_selection(self.env)
        )
        return Markup("").join(
            self._balance_bar(
                label,
                self._share(
                    self.line_ids.filtered(
                        lambda line, value=value: line.kpi_id[name] == value
                    )
                ),
            )
            for value, label in labels
        )

    def _balance_finance(self):
        most = self._limits().performance_finance_most
        share = self._share(
            self.line_ids.filtered(lambda line: line.kpi_id.perspective == "financial")
        )
        return self._balance_bar(
            self.env._("at most %s %%", f"{most:g}"), share, share > most
        )

    @api.model
    def _balance_bar(self, label, share, is_too_much=False):
        return BAR % {
            "label": label,
            "text": self.env._("%s %%", f"{share:.4g}"),
            "share": f"{min(share, 100):.4g}",
            "color": "bg-danger" if is_too_much else "bg-primary",
        }
