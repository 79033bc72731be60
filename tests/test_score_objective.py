import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .objective_common import ObjectiveCommon


@tagged("post_install", "-at_install")
class TestScoreObjective(ObjectiveCommon):
    """Roll-up, dates, life and responsibilities of objectives."""

    @freeze_time("2026-02-15 10:00:00")
    def test_roll_up(self):
        """NPS +10 % of the company stands on the call-back rate of a department."""
        nps = self.env.ref("customer_performance.kpi_nps")
        calls = self.env.ref("customer_performance.kpi_call_back_rate")
        department = self.env["hr.department"].create(
            {
                "name": "Supervisors",
                "company_id": self.company.id,
                "manager_id": self.manager.id,
            }
        )
        top = self._create_objective(
            name="NPS +10 %",
            subject_company_id=self.company.id,
            key_result_ids=[
                Command.create({"kpi_id": nps.id, "start": 40, "target": 44})
            ],
        )
        low = self._create_objective(
            name="Call-back rate 80 %",
            department_id=department.id,
            parent_id=top.id,
            share=100,
            key_result_ids=[
                Command.create({"kpi_id": calls.id, "start": 50, "target": 80})
            ],
        )
        (low + top).with_user(self.user_hr).action_activate()
        self.assertFalse(top.has_progress)
        self.assertEqual(top.status, "no_data")
        self._engine_reading(calls, 65, department_id=department.id)
        self.assertRecordValues(
            top + low,
            [
                {"progress": 50, "coverage": 50, "expected": 50, "share_total": 100},
                {"progress": 50, "coverage": 100, "expected": 50, "share_total": 0},
            ],
        )
        self._engine_reading(nps, 44, subject_company_id=self.company.id)
        self.assertEqual((top.progress, top.coverage), (75, 100))
        self.assertEqual(top.status_text, "Ahead by 25.0 points")

    def _engine_reading(self, kpi, value, **subject):
        """A reading as the engine leaves it."""
        self.env.flush_all()
        ((name, record),) = subject.items()
        reading = self._reading(kpi, **{name: self.env["hr.employee"].browse(record)})
        self.assertEqual(reading.state, "no_data")
        self.env.cr.execute(
            "UPDATE performance_reading SET value = %s, state = 'ok' WHERE id = %s",
            [value, reading.id],
        )
        self.env.invalidate_all()
        return reading

    def test_date_makes_it_behind(self):
        objective = self._activated()
        self._read(self.kpi_csat, 30, employee_id=self.sales)
        for moment, key in (
            ("2026-01-10 10:00:00", "on_track"),
            ("2026-02-15 10:00:00", "behind"),
            ("2026-04-01 10:00:00", "failed"),
        ):
            with freeze_time(moment):
                objective.invalidate_recordset()
                self.assertEqual(objective.status, key)
                found = objective.search([("status", "in", [key])])
                self.assertIn(objective, found)

    @freeze_time("2026-02-15 10:00:00")
    def test_closing_freezes(self):
        objective = self._activated()
        reading = self._read(self.kpi_csat, 30, employee_id=self.sales)
        objective.with_user(self.user_manager)._workflow_apply("close", "Not enough")
        self.env.cr.execute(
            "UPDATE performance_reading SET value = 90 WHERE id = %s", [reading.id]
        )
        self.env.invalidate_all()
        self.assertRecordValues(
            objective,
            [{"state": "closed", "progress": 30, "result": "Not enough"}],
        )
        self.assertEqual(objective.key_result_ids.current, 30)

    def test_alignment(self):
        person = self._create_objective()
        team = self._create_objective(team_id=self.team.id, parent_id=False)
        with self.assertRefused(ValidationError, "lower level"):
            team.parent_id = person
        person.parent_id = team
        other = self._create_objective()
        other.parent_id = person
        with self.assertRefused(UserError, "Recursion"):
            person.parent_id = other
        self.env.invalidate_all()
        later = self.env["performance.period"].create(
            {
                "kind": "quarter",
                "date_start": "2027-01-01",
                "company_id": self.company.id,
            }
        )
        with self.assertRefused(ValidationError, "overlap"):
            self._create_objective(period_id=later.id, parent_id=team.id)
        with (
            self.assertRaises(psycopg2.errors.CheckViolation),
            mute_logger("odoo.sql_db"),
        ):
            self._create_objective(
                partner_id=self.customer.id, employee_id=False
            ).flush_recordset()

    def test_other_company(self):
        foreign = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaises(UserError):
            self._create_objective(company_id=foreign.id)
        with self.assertRaises(ValidationError):
            self._create_objective(subject_company_id=foreign.id)

    def test_raci(self):
        objective = self._create_objective(responsibility_ids=[])
        manager = objective.with_user(self.user_manager)
        with self.assertRaisesRegex(UserError, "accountable"):
            manager.action_activate()
        lines = self.env["performance.responsibility"].sudo()
        line = {"objective_id": objective.id, "employee_id": self.manager.id}
        lines.create({**line, "role": "accountable"})
        with self.assertRaisesRegex(UserError, "responsible"):
            manager.action_activate()
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger("odoo.sql_db"),
        ):
            lines.create(
                {**line, "employee_id": self.sales.id, "role": "accountable"}
            ).flush_recordset()
        lines.create({**line, "employee_id": self.sales.id})
        lines.create({**line, "employee_id": self.sales2.id, "role": "informed"})
        manager.action_activate()
        followers = objective.message_partner_ids
        self.assertIn(self.user_sales.partner_id, followers)
        # an objective of a person: a colleague who is informed may not read it
        self.assertNotIn(self.user_sales2.partner_id, followers)
        with self.assertRaisesRegex(UserError, "another"):
            objective.responsibility_ids.filtered(
                lambda found: found.role == "accountable"
            ).with_user(self.user_manager).unlink()

    def test_raci_of_a_step(self):
        step = self.env["performance.journey.step"].search([], limit=1)
        self.assertTrue(step.responsibility_problem)
        lines = self.env["performance.responsibility"]
        values = {"step_id": step.id, "employee_id": self.manager.id}
        with self.assertRaises(AccessError):
            lines.with_user(self.user_manager).create(values)
        admin = lines.with_user(self.user_admin)
        admin.create({**values, "role": "accountable"})
        admin.create(values)
        self.assertFalse(step.responsibility_problem)
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger("odoo.sql_db"),
        ):
            admin.create(
                {**values, "employee_id": self.sales.id, "role": "accountable"}
            ).flush_recordset()

    def test_by_hand_with_evidence(self):
        objective = self._create_objective()
        objective.key_result_ids.source = "manual"
        result = objective.key_result_ids.with_user(self.user_sales)
        proof = {"evidence": "Count", "evidence_url": "https://example.com/count"}
        with self.assertRaises(AccessError):
            result.write({"manual_value": 50, **proof})
        objective.with_user(self.user_manager).action_activate()
        for values in (
            {"manual_value": 50},
            {"manual_value": 50, "evidence": "Count"},
            {"manual_value": 50, "evidence_url": "https://example.com"},
            proof,
        ):
            with self.assertRaisesRegex(UserError, "evidence"):
                result.write(values)
        for values in ({"entered_by_id": self.user_hr.id}, {"target": 50}):
            with self.assertRaises(AccessError):
                result.write(values)
        result.write({"manual_value": 50, **proof})
        self.assertRecordValues(
            result,
            [{"current": 50, "progress": 50, "entered_by_id": self.user_sales.id}],
        )

    def test_bounded_queries(self):
        """A tree of 500 objectives takes as many queries as a small one."""
        top = self._create_objective(subject_company_id=self.company.id)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertFalse(top.has_progress and not top.progress)
            return self.env.cr.sql_log_count - before

        def grow(number):
            return (
                self.env["performance.objective"]
                .sudo()
                .create(
                    [
                        {
                            "name": f"Child {index}",
                            "company_id": self.company.id,
                            "period_id": self.period.id,
                            "employee_id": self.sales.id,
                            "parent_id": top.id,
                            "key_result_ids": [
                                Command.create(
                                    {"kpi_id": self.kpi_csat.id, "target": 100}
                                )
                            ],
                        }
                        for index in range(number)
                    ]
                )
            )

        children = grow(5)
        children._workflow_move("activate")
        self._read(self.kpi_csat, 40, employee_id=self.sales)
        few = count()
        self.assertEqual(top.progress, 40)
        children = grow(495)
        children._workflow_engine().write({"state": "active"})
        many = count()
        self.assertEqual(top.progress, 40)
        self.assertLessEqual(many, few + 3)
        self.assertLess(many, 40)

    def test_its_kpis_are_measured(self):
        """From the day it is in force, and every night, also where nothing is found."""
        self._create_won()
        objective = self._activated(
            kpis={self.kpi_deals: 1}, team_id=self.team.id, employee_id=False
        )
        result = objective.key_result_ids
        self.assertEqual((result.has_current, result.current), (True, 1))
        idle = self._activated(kpis={self.kpi_deals: 1}, employee_id=self.employee.id)
        self.assertEqual(
            (idle.key_result_ids.has_current, idle.key_result_ids.current), (True, 0)
        )
        expected = self.kpi_deals._expected_subjects(self.period)[self.kpi_deals]
        self.assertIn(self.team, expected["team"])
        self.assertIn(self.employee, expected["employee"])
        self._create_won()
        self.period._measure()
        self.env.invalidate_all()
        self.assertEqual(result.current, 2)
