from odoo import Command
from odoo.tests import tagged

from ..models.reward.ledger import ACCOUNTS
from .common import PerformanceCommon


@tagged("post_install", "-at_install")
class RewardCommon(PerformanceCommon):
    """A bonus plan of 5 % with stages 20/30/30/20, and deals of 1000.

    So a won deal pays 50: signing 10 (measured), delivery 15, service 15, renewal 10.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Milestone = cls.env["performance.milestone"]
        cls.Entry = cls.env["performance.bonus.entry"]
        cls.kpi = cls.env.ref("customer_performance.kpi_new_customer_revenue")
        cls.plan = cls._create_plan()
        stages = cls.env["crm.stage"].search([("team_ids", "=", False)])
        cls.stage_new = stages.filtered(lambda s: not s.is_won)[0]
        cls.stage_won = stages.filtered("is_won")[0]
        cls.user_crm_hr = cls._create_user(
            "perf_crm_hr",
            "sales_team.group_sale_manager,customer_performance.group_officer",
        )

    @classmethod
    def _create_plan(cls, shares=(20, 30, 30, 20), measured=True, **values):
        codes = ["signing", "delivery", "service", "renewal"]
        return cls.env["performance.bonus.plan"].create(
            {
                "name": "Test Plan",
                "company_id": cls.company.id,
                "rate": 5.0,
                "stage_ids": [
                    Command.create(
                        {
                            "name": codes[i % 4].title(),
                            "code": codes[i % 4],
                            "sequence": i,
                            "share": share,
                            **(
                                {"evidence": "measured", "kpi_id": cls.kpi.id}
                                if measured and not i
                                else {}
                            ),
                        }
                    )
                    for i, share in enumerate(shares)
                ],
                **values,
            }
        )

    @classmethod
    def _won(cls, **values):
        """A deal that has just been won, seen by the superuser."""
        lead = cls._create_lead(**values)
        lead.action_set_won()
        return lead

    @classmethod
    def _milestone(cls, lead, code="signing"):
        return lead.milestone_ids.filtered(lambda m: m.code == code)

    @classmethod
    def _lose(cls, leads):
        """Won deals have to leave the won stage before they can be lost."""
        leads.write({"stage_id": cls.stage_new.id})
        leads.action_set_lost()

    def _balances(self, records):
        """``{account: balance}`` of the ledger entries of some deals or milestones."""
        field = "lead_id" if records._name == "crm.lead" else "milestone_id"
        entries = self.Entry.search([(field, "in", records.ids)])
        return {
            account: round(
                sign * sum(entry.amount for entry in entries if entry.kind in kinds), 6
            )
            for account, (kinds, sign) in ACCOUNTS.items()
        }

    def _assert_accounts(self, records, forecast=0, earned=0, held=0, released=0):
        """Compare every account of the ledger."""
        self.assertEqual(
            self._balances(records),
            {
                "forecast": forecast,
                "earned": earned,
                "held": held,
                "released": released,
            },
        )

    def _assert_states(self, lead, signing, delivery, service, renewal):
        """Compare the states of the four milestones."""
        lead.invalidate_recordset(["milestone_ids"])
        self.assertEqual(
            {m.code: m.state for m in lead.milestone_ids},
            {
                "signing": signing,
                "delivery": delivery,
                "service": service,
                "renewal": renewal,
            },
        )

    def _notes(self, record):
        return " ".join(record.message_ids.mapped("body"))

    def _approve(self, milestones):
        milestones.with_user(self.user_manager).action_approve()

    def _release(self, milestones):
        milestones.with_user(self.user_hr).action_release()

    def _submit(self, milestones, evidence="Acceptance signed"):
        return milestones.with_user(self.user_sales)._submit(evidence)
