from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged, users

from .score_common import ScoreCommon


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
