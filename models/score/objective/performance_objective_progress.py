from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_repr

from ....tools.objectives import (
    NO_DATA,
    Progress,
    expected_progress,
    roll_up_tree,
    status,
)
from ....tools.scoring import decimal


class PerformanceObjective(models.Model):
    """How far an objective is, live, and how far it should be by now.

    Nothing of this is stored: it follows the readings and the date, so that an
    objective falls behind, or fails, while nobody touches it. A closed one keeps its
    final figures.
    """

    _inherit = "performance.objective"

    has_progress = fields.Boolean(
        compute="_compute_progress", export_string_translation=False
    )
    progress = fields.Float(
        string="Progress (%)",
        digits=(16, 2),
        compute="_compute_progress",
        recursive=True,
        aggregator=None,
    )
    coverage = fields.Float(
        string="Coverage (%)",
        digits=(16, 2),
        compute="_compute_progress",
        aggregator=None,
        help="How much of the weight has data; what has none is left out.",
    )
    expected = fields.Float(
        string="Expected (%)",
        digits=(16, 2),
        compute="_compute_status",
        aggregator=None,
        help="What a straight line over the period asks for today.",
    )
    status = fields.Selection(
        selection=[
            ("no_data", "No Data"),
            ("on_track", "In Time"),
            ("behind", "Behind"),
            ("achieved", "Achieved"),
            ("failed", "Not Reached"),
        ],
        compute="_compute_status",
        search="_search_status",
        help="Follows the value and the date.",
    )
    status_text = fields.Char(string="Compared", compute="_compute_status")

    # === COMPUTE METHODS ===#

    @api.depends(
        "state",
        "final_progress",
        "final_coverage",
        "key_result_ids.weight",
        "key_result_ids.current",
        "child_ids.weight",
        "child_ids.state",
        "child_ids.progress",
    )
    def _compute_progress(self):
        figures = self._progress_of()
        for objective in self:
            figure = figures.get(objective._origin.id, NO_DATA)
            objective.has_progress = figure.value is not None
            objective.progress = float(figure.value or 0)
            objective.coverage = float(figure.coverage)

    @api.depends("progress", "has_progress", "date_start", "date_end", "state")
    @api.depends_context("lang")
    def _compute_status(self):
        for objective in self:
            first, last = objective.date_start, objective.date_end
            if not (first and last):
                objective.update({"expected": 0, "status": False, "status_text": False})
                continue
            today = objective._standing_day()
            value = decimal(objective.progress) if objective.has_progress else None
            line = expected_progress(first, last, today)
            objective.expected = float(line)
            objective.status = status(value, first, last, today)
            objective.status_text = objective._status_sentence(value, line)

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        fitting = self.search(Domain.TRUE).filtered(lambda found: found.status in value)
        return Domain("id", "in", fitting.ids)

    def _status_sentence(self, value, line):
        """Progress and what the date asks for, compared in words."""
        if value is None:
            return self.env._("No data yet")
        gap = line - value
        points = float_repr(float(abs(gap)), 1)
        if gap > 0:
            return self.env._("Behind by %s points", points)
        if gap < 0:
            return self.env._("Ahead by %s points", points)
        return self.env._("Exactly in time")

    # === BUSINESS METHODS ===#

    def _today(self):
        """Today where the company of the objective is."""
        # sudo: the time zone of a company is no secret
        tz = self.sudo().company_id.performance_tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=tz))

    def _standing_day(self):
        """The day by which it is judged; a closed objective stays as it was."""
        if self.state == "closed" and self.closed_at:
            # sudo: the time zone of a company is no secret
            tz = self.sudo().company_id.performance_tz or "UTC"
            local = self.with_context(tz=tz)
            return fields.Datetime.context_timestamp(local, self.closed_at).date()
        return self._today()

    def _progress_of(self):
        """Roll up these objectives and all below them, in a bounded number of queries.

        Children that are still a draft, or cancelled, do not count.

        :return: ``{id: Progress}``
        """
        ids = self._origin.ids
        if not ids:
            return {}
        # sudo: the figure of the company stands on those of persons, which stay theirs
        tree = self.sudo().with_context(active_test=False)
        tree = tree.search(Domain("id", "child_of", ids), order="id")
        children, fixed = {node.id: [] for node in tree}, {}
        for node in tree:
            if node.has_final or node.state == "closed":
                value = decimal(node.final_progress) if node.has_final else None
                fixed[node.id] = Progress(value, decimal(node.final_coverage))
            if node.parent_id.id in children and node.state in ("active", "closed"):
                children[node.parent_id.id].append((node.weight, node.id))
        results = {node.id: [] for node in tree}
        for key_result in tree.key_result_ids:
            results[key_result.objective_id.id].append(
                (key_result.weight, key_result._progress())
            )
        return roll_up_tree(children, results, fixed)
