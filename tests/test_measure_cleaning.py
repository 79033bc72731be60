from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import tagged, users

from ..models.measure.engine import Definition, Measure
from .cleaning_common import CleaningCommon


@tagged("post_install", "-at_install")
class TestCleaningRule(CleaningCommon):
    """Rules: who may, what they leave out, and that numbers follow."""

    # === ROLES ===#

    @users("perf_admin")
    def test_administrators_define_and_do_not_approve_their_own(self):
        rule = self._draft_rule(env=self.env)
        self.assertEqual(rule.proposed_by_id, self.user_admin)
        self.assertFalse(rule.can_approve)
        with self.assertRefused(UserError, "somebody else has to approve"):
            rule.action_approve()
        with self.assertRefused(AccessError, "workflow only"):
            rule.write({"state": "in_force"})
        for name, value in (
            ("proposed_by_id", self.user_hr.id),
            ("approved_by_id", self.user_hr.id),
            ("error", "none"),
        ):
            with self.assertRefused(AccessError, "workflow only"):
                rule.write({name: value})

    @users("perf_admin")
    def test_a_forged_author_does_not_help(self):
        model = self.env["performance.cleaning.rule"].with_context(
            default_proposed_by_id=self.user_hr.id,
            default_state="in_force",
            performance_workflow=True,
        )
        rule = model.create(self._rule_values(proposed_by_id=False))
        self.assertEqual((rule.state, rule.proposed_by_id), ("draft", self.user_admin))
        with self.assertRefused(AccessError, "workflow only"):
            model.create(self._rule_values(state="in_force"))
        with self.assertRefused(AccessError, "workflow only"):
            model.create(self._rule_values(proposed_by_id=self.user_hr.id))

    @users("perf_hr")
    def test_officers_read_and_approve(self):
        rule = self._draft_rule().with_env(self.env)
        self.assertTrue(rule.can_approve)
        self.assertFalse(rule.can_withdraw)
        with self.assertRefused(AccessError, ""):
            rule.write({"domain": "[]"})
        with self.assertRefused(AccessError, ""):
            self._draft_rule(env=self.env)
        rule.action_approve()
        self.assertRecordValues(
            rule, [{"state": "in_force", "approved_by_id": self.user_hr.id}]
        )
        with self.assertRefused(UserError, "Only a performance administrator"):
            rule._workflow_apply("withdraw", "I do not like it")

    def test_others_have_no_access(self):
        rule = self._draft_rule()
        for user in (self.user_manager, self.user_sales, self.user_outsider):
            with self.assertRefused(AccessError, ""):
                rule.with_user(user).read(["name"])
            with self.assertRefused(AccessError, ""):
                rule.with_user(user).action_approve()
        audited = rule.with_user(self.user_auditor)
        self.assertEqual(audited.read(["name"])[0]["name"], rule.name)
        with self.assertRefused(UserError, "Only a performance officer"):
            audited.action_approve()

    def test_whoever_changes_a_draft_is_its_author(self):
        rule = self._draft_rule(user=self.user_admin2)
        rule.with_user(self.user_admin).write({"domain": "[('id', '>', 0)]"})
        with self.assertRefused(UserError, "somebody else"):
            rule.with_user(self.user_admin).action_approve()
        rule.with_user(self.user_admin2).action_approve()
        self.assertEqual(rule.state, "in_force")

    def test_in_force_it_stays_as_approved(self):
        rule = self._rule()
        for vals in (
            {"domain": "[]"},
            {"kpi_ids": [(6, 0, self.kpi_deals.ids)]},
            {"active": False},
            {"company_id": False},
            {"model_id": self.env["ir.model"]._get_id("res.partner")},
        ):
            with self.assertRefused(UserError, "Withdraw it first"):
                rule.with_user(self.user_admin).write(vals)
        with self.assertRefused(UserError, "Withdraw it first"):
            rule.with_user(self.user_admin).unlink()
        rule.with_user(self.user_admin).write({"name": "Another name"})
        rule.with_user(self.user_admin)._workflow_apply("withdraw", "Too wide")
        with self.assertRefused(UserError, "the log keeps it"):
            self._create_won(partner_id=self.tester.id)
            self._approve(rule)
            rule.with_user(self.user_admin)._workflow_apply("withdraw", "Again")
            rule.with_user(self.user_admin).unlink()

    def test_approvers_get_an_activity_and_the_author_none(self):
        rule = self._draft_rule()
        told = rule.activity_ids.user_id
        self.assertIn(self.user_hr, told)
        self.assertIn(self.user_admin2, told)
        self.assertNotIn(self.user_admin, told)
        self._approve(rule)
        self.assertFalse(rule.activity_ids)

    # === DEFINITION ===#

    def test_what_cannot_be_applied_is_refused_when_it_is_saved(self):
        other = self._create_kpi("OTHER", model_name="res.partner")
        table = [
            ({"model_name": "no.such.model"}, "not stored"),
            ({"model_name": "performance.reason.wizard"}, "not stored"),
            ({"model_name": "mail.thread"}, "not stored"),
            ({"domain": "[('no_such_field', '=', 1)]"}, "does not fit"),
            ({"domain": "not a domain"}, "does not fit"),
            ({"domain": "__import__('os').getcwd()"}, "does not fit"),
            ({"domain": "[('expected_revenue', '=', 'x')]"}, "does not fit"),
            ({"kpi_ids": [(6, 0, other.ids)]}, "does not count records"),
            ({"kpi_ids": [(6, 0, self.kpi_csat.ids)]}, "does not count records"),
        ]
        for values, text in table:
            with self.assertRefused(ValidationError, text):
                self._draft_rule(**values)

    def test_a_kpi_in_a_rule_is_not_deleted(self):
        kpi = self._create_kpi("GOES")
        self._draft_rule(kpi_ids=[(6, 0, kpi.ids)])
        with self.assertRaises(Exception), self.env.cr.savepoint():  # noqa: B017
            kpi.unlink()

    def test_the_form_counts_what_matches(self):
        self._create_won(partner_id=self.tester.id)
        rule = self._draft_rule()
        self.assertEqual(rule.with_user(self.user_admin).match_count, 1)

    # === NUMBERS ===#

    def test_the_number_changes_and_comes_back(self):
        self._create_won(expected_revenue=100)
        deal = self._create_won(partner_id=self.tester.id, expected_revenue=10)
        self.assertEqual(self._value(), 110)
        rule = self._rule()
        self.assertRecordValues(
            self._log(rule),
            [
                {
                    "res_model": "crm.lead",
                    "res_id": deal.id,
                    "record_name": deal.name,
                    "reason": "test_customer",
                    "state": "applied",
                    "is_applied": True,
                    "kpi_id": False,
                    "employee_ids": self.sales.ids,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(str(self._log(rule).record_date), "2026-02-10")
        self.assertEqual(self._value(), 100)
        reading = self._reading(self.kpi_revenue, employee_id=self.sales)
        self.assertEqual((reading.sample_size, reading.excluded_count), (1, 1))
        self.assertIn("1 left out", reading.explanation)
        rule.with_user(self.user_admin)._workflow_apply("withdraw", "Not needed")
        self.assertEqual(self._log(rule).state, "obsolete")
        self.assertEqual(self._value(), 110)

    def test_a_rule_that_no_longer_matches(self):
        deal = self._create_won(partner_id=self.tester.id, expected_revenue=10)
        rule = self._rule()
        self.assertEqual(self._value(), 0)
        deal.partner_id = self.customer
        self.assertEqual(self._value(), 10)
        self.assertEqual(self._log(rule).state, "obsolete")
        deal.partner_id = self.tester
        self.assertEqual(self._value(), 0)
        self.assertEqual(
            sorted(self._log(rule).mapped("state")), ["applied", "obsolete"]
        )

    def test_applying_twice_changes_nothing(self):
        self._create_won(partner_id=self.tester.id)
        rule = self._rule()
        before = self._log(rule).read()
        self._apply()
        self.assertEqual(self._log(rule).read(), before)

    def test_overlapping_rules(self):
        deal = self._create_won(partner_id=self.tester.id, expected_revenue=10)
        first = self._rule()
        second = self._rule(domain="[('expected_revenue', '<', 20)]", reason="invalid")
        self.assertEqual(self._value(), 0)
        asked = self._log(first)
        self._question_and_lift(asked)
        self.assertEqual(self._value(), 0, "the second rule still leaves it out")
        self.assertIn(
            "still left out", " ".join(asked.message_ids.mapped("body")).lower()
        )
        reading = self._reading(self.kpi_revenue, employee_id=self.sales)
        self.assertEqual(reading.excluded_count, 1, "counted once, though twice left out")
        deal.expected_revenue = 30
        self.assertEqual(self._value(), 30)
        self.assertEqual(self._log(second).state, "obsolete")

    def test_lifted_stays_lifted(self):
        self._create_won(partner_id=self.tester.id, expected_revenue=10)
        rule = self._rule()
        self._question_and_lift(self._log(rule))
        self.assertEqual(self._value(), 10)
        self._apply()
        self.assertEqual(self._log(rule).mapped("state"), ["lifted"])
        rule.with_user(self.user_admin)._workflow_apply("withdraw", "To reword it")
        self._approve(rule)
        self.assertEqual(self._log(rule).mapped("state"), ["lifted"])

    def test_rule_for_some_kpis(self):
        self._create_won(partner_id=self.tester.id, expected_revenue=10)
        rule = self._rule(kpi_ids=[(6, 0, (self.kpi_revenue + self.kpi_days).ids)])
        self.assertEqual(
            self._log(rule).kpi_id, self.kpi_revenue + self.kpi_days
        )
        self.assertEqual(self._value(), 0)
        self.assertEqual(self._value(self.kpi_deals), 1)

    def test_archived_records_are_left_out_too(self):
        kpi = self._create_kpi("ARCHIVED", include_archived=True)
        deal = self._create_won(partner_id=self.tester.id)
        deal.active = False
        self.assertEqual(self._value(kpi), 1)
        rule = self._rule()
        self.assertEqual(self._log(rule).res_id, deal.id)
        self.assertEqual(self._value(kpi), 0)

    def test_whoever_stood_on_the_record_on_its_date(self):
        kpi = self._create_kpi("THEN", owner_at="date")
        deal = self._create_won(partner_id=self.tester.id)
        self.flush_tracking()
        deal.user_id = self.user_sales2
        self.flush_tracking()
        rule = self._rule(kpi_ids=[(6, 0, kpi.ids)])
        self.assertEqual(self._log(rule).employee_ids, self.sales)
        now = self._rule(kpi_ids=[(6, 0, self.kpi_deals.ids)])
        self.assertEqual(self._log(now).employee_ids, self.sales2)

    def test_whom_it_concerns_follows_the_record(self):
        deal = self._create_won(partner_id=self.tester.id)
        rule = self._rule()
        deal.user_id = self.user_sales2
        self._apply()
        self.assertEqual(self._log(rule).employee_ids, self.sales2)
        deal.user_id = False
        self._apply()
        self.assertFalse(self._log(rule).employee_ids)

    def test_records_of_several_people_concern_them_all(self):
        kpi = self._create_kpi(
            "MEETINGS",
            model_name="calendar.event",
            date_field="start",
            employee_path="partner_ids.user_ids",
        )
        event = self.env["calendar.event"].create(
            {
                "name": "Internal round",
                "start": "2026-02-10 10:00:00",
                "stop": "2026-02-10 11:00:00",
                "user_id": self.user_sales.id,
                "partner_ids": [
                    (6, 0, (self.user_sales + self.user_sales2).partner_id.ids)
                ],
            }
        )
        rule = self._rule(
            model_name="calendar.event",
            domain="[('name', 'ilike', 'internal round')]",
            kpi_ids=[(6, 0, kpi.ids)],
            reason="internal",
        )
        self.assertRecordValues(
            self._log(rule),
            [{"res_id": event.id, "employee_ids": (self.sales + self.sales2).ids}],
        )
        for user in (self.user_sales, self.user_sales2):
            self.assertTrue(self._log(rule).with_user(user).read(["record_name"]))
        self.assertEqual(self._value(kpi), 0)

    def test_a_model_on_which_nothing_is_measured(self):
        rule = self._rule(model_name="res.country", domain="[('code', '=', 'CN')]")
        self.assertEqual(len(self._log(rule)), 1)
        self.assertFalse(self._log(rule).employee_ids)

    # === COMPANIES ===#

    def test_two_companies(self):
        other, theirs, twin = self._other_company()
        self.tester.company_id = False
        self._create_won(partner_id=self.tester.id, expected_revenue=10)
        foreign = self._create_won(
            partner_id=self.tester.id,
            expected_revenue=99,
            company_id=other.id,
            team_id=False,
        )
        rule = self._rule()
        self.assertEqual(len(self._log(rule)), 1, "only records of its company")
        self.assertEqual(self._value(), 0)
        self.assertEqual(self._value(employee=twin, period=theirs), 99)
        shared = self._rule(company_id=False)
        log = self._log(shared).filtered(lambda x: x.res_id == foreign.id)
        self.assertRecordValues(
            log,
            [
                {
                    "company_id": other.id,
                    "scope_company_id": False,
                    "employee_ids": twin.ids,
                }
            ],
        )
        self.assertEqual(self._value(employee=twin, period=theirs), 0)
        visible = self.env["performance.exclusion"].with_user(self.user_hr)
        self.assertNotIn(foreign.id, visible.search([]).mapped("res_id"))
        with self.assertRefused(AccessError, ""):
            log.with_user(self.user_hr).read(["record_name"])

    def test_a_record_of_no_company_is_left_out_where_the_rule_holds(self):
        kpi = self._create_kpi(
            "PARTNERS",
            model_name="res.country",
            date_field="create_date",
            employee_path=False,
            minimum_sample=0,
        )
        other, theirs, _twin = self._other_company()
        periods = self.env["performance.period"]
        for company in (self.company, other):
            day = self.env.ref("base.cn").create_date.date()
            periods += periods._get_or_create("quarter", day, company)
        self._rule(model_name="res.country", domain="[]", kpi_ids=[(6, 0, kpi.ids)])
        kpi._measure(periods)
        values = {
            reading.company_id: reading.value
            for reading in self.env["performance.reading"].search(
                Domain("kpi_id", "=", kpi.id)
                & Domain("subject_type", "=", "company")
            )
        }
        self.assertEqual(values[self.company], 0)
        self.assertGreater(values[other], 100)

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
        self._apply()
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
        self._apply()
        for number in (1, 20):
            for _n in range(number):
                self._create_won(partner_id=self.tester.id)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._apply()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(self._log(rule)), 21)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[0], 40)

    def test_no_rule_costs_one_query(self):
        self._apply()
        self.env.flush_all()
        with self.assertQueryCount(1):
            self._apply()

    # === PROPERTY ===#

    @settings(
        max_examples=15,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
        deadline=None,
    )
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 2), st.integers(1, 99), st.booleans(), st.booleans()
            ),
            min_size=1,
            max_size=8,
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
                        list(Domain(eval(domain)) & rest)  # noqa: S307
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
        rows = Measure(
            self.env, [definition or Definition.of(kpi)], self.period
        ).rows()
        return {
            tuple(row[1:3]): tuple(row[3:7]) for row in rows if row[3] or row[5]
        }
