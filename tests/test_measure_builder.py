from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .score_common import ScoreCommon

QUIET = "odoo.addons.customer_performance.models.measure.run.performance_measurement"


@tagged("post_install", "-at_install")
class TestBuilder(ScoreCommon):
    """Administrators, no programmers, build KPIs in the form."""

    def _model(self, name):
        return self.env["ir.model"].sudo()._get(name)

    def _field(self, model, name):
        return self.env["ir.model.fields"].sudo()._get(model, name)

    def _new(self, source, code):
        form = Form(self.env["performance.kpi"])
        form.name = "Built"
        form.code = code
        form.source = source
        return form

    def _new_over_leads(self, source, code):
        form = self._new(source, code)
        form.model_id = self._model("crm.lead")
        return form

    # === THE FORM ===#

    @users("perf_admin")
    def test_the_model_brings_its_usual_date_and_paths(self):
        form = self._new_over_leads("records", "GUESSED")
        self.assertEqual(form.date_field_id.name, "date_closed")
        kpi = form.save()
        self.assertRecordValues(
            kpi,
            [
                {
                    "model_name": "crm.lead",
                    "date_field": "date_closed",
                    "employee_path": "user_id",
                    "team_path": "team_id",
                    "customer_path": "partner_id.commercial_partner_id",
                    "opportunity_path": "id",
                }
            ],
        )

    @users("perf_admin")
    def test_another_model_forgets_the_old_one(self):
        form = self._new_over_leads("records", "CHANGED")
        form.aggregate = "sum"
        form.measure_field_id = self._field("crm.lead", "expected_revenue")
        form.domain = "[('won_status', '=', 'won')]"
        form.aggregate = "count"
        form.model_id = self._model("calendar.event")
        kpi = form.save()
        self.assertRecordValues(
            kpi,
            [
                {
                    "model_name": "calendar.event",
                    "domain": "[]",
                    "measure_field": False,
                    "date_field": "create_date",
                    "employee_path": "user_id",
                    "opportunity_path": "opportunity_id",
                    "team_path": False,
                }
            ],
        )

    @users("perf_admin")
    def test_every_source_can_be_built(self):
        """With what the form asks for, and measured afterwards."""
        self._create_won(expected_revenue=10)
        fill = {
            "records": {},
            "share": {"match_domain": "[('expected_revenue', '>', 5)]"},
            "net_share": {
                "match_domain": "[('priority', '=', '3')]",
                "against_domain": "[('priority', '=', '0')]",
            },
            "repeat": {"repeat_count": 2},
            "retention": {"compare_with": "year_ago"},
            "first_time": {},
            "growth": {"aggregate": "count", "compare_with": "previous"},
            "formula": {"formula": "100 * DEALS_WON / 2"},
            "manual": {},
        }
        sources = dict(self.env["performance.kpi"]._fields["source"].selection)
        self.assertEqual(fill.keys(), sources.keys())
        for source, values in fill.items():
            plain = source in ("formula", "manual")
            new = self._new if plain else self._new_over_leads
            form = new(source, f"BUILT_{source.upper()}")
            for name, value in values.items():
                form[name] = value
            kpi = form.save()
            self.assertEqual(kpi.source, source)
            if source != "manual":
                unit = kpi._measure(self.period.with_env(self.env))
                self.assertEqual(unit.state, "done", f"{source}: {unit.message}")

    @users("perf_admin")
    def test_every_aggregate_can_be_built(self):
        for aggregate in ("sum", "avg", "min", "max"):
            form = self._new_over_leads("records", f"BUILT_{aggregate}")
            form.aggregate = aggregate
            form.measure_field_id = self._field("crm.lead", "expected_revenue")
            self.assertEqual(form.save().measure_field, "expected_revenue")
        form = self._new_over_leads("records", "BUILT_distinct")
        form.aggregate = "distinct"
        form.distinct_path = "partner_id"
        self.assertEqual(form.save().distinct_path, "partner_id")
        form = self._new_over_leads("records", "BUILT_hours")
        form.aggregate = "avg"
        form.unit = "hours"
        form.measure_type = "duration"
        form.duration_start_id = self._field("crm.lead", "create_date")
        form.duration_stop_id = self._field("crm.lead", "date_closed")
        form.duration_clock = "working"
        self.assertEqual(form.save().duration_stop, "date_closed")

    @users("perf_admin")
    def test_the_form_asks_for_what_the_source_needs(self):
        """Hidden is never asked for; without what is asked for nothing is saved."""
        needs = [
            ("records", {}, ["model_id"]),
            (
                "records",
                {"model_id": "crm.lead", "aggregate": "sum"},
                ["measure_field_id"],
            ),
            (
                "growth",
                {
                    "model_id": "crm.lead",
                    "aggregate": "avg",
                    "measure_type": "duration",
                },
                ["duration_start_id", "duration_stop_id"],
            ),
            (
                "records",
                {
                    "model_id": "crm.lead",
                    "aggregate": "distinct",
                    "customer_path": False,
                },
                ["distinct_path"],
            ),
            (
                "repeat",
                {"model_id": "crm.lead", "customer_path": False},
                ["distinct_path"],
            ),
            ("formula", {}, ["formula"]),
            ("manual", {}, []),
        ]
        for source, values, asked in needs:
            form = self._new(source, "ASKED")
            for name, value in values.items():
                form[name] = self._model(value) if name == "model_id" else value
            missing = [
                name
                for name in (
                    "model_id",
                    "measure_field_id",
                    "duration_start_id",
                    "duration_stop_id",
                    "distinct_path",
                    "formula",
                )
                if form._get_modifier(name, "required") and not form[name]
            ]
            self.assertEqual(missing, asked, source)
            for name in asked:
                self.assertFalse(form._get_modifier(name, "invisible"), name)

    @users("perf_admin")
    def test_a_kpi_of_an_app_that_is_not_there_stays_editable(self):
        kpi = self.env["performance.kpi"].create(
            {
                "name": "Quotations",
                "code": "QUOTES",
                "required_module": "no_such_app",
                "model_name": "no.such.model",
                "date_field": "date_order",
            }
        )
        self.assertIn("no_such_app", kpi.availability)
        self.assertIn("this server does not have yet", kpi.availability)
        form = Form(kpi)
        form.name = "Quotations sent"
        form.default_target = 5
        self.assertEqual(form.save().date_field, "date_order")

    @users("perf_admin")
    def test_pickers_are_open_to_administrators_who_are_no_system_administrators(self):
        self.assertFalse(self.env.user.has_group("base.group_system"))
        self.assertTrue(self.env["ir.model"].name_search("Lead"))
        domain = [("model", "=", "crm.lead"), ("ttype", "=", "monetary")]
        self.assertTrue(self.env["ir.model.fields"].search_count(domain))
        with self.assertRaises(AccessError):
            self._model("crm.lead").sudo(False).name = "Mine"

    # === CODES ===#

    @users("perf_admin")
    def test_a_code_is_a_word_of_formulas(self):
        for code in ("A", "_a1", "Deals_Won", "deals"):
            self.kpi_deals.with_env(self.env).code = code
        for code in (
            "1A",
            "A B",
            "A-B",
            "É",
            "if",
            "None",
            "A.B",
            "客户",
            "A\n",
        ):
            with (
                self.subTest(code=code),
                self.assertRefused(ValidationError, "is no code"),
            ):
                self.kpi_deals.with_env(self.env).code = code

    # === HINTS ===#

    @users("perf_admin")
    def test_hints_do_not_refuse(self):
        kpi = self.kpi_deals.with_env(self.env)
        self._create_won()
        self.assertFalse(kpi.hint)
        table = [
            ({"domain": "[('name', '=', 'Nowhere')]"}, "finds no record at all"),
            (
                {"source": "share", "match_domain": "[('name', '=', 'Nowhere')]"},
                "counting filter",
            ),
            (
                {
                    "employee_path": False,
                    "team_path": False,
                    "customer_path": False,
                    "opportunity_path": False,
                },
                "only the company",
            ),
            (
                {"employee_path": "partner_id.user_id", "owner_at": "date"},
                "does not keep who stood",
            ),
        ]
        for values, text in table:
            with self.env.cr.savepoint() as savepoint:
                kpi.write(values)
                self.assertIn(text, kpi.hint or "", values)
                savepoint.rollback()
            self.env.invalidate_all()
        form = Form(kpi)
        form.domain = "[('name', '=', 'Nowhere')]"
        self.assertIn("finds no record", form.hint)
        form.domain = "[('gone', '=', 1)]"
        self.assertFalse(form.hint)
        form.source = "formula"
        form.formula = "1 +"
        self.assertIn("cannot be read", form.hint)

    def test_hints_are_not_for_everybody(self):
        with self.assertRaises(AccessError):
            self.kpi_deals.with_user(self.user_employee).read(["hint"])
        # reading all that there is still works
        self.kpi_deals.with_user(self.user_employee).read()
        self.kpi_deals.with_user(self.user_auditor).read()

    # === WHO USES IT ===#

    @users("perf_admin")
    def test_who_uses_a_kpi(self):
        deals = self.kpi_deals.with_env(self.env)
        before = deals.formula_count
        self._active_scheme()
        form = self._new("formula", "RATIO")
        form.formula = "NEW_REVENUE / DEALS_WON"
        self.assertEqual(
            set(form.component_ids[:].mapped("code")), {"NEW_REVENUE", "DEALS_WON"}
        )
        self.assertIn(deals, form.known_kpi_ids[:])
        ratio = form.save()
        self.assertEqual(deals.formula_count, before + 1)
        Kpi = self.env["performance.kpi"]
        self.assertIn(ratio, Kpi.search(deals.action_open_formulas()["domain"]))
        revenue = self.kpi_revenue.with_env(self.env)
        self.assertTrue(revenue.scheme_count)
        schemes = self.env["performance.scheme"].search(
            revenue.action_open_schemes()["domain"]
        )
        self.assertEqual(len(schemes), revenue.scheme_count)
        self.assertIn("Test Scheme", schemes.mapped("name"))

    @users("perf_admin")
    def test_the_own_companys_kpi_goes_before_one_for_all(self):
        deals = self.kpi_deals.with_env(self.env)
        before = deals.formula_count
        own = deals.copy({"code": "DEALS_WON", "company_id": self.company.id})
        self.env["performance.kpi"].create(
            {
                "name": "Half",
                "code": "HALF",
                "source": "formula",
                "formula": "DEALS_WON / 2",
                "company_id": self.company.id,
            }
        )
        self.assertEqual(own.formula_count, 1)
        self.assertEqual(deals.formula_count, before)

    # === VERSIONS ===#

    @users("perf_admin")
    def test_versions_say_what_changed(self):
        kpi = self.kpi_deals.with_env(self.env)
        period = self.period.with_env(self.env)
        kpi._measure(period)
        kpi.write({"include_archived": True, "owner_at": "now", "minimum_sample": 3})
        kpi._measure(period)
        latest, first = kpi.version_ids
        self.assertEqual(first.changes, "First definition.")
        self.assertEqual(
            set(latest.changes.splitlines()),
            {
                "Include Archived: no → yes",
                "Record Owner: On the Record's Date → Now",
                "Minimum Sample: 0 → 3",
            },
        )

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
