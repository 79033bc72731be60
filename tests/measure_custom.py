from contextlib import contextmanager

from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..models.measure.engine import Definition, Measure
from .common import PerformanceCommon
from .measure_reference import KINDS, Reference

MODEL = "x_perf_test"
FIELDS = [
    ("x_name", "char", {}),
    ("x_active", "boolean", {}),
    ("x_when", "datetime", {}),
    ("x_day", "date", {}),
    ("x_start", "datetime", {}),
    ("x_stop", "datetime", {}),
    ("x_number", "float", {}),
    ("x_whole", "integer", {}),
    ("x_currency_id", "many2one", {"relation": "res.currency"}),
    ("x_amount", "monetary", {"currency_field": "x_currency_id"}),
    ("x_user_id", "many2one", {"relation": "res.users"}),
    ("x_user_ids", "many2many", {"relation": "res.users"}),
    ("x_employee_id", "many2one", {"relation": "hr.employee"}),
    ("x_department_id", "many2one", {"relation": "hr.department"}),
    ("x_team_id", "many2one", {"relation": "crm.team"}),
    ("x_partner_id", "many2one", {"relation": "res.partner"}),
    ("x_lead_id", "many2one", {"relation": "crm.lead"}),
    ("x_company_id", "many2one", {"relation": "res.company"}),
]


