from ast import literal_eval
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tests import tagged

from ..models.measure.engine import Definition, Measure
from .cleaning_common import CleaningCommon


@tagged("post_install", "-at_install")
class TestCleaningRuns(CleaningCommon):
    """Rules and runs: what is measured again, what it costs, what breaks."""

    # === RUNS ===#

    def test_the_nightly_run_measures_again_what_the_rule_changed(self):
        deal = self._create_won(partner_id=self.tester.id, expected_revenue=10)
        kpis, periods = self.kpi_revenue + self.kpi_csat, self.period
        self.kpi_revenue._measure(periods)
        Run = self.env["performance.run"]
        Run._start("nightly", kpis, periods)._work(lambda _count: True)
        unit = self.env["performance.measurement"]._units(self.kpi_revenue, periods)
        unit._run()
        self.assertFalse(unit.is_stale)
        rule = self._rule()
        self.assertTrue(unit.is_stale)
        Run._start("nightly", kpis, periods)._work(lambda _count: True)
        self.assertFalse(unit.is_stale)
        reading = self._reading(self.kpi_revenue, employee_id=self.sales)
        self.assertEqual(reading.value, 0)
        # the rule still stands, the record does not match any more
        deal.partner_id = self.customer
        Run._start("nightly", kpis, periods)._work(lambda _count: True)
        self.assertEqual(self._log(rule).state, "obsolete")
        self.assertEqual(reading.value, 10)

    def test_closed_periods_keep_their_numbers(self):
        self._create_won(partner_id=self.tester.id, expected_revenue=10)
        self.assertEqual(self._value(), 10)
        self.period._workflow_engine().write({"state": "closed"})
        self._rule()
        self.kpi_revenue._measure(self.period)
        unit = self.env["performance.measurement"]._units(self.kpi_revenue, self.period)
        self.assertFalse(unit.is_stale)
        reading = self._reading(self.kpi_revenue, employee_id=self.sales)
        self.assertEqual((reading.value, reading.excluded_count), (10, 0))

    def test_measuring_one_deal_looks_at_that_deal_only(self):
        deals = [self._create_won(partner_id=self.tester.id) for _n in range(2)]
        rule = self._rule()
        self._log(rule)._workflow_engine().unlink()
        self.kpi_revenue._measure(self.period, deals[0])
        self.assertEqual(self._log(rule).res_id, deals[0].id)
        self.kpi_revenue._measure(self.period)
        self.assertEqual(len(self._log(rule)), 2)
        deals[0].partner_id = self.customer
        deals[1].partner_id = self.customer
        self.kpi_revenue._measure(self.period, deals[0])
        self.assertEqual(
            {x.res_id: x.state for x in self._log(rule)},
            {deals[0].id: "obsolete", deals[1].id: "applied"},
        )

    def test_a_rule_that_breaks_keeps_its_log_and_tells_its_author(self):
        self._create_won(partner_id=self.tester.id, expected_revenue=10)
        rule = self._rule()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE performance_cleaning_rule SET domain = %s WHERE id = %s",
            ["[('gone', '=', 1)]", rule.id],
        )
        rule.invalidate_recordset()
        self.assertEqual(self._value(), 0, "what was left out stays left out")
        self.assertIn("gone", rule.error)
        self.assertIn(self.user_admin, rule.activity_ids.user_id)
        self.env["performance.cleaning.rule"]._apply()
        self.assertEqual(len(rule.activity_ids), 1, "told once")
        with self.assertRefused(ValidationError, "does not fit"):
            rule.with_user(self.user_admin)._workflow_apply("withdraw", "Broken")
            self._approve(rule)

    def test_a_rule_of_an_app_that_is_gone(self):
        rule = self._rule()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE performance_cleaning_rule SET model_name = 'gone.model'"
            " WHERE id = %s",
            [rule.id],
        )
        rule.invalidate_recordset()
        self.env["performance.cleaning.rule"]._apply()
        self.assertIn("not in this database", rule.error)
        self.assertEqual(rule.match_count, 0)

    def test_statements_do_not_grow_with_records(self):
        counts = []
        rule = self._rule()
        self._create_won(partner_id=self.tester.id)
        self._apply()
        for number in (1, 12):
            for _n in range(number):
                self._create_won(partner_id=self.tester.id)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["performance.cleaning.rule"]._apply(["crm.lead"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(self._log(rule)), 14)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[0], 15)

    def test_no_rule_costs_one_query(self):
        self._apply()
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.env["performance.cleaning.rule"]._apply(["crm.lead"])

    # === PROPERTY ===#

    @settings(
        max_examples=6,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
        deadline=None,
    )
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 2), st.integers(1, 99), st.booleans(), st.booleans()
            ),
            min_size=1,
            max_size=5,
        ),
        st.integers(0, 100),
    )
    def test_left_out_is_as_if_it_were_not_there(self, deals, least):
        """Engine with exclusions = engine on the remaining records."""
        with self.env.cr.savepoint() as savepoint:
            rules = self._rule(
                domain=f"[('expected_revenue', '<', {least})]"
            ) + self._rule(kpi_ids=[(6, 0, self.kpi_deals.ids)])
            for owner, revenue, is_test, is_old in deals:
                self._create_won(
                    "2025-12-10 12:00:00" if is_old else "2026-02-10 12:00:00",
                    user_id=[self.user_sales.id, self.user_sales2.id, False][owner],
                    expected_revenue=revenue,
                    partner_id=(self.tester if is_test else self.customer).id,
                )
            self._apply()
            kpis = self.kpi_revenue + self.kpi_deals + self._more_kpis()
            left_out = {kpi: self._engine(kpi) for kpi in kpis}
            with patch.object(type(rules), "_apply", lambda *args: None):
                log = self.env["performance.exclusion"].search([])
                gone = {
                    kpi: log.filtered(
                        lambda x, kpi=kpi: x.kpi_id in (kpi, kpi.browse())
                    ).mapped("res_id")
                    for kpi in kpis
                }
                log._workflow_engine().unlink()
                for kpi in kpis:
                    domain = kpi._origin.domain
                    rest = Domain("id", "not in", gone[kpi])
                    definition = Definition.of(kpi).to_json()
                    definition["domain"] = repr(
                        list(Domain(literal_eval(domain)) & rest)
                    )
                    self.assertEqual(
                        left_out[kpi],
                        self._engine(kpi, Definition.from_json(kpi, definition)),
                        (kpi.code, deals, least),
                    )
            savepoint.rollback()
        self.env.invalidate_all()

    def _engine(self, kpi, definition=None):
        """``{(kind, subject): what was found}`` without what was left out."""
        rows = Measure(self.env, [definition or Definition.of(kpi)], self.period).rows()
        return {tuple(row[1:3]): tuple(row[3:7]) for row in rows if row[3]}
