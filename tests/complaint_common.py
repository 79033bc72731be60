from datetime import datetime

from odoo.tests import freeze_time, tagged

from .common import PerformanceCommon


@tagged("post_install", "-at_install")
class ComplaintCommon(PerformanceCommon):
    """A company that works Monday to Friday, 8 to 12 and 13 to 17 in Berlin.

    Most tests play in the week from Monday, 2 March 2026 (Berlin is UTC+1).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Berlin",
                "tz": "Europe/Berlin",
                "company_id": cls.company.id,
                "attendance_ids": [(5, 0, 0)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": part,
                            "dayofweek": str(day),
                            "day_period": part,
                            "hour_from": start,
                            "hour_to": stop,
                        },
                    )
                    for day in range(5)
                    for part, start, stop in (
                        ("morning", 8, 12),
                        ("afternoon", 13, 17),
                    )
                ],
            }
        )
        cls.company.resource_calendar_id = cls.calendar
        cls.complaints = cls.env["performance.complaint"]
        cls.customer.email = "customer@example.com"
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Test Contact",
                "parent_id": cls.customer.id,
                "email": "contact@example.com",
            }
        )
        cls.cause = cls.env.ref("customer_performance.complaint_cause_delivery")

    @classmethod
    def _file(cls, at=None, user=None, **values):
        """A complaint of the customer, filed at a time, Sam being responsible."""
        values = {
            "name": "Too late",
            "partner_id": cls.contact.id,
            "employee_id": cls.sales.id,
            "company_id": cls.company.id,
            "cause_id": cls.cause.id,
            **values,
        }
        model = cls.complaints.with_user(user) if user else cls.complaints
        if at is None:
            return model.create(values).with_env(cls.env)
        with freeze_time(at):
            return model.create(values).with_env(cls.env)

    @classmethod
    def _at(cls, time, complaint, verb, reason="Because", user=None):
        """Make a move at a time."""
        with freeze_time(time):
            complaint.with_user(user or cls.user_hr)._workflow_apply(verb, reason)
        return complaint

    def _time(self, text):
        return datetime.fromisoformat(f"{text}:00")
