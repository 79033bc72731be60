import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import file_open, mute_logger

from .import_common import ImportCommon

HEAD = "KPI Code,Period Name,Employee E-mail or Badge,Target,Upper Target,Note\n"


@tagged("post_install", "-at_install")
class TestTarget(ImportCommon):
    """Targets of one subject, in place of the scheme's."""

    def _target(self, user=None, **values):
        return (
            self.env["performance.target"]
            .with_user(user or self.user_hr)
            .create(
                {
                    "kpi_id": self.kpi_revenue.id,
                    "period_id": self.period.id,
                    "employee_id": self.sales.id,
                    "value": 2000,
                    **values,
                }
            )
        )

    def _open(self, scheme, subjects=None):
        return self.env["performance.scorecard"]._open_for(
            scheme, self.period, subjects or self.sales + self.sales2
        )

    def _line(self, card, kpi=None):
        kpi = kpi or self.kpi_revenue
        return card.line_ids.filtered(lambda line: line.kpi_id == kpi)

    # === SCORECARDS ===#

    def test_replaces_the_target_of_the_scheme(self):
        target = self._target()
        self._create_won(expected_revenue=1500)
        cards = self._open(self._active_scheme())
        mine, other = (
            self._line(cards.filtered(lambda c, e=e: c.employee_id == e))
            for e in (self.sales, self.sales2)
        )
        self.assertRecordValues(
            mine + other,
            [
                {"target": 2000, "target_id": target.id, "actual": 1500},
                {"target": 1000, "target_id": False, "actual": 0},
            ],
        )
        self.assertEqual(mine.rule["target"], 2000)
        # 75 % of the own target, linear: what 1,500 of 1,000 would not have earned
        self.assertLess(mine.points, 10)
        self.assertIn("set for this subject; the scheme asks for", mine.explanation)
        self.assertIn("1,000", mine.explanation)
        self.assertNotIn("set for this subject", other.explanation)

    def test_open_scorecards_keep_theirs(self):
        target, scheme = self._target(), self._active_scheme()
        line = self._line(self._open(scheme, self.sales))
        target.value = 5000
        self.assertEqual((line.target, line.rule["target"]), (2000, 2000))
        self.assertEqual(self._line(self._open(scheme, self.sales)).target, 2000)
        target.unlink()
        self.assertEqual(line.target, 2000)
        self.assertIn("set for this subject", line.explanation)

    def test_range(self):
        self.kpi_csat.sudo().direction = "range"
        self._target(kpi_id=self.kpi_csat.id, value=60, value_upper=70)
        scheme = self._create_scheme(
            [
                (
                    self.kpi_csat,
                    {
                        "weight": 100,
                        "rule": "range",
                        "target": 30,
                        "target_upper": 40,
                        "tolerance": 10,
                    },
                )
            ],
            sudo=True,
        )
        scheme._workflow_move("activate")
        line = self._line(self._open(scheme, self.sales), self.kpi_csat)
        self.assertEqual(line.target_text, "60 % – 70 %")
        self.assertIn("30 % – 40 %", line.explanation)
        self._satisfaction(65)
        self.assertEqual(line.points, 10)

    def test_target_that_the_rule_cannot_work_with(self):
        self._target(value=0)
        with self.assertRefused(UserError, "Sam Sales has to be above zero"):
            self._open(self._active_scheme())

    def test_range_target_needs_an_upper_end(self):
        scheme = self._create_scheme(
            [
                (
                    self.kpi_revenue,
                    {"weight": 100, "rule": "range", "target": 1, "target_upper": 2},
                )
            ],
            sudo=True,
        )
        scheme._workflow_move("activate")
        self._target()
        with self.assertRefused(UserError, "needs an upper end"):
            self._open(scheme)

    def test_targets_are_asked_for_once(self):
        scheme = self._active_scheme()
        people = self.sales + self.sales2 + self.employee + self.hr
        before = self.env.cr.sql_log_count
        Target = self.env["performance.target"]
        Target._of(scheme.line_ids.kpi_id, self.period, "employee", people)
        self.assertLess(self.env.cr.sql_log_count - before, 3)

    # === RULES ===#

    def test_one_for_each_key(self):
        self._target()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            self._target(value=3)

    def test_values(self):
        for value in (float("nan"), float("inf"), 1e12):
            with self.assertRefused(UserError, "out of range"):
                self._target(value=value)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
        ):
            self._target(value=-1)
        with self.assertRefused(ValidationError, "not below the"):
            self._target(value=5, value_upper=4)
        self.kpi_csat.sudo().direction = "range"
        with self.assertRefused(ValidationError, "not below the"):
            self._target(kpi_id=self.kpi_csat.id, value=5)

    def test_closed_periods_stay(self):
        target = self._target()
        self.period.with_user(self.user_hr).action_close()
        for change in (
            lambda: target.write({"value": 1}),
            target.unlink,
            lambda: self._target(employee_id=self.sales2.id),
        ):
            with self.assertRefused(UserError, "targets are final"):
                change()
        second = self.env["performance.period"].create(
            {"kind": "quarter", "date_start": "2026-04-01"}
        )
        with self.assertRefused(UserError, "targets are final"):
            self._target(period_id=second.id).period_id = self.period

    def test_nobody_sets_his_own(self):
        with self.assertRefused(UserError, "yours"):
            self._target(employee_id=self.hr.id)
        target = self._target(self.user_hr2, employee_id=self.hr.id)
        for change in (
            lambda: target.with_user(self.user_hr).write({"value": 1}),
            target.with_user(self.user_hr).unlink,
        ):
            with self.assertRefused(UserError, "yours"):
                change()
        mine = self._target()
        with self.assertRefused(UserError, "yours"):
            mine.employee_id = self.hr

    def test_who_may_what(self):
        target = self._target()
        expected = {
            self.user_sales: "r",
            self.user_manager: "r",
            self.user_auditor: "r",
            self.user_admin: "rwcu",
            self.user_hr2: "rwcu",
            self.user_sales2: "",
            self.user_employee: "",
            self.user_crm: "",
            self.user_outsider: "",
        }
        for user, operations in expected.items():
            record = target.with_user(user)
            found = "".join(
                operation[0]
                for operation in ("read", "write", "create", "unlink")
                if record.has_access(operation)
            )
            self.assertEqual(found, operations, user.login)
        with self.assertRaises(AccessError):
            self._target(self.user_manager, employee_id=self.sales2.id)

    def test_other_companies(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        olga = self._create_employee("Olga", company_id=other.id)
        with self.assertRefused(UserError, "does not belong to"):
            self._target(employee_id=olga.id)
        target = self._target()
        self.user_hr2.write(
            {"company_ids": [(6, 0, other.ids)], "company_id": other.id}
        )
        self.assertFalse(
            self.env["performance.target"]
            .with_user(self.user_hr2)
            .with_context(allowed_company_ids=other.ids)
            .search([("id", "=", target.id)])
        )

    @users("perf_hr")
    def test_form(self):
        form = Form(self.env["performance.target"])
        form.kpi_id = self.kpi_revenue.with_env(self.env)
        form.period_id = self.period.with_env(self.env)
        form.team_id = self.team.with_env(self.env)
        form.value = 7
        self.assertEqual(form.save().subject_type, "team")

    # === IMPORT ===#

    def _load(self, *rows, **options):
        text = HEAD + "".join(f"{row}\n" for row in rows)
        return self._import("performance.target", text, **options)

    def _all(self):
        return self.env["performance.target"].search(
            [("period_id", "=", self.period.id)]
        )

    def test_import(self):
        result = self._load(
            "NEW_REVENUE,2026-Q1,sam@example.com,3000,,Agreed",
            "CSAT,2026-Q1,B0002,80,90,",
        )
        self.assertFalse(result["messages"])
        self.assertRecordValues(
            self.env["performance.target"].browse(result["ids"]),
            [
                {"employee_id": self.sales.id, "value": 3000, "note": "Agreed"},
                {"employee_id": self.sales2.id, "value": 80, "note": False},
            ],
        )
        again = self._load("NEW_REVENUE,2026-Q1,B0001,3500,,Agreed again")
        self.assertEqual(again["ids"], result["ids"][:1])
        self.assertEqual(self._all().filtered("note").value, 3500)

    def test_wrong_rows_are_named_and_nothing_is_kept(self):
        cases = [
            ("NEW_REVENUE,2026-Q1,sam@example.com,3000,,", None),
            ("GONE,2026-Q1,sue@example.com,1,,", "no KPI"),
            ("CSAT,2026-Q1,sue@example.com,,,", "no value"),
            ("CSAT,2026-Q1,sam@example.com,1000000000000,,", "out of range"),
            ("CSAT,2026-Q1,harry@example.com,1,1000000000000,", "out of range"),
        ]
        result = self._load(*(row for row, _text in cases))
        expected = [(i, text) for i, (_row, text) in enumerate(cases) if text]
        found = self._messages(result)
        self.assertEqual([row for row, _t in found], [row for row, _t in expected])
        for (_row, text), (_found_row, message) in zip(expected, found, strict=True):
            self.assertIn(text, message)
        self.assertFalse(self._all())

    def test_row_that_the_database_refuses(self):
        for row in (
            "CSAT,2026-Q1,sue@example.com,-5,,",
            "CSAT,2026-Q1,sue@example.com,5,4,",
        ):
            with mute_logger("odoo.sql_db"):
                result = self._load("NEW_REVENUE,2026-Q1,B0001,3000,,", row)
            self.assertIn(1, [number for number, _text in self._messages(result)])
            self.assertFalse(self._all())

    def test_own_target_in_a_file(self):
        result = self._load(
            "NEW_REVENUE,2026-Q1,B0001,3000,,",
            "NEW_REVENUE,2026-Q1,harry@example.com,1,,",
            user=self.user_hr2,
        )
        self.assertIn("yours", " ".join(text for _row, text in self._messages(result)))
        self.assertFalse(self._all())

    def test_template_matches(self):
        (template,) = self.env["performance.target"].get_import_templates()
        with file_open(template["template"].lstrip("/")) as file:
            self._import("performance.target", file.read(), dryrun=True)
        self.assertEqual(
            self.matched,
            [
                "import_kpi",
                "import_period",
                "import_employee",
                "value",
                "value_upper",
                "note",
            ],
        )
