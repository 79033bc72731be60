from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users
from odoo.tools import file_open

from .import_common import ImportCommon

COLUMNS = ["import_kpi", "import_period", "import_employee", "value", "evidence"]
HEAD = "KPI Code,Period Name,Employee E-mail or Badge,Value,Evidence\n"


@tagged("post_install", "-at_install")
class TestReadingImport(ImportCommon):
    """Typed numbers out of a file."""

    def _load(self, *rows, head=HEAD, **options):
        text = head + "".join(f"{row}\n" for row in rows)
        return self._import("performance.reading", text, **options)

    def _all(self):
        return self.env["performance.reading"].search(
            [("kpi_id", "=", self.kpi_csat.id), ("period_id", "=", self.period.id)]
        )

    # === WHAT WORKS ===#

    def test_file(self):
        result = self._load(
            "CSAT,2026-Q1,sam@example.com,86.5,Survey",
            'CSAT,2026-Q1,B0002,"1,071.25",Survey',
        )
        self.assertFalse(result["messages"])
        readings = self.env["performance.reading"].browse(result["ids"])
        self.assertRecordValues(
            readings,
            [
                {"employee_id": e.id, "value": v, "state": "provisional"}
                for e, v in ((self.sales, 86.5), (self.sales2, 1071.25))
            ],
        )
        self.assertEqual(readings.entered_by_id, self.user_hr)
        self.assertEqual(readings.mapped("evidence"), ["Survey", "Survey"])
        # another officer confirms all at once
        readings.with_user(self.user_hr2).action_confirm()
        self.assertEqual(set(readings.mapped("state")), {"ok"})

    def test_every_kind_of_subject(self):
        department = self.env["hr.department"].create(
            {"name": "Import Dept", "company_id": self.company.id}
        )
        below = department.create(
            {"name": "Care", "parent_id": department.id, "company_id": self.company.id}
        )
        self.customer.ref = "C-77"
        contact = self.env["res.partner"].create(
            {
                "name": "Carla Contact",
                "email": "Carla <carla@customer.example>",
                "parent_id": self.customer.id,
                "company_id": self.company.id,
            }
        )
        head = (
            "KPI Code,Period Name,Department Name,Sales Team Name,Company Name,"
            '"Customer Reference, E-mail or Name",Value,Evidence\n'
        )
        result = self._load(
            "CSAT,2026-Q1,Import Dept,,,,1,x",
            "CSAT,2026-Q1,Import Dept / Care,,,,2,x",
            "CSAT,2026-Q1,,Performance Test Team,,,3,x",
            "CSAT,2026-Q1,,,Performance Test Co,,4,x",
            "CSAT,2026-Q1,,,,C-77,5,x",
            head=head,
        )
        self.assertFalse(result["messages"])
        readings = self.env["performance.reading"].browse(result["ids"])
        self.assertEqual(
            [reading._subject() for reading in readings],
            [department, below, self.team, self.company, self.customer],
        )
        # a contact counts for its company
        result = self._load(
            "CSAT,2026-Q1,,,,carla@customer.example,6,x",
            head=head,
        )
        self.assertEqual(result["ids"], readings[-1].ids)
        self.assertEqual(readings[-1].value, 6)
        self.assertEqual(contact.commercial_partner_id, self.customer)

    def test_months(self):
        self.env["performance.period"].create(
            {"kind": "month", "date_start": "2026-11-01", "company_id": self.company.id}
        )
        result = self._load("CSAT,2026-11,B0001,3,x")
        reading = self.env["performance.reading"].browse(result["ids"])
        self.assertEqual(reading.period_id.name, "2026-11")

    def test_archived_employees_have_numbers(self):
        self.sales.active = False
        result = self._load("CSAT,2026-Q1,sam@example.com,1,x")
        self.assertFalse(result["messages"])

    def test_test_button_keeps_nothing(self):
        result = self._load("CSAT,2026-Q1,B0001,1,x", dryrun=True)
        self.assertFalse(result["messages"])
        self.assertFalse(self._all())

    def test_template_matches(self):
        Reading = self.env["performance.reading"]
        (template,) = Reading.get_import_templates()
        path = template["template"].lstrip("/")
        with file_open(path) as file:
            self._import("performance.reading", file.read(), dryrun=True)
        self.assertEqual(
            self.matched,
            ["import_kpi", "import_period", "import_employee", "value", "evidence"],
        )

    @users("perf_hr")
    def test_export_can_be_imported(self):
        self.env.user.sudo().group_ids += self.env.ref("base.group_allow_export")
        self._load("CSAT,2026-Q1,B0001,86.5,Survey")
        rows = (
            self._all()
            .with_user(self.env.user)
            .export_data(
                ["import_kpi", "import_period", "import_employee", "value", "evidence"]
            )["datas"]
        )
        self.assertEqual(rows, [["CSAT", "2026-Q1", "Sam@Example.com", 86.5, "Survey"]])

    # === AGAIN ===#

    def test_again_types_again(self):
        self._load("CSAT,2026-Q1,B0001,80,Survey")
        reading = self._all()
        reading.with_user(self.user_hr2).action_confirm()
        # what stands there anyway is left alone
        self._load("CSAT,2026-Q1,sam@example.com,80,Survey", user=self.user_hr2)
        self.assertRecordValues(
            reading, [{"state": "ok", "entered_by_id": self.user_hr.id}]
        )
        result = self._load(
            "CSAT,2026-Q1,sam@example.com,81,Survey",
            "CSAT,2026-Q1,sue@example.com,70,Survey",
            user=self.user_hr2,
        )
        self.assertEqual(result["ids"][0], reading.id)
        self.assertRecordValues(
            reading,
            [
                {
                    "value": 81,
                    "state": "provisional",
                    "entered_by_id": self.user_hr2.id,
                    "confirmed_by_id": False,
                }
            ],
        )
        self.assertEqual(len(self._all()), 2)

    def test_closed_period(self):
        self._load("CSAT,2026-Q1,B0001,80,Survey")
        self.period.with_user(self.user_hr).action_close()
        for badge in ("B0001", "B0002"):
            result = self._load(f"CSAT,2026-Q1,{badge},81,Survey")
            self.assertIn("2026-Q1 is closed", self._messages(result)[0][1])
        self.assertEqual(self._all().value, 80)

    # === WRONG ROWS ===#

    def test_wrong_rows_are_named_and_nothing_is_kept(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._create_employee("Olga", company_id=other.id, work_email="olga@else.where")
        cases = [
            ("CSAT,2026-Q1,sam@example.com,86.5,Survey", None),
            ("NPS9,2026-Q1,sue@example.com,1,x", "no KPI with the code “NPS9”"),
            ("CSAT,2026-Q7,sue@example.com,1,x", "no period “2026-Q7”"),
            (
                "CSAT,2026-Q1,nobody@example.com,1,x",
                "no employee with the e-mail or badge “nobody@example.com” in "
                "Performance Test Co",
            ),
            ("CSAT,2026-Q1,olga@else.where,1,x", "“olga@else.where” in Performance"),
            ("CSAT,2026-Q1,,1,x", "exactly one subject"),
            (",2026-Q1,sue@example.com,1,x", "“KPI Code” is empty"),
            ("CSAT,,sue@example.com,1,x", "“Period Name” is empty"),
            ("DEALS_WON,2026-Q1,sue@example.com,1,x", "measured from records"),
            ("CSAT,2026-Q1,sue@example.com,,x", "There is no value"),
            ("CSAT,2026-Q1,harry@example.com,1,", "where the value comes from"),
            ("CSAT,2026-Q1,B0001,1,x", "says this twice"),
        ]
        result = self._load(*(row for row, _text in cases))
        expected = [(i, text) for i, (_row, text) in enumerate(cases) if text]
        for (row, text), (found_row, found) in zip(
            expected, self._messages(result), strict=True
        ):
            self.assertEqual(row, found_row)
            self.assertIn(text, found)
        self.assertFalse(self._all())

    def test_ambiguous_keys(self):
        for _copy in range(2):
            self.env["hr.department"].create(
                {"name": "Twins", "company_id": self.company.id}
            )
        self.hr.work_email = "sue@example.com"
        result = self._load(
            "CSAT,2026-Q1,SUE@example.com,,1,x",
            "CSAT,2026-Q1,,Twins,1,x",
            head="KPI Code,Period Name,Employee E-mail or Badge,Department Name,"
            "Value,Evidence\n",
        )
        for _row, text in self._messages(result):
            self.assertIn("is ambiguous in Performance Test Co", text)
        # somebody who left does not stand in the way
        self.hr.active = False
        self.assertFalse(self._load("CSAT,2026-Q1,sue@example.com,1,x")["messages"])

    def test_numbers_that_are_none(self):
        for value in ("NaN", "inf", "-Infinity", "1e400", "1000000000000", "eight"):
            result = self._load(
                "CSAT,2026-Q1,B0001,5,x", f"CSAT,2026-Q1,B0002,{value},x"
            )
            self.assertTrue(result["messages"], value)
            self.assertFalse(result.get("ids"), value)
        self.assertFalse(self._all())

    def test_formulas_are_text(self):
        result = self._load("CSAT,2026-Q1,B0001,=1+1,\"=cmd|' /C calc'!A0\"")
        self.assertTrue(result["messages"])
        result = self._load("CSAT,2026-Q1,B0001,2,\"=cmd|' /C calc'!A0\"")
        reading = self.env["performance.reading"].browse(result["ids"])
        self.assertEqual(reading.evidence, "=cmd|' /C calc'!A0")
        result = self._load('"CSAT\' OR 1=1 --",2026-Q1,B0001,2,x')
        self.assertIn("no KPI", self._messages(result)[0][1])

    def test_wrong_columns(self):
        result = self._load(
            "CSAT,2026-Q1,B0001,5,x,ok,1",
            head=HEAD.strip() + ",state,confirmed_by_id\n",
        )
        # what only the engine writes is not offered to files
        self.assertEqual(self.matched[5:], [False, False])
        self.assertFalse(result["messages"])
        Reading = self.env["performance.reading"].with_user(self.user_hr)
        for column, cell in (("state", "ok"), ("corrects_id/.id", "1")):
            result = Reading.load(
                [*COLUMNS, column], [["CSAT", "2026-Q1", "B0002", "5", "x", cell]]
            )
            self.assertFalse(result["ids"])
            self.assertTrue(result["messages"])
        self.assertEqual(self._all().employee_id, self.sales)

    def test_rows_by_rpc(self):
        """What no file holds, but a client can send."""
        Reading = self.env["performance.reading"].with_user(self.user_hr)
        for row in (
            [None, None, None, None, None],
            ["CSAT"],
            [],
            [1, 2, 3, 4, 5],
            ["CSAT", "2026-Q1", "B0001", [1], "x"],
            ["CSAT", "2026-Q1", "B0001", float("nan"), "x"],
            ["CSAT", "2026-Q1", ["B0001"], 1, "x"],
        ):
            result = Reading.load(COLUMNS, [row])
            self.assertFalse(result["ids"], row)
            self.assertTrue(result["messages"], row)

    def test_long_file_in_parts_keeps_nothing(self):
        """The web client sends long files in parts; all of it is checked before."""
        good = [f"CSAT,2026-Q1,B000{n},5,x" for n in (1, 2)]
        result = self._load(*good, "CSAT,2026-Q1,nobody,5,x", limit=1)
        self.assertEqual(self._messages(result)[0][0], 2)
        self.assertFalse(self._all())
        result = self._load(*good, limit=1)
        self.assertEqual(len(result["ids"]), 1)
        self.assertEqual(result["nextrow"], 1)

    # === WHO ===#

    def test_only_officers(self):
        for user in (
            self.user_sales,
            self.user_manager,
            self.user_auditor,
            self.user_outsider,
        ):
            Reading = self.env["performance.reading"].with_user(user)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                Reading.load(
                    ["import_kpi", "import_period", "import_employee", "value"],
                    [["CSAT", "2026-Q1", "B0001", "5"]],
                )
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                Reading.create({"import_kpi": "CSAT", "import_employee": "B0001"})

    # === WITHOUT A FILE ===#

    @users("perf_hr")
    def test_keys_in_create(self):
        Reading = self.env["performance.reading"]
        values = {
            "import_kpi": "CSAT",
            "import_period": "2026-Q1",
            "import_employee": "B0001",
            "value": 5,
            "evidence": "x",
        }
        reading = Reading.create(values)
        self.assertEqual(reading.employee_id, self.sales)
        with self.assertRefused(UserError, "badge “B-9”"):
            Reading.create({**values, "import_employee": "B-9"})

    @users("perf_hr")
    def test_subjects_of_other_companies(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        olga = self._create_employee("Olga", company_id=other.id)
        with self.assertRefused(UserError, "does not belong to"):
            self.env["performance.reading"].create(
                {
                    "kpi_id": self.kpi_csat.id,
                    "period_id": self.period.id,
                    "employee_id": olga.id,
                    "value": 5,
                    "evidence": "x",
                }
            )

    # === CONFIRMING MANY ===#

    def test_bulk_confirmation_says_what_it_left(self):
        self._load(
            "CSAT,2026-Q1,B0001,5,x",
            "CSAT,2026-Q1,harry@example.com,6,x",
        )
        result = self._all().with_user(self.user_hr2).action_confirm()
        self.assertIn("1 confirmed.", result["params"]["message"])
        self.assertIn("about you", result["params"]["message"])
        states = {r.employee_id: r.state for r in self._all()}
        self.assertEqual(states, {self.sales: "ok", self.hr2: "provisional"})
        with self.assertRefused(UserError, "You typed this value"):
            self._all().filtered(lambda r: r.state == "provisional").with_user(
                self.user_hr
            ).action_confirm()

    # === SPEED ===#

    def _queries(self, *rows):
        self.env.invalidate_all()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        result = self._load(*rows)
        self.env.flush_all()
        self.assertFalse(result["messages"])
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow_with_rows(self):
        for number in range(300):
            self._create_employee(f"E{number}", barcode=f"E{number}")
        rows = [f"CSAT,2026-Q1,E{number},5,x" for number in range(300)]
        self._queries(rows[0])
        few, many = self._queries(*rows[1:21]), self._queries(*rows[21:])
        self.assertLess(many, few + 15)
        # as good as that when every row is known already
        again = self._queries(*(row.replace(",5,", ",6,") for row in rows))
        self.assertLess(again, few + 30)
