from odoo import Command

from .review_common import ReviewCommon


class ImproveCommon(ReviewCommon):
    """A settled quarter, so that verdicts are final, and one plan for Sam."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.appraisal = cls._launch()[cls.sales]
        cls._read_value(cls.sales, 40)

    @classmethod
    def _settle(cls):
        cls.period.with_user(cls.user_hr).action_close()

    @classmethod
    def _plans(cls, appraisal=None):
        domain = [("appraisal_id", "=", (appraisal or cls.appraisal).id)]
        return cls.env["performance.improvement.plan"].search(domain, order="id")

    @classmethod
    def _create_plan(cls, user=None, **values):
        plans = cls.env["performance.improvement.plan"].with_user(user or cls.user_hr)
        return plans.create(
            {
                "employee_id": cls.sales.id,
                "reason": "Two complaints",
                "goal": "No complaint in two months",
                "date_start": "2025-05-01",
                "action_ids": [
                    Command.create({"name": "Training", "date_due": "2025-05-15"}),
                    Command.create(
                        {
                            "name": "Coaching",
                            "date_due": "2025-06-01",
                            "owner_id": cls.manager.id,
                        }
                    ),
                ],
                **values,
            }
        )

    @classmethod
    def _confirmed(cls, **values):
        plan = cls._create_plan(**values)
        plan.with_user(cls.user_hr).action_confirm()
        return plan.with_env(cls.env)
