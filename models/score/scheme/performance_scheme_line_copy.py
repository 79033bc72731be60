from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_list

# so many names at most stand in a message
SHOWN = 5


class PerformanceSchemeLine(models.Model):
    """What a scorecard copies of a line: its rule, with the target of the subject.

    A target entered or imported for the subject comes first, then the one of its
    seniority, then the line's; the last two shrink for part of a period where the line
    says so.
    """

    _inherit = "performance.scheme.line"

    def _snapshot(self):
        """What all scorecards copy alike: ``{column: value}``."""
        self.ensure_one()
        return {
            "sequence": self.sequence,
            "kpi_id": self.kpi_id.id,
            "role": self.role,
            "scope": self.scope,
            "is_customer_vote": self.is_customer_vote,
            "weight": self.weight,
            "max_points": self.max_points,
            "factor_min": self.factor_min,
            "factor_max": self.factor_max,
            "limit": self.limit,
        }

    def _rule_for(self, target=None, tenure=None):
        """The rule of one subject.

        :param target: ``performance.target`` of the subject, or None
        :param tenure: :class:`Tenure` of a person, or None
        :return: ``(rule, scheme's rule)``; the second is None where both are the same
        :raise UserError: when the rule cannot work with that target
        """
        rule = self._rule_snapshot()
        if target:
            if problem := self._own_target_problem(target):
                raise UserError(problem)
            own = {"target": target.value, "target_upper": target.value_upper}
            return self._moved(rule, own), rule
        own = {}
        if tenure and (step := self._step(tenure)):
            own = {"target": step.target}
        if tenure and self.prorate and tenure.share < 100:
            share = tenure.share / 100
            for name in ("target", "target_upper", "tolerance"):
                own[name] = round(own.get(name, rule[name]) * share, 4)
        if not own:
            return rule, None
        # the sentence has to tell this from a target that was set
        return self._moved(rule, own), {**rule, "moved_by": "tenure"}

    def _moved(self, rule, own):
        """The rule with another target; a stretch target moves along."""
        moved = {**rule, **own}
        if rule["stretch"] is not None and rule["target"]:
            factor = moved["target"] / rule["target"]
            moved["stretch"] = round(rule["stretch"] * factor, 4)
        return moved

    def _step(self, tenure):
        """The seniority step that a person has reached on the first day held."""
        if self.target_source != "seniority" or not tenure.stretches:
            return None
        months = tenure.months_before(tenure.stretches[0].first)
        reached = self.step_ids.filtered(lambda step: step.months <= months)
        return reached.sorted("months")[-1:]

    def _check_targets(self, period, subjects, targets):
        """Refuse to open scorecards of people who lack a target of their own.

        :param targets: ``{(KPI id, subject id): target}``
        :raise UserError: naming them
        """
        for line in self.filtered(lambda line: line.target_source == "person"):
            lacking = subjects.filtered(
                lambda subject, kpi=line.kpi_id: (kpi.id, subject.id) not in targets
            )
            if lacking:
                names = lacking[:SHOWN].mapped("display_name")
                if len(lacking) > SHOWN:
                    names.append(self.env._("%s others", len(lacking) - SHOWN))
                raise UserError(
                    self.env._(
                        "“%(kpi)s” needs a target for each of them in %(period)s; "
                        "enter or import it: %(names)s.",
                        kpi=line.kpi_id.name,
                        period=period.name,
                        names=format_list(self.env, names),
                    )
                )

    def _own_target_problem(self, target):
        """Say why a subject's own target does not fit the rule of this line."""
        facts = {"kpi": self.kpi_id.name, "subject": target.subject_name}
        if self.rule == "range" and target.value_upper < target.value:
            return self.env._(
                "“%(kpi)s”: the target of %(subject)s needs an upper end.", **facts
            )
        if self.rule == "linear" and not target.value:
            return self.env._(
                "“%(kpi)s”: the target of %(subject)s has to be above zero.", **facts
            )
        return False
