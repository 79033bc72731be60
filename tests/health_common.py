from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .score_common import ScoreCommon

# noon in Berlin, inside the first quarter
NOW = "2026-03-20 11:00:00"


@tagged("post_install", "-at_install")
class HealthCommon(ScoreCommon):
    """A company that tells the health of its customers, by a scheme of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Health = cls.env["performance.customer.health"]
        cls.scale = cls.env.ref("customer_performance.rating_scale_health")
        cls.kpi_complaints = cls.env.ref("customer_performance.kpi_complaints")
        cls.kpi_contacts = cls.env.ref("customer_performance.kpi_interactions")
        cls.scheme = cls.env["performance.scheme"].create(
            {
                "name": "Test Health",
                "subject_type": "customer",
                "is_health": True,
                "company_id": cls.company.id,
                # not the customers of the demo company, who are everybody's
                "subject_domain": f"[('company_id', '=', {cls.company.id})]",
                "rating_scale_id": cls.scale.id,
                "line_ids": [
                    # 0 complaints 10 points, 1 complaint 5, more 0
                    Command.create(
                        {
                            "kpi_id": cls.kpi_complaints.id,
                            "weight": 60,
                            "rule": "bands",
                            "band_ids": [
                                Command.create({"lower": 0, "upper": 1, "points": 10}),
                                Command.create({"lower": 1, "upper": 2, "points": 5}),
                                Command.create(
                                    {"lower": 2, "is_open": True, "points": 0}
                                ),
                            ],
                        }
                    ),
                    # a deal won in the window: all points
                    Command.create(
                        {
                            "kpi_id": cls.kpi_deals.id,
                            "weight": 40,
                            "rule": "linear",
                            "target": 1,
                            "cap": 100,
                        }
                    ),
                ],
            }
        )
        cls.scheme._workflow_move("activate")
        with freeze_time(NOW):
            cls.company.performance_health = True
        cls.customer.account_maintainer_id = cls.user_sales
        cls._create_won()

    @classmethod
    def _customer(cls, name="Second", closed="2025-06-10 12:00:00", **values):
        """A customer who bought something once, before the window."""
        customer = cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "company_id": cls.company.id,
                **values,
            }
        )
        cls._create_won(closed, partner_id=customer.id)
        return customer

    @classmethod
    def _complaint(cls, day="2026-03-10 09:00:00", customer=None):
        with freeze_time(day):
            complaint = cls.env["performance.complaint"].create(
                {
                    "name": "Test Complaint",
                    "company_id": cls.company.id,
                    "partner_id": (customer or cls.customer).id,
                    "cause_id": cls.env.ref(
                        "customer_performance.complaint_cause_delivery"
                    ).id,
                }
            )
            complaint.flush_recordset()
        return complaint

    def _night(self, now=NOW):
        """Tell the health of all customers of the company."""
        with freeze_time(now):
            return self.Health._tell_health(self.company)

    def _health(self, customer=None):
        return self.Health.search(
            [
                ("commercial_partner_id", "=", (customer or self.customer).id),
                ("company_id", "=", self.company.id),
            ]
        )

    def _days(self, customer=None):
        return self.env["performance.customer.health.day"].search(
            [
                ("commercial_partner_id", "=", (customer or self.customer).id),
                ("company_id", "=", self.company.id),
            ]
        )
