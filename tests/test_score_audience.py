from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged, users

from .score_common import ScoreCommon


@tagged("post_install", "-at_install")
class TestScoreAudience(ScoreCommon):
    """Whom a scheme is for, and people who change in a period."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        jobs = cls.env["hr.job"].create(
            [
                {"name": "Hunter", "company_id": cls.company.id},
                {"name": "Farmer", "company_id": cls.company.id},
            ]
        )
        cls.hunter, cls.farmer = jobs
        cls.unit = cls.env["hr.department"].create(
            {"name": "North", "company_id": cls.company.id}
        )
        cls.below = cls.env["hr.department"].create(
            {
                "name": "North-West",
                "company_id": cls.company.id,
                "parent_id": cls.unit.id,
            }
        )

    def _hold(self, employee, job, department=None, since=None):
        values = {
            "job_id": job.id,
            "department_id": department.id if department else False,
        }
        if since:
            employee.create_version({"date_version": since, **values})
        else:
            employee.version_id.write({"date_version": date(2025, 1, 1), **values})

    def _scheme(self, line=None, **values):
        scheme = self._create_scheme(
            [(self.kpi_deals, {"weight": 100, "target": 10, **(line or {})})],
            sudo=True,
            **values,
        )
        scheme._workflow_move("activate")
        return scheme

    def _open(self, scheme, subjects):
        return self.env["performance.scorecard"]._open_for(
            scheme, self.period, subjects
        )

    def test_by_job_and_department(self):
        self._hold(self.sales, self.hunter, self.below)
        self._hold(self.sales2, self.hunter)
        self._hold(self.manager, self.farmer, self.unit)
        hunters = self._scheme(job_ids=[Command.link(self.hunter.id)])
        north = self._scheme(department_ids=[Command.link(self.unit.id)])
        both = self._scheme(
            job_ids=[Command.link(self.hunter.id)],
            department_ids=[Command.link(self.unit.id)],
        )
        self.assertEqual(
            hunters._applicable_subjects(self.period), self.sales + self.sales2
        )
        self.assertEqual(
            north._applicable_subjects(self.period), self.sales + self.manager
        )
        self.assertEqual(both._applicable_subjects(self.period), self.sales)

    def test_by_filter(self):
        scheme = self._scheme(subject_domain=f"[('id', '=', {self.hr.id})]")
        self.assertEqual(scheme._applicable_subjects(self.period), self.hr)
        for text in ("[('nothing', '=', 1)]", "what", "[(1)]", "__import__('os')"):
            with self.assertRefused(ValidationError, "filter does not work"):
                self._create_scheme(
                    [(self.kpi_deals, {"weight": 100})], subject_domain=text
                )

    def test_all_kinds_of_subjects(self):
        won = self._create_won()
        expected = {
            "department": self.unit + self.below,
            "team": self.team,
            "company": self.company,
            "customer": self.customer,
            "opportunity": won,
        }
        for kind, subjects in expected.items():
            scheme = self._scheme(subject_type=kind)
            found = scheme._applicable_subjects(self.period)
            self.assertTrue(subjects <= found, kind)
            card = self._open(scheme, found & subjects)
            self.assertEqual(card.mapped("subject_type"), [kind] * len(subjects))
            self.assertEqual(set(card.mapped("state")), {"open"})

    def test_a_job_that_changes_in_the_period_has_two_cards(self):
        self._hold(self.sales, self.hunter)
        self._hold(self.sales, self.farmer, since=date(2026, 3, 1))
        self._create_won()
        cards = self.env["performance.scorecard"]
        for job, target in ((self.hunter, 1), (self.farmer, 2)):
            scheme = self._scheme({"target": target}, job_ids=[Command.link(job.id)])
            self.assertIn(self.sales, scheme._applicable_subjects(self.period))
            cards += self._open(scheme, self.sales)
        self.assertRecordValues(
            cards,
            [
                {
                    "held_from": date(2026, 1, 1),
                    "held_to": date(2026, 2, 28),
                    "held_share": 65.56,
                    "job_id": self.hunter.id,
                    "score": 100,
                },
                {
                    "held_from": date(2026, 3, 1),
                    "held_to": date(2026, 3, 31),
                    "held_share": 34.44,
                    "job_id": self.farmer.id,
                    "score": 0,
                },
            ],
        )
        # 59 of 90 days at 100 points, 31 at none
        self.assertEqual(cards._combined(), {(self.sales, self.period): (65.56, 100.0)})

    def test_the_manager_is_kept_when_the_card_is_settled(self):
        card = self._open(self._scheme(), self.sales)
        self.assertEqual(card.manager_id, self.manager)
        self.sales.parent_id = self.boss
        self.period.with_user(self.user_hr).action_close()
        self.assertEqual((card.state, card.manager_id), ("settled", self.boss))
        self.sales.parent_id = self.manager
        card._evaluate()
        self.assertEqual(card.manager_id, self.boss)

    def test_targets_for_part_of_a_period(self):
        self._hold(self.sales, self.hunter)
        # hired in the middle: 45 of 90 days
        self.sales2.version_id.write(
            {
                "date_version": date(2026, 2, 15),
                "contract_date_start": date(2026, 2, 15),
            }
        )
        cards = self._open(self._scheme({"prorate": True}), self.sales + self.sales2)
        self.assertEqual(cards.line_ids.mapped("target"), [10, 5])
        self.assertIn("days employed", cards[1].line_ids.explanation)

    def test_targets_by_seniority(self):
        self._hold(self.sales, self.hunter)  # hired 12 months before
        line = {
            "target_source": "seniority",
            "step_ids": [
                Command.create({"months": 6, "target": 12}),
                Command.create({"months": 12, "target": 15}),
                Command.create({"months": 24, "target": 20}),
            ],
        }
        self.sales2.version_id.write(
            {
                "date_version": date(2026, 1, 1),
                "contract_date_start": date(2026, 1, 1),
            }
        )
        cards = self._open(self._scheme(line), self.sales + self.sales2)
        self.assertEqual(cards.line_ids.mapped("target"), [15, 10])

    def test_nobody_without_a_target_of_his_own(self):
        scheme = self._scheme({"target_source": "person"})
        self.env["performance.target"].create(
            {
                "kpi_id": self.kpi_deals.id,
                "period_id": self.period.id,
                "employee_id": self.sales.id,
                "value": 3,
            }
        )
        with self.assertRefused(UserError, "needs a target for each.*Sue Seller"):
            self._open(scheme, self.sales + self.sales2)
        self.assertFalse(
            self.env["performance.scorecard"].search([("scheme_id", "=", scheme.id)])
        )
        self.assertEqual(self._open(scheme, self.sales).line_ids.target, 3)

    @users("perf_hr")
    def test_the_wizard_opens_for_everybody_whom_the_scheme_is_for(self):
        self._hold(self.sales, self.hunter)
        form = Form(self.env["performance.scorecard.wizard"])
        form.scheme_id = self._scheme(job_ids=[Command.link(self.hunter.id)]).with_env(
            self.env
        )
        form.period_id = self.period.with_env(self.env)
        action = form.save().action_open()
        cards = self.env["performance.scorecard"].search(action["domain"])
        self.assertEqual(cards.employee_id, self.sales)
