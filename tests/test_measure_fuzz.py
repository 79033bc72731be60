from hypothesis import given
from hypothesis import strategies as st
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.measure.engine import Definition, Measure
from .measure_custom import MeasureProof
from .measure_strategies import few

QUIET = "odoo.addons.customer_performance.models.measure.run.performance_measurement"
INJECTION = "x'; DROP TABLE res_users; --"
NAMES = (
    "",
    "id",
    "name",
    "date_closed",
    "create_date",
    "user_id",
    "partner_id",
    "tag_ids",
    "lead_properties",
    "lead_properties.color",
    "message_ids",
    "activity_ids",
    "order_line",
    "duration_tracking",
    "expected_revenue",
    "prorated_revenue",
    "recurring_revenue",
    "company_currency",
    "email_domain_criterion",
    "is_automated_probability",
    "unknown",
    "__class__",
    "_fields",
    "env",
    "display_name",
    'a"b',
    INJECTION,
    "date_closed, (SELECT password FROM res_users)",
    "значение",
    "名称",
    "%s",
    "%(x)s",
    "{0}",
    "x" * 5000,
)
PATHS = (
    *NAMES,
    "partner_id.user_id",
    "user_id.employee_id",
    "user_id.employee_ids",
    "user_id.partner_id.user_id",
    "partner_id.parent_id.parent_id.user_id",
    "partner_id.child_ids.child_ids.user_id",
    "team_id.member_ids",
    "user_id.",
    ".user_id",
    "user_id..id",
    ".",
    "partner_id" + ".parent_id" * 30,
    "partner_id" + ".parent_id" * 500,
    "partner_id" + ".child_ids" * 300,
    "partner_id.commercial_partner_id",
    "id",
)
VALUES = (
    "1",
    "True",
    "False",
    "None",
    "'x'",
    "''",
    "b'x'",
    "10 ** 30",
    str(10**30),
    "-" + str(10**30),
    "1e400",
    "1j",
    "...",
    "[]",
    "[[]]",
    "[1, 'x', None, False]",
    "{'a': 1}",
    "(1, 2)",
    "'today'",
    "'-30d'",
    "'2026-13-45'",
    "'0001-01-01'",
    "'99999-01-01'",
    "'\\x00'",
    "'\\ud800'",
    "'%s'",
    "'%%'",
    f'"{INJECTION}"',
    "[('id', '=', 1)]",
    "[('unknown', '=', 1)]",
    "'" + "x" * 5000 + "'",
    "[1] * 10",
    "__import__('os').getcwd()",
)
OPERATORS = (
    "=",
    "!=",
    ">",
    "<=",
    "in",
    "not in",
    "like",
    "=ilike",
    "not ilike",
    "child_of",
    "parent_of",
    "any",
    "not any",
    "any!",
    "~",
    "@",
    "in" + "select",
    "= 1 OR 1",
    "",
)
WHOLE = (
    "",
    "[",
    "[]]",
    "None",
    "1",
    "{}",
    "()",
    "[1]",
    "[[]]",
    "['|']",
    "['!', '!', ('name', '=', 'x')]",
    "['&'] * 3",
    "[('name', '=')]",
    "[('name', '=', 1, 2)]",
    "['|'] + [('name', '=', 'x')] * 2",
    "[(1, '=', 1)]",
    "[(0, '=', 1)]",
    "[(None, '=', 1)]",
    "[" * 1000 + "]" * 1000,
    "[" * 50 + "]" * 50,
    "[('name', '=', " + "(" * 1000 + ")" * 1000 + ")]",
    "-" * 5000 + "1",
    "[" + "'!', " * 1000 + "('name', '=', 'x')]",
    "[('partner_id', 'any', " * 60 + "[]" + ")]" * 60,
    "[('partner_id" + ".parent_id" * 300 + "', '=', 1)]",
    INJECTION,
    "lambda: 1",
    "[('name', '=', uid)]",
    "[x for x in ().__class__.__base__.__subclasses__()]",
)


def texts(length):
    """Any text that a request can carry; PostgreSQL knows no NUL."""
    return st.text(
        st.characters(codec="utf-8", exclude_characters="\0"), max_size=length
    )


