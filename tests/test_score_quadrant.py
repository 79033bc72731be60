from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged

from .score_common import ScoreCommon


@tagged("post_install", "-at_install")
class TestScoreQuadrant(HttpCase, ScoreCommon):
    """The quadrant of KPIs: who looks, who moves, what it proposes to keep."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpis = cls.env["performance.kpi"].search([])

    def _quadrant(self, user, kpis=None):
        kpis = self.kpis if kpis is None else kpis
        model = self.env["performance.kpi"].with_user(user)
        return call_kw(model, "action_quadrant", [kpis.ids], {})

    def test_only_administrators_may_move(self):
        for user, can_edit in (
            (self.user_admin, True),
            (self.user_employee, False),
            (self.user_auditor, False),
            (self.user_hr, False),
        ):
            data = self._quadrant(user)
            self.assertIs(data["can_edit"], can_edit, user.login)
            self.assertEqual(len(data["cards"]), len(self.kpis))
            model = self.env["performance.kpi"].with_user(user)
            args = [self.kpi_days.ids, {"customer_value": 5, "execution_cost": 1}]
            if can_edit:
                call_kw(model, "write", args, {})
            else:
                with self.assertRaises(AccessError):
                    call_kw(model, "write", args, {})

    def test_strangers_see_nothing(self):
        for user in (self.user_outsider, self.user_portal):
            for name in ("action_quadrant", "action_open_quadrant"):
                model = self.env["performance.kpi"].with_user(user)
                with self.assertRaises(AccessError):
                    call_kw(model, name, [self.kpis.ids], {})

    def test_three_to_five_with_a_reason_each(self):
        keep = self._quadrant(self.user_employee)["keep"]
        self.assertIn(len(keep), (3, 4, 5))
        kept = self.kpis.browse([row["id"] for row in keep])
        self.assertEqual(set(kept.mapped("nature")), {"outcome", "behaviour"})
        self.assertGreaterEqual(len(set(kept.mapped("perspective"))), 2)
        self.assertTrue(all(kept.mapped("is_available")))
        for row in keep:
            self.assertIn("Value for the customer", row["why"])

    def test_nothing_that_cannot_be_measured_is_proposed(self):
        missing = self.env["performance.kpi"].create(
            {
                "name": "Of a missing app",
                "code": "MISSING_APP",
                "source": "records",
                "model_name": "no.such.model",
                "date_field": "create_date",
                "required_module": "no_such_app",
                "customer_value": 5,
                "execution_cost": 1,
            }
        )
        broken = self.kpi_csat.copy({"customer_value": 5, "execution_cost": 1})
        broken.is_quarantined = True
        data = self._quadrant(self.user_admin, missing + broken + self.kpi_days)
        self.assertEqual([row["id"] for row in data["keep"]], self.kpi_days.ids)
        availability = {card["id"]: card["availability"] for card in data["cards"]}
        self.assertTrue(availability[missing.id])

    def test_subjects_and_stages_to_filter_by(self):
        data = self._quadrant(self.user_admin, self.kpi_deals + self.kpi_csat)
        deals, csat = data["cards"]
        self.assertIn("opportunity", deals["subjects"])
        self.assertEqual(deals["stage"], "signing")
        # what people type in can be about anybody
        self.assertEqual(len(csat["subjects"]), 6)
        self.assertIn(("renewal", "Renewal"), [tuple(row) for row in data["stages"]])

    def test_a_scheme_shows_its_own_kpis(self):
        scheme = self._active_scheme()
        action = scheme.with_user(self.user_employee).action_open_quadrant()
        self.assertEqual(action["tag"], "performance_quadrant")
        self.assertEqual(
            set(action["context"]["kpi_ids"]), set(scheme.line_ids.kpi_id.ids)
        )
        self.assertIn(scheme.name, action["name"])

    def test_an_administrator_drags_and_uses_the_keys(self):
        self.kpi_days.write({"customer_value": 1, "execution_cost": 5})
        self.kpi_csat.write({"customer_value": 1, "execution_cost": 5})
        self.start_tour(
            "/odoo/performance-quadrant",
            "performance_quadrant_move",
            login="perf_admin",
        )
        self.assertRecordValues(
            self.kpi_days + self.kpi_csat,
            [
                {"customer_value": 2, "execution_cost": 5},
                {"customer_value": 1, "execution_cost": 4},
            ],
        )

    def test_others_look_and_open(self):
        self.kpi_days.write({"customer_value": 1, "execution_cost": 5})
        self.start_tour(
            "/odoo/performance-quadrant",
            "performance_quadrant_look",
            login="perf_employee",
        )
        self.assertEqual(self.kpi_days.customer_value, 1)
