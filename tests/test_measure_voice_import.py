from odoo.exceptions import AccessError
from odoo.tests import tagged

from .import_common import ImportCommon

HEADER = (
    "Reference in the File,Method (mystery_shopper or interview),Day (YYYY-MM-DD),"
    "Points,Points at Most (100),Employee E-mail or Badge,"
    '"Customer Reference, E-mail or Name",Remark'
)


@tagged("post_install", "-at_install")
class TestVoiceImport(ImportCommon):
    """Results of mystery shoppers and interviewers, by file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.ref = "C-77"

    def _load(self, *rows, user=None, **options):
        text = "\n".join([HEADER, *rows])
        return self._import("performance.voice", text, user=user, **options)

    def _found(self, *references):
        return self.env["performance.voice"].search(
            [("reference", "in", references)], order="reference"
        )

    def test_import(self):
        result = self._load(
            "V1,mystery_shopper,2026-02-03,70,,sam@example.com,,Did not ask for needs",
            "V2,interview,2026-02-04,4,5,B0002,C-77,",
        )
        self.assertFalse(result["messages"])
        self.assertRecordValues(
            self._found("V1", "V2"),
            [
                {
                    "percent": 70,
                    "employee_id": self.sales.id,
                    "commercial_partner_id": False,
                    "method": "mystery_shopper",
                    "comment": "Did not ask for needs",
                    "source": "import",
                    "kind": "evaluation",
                    "company_id": self.company.id,
                    "imported_by_id": self.user_hr.id,
                    "is_valid": True,
                },
                {
                    "percent": 80,
                    "employee_id": self.sales2.id,
                    "commercial_partner_id": self.customer.id,
                    "method": "interview",
                    "comment": False,
                    "source": "import",
                    "kind": "evaluation",
                    "company_id": self.company.id,
                    "imported_by_id": self.user_hr.id,
                    "is_valid": True,
                },
            ],
        )

    def test_the_same_reference_again(self):
        row = "V1,mystery_shopper,2026-02-03,{},,sam@example.com,,"
        self._load(row.format(70))
        voice = self._found("V1")
        self._load(row.format(75), user=self.user_hr2)
        self.assertEqual(self._found("V1"), voice)
        self.assertRecordValues(
            voice, [{"percent": 75, "imported_by_id": self.user_hr2.id}]
        )

    def test_only_officers(self):
        for user in (self.user_sales, self.user_manager, self.user_auditor):
            with self.assertRefused(AccessError, "Only a performance officer"):
                self.env["performance.voice"].with_user(user).load(
                    ["import_reference"], [["V1"]]
                )

    def test_wrong_rows_leave_nothing(self):
        good = "V1,interview,2026-02-03,70,,sam@example.com,,"
        cases = {
            ",interview,2026-02-03,70,,B0001,,": "is empty",
            "V2,phone,2026-02-03,70,,B0001,,": "is not a method",
            "V2,interview,soon,70,,B0001,,": "not a day",
            "V2,interview,2999-01-01,70,,B0001,,": "not a day of the past",
            "V2,interview,2026-02-03,many,,B0001,,": "not a number",
            "V2,interview,2026-02-03,nan,,B0001,,": "out of range",
            "V2,interview,2026-02-03,101,,B0001,,": "between 0 and 100",
            "V2,interview,2026-02-03,-1,,B0001,,": "between 0 and 100",
            "V2,interview,2026-02-03,1,0,B0001,,": "between 0 and 0",
            "V2,interview,2026-02-03,70,,nobody,,": "no employee",
            "V2,interview,2026-02-03,70,,B0001,Nobody Ltd,": "no customer",
            "V1,interview,2026-02-03,70,,B0001,,": "says this twice",
        }
        for row, text in cases.items():
            with self.subTest(row=row):
                messages = self._messages(self._load(good, row))
                self.assertEqual(messages[0][0], 1)
                self.assertIn(text, messages[0][1])
                self.assertFalse(self._found("V1", "V2"))

    def test_no_other_column_by_rpc(self):
        result = (
            self.env["performance.voice"]
            .with_user(self.user_hr)
            .load(["import_reference", "is_valid"], [["V1", "1"]])
        )
        self.assertFalse(result["ids"])
        self.assertIn("is_valid", result["messages"][0]["message"])

    def test_odd_cells(self):
        """Formulas and scripts are text; lists and objects are no tracebacks."""
        self._load("V1,interview,2026-02-03,70,,B0001,,\"=cmd|' /C calc'!A0\"")
        self.assertEqual(self._found("V1").comment, "=cmd|' /C calc'!A0")
        columns = [
            "import_reference",
            "import_method",
            "import_date",
            "import_score",
            "import_employee",
        ]
        model = self.env["performance.voice"].with_user(self.user_hr)
        for position in range(len(columns)):
            for odd in ([1], {"a": 1}, True, 1e400, "x" * 10**5, "\x00"):
                row = ["V9", "interview", "2026-02-03", "70", "B0001"]
                row[position] = odd
                result = model.load(columns, [row])
                if position:
                    self.assertFalse(result["ids"], (columns[position], odd))
