from odoo import Command

from odoo.addons.customer_performance.models.shared.workflow import ENGINE

from .common import PerformanceCommon

PATH = ["self_assessment", "manager_review", "hr_approval", "published", "acknowledged"]
SECRET = "TOPSECRET of the manager"


class ReviewCommon(PerformanceCommon):
    """A cycle over the first quarter of 2025 and helpers that walk an appraisal.

    Boss has no login, so those directly below (Mia, Holly, Harry, Dora) start in draft;
    Sam and Sue, below Mia, start with the self-assessment; Boss has no manager and is
    left out. The scorecard's score is the value of the one reading behind it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpi = cls.env.ref("customer_performance.kpi_customer_satisfaction")
        cls.period = cls.env["performance.period"].create(
            {
                "kind": "quarter",
                "date_start": "2025-01-01",
                "company_id": cls.company.id,
                "tz": "UTC",
            }
        )
        cls.scheme = cls.env["performance.scheme"].create(
            {
                "name": "Review Test Scheme",
                "company_id": cls.company.id,
                "rating_scale_id": cls.env.ref(
                    "customer_performance.rating_scale_standard"
                ).id,
                "line_ids": [
                    Command.create(
                        {
                            "kpi_id": cls.kpi.id,
                            "weight": 100,
                            "rule": "linear",
                            "target": 100,
                            "floor": 0,
                        }
                    )
                ],
            }
        )
        cls.scheme.with_user(cls.user_admin).action_activate()
        cls.criteria = cls.env["performance.criterion"].create(
            [{"name": "Listening"}, {"name": "Delivering"}]
        )
        cls.cycle = cls._create_cycle()

    # === RECORDS ===#

    @classmethod
    def _create_cycle(cls, **values):
        return (
            cls.env["performance.cycle"]
            .with_user(cls.user_hr)
            .create(
                {
                    "name": "Q1",
                    "company_id": cls.company.id,
                    "period_id": cls.period.id,
                    "scheme_id": cls.scheme.id,
                    "criterion_ids": [Command.set(cls.criteria.ids)],
                    **values,
                }
            )
        )

    @classmethod
    def _launch(cls, cycle=None):
        """Launch as HR; appraisals by employee, with the tester's rights."""
        cycle = cycle or cls.cycle
        cycle.with_user(cls.user_hr).action_launch()
        return cls._appraisals(cycle)

    @classmethod
    def _appraisals(cls, cycle=None):
        cycle = (cycle or cls.cycle).with_env(cls.env)
        return {
            appraisal.employee_id: appraisal
            for appraisal in cls.env["performance.appraisal"].search(
                [("cycle_id", "=", cycle.id)]
            )
        }

    @classmethod
    def _read_value(cls, employee, value):
        """Give the employee a measured score."""
        readings = cls.env["performance.reading"].with_context(
            performance_workflow=ENGINE
        )
        reading = readings.search(
            [("period_id", "=", cls.period.id), ("employee_id", "=", employee.id)]
        )
        if reading:
            reading.write({"value": value, "state": "ok"})
        else:
            readings.create(
                {
                    "kpi_id": cls.kpi.id,
                    "period_id": cls.period.id,
                    "employee_id": employee.id,
                    "value": value,
                    "state": "ok",
                }
            )
        cls.env["performance.scorecard"].search(
            [("period_id", "=", cls.period.id)]
        )._evaluate()

    @classmethod
    def _side(cls, appraisal, kind):
        return appraisal.with_env(cls.env).assessment_ids.filtered(
            lambda side: side.kind == kind
        )

    @classmethod
    def _fill(cls, appraisal, kind, rating="3", text="Fine"):
        """Write one side as its rater, complete."""
        side = cls._side(appraisal, kind)
        side = side.with_user(side.rater_id.user_id)
        side.write(
            {
                "strengths": f"{text} strengths",
                "improvements": f"{text} improvements",
                "summary": f"{text} summary",
                "line_ids": [
                    Command.update(
                        line.id, {"rating": rating, "comment": f"{text} comment"}
                    )
                    for line in side.line_ids
                ],
            }
        )
        return side

    @classmethod
    def _bring(cls, appraisal, state, rating="3", text=SECRET):
        """Walk an appraisal that is in self-assessment forward to a state."""
        employee = appraisal.employee_id.user_id
        manager = appraisal.manager_id.user_id
        steps = {
            "manager_review": lambda: (
                cls._fill(appraisal, "self"),
                appraisal.with_user(employee).action_submit_self(),
            ),
            "hr_approval": lambda: (
                cls._fill(appraisal, "manager", rating, text),
                appraisal.with_user(manager).action_submit_manager(),
            ),
            "published": lambda: appraisal.with_user(cls.user_hr).action_approve(),
            "acknowledged": lambda: appraisal.with_user(employee).action_acknowledge(),
        }
        todo = PATH[PATH.index(appraisal.state) + 1 : PATH.index(state) + 1]
        for step in todo:
            steps[step]()
        cls.env.flush_all()
        cls.env.invalidate_all()
        return appraisal.with_env(cls.env)

    @classmethod
    def _reason(cls, records, user, verb, reason="Because"):
        """Answer the reason dialog that a button opens, as a user."""
        action = getattr(records.with_user(user), f"action_{verb}")()
        wizard = (
            cls.env["performance.reason.wizard"]
            .with_user(user)
            .with_context(**action["context"])
            .create({"reason": reason})
        )
        return wizard.action_confirm()
