"""Points and grades with a memory: many subjects share rules and values."""

import json

from ....tools.bands import find_band
from ....tools.scoring import Rule, score_value


def parse_rule(rule):
    """A copied rule, as the scoring functions take it.

    :param dict rule: as ``_rule_snapshot`` of a scheme line makes it
    """
    bands = tuple(tuple(band) for band in rule.get("bands") or ())
    return Rule(**{**rule, "bands": bands})


class Scorer:
    """Scores values by rules that come as text, and grades scores."""

    def __init__(self, env):
        self.env = env
        self.rules = {}  # text of a rule -> Rule
        self.outcomes = {}  # (text of a rule, value) -> (points, JSON)
        self.scales = {}  # scale id -> [(lower, upper, grade)]

    def points(self, rule, value):
        """Points of a value.

        :param str rule: JSON of a copied rule
        :param value: number, or None for no data
        :return: ``(Decimal or None, JSON of the case or None)``
        """
        if value is None:
            return None, None
        key = rule, value
        if key not in self.outcomes:
            if rule not in self.rules:
                self.rules[rule] = parse_rule(json.loads(rule))
            outcome = score_value(float(value), self.rules[rule])
            text = json.dumps({"code": outcome.code, "params": outcome.params})
            self.outcomes[key] = outcome.points, text
        return self.outcomes[key]

    def grade(self, scale, score):
        """Name of the grade of a score.

        :param int scale: id of a ``performance.rating.scale``
        """
        if scale not in self.scales:
            bands = self.env["performance.rating.scale"].browse(scale)._bands()
            self.scales[scale] = [
                (lower, upper, band.name) for lower, upper, band in bands
            ]
        return find_band(self.scales[scale], score)[2]
