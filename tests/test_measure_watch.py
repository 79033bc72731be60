from datetime import date

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..models.measure.engine import Definition, watch
from ..models.measure.engine.dependencies import Dependencies
from .measure_custom import MODEL
from .measure_incremental import LEADS, NOW, IncrementalCommon


@tagged("post_install", "-at_install")
class TestWatch(IncrementalCommon):
    """What a number depends on is watched, and nothing else."""

    def _kpi(self, **values):
        self.kpis.active = False
        kpi = self.env["performance.kpi"].create(
            {"name": "Watched", "code": "WATCHED", **LEADS, **values}
        )
        self.kpis = kpi
        self.run_now()
        return kpi

    def _assert_found(self, change):
        """A change changes numbers, and the nightly run finds them."""
        before = self.readings()
        with freeze_time(NOW):
            change()
            self.env.flush_all()
            self.env.invalidate_all()
        self.assert_nothing_missed()
        self.assertNotEqual(self.readings(), before, "the change changes nothing")

    def _needs(self, **values):
        values = {"kpi_id": 0, "model_name": "crm.lead", **values}
        return Dependencies(
            self.env, Definition(**{"date_field": "create_date", **values})
        )

    # === WHAT WAS MISSED ONCE ===#

    def test_departments_without_people(self):
        """A path to the department: the tree of departments matters."""
        self._kpi(
            model_name=MODEL,
            date_field="x_when",
            employee_path=False,
            team_path=False,
            customer_path=False,
            department_path="x_department_id",
        )
        self._assert_found(lambda: self.left.write({"parent_id": False}))

    def test_archived_custom_record(self):
        self._kpi(
            model_name=MODEL,
            date_field="x_when",
            employee_path=False,
            team_path=False,
            customer_path=False,
        )
        self._assert_found(lambda: self.things[1].write({"x_active": False}))

    def test_rows_of_the_same_table(self):
        """Children of a record are rows of its own table, with other dates."""
        domain = "[('child_ids.name', 'like', 'Kid'), ('name', 'like', 'Firm')]"
        self._kpi(
            model_name="res.partner",
            date_field="create_date",
            domain=domain,
            employee_path=False,
            team_path=False,
            customer_path="id",
        )
        for partner in self.partners:
            self.put(
                partner, {"create_date": "2026-02-01", "company_id": self.company.id}
            )
        self.run_now()
        self._assert_found(
            lambda: self.env["res.partner"].create(
                {"name": "Kid", "parent_id": self.partners[0].id}
            )
        )

    def test_sub_domain_into_the_same_table(self):
        domain = "[('parent_id', 'any', [('name', '=', 'New name')])]"
        self.assertTrue(self._needs(model_name="res.partner", domain=domain).volatile)

    def test_archived_tag(self):
        """Links to many show active records only."""
        self._kpi(
            model_name="calendar.event",
            date_field="start",
            domain="[('alarm_ids.name', 'like', 'x')]",
            employee_path="user_id",
            team_path=False,
            customer_path=False,
        )
        needs = self._needs(
            model_name="hr.employee", domain="[('child_ids.name', 'like', 'x')]"
        )
        self.assertTrue(needs.volatile)
        needs = self._needs(domain="[('team_id.crm_team_member_ids.id', '>', 0)]")
        self.assertIn("active", needs.columns["crm_team_member"])

    def test_currency_behind_a_link(self):
        needs = self._needs(
            model_name="crm.lead", aggregate="sum", measure_field="expected_revenue"
        )
        self.assertFalse(needs.volatile)
        self.assertIn("currency_id", needs.columns["res_company"])
        self.assertIn("res_currency_rate", needs.grows)

    def test_what_time_changes_is_due_every_night(self):
        table = [
            ("[('create_date', '=', 'today')]", True),
            ("[('create_date', '>', '-30d')]", True),
            ("[('create_date', 'in', ['2026-01-01', 'today'])]", True),
            ("[('create_date', '>', '2026-01-01')]", False),
            ("[('create_date.month_number', '=', 2)]", False),
            ("[('name', '=', 'today')]", False),
            ("[('partner_id', '=', 'Firm 1')]", True),
            ("[('partner_id', 'in', ['Firm 1'])]", True),
            ("[('partner_id.name', '=', 'Firm 1')]", False),
            ("[('partner_id.parent_id.name', '=', 'x')]", False),
            ("[('user_id.email', '=', 'x')]", False),
            ("[('partner_id', 'child_of', 5)]", False),
            ("[('id', 'child_of', 5)]", True),
            ("[('unknown', '=', 5)]", True),
            ("nonsense(", True),
        ]
        for domain, volatile in table:
            with self.subTest(domain=domain):
                self.assertEqual(self._needs(domain=domain).volatile, volatile)

    def test_people_are_looked_up_elsewhere(self):
        """A KPI on the table that people are looked up in is due every night."""
        needs = self._needs(model_name="hr.employee", employee_path="parent_id")
        self.assertTrue(needs.volatile)
        self.assertFalse(self._needs(employee_path="user_id").volatile)

    def test_a_moved_history(self):
        """Tracked changes that move to another lead, as when leads are merged."""
        self._kpi(owner_at="date")
        lead, other = self.leads[1], self.leads[6]
        with freeze_time(NOW):
            lead.user_id = self.users[0]
            self.env.flush_all()
            self.cr.precommit.run()
        self.run_now()
        messages = lead.message_ids.filtered("tracking_value_ids")
        self.assertTrue(messages)
        self._assert_found(lambda: messages.write({"res_id": other.id}))

    # === CLOSED, ARCHIVED, GONE ===#

    def test_reopened_period(self):
        """What changed while it was closed is measured once it is open again."""
        self._kpi()
        self.period._workflow_move("close")
        self.leads[1].date_closed = False
        self.run_now()
        self.period._workflow_move("reopen", reason="late paper")
        self.assert_nothing_missed()

    def test_archived_kpi(self):
        kpi = self._kpi()
        kpi.active = False
        self.leads[1].date_closed = False
        self.run_now()
        kpi.active = True
        run = self.assert_nothing_missed()
        self.assertEqual(run.measured_count, len(self.periods))

    def test_table_made_anew(self):
        """An app that was removed and installed again has a table without triggers."""
        self._kpi()
        self.env.cr.execute("DROP TRIGGER performance_watch_update ON crm_lead")
        self.env.cr.execute("DROP TRIGGER performance_watch_insert ON crm_lead")
        self.env.cr.execute("DROP TRIGGER performance_watch_delete ON crm_lead")
        self.assertNotIn("crm_lead", watch.installed(self.env))
        self.run_now()
        self.assertIn("crm_lead", watch.installed(self.env))

    # === TRIGGERS ===#

    def test_watched_where_needed_and_dropped(self):
        self._kpi(employee_path=False, team_path=False, customer_path="partner_id")
        self.assertEqual(watch.installed(self.env).keys(), {"crm_lead"})
        self.kpis.write({"employee_path": "user_id"})
        self.run_now()
        self.assertEqual(
            watch.installed(self.env).keys(),
            {"crm_lead", "hr_employee", "hr_version", "hr_department", "res_users"},
        )
        self.kpis.active = False
        self.run_now()
        self.assertEqual(watch.installed(self.env), {})
        self.assert_no_triggers()

    def assert_no_triggers(self):
        for table, name in (("pg_trigger", "tgname"), ("pg_proc", "proname")):
            query = SQL(
                "SELECT %s FROM %s WHERE starts_with(%s, 'performance_watch_')",
                SQL.identifier(name),
                SQL.identifier(table),
                SQL.identifier(name),
            )
            self.assertFalse(self.env.execute_query(query))

    def test_uninstall_leaves_no_trigger(self):
        self._kpi()
        self.env.cr.execute(
            "CREATE FUNCTION performance_watch_gone() RETURNS trigger"
            " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        )
        watch.drop(self.env)
        self.assert_no_triggers()

    def test_long_names(self):
        """PostgreSQL cuts names after 63 letters; two tables must not share one."""
        tables = ["x" * 50 + "_a_rel", "x" * 50 + "_b_rel"]
        for table in tables:
            self.env.cr.execute(
                SQL("CREATE TABLE %s (a int, b int)", SQL.identifier(table))
            )
            watch.install(self.env, table, (["a"], [], True, True))
        installed = watch.installed(self.env)
        self.assertLessEqual(set(tables), installed.keys())
        self.env.cr.execute(SQL("INSERT INTO %s VALUES (1)", SQL.identifier(tables[1])))
        notes = self.env["performance.change"].search([])
        self.assertEqual(notes.mapped("table_name"), [tables[1]])
        watch.drop(self.env, tables[0])
        self.assertNotIn(tables[0], watch.installed(self.env))

    def test_notes_are_taken(self):
        self._kpi()
        self.leads[2].expected_revenue = 77
        self.env.flush_all()
        self.assertFalse(self.env["performance.change"].search([]), "no column counts")
        self.leads[2].user_id = self.users[1]
        self.env.flush_all()
        notes = self.env["performance.change"].search([])
        self.assertEqual({n.table_name for n in notes}, {"crm_lead"})
        self.assertEqual({n.low.date() for n in notes}, {date(2026, 2, 15)})
        self.run_now()
        self.assertFalse(self.env["performance.change"].search([]))

    def test_links_by_sql(self):
        """Attendees written past the ORM are found like others."""
        self._kpi(
            model_name=MODEL,
            date_field="x_when",
            employee_path="x_user_ids",
            team_path=False,
            customer_path=False,
        )
        field = self.env[MODEL]._fields["x_user_ids"]
        self._assert_found(
            lambda: self.env.cr.execute(
                SQL("DELETE FROM %s", SQL.identifier(field.relation))
            )
        )