@tagged("post_install", "-at_install")
class MeasureProof(PerformanceCommon):
    """Two companies in other time zones and currencies, and records made by SQL.

    ::

        Berlin Co (EUR)                      Far Co (JPY)
         Upper                                Far Department
          +- Left   Sam, then Right           Twin of Sam, Fay (archived)
          +- Right  Sue
         nowhere    Mia, Archie (archived)
        users without employee: stranger, gone (archived)
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create(
            {"name": "Far Co", "currency_id": cls.env.ref("base.JPY").id}
        )
        cls.env.ref("base.JPY").active = True
        cls.company.currency_id = cls.env.ref("base.EUR")
        cls.companies = cls.company + cls.other
        Department = cls.env["hr.department"]
        cls.upper = Department.create({"name": "Upper", "company_id": cls.company.id})
        cls.left, cls.right = Department.create(
            [
                {"name": n, "company_id": cls.company.id, "parent_id": cls.upper.id}
                for n in ("Left", "Right")
            ]
        )
        cls.far = Department.create({"name": "Far", "company_id": cls.other.id})
        cls._make_people()
        cls.partners = cls._make_partners()
        cls.teams = cls.team + cls.env["crm.team"].create(
            [
                {"name": "Nobody's team", "company_id": False},
                {"name": "Far team", "company_id": cls.other.id},
            ]
        )
        cls.period = cls._make_period(cls.company)

    @classmethod
    def _make_people(cls):
        version = cls.sales.version_id
        version.write({"date_version": "2025-01-01", "department_id": cls.left.id})
        cls.sales.create_version(
            {"date_version": "2026-02-15", "department_id": cls.right.id}
        )
        cls.sales2.version_id.write(
            {"date_version": "2026-03-01", "department_id": cls.right.id}
        )
        users = {}
        for login in ("archie", "fay", "stranger", "gone"):
            users[login] = new_test_user(
                cls.env,
                f"perf_proof_{login}",
                groups="sales_team.group_sale_salesman",
                company_id=cls.other.id if login == "fay" else cls.company.id,
                company_ids=[Command.set(cls.companies.ids)],
            )
        cls.user_sales.company_ids += cls.other
        cls.archie = cls._create_employee("Archie", users["archie"])
        Employee = cls.env["hr.employee"]
        cls.twin, cls.fay = Employee.create(
            [
                {
                    "name": name,
                    "user_id": user.id,
                    "company_id": cls.other.id,
                    "department_id": cls.far.id,
                }
                for name, user in (("Twin", cls.user_sales), ("Fay", users["fay"]))
            ]
        )
        (cls.archie + cls.fay).action_archive()
        users["gone"].active = False
        cls.people = cls.sales + cls.sales2 + cls.manager + cls.archie
        cls.people += cls.twin + cls.fay
        cls.users = cls.people.user_id + users["stranger"] + users["gone"]

    @classmethod
    def _make_partners(cls):
        Partner = cls.env["res.partner"]
        firms = Partner.create(
            [{"name": f"Firm {i}", "is_company": True} for i in range(2)]
        )
        contacts = Partner.create(
            [{"name": f"Contact {firm.name}", "parent_id": firm.id} for firm in firms]
        )
        return firms + contacts + Partner.create({"name": "Private"})

    @classmethod
    def _make_period(cls, company, kind="quarter", first="2026-01-01", **values):
        return cls.env["performance.period"].create(
            {"kind": kind, "date_start": first, "company_id": company.id, **values}
        )

    @classmethod
    def _make_model(cls):
        """A model of the database's owner, with one field of each kind."""
        values = [
            {"name": name, "ttype": ttype, "field_description": name, **options}
            for name, ttype, options in FIELDS
        ]
        model = cls.env["ir.model"].create(
            {
                "name": "Performance Test",
                "model": MODEL,
                "field_id": [Command.create(v) for v in values],
            }
        )
        cls.env["ir.model.access"].create(
            {
                "name": "Performance Test",
                "model_id": model.id,
                **dict.fromkeys(
                    ("perm_read", "perm_write", "perm_create", "perm_unlink"), True
                ),
            }
        )
        return cls.env[MODEL]

    # === EXAMPLES ===#

    @contextmanager
    def example(self):
        """One example of a property; nothing of it stays."""
        self.env.flush_all()
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            yield
        finally:
            self.env.transaction.clear()
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    def put(self, record, values):
        """Write columns past the ORM, so that anything may stand there."""
        columns = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value)
            for name, value in values.items()
        )
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = %s",
                SQL.identifier(record._table),
                columns,
                record.id,
            )
        )

    # === COMPARING ===#

    def measured(self, definitions, period, wanted=None):
        """``{kpi id: {(kind, subject): (sample, value, excluded)}}`` by the engine."""
        wanted = dict.fromkeys(KINDS) if wanted is None else wanted
        found = {definition.kpi_id: {} for definition in definitions}
        rows = Measure(self.env, definitions, period, wanted).rows()
        for kpi, kind, subject, sample, _num, _den, value, excluded in rows:
            self.assertNotIn((kind, subject), found[kpi], "a subject found twice")
            found[kpi][kind, subject] = (int(sample), value, int(excluded))
        return found

    def assert_numbers(self, definition, period, found=None, kinds=KINDS):
        """The engine finds what the reference finds."""
        if found is None:
            found = self.measured([definition], period)[definition.kpi_id]
        reference = Reference(self.env, definition, period)
        expected = reference.numbers(kinds)
        left_out = reference.excluded(kinds)
        counted = {key: row for key, row in found.items() if row[0]}
        self.assertEqual(
            {key: row[0] for key, row in counted.items()},
            {key: sample for key, (sample, _value) in expected.items()},
            f"samples of {definition}",
        )
        for key, (_sample, value) in expected.items():
            self.assert_value(found[key][1], value, f"{key} of {definition}")
        if not definition.is_keyed or definition.source == "first_time":
            self.assertEqual(
                {key: row[2] for key, row in found.items() if row[2]}, left_out
            )

    def assert_value(self, found, expected, message):
        """Equal to the fourth digit, which is what is stored."""
        if expected is None or found is None:
            self.assertIs(found, expected, message)
        else:
            self.assertAlmostEqual(float(found), float(expected), 5, message)

    def definition(self, kpi_id=1, **values):
        """A definition on leads, unless the values say otherwise."""
        return Definition(
            **{
                "kpi_id": kpi_id,
                "model_name": "crm.lead",
                "date_field": "date_closed",
                "employee_path": "user_id",
                "team_path": "team_id",
                "customer_path": "partner_id.commercial_partner_id",
                "opportunity_path": "id",
                **values,
            }
        )