leaves = st.builds(
    "({!r}, {!r}, {})".format,
    st.one_of(st.sampled_from(PATHS), texts(8)),
    st.sampled_from(OPERATORS),
    st.sampled_from(VALUES),
)
domains = st.one_of(
    st.just("[]"),
    st.sampled_from(WHOLE),
    st.lists(leaves, min_size=1, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
    texts(12),
)
names = st.sampled_from(NAMES)
paths = st.one_of(st.just("user_id"), st.sampled_from(PATHS))
MODELS = (
    "crm.lead",
    "crm.lead",
    "crm.lead",
    "res.partner",
    "hr.employee",
    "calendar.event",
    "res.users",
    "hr.employee.public",
    "base.model",
    "mail.thread",
    "performance.reading",
    "performance.subject.mixin",
    "ir.ui.view",
    "unknown.model",
    "",
    INJECTION,
)


@tagged("post_install", "-at_install")
class TestFuzz(MeasureProof):
    """Whatever an administrator types is refused with a sentence, or measured."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.user_admin
        cls.good = {
            "name": "Fuzz",
            "code": "FUZZ",
            "model_name": "crm.lead",
            "date_field": "date_closed",
            "employee_path": "user_id",
        }
        cls.base = cls.env["performance.kpi"].create({**cls.good, "code": "GOOD"})

    def _try(self, **values):
        """Create, else nothing; what was accepted has to be measured."""
        self.env.flush_all()
        with self.example():
            Kpi = self.env["performance.kpi"].with_user(self.admin)
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    kpi = Kpi.create({**self.good, **values})
                    self.env.flush_all()
            except (UserError, IntegrityError) as error:
                # what the database refuses becomes a ValidationError in a request
                self.assertTrue(str(error).strip())
                return False
            self._assert_measured(kpi.sudo(), values)
        return True

    def _assert_measured(self, kpi, values):
        self.env["performance.change"]._dependencies(kpi)
        with mute_logger("odoo.sql_db", QUIET):
            kpi.with_user(self.admin).hint  # noqa: B018 - read, as a form does
            unit = kpi._measure(self.period)
        expected = "done" if kpi.is_available else "skipped"
        self.assertEqual(unit.state, expected, (unit.message, values))
        if not kpi.is_measured or not kpi.is_available:
            return
        for statement in Measure(
            self.env, [Definition.of(kpi)], self.period
        ).statements():
            self.assertNotIn("DROP TABLE", statement.code.upper())
            self.assertNotIn("PASSWORD", statement.code.upper())

    def _try_all(self, **strategies):
        @few(60)
        @given(st.fixed_dictionaries(strategies))
        def check(values):
            self._try(**values)

        check()

    def test_it_can_be_accepted(self):
        self.assertTrue(self._try())
        self.assertTrue(self._try(domain="[('name', 'like', '%%s %s')]"))

    def test_domains(self):
        self._try_all(
            source=st.sampled_from(("records", "share", "net_share", "retention")),
            customer_path=st.just("partner_id"),
            domain=domains,
            match_domain=domains,
            against_domain=domains,
        )

    def test_each_domain_once(self):
        for domain in WHOLE:
            with self.subTest(domain=domain[:60]):
                self._try(domain=domain)
        for value in VALUES:
            for path, operator in (
                ("expected_revenue", ">"),
                ("id", "in"),
                ("date_closed", "="),
                ("partner_id", "child_of"),
                ("user_id", "any"),
                ("name", "like"),
                ("lead_properties.x", "="),
            ):
                with self.subTest(path=path, value=value[:40]):
                    self._try(domain=f"[({path!r}, {operator!r}, {value})]")

    def test_fields_and_paths(self):
        self._try_all(
            date_field=st.one_of(st.just("date_closed"), names),
            aggregate=st.sampled_from(("count", "sum", "avg", "min", "distinct")),
            measure_field=names,
            distinct_path=paths,
            employee_path=paths,
            team_path=paths,
            customer_path=paths,
            opportunity_path=paths,
            department_path=paths,
            company_path=paths,
            owner_at=st.sampled_from(("now", "date")),
        )

    def test_each_path_once(self):
        for path in PATHS:
            for name in (
                "employee_path",
                "customer_path",
                "company_path",
                "date_field",
            ):
                with self.subTest(path=path[:60], name=name):
                    self._try(**{name: path})

    def test_models(self):
        for model in MODELS:
            for date_field in ("create_date", "date", "write_date"):
                with self.subTest(model=model, date_field=date_field):
                    self._try(
                        model_name=model, date_field=date_field, employee_path=False
                    )

    def test_durations(self):
        self._try_all(
            aggregate=st.sampled_from(("sum", "avg")),
            measure_type=st.just("duration"),
            duration_start=st.one_of(st.just("create_date"), names),
            duration_stop=st.one_of(st.just("date_closed"), names),
            duration_clock=st.sampled_from(("elapsed", "working")),
            minimum_sample=st.sampled_from((-1, 0, 1, 2**31 - 1)),
            repeat_count=st.sampled_from((-(2**31), -1, 0, 1, 2**31 - 1)),
        )

    def test_formulas(self):
        formulas = (
            "GOOD",
            "GOOD.x",
            "GOOD(",
            "GOOD / 0",
            "GOOD ** 99",
            "FUZZ",
            INJECTION,
        )
        self._try_all(
            source=st.just("formula"),
            code=st.one_of(st.just("FUZZ"), texts(6), st.sampled_from(NAMES)),
            formula=st.one_of(
                st.sampled_from(formulas),
                texts(20),
                st.just("(" * 900 + "GOOD" + ")" * 900),
                st.just("+".join(["GOOD"] * 400)),
            ),
        )

    def test_written_over_a_good_one(self):
        """The same by write: what is refused leaves the KPI as it was."""
        kpi = self.base.with_user(self.admin)
        for values in (
            {"domain": "[('unknown', '=', 1)]"},
            {"date_field": "name"},
            {"employee_path": "partner_id"},
            {"model_name": "res.partner"},
            {"source": "formula", "formula": "GOOD + 1"},
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                kpi.write(values)
        self.assertEqual(kpi.domain, "[]")
        self.assertEqual(kpi._measure(self.period).state, "done")

    def test_one_broken_kpi_never_disturbs_the_others(self):
        """Broken past all checks, in the batch of good ones: their numbers stay."""
        lead = self._create_lead()
        self.put(lead, {"date_closed": "2026-02-01"})
        Kpi = self.env["performance.kpi"]
        broken = Kpi.create({**self.good, "code": "BROKEN"})
        third = Kpi.create(
            {
                **self.good,
                "code": "THIRD",
                "source": "first_time",
                "customer_path": "partner_id",
            }
        )
        batch = self.base + broken + third
        self.env.flush_all()
        for column, text in (
            ("domain", "[('unknown', '=', 1)]"),
            ("domain", "[('id', '=', %s)]" % 10**30),
            ("domain", "[" * 1000 + "]" * 1000),
            ("domain", "[('name', '=', '\\x00')]"),
            ("date_field", "unknown"),
            ("date_field", INJECTION),
            ("employee_path", INJECTION),
            ("employee_path", "partner_id.name"),
            ("measure_field", "name"),
            ("model_name", "mail.thread"),
            ("source", "repeat"),
            ("source", "formula"),
        ):
            with self.subTest(column=column, text=text[:40]), self.example():
                self.put(broken, {column: text, "aggregate": "sum"})
                self.env.invalidate_all(flush=False)
                with mute_logger(QUIET, "odoo.sql_db"):
                    units = batch._measure(self.period)
                states = {unit.kpi_id: unit.state for unit in units}
                self.assertEqual(states[broken], "error", units.mapped("message"))
                for kpi in self.base + third:
                    self.assertEqual(states[kpi], "done")
                    reading = self.env["performance.reading"].search(
                        [("kpi_id", "=", kpi.id), ("employee_id", "=", self.sales.id)]
                    )
                    self.assertEqual(reading.value, 1)
