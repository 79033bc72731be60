from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .score_common import ScoreCommon

QUIET = "odoo.addons.customer_performance.models.measure.run.performance_measurement"


@tagged("post_install", "-at_install")
class TestRepair(ScoreCommon):
    """A broken KPI is repaired by administrators; a scheme takes its proposals over."""

    # === QUARANTINE ===#

    def _quarantined(self):
        self.env.flush_all()
        self.env.cr.execute(
            'UPDATE performance_kpi SET domain = \'[["gone", "=", 1]]\' WHERE id = %s',
            [self.kpi_deals.id],
        )
        self.env.invalidate_all()
        with mute_logger(QUIET):
            self.kpi_deals._measure(self.period)
        self.assertTrue(self.kpi_deals.is_quarantined)
        self.assertEqual(len(self.kpi_deals.activity_ids), 1)
        return self.kpi_deals

    def test_repair_and_measure(self):
        kpi = self._quarantined()
        admin = kpi.with_user(self.user_admin)
        admin.domain = "[('won_status', '=', 'won')]"
        # the repair closes what its owner had to do; measuring says whether it works
        self.assertFalse(kpi.activity_ids)
        self.assertIn("Measured 1", admin.action_repair()["params"]["message"])
        self.assertFalse(kpi.is_quarantined)

    def test_repaired_elsewhere(self):
        """The fault may be gone without a change of the KPI: a field came back."""
        kpi = self._quarantined()
        self.env.cr.execute(
            "UPDATE performance_kpi SET domain = '[]' WHERE id = %s", [kpi.id]
        )
        self.env.invalidate_all()
        kpi.with_user(self.user_admin).action_repair()
        self.assertRecordValues(kpi, [{"is_quarantined": False, "error": False}])
        self.assertFalse(kpi.activity_ids)

    def test_still_broken_goes_back(self):
        kpi = self._quarantined()
        with mute_logger(QUIET):
            result = kpi.with_user(self.user_admin).action_repair()
        self.assertIn("gone", result["params"]["message"])
        self.assertTrue(kpi.is_quarantined)
        self.assertEqual(len(kpi.activity_ids), 1)

    def test_only_administrators_repair(self):
        kpi = self._quarantined()
        for user in (self.user_hr, self.user_manager, self.user_employee):
            with self.assertRaises(AccessError):
                kpi.with_user(user).action_repair()
        self.assertTrue(kpi.is_quarantined)

    # === SCHEMES ===#

    @users("perf_admin")
    def test_a_scheme_line_takes_over_the_proposal(self):
        bands = [
            Command.clear(),
            Command.create({"lower": 0, "upper": 80, "points": 0}),
            Command.create({"lower": 80, "is_open": True, "points": 12}),
        ]
        self.kpi_csat.with_env(self.env).write(
            {"default_target": 90, "band_ids": bands}
        )
        self.kpi_deals.with_env(self.env).default_target = 7
        self.kpi_days.with_env(self.env).write(
            {
                "direction": "range",
                "default_target": 5,
                "default_target_upper": 9,
                "default_tolerance": 2,
            }
        )
        scheme = self._create_scheme([(self.kpi_revenue, {"weight": 40})])
        form = Form(scheme.with_env(self.env))
        for kpi in (self.kpi_csat, self.kpi_deals, self.kpi_days):
            with form.line_ids.new() as line:
                line.kpi_id = kpi
                line.weight = 20
        lines = form.save().line_ids[1:]
        self.assertRecordValues(
            lines,
            [
                {"rule": "bands", "target": 90, "max_points": 12, "target_upper": 0},
                {"rule": "linear", "target": 7, "max_points": 10, "target_upper": 0},
                {"rule": "range", "target": 5, "max_points": 10, "target_upper": 9},
            ],
        )
        self.assertEqual(lines[0].band_ids.mapped("points"), [0, 12])

    @users("perf_admin")
    def test_a_target_that_is_set_stays(self):
        self.kpi_deals.with_env(self.env).default_target = 7
        scheme = self._create_scheme([(self.kpi_revenue, {"target": 40, "weight": 1})])
        form = Form(scheme.with_env(self.env))
        with form.line_ids.edit(0) as line:
            line.kpi_id = self.kpi_deals
        self.assertEqual(form.save().line_ids.target, 40)
