from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .objective_common import ObjectiveCommon


@tagged("post_install", "-at_install")
class TestScoreObjectiveCheckin(ObjectiveCommon):
    """Check-ins of the week and their reminder."""

    def _check_in(self, objective, user, **values):
        checkins = self.env["performance.objective.checkin"].with_user(user)
        return checkins.create(
            {"objective_id": objective.id, "done": "Called ten", **values}
        )

    @freeze_time("2026-02-15 10:00:00")
    def test_snapshot(self):
        objective = self._activated()
        self._read(self.kpi_csat, 30, employee_id=self.sales)
        checkin = self._check_in(
            objective,
            self.user_sales,
            confidence="at_risk",
            progress=99,
            author_id=self.user_hr.id,
        )
        self.assertRecordValues(
            checkin,
            [
                {
                    "progress": 30,
                    "expected": 50,
                    "author_id": self.user_sales.id,
                    "confidence": "at_risk",
                }
            ],
        )
        self.assertEqual(objective.confidence, "at_risk")
        self.assertIn("Behind by 20.0 points", objective.message_ids[0].body)
        with self.assertRaises(UserError):
            checkin.write({"done": "More"})
        with self.assertRaises(AccessError):
            checkin.unlink()

    def test_only_active(self):
        objective = self._create_objective()
        with self.assertRaises(AccessError):
            self._check_in(objective, self.user_sales)

    def test_reminder_once_a_week(self):
        objective = self._activated()
        draft = self._create_objective()
        model = self.env["performance.objective"].sudo()
        cron = self.env.ref("customer_performance.cron_objective_remind")

        def remind():
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            return model.browse(objective.id).activity_ids

        # Monday in Berlin, still Sunday in London
        with freeze_time("2026-01-11 23:30:00"):
            first = remind()
            self.assertEqual(first.user_id, self.user_manager)
            self.assertEqual(str(first.date_deadline), "2026-01-18")
            self.assertEqual(remind(), first)
        with freeze_time("2026-01-15 10:00:00"):
            first.action_feedback()
            self.assertFalse(remind())
        with freeze_time("2026-01-20 10:00:00"):
            self.assertEqual(len(remind()), 1)
            self._check_in(objective, self.user_sales)
            self.env.invalidate_all()
            self.assertFalse(objective.activity_ids)
            self.assertFalse(remind())
        self.assertFalse(draft.activity_ids)
