from odoo import models


class PerformanceScorecardLine(models.Model):
    """The sentence that explains a line, in the language of whoever reads it."""

    _inherit = "performance.scorecard.line"

    # === TEXTS ===#

    def _explain(self):
        """Why the line has its points, in one sentence."""
        if self.state == "no_data":
            if self.reading_id.state == "provisional":
                return self.env._("Waits to be confirmed by a second person; left out.")
            return self._explain_no_data()
        if self.role == "multiplier":
            return self.env._(
                "%(case)s: %(points)s of %(most)s points, coefficient %(factor)s",
                case=self._explain_case(),
                points=f"{self.points:g}",
                most=f"{self.max_points:g}",
                factor=f"{self.factor:g}",
            )
        if self.role == "gate":
            return self._explain_gate()
        return self.env._(
            "%(case)s: %(points)s of %(most)s points, weight %(weight)s %%: %(result)s",
            case=self._explain_case(),
            points=f"{self.points:g}",
            most=f"{self.max_points:g}",
            weight=f"{self.effective_weight:g}",
            result=f"{self.weighted_points:.1f}"
            if float(f"{self.weighted_points:.1f}") == self.weighted_points
            else f"{self.weighted_points:.2f}",
        )

    def _explain_no_data(self):
        if self.role == "multiplier":
            return self.env._("No data; the coefficient is 1.")
        if self.role == "gate":
            return self.env._(
                "No data; the score is not limited, and stays provisional."
            )
        return self.env._("No data; left out, the other lines are re-weighted.")

    def _explain_gate(self):
        if self.is_missed:
            return self.env._(
                "%(case)s: hurdle missed, the score is at most %(limit)s",
                case=self._explain_case(),
                limit=f"{self.limit:g}",
            )
        return self.env._("%s: hurdle taken", self._explain_case())

    def _remarks(self):
        """What else has to be known about target and actual."""
        remarks = []
        if self.scope != "own":
            remarks.append(self._explain_scope())
        if self.scheme_rule:
            asked = self._show_target(self.scheme_rule)
            remarks.append(
                self.env._(
                    "The target was set for this subject; the scheme asks for %s.",
                    asked,
                )
                if self.scheme_rule.get("moved_by") != "tenure"
                else self.env._(
                    "The target follows from the seniority or the days employed; the "
                    "scheme asks for %s.",
                    asked,
                )
            )
        if self.reading_id and not self.reading_id.active:
            remarks.append(
                self.env._(
                    "The number was corrected after this was settled; the points stay."
                )
            )
        return remarks

    def _explain_scope(self):
        """Whose number counts, where it is not the subject's own."""
        subject = self._scope_subjects(self.scope)
        if not subject:
            return self.env._("There is no team or department whose number counts.")
        return self.env._("The number is that of %s.", subject.display_name)

    def _explain_case(self):
        """The part of the sentence that compares the actual with the target."""
        code = (self.outcome or {}).get("code")
        params = (self.outcome or {}).get("params", {})
        if code == "band":
            return self._explain_band(params)
        if code in ("inside", "outside"):
            return self._explain_range(code, params)
        if self.rule.get("kind") == "pass_fail":
            return self._explain_pass_fail(code)
        return self._explain_linear(code, params)

    def _explain_range(self, code, params):
        if code == "inside":
            return self.env._(
                "Actual %(actual)s lies inside %(target)s",
                actual=self.actual_text,
                target=self.target_text,
            )
        return self.env._(
            "Actual %(actual)s lies %(distance)s outside %(target)s",
            actual=self.actual_text,
            distance=self.kpi_id._format(params["distance"], self.company_id),
            target=self.target_text,
        )

    def _explain_pass_fail(self, code):
        facts = {"actual": self.actual_text, "target": self.target_text}
        if code == "reached":
            return self.env._(
                "Actual %(actual)s reaches the target %(target)s", **facts
            )
        return self.env._("Actual %(actual)s misses the target %(target)s", **facts)

    def _explain_linear(self, code, params):
        facts = {
            "actual": self.actual_text,
            "target": self.target_text,
            "reached": f"{params['attainment']:g}",
        }
        if self.rule["direction"] == "lower":
            text = self.env._(
                "Actual %(actual)s against at most %(target)s attains %(reached)s %%",
                **facts,
            )
        else:
            text = self.env._(
                "Actual %(actual)s attains %(reached)s %% of the target %(target)s",
                **facts,
            )
        floor, cap = f"{self.rule['floor'] * 100:g}", f"{self.rule['cap'] * 100:g}"
        if code == "missed":
            text += self.env._(" (no points up to %s %%)", floor)
        elif params["attainment"] > self.rule["cap"] * 100:
            text += self.env._(" (counts at most %s %%)", cap)
        return text

    def _explain_band(self, params):
        show, company = self.kpi_id._format, self.company_id
        if params["upper"] is None:
            return self.env._(
                "Actual %(actual)s lies at %(lower)s or above",
                actual=self.actual_text,
                lower=show(params["lower"], company),
            )
        return self.env._(
            "Actual %(actual)s lies in %(lower)s-%(upper)s",
            actual=self.actual_text,
            lower=show(params["lower"], company),
            upper=show(params["upper"], company),
        )
