from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged, users

from .score_common import ScoreCommon


@tagged("post_install", "-at_install")
class TestScheme(ScoreCommon):
    @users("perf_admin")
    def test_weights_have_to_total_100(self):
        scheme = self._create_scheme(
            [(self.kpi_revenue, {"weight": 50}), (self.kpi_deals, {"weight": 30})]
        )
        with self.assertRefused(UserError, "total 80; they have to total 100"):
            scheme.action_activate()
        self.assertEqual(scheme.state, "draft")
        scheme.line_ids[1].weight = 50
        scheme.action_activate()
        self.assertEqual(scheme.state, "active")

    @users("perf_admin")
    def test_total_is_shown_while_typing(self):
        form = Form(self.env["performance.scheme"])
        form.name = "Typed"
        with form.line_ids.new() as line:
            line.kpi_id = self.kpi_revenue.with_env(self.env)
            line.weight = 33.34
            line.target = 100
        with form.line_ids.new() as line:
            line.kpi_id = self.kpi_deals.with_env(self.env)
            line.weight = 66.66
            line.target = 5
        self.assertAlmostEqual(form.total_weight, 100, 2)
        scheme = form.save()
        scheme.action_activate()
        self.assertEqual(scheme.state, "active")

    @users("perf_admin")
    def test_no_way_round_the_total(self):
        """The dialog for reasons moves by verb: it asks the same."""
        scheme = self._create_scheme([(self.kpi_revenue, {"weight": 99})])
        dialog = self.env["performance.reason.wizard"].create(
            {
                "res_model": scheme._name,
                "res_ids": str(scheme.id),
                "verb": "activate",
                "reason": "Hurry",
            }
        )
        with self.assertRefused(UserError, "total 99"):
            dialog.action_confirm()

    @users("perf_admin")
    def test_in_force_means_locked(self):
        scheme = self._create_scheme([(self.kpi_csat, {"weight": 100})])
        other = self._create_scheme([(self.kpi_deals, {"weight": 100})])
        scheme.action_activate()
        line = scheme.line_ids
        for change in (
            lambda: line.write({"weight": 1}),
            line.unlink,
            lambda: scheme.write({"line_ids": [Command.clear()]}),
            lambda: other.line_ids.write({"scheme_id": scheme.id}),
            lambda: self.env["performance.scheme.line"].create(
                {
                    "scheme_id": scheme.id,
                    "kpi_id": self.kpi_deals.id,
                    "weight": 5,
                    "target": 1,
                }
            ),
            lambda: scheme.write({"date_from": "2026-04-01"}),
            lambda: scheme.write({"job_ids": [Command.clear()]}),
            lambda: scheme.write({"subject_type": "team"}),
            scheme.unlink,
        ):
            with self.assertRaises(UserError):
                change()
        scheme.action_redraft()
        line.target = 77
        self.assertEqual(line.target, 77)

    @users("perf_admin")
    def test_rules_that_cannot_work_are_refused(self):
        table = [
            (self.kpi_revenue, {"target": 0}, "target above zero"),
            (self.kpi_revenue, {"target": -5}, "target above zero"),
            (
                self.kpi_revenue,
                {"rule": "range", "target": 60, "target_upper": 30},
                "upper target above",
            ),
            (self.kpi_revenue, {"rule": "bands"}, "at least one band"),
            (
                self.kpi_csat,
                {
                    "rule": "bands",
                    "band_ids": [
                        Command.create({"lower": 0, "points": 99, "is_open": True})
                    ],
                },
                "more than the 10 points",
            ),
            (
                self.kpi_csat,
                {
                    "rule": "bands",
                    "band_ids": [
                        Command.create({"lower": 0, "upper": 70, "points": 0}),
                        Command.create({"lower": 80, "points": 10, "is_open": True}),
                    ],
                },
                "from 70 to 80",
            ),
        ]
        for kpi, values, text in table:
            with self.assertRefused(ValidationError, text):
                self._create_scheme([(kpi, {"weight": 100, **values})])
        self.kpi_csat.direction = "range"
        with self.assertRefused(ValidationError, "choose the rule"):
            self._create_scheme([(self.kpi_csat, {"weight": 100})])

    @users("perf_admin")
    def test_too_many_kpis_guide_nobody(self):
        kpis = self.env["performance.kpi"].create(
            [{"name": f"K{i}", "code": f"K{i}", "source": "manual"} for i in range(11)]
        )
        weights = [10] * 9 + [5, 5]
        scheme = self._create_scheme(
            [(kpi, {"weight": w}) for kpi, w in zip(kpis, weights, strict=True)]
        )
        with self.assertRefused(UserError, "at most 10"):
            scheme.action_activate()

    @users("perf_hr")
    def test_only_administrators_put_in_force(self):
        scheme = self._create_scheme([(self.kpi_revenue, {"weight": 100})], sudo=True)
        with self.assertRefused(UserError, "administrator"):
            scheme.with_env(self.env).action_activate()

    @users("perf_admin")
    def test_rule_is_shown_in_words(self):
        scheme = self.env.ref("customer_performance.scheme_sales").with_env(self.env)
        texts = scheme.line_ids.mapped("bands_text")
        self.assertIn("no points below 60 %", texts[0])
        self.assertIn("from 80 %: 8 points", texts[1])
