from odoo import Command
from odoo.tests import tagged

from .measure_common import MeasureCommon


@tagged("post_install", "-at_install")
class ObjectiveCommon(MeasureCommon):
    """Objectives of the first quarter of 2026, on the shipped KPIs."""

    @classmethod
    def _create_objective(cls, user=None, kpis=None, **values):
        """A draft objective with key results on the way from 0 to 100.

        :param kpis: ``{kpi: weight}``, by default satisfaction
        """
        objectives = cls.env["performance.objective"]
        objectives = objectives.with_user(user) if user else objectives.sudo()
        subjects = {"employee_id", "department_id", "team_id", "subject_company_id"}
        if not subjects & values.keys():
            values["employee_id"] = cls.sales.id
        return objectives.create(
            {
                "name": "Happy customers",
                "company_id": cls.company.id,
                "period_id": cls.period.id,
                "key_result_ids": [
                    Command.create({"kpi_id": kpi.id, "target": 100, "weight": weight})
                    for kpi, weight in (kpis or {cls.kpi_csat: 1}).items()
                ],
                "responsibility_ids": [
                    Command.create({"employee_id": employee.id, "role": role})
                    for employee, role in (
                        (cls.manager, "accountable"),
                        (cls.sales, "responsible"),
                    )
                ],
                **values,
            }
        )

    @classmethod
    def _activated(cls, **values):
        objective = cls._create_objective(**values)
        objective.with_user(cls.user_hr).action_activate()
        return objective.with_env(cls.env).sudo()

    def _read(self, kpi, value, **subject):
        """A valid reading of a KPI for one subject."""
        (name, record), *_rest = subject.items()
        reading = (
            self.env["performance.reading"]
            .with_user(self.user_hr)
            .create(
                {
                    "kpi_id": kpi.id,
                    "period_id": self.period.id,
                    name: record.id,
                    "value": value,
                    "evidence": "Survey",
                }
            )
        )
        reading.with_user(self.user_hr2).action_confirm()
        self.env.invalidate_all()
        return reading
