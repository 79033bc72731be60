from datetime import datetime, timedelta
from itertools import pairwise

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .measure_common import MeasureCommon

START = datetime(2026, 1, 5, 8)
NOW = datetime(2026, 3, 30, 8)


@tagged("post_install", "-at_install")
class JourneyCommon(MeasureCommon):
    """A journey over three stages, signing, delivery, service and renewal.

    Contact (first contact, New), Talk (Talk), Offer (Offer; target 10 days), Signed
    (won, Test Won), Delivery (handed over), Service (accepted), Renewal (renewed).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["performance.journey"].search([]).active = False
        cls.Visit = cls.env["performance.journey.visit"]
        cls.new, cls.talk, cls.offer = cls.env["crm.stage"].create(
            [{"name": name, "sequence": 1} for name in ("New", "Talk", "Offer")]
        )
        cls.journey = cls._create_journey(
            "Test journey",
            ("Contact", "created", cls.new),
            ("Talk", False, cls.talk),
            ("Offer", False, cls.offer),
            ("Signed", "won", cls.won_stage),
            ("Delivery", "submitted", None),
            ("Service", "accepted", None),
            ("Renewal", "renewal_opened", None),
        )
        cls.steps = {step.name: step for step in cls.journey.step_ids}
        cls.journey.write(
            {
                "step_ids": [
                    Command.update(cls.steps["Offer"].id, {"target_days": 10})
                ],
                "change_reason": "Test",
            }
        )
        cls.cause = cls.env.ref("customer_performance.complaint_cause_delivery")

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(NOW))

    # === RECORDS ===#

    @classmethod
    def _create_journey(cls, name, *steps, **values):
        return cls.env["performance.journey"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "step_ids": [
                    Command.create(
                        {
                            "name": title,
                            "sequence": 10 * place,
                            "milestone": milestone,
                            "stage_ids": [Command.set(stages.ids if stages else [])],
                        }
                    )
                    for place, (title, milestone, stages) in enumerate(steps, 1)
                ],
                **values,
            }
        )

    @classmethod
    def _deal(cls, *stays, born=START, **values):
        """A deal that was in stages, each for some days; in the last one until now."""
        lead = cls._create_lead(stage_id=stays[-1][0].id, **values)
        cls._write_history(lead, born, stays)
        return lead

    @classmethod
    def _write_history(cls, lead, born, stays):
        """Write the history of stages as Odoo does, in the past."""
        # end the request that made the deal: Odoo tracks no changes in that one
        cls.env.cr.flush()
        field = cls.env["ir.model.fields"]._get("crm.lead", "stage_id")
        at = born
        cls._backdate("crm_lead", lead.id, at)
        for (stage, days), (following, _days) in pairwise(stays):
            at += timedelta(days=days)
            tracking = Command.create(
                {
                    "field_id": field.id,
                    "old_value_integer": stage.id,
                    "new_value_integer": following.id,
                }
            )
            message = cls.env["mail.message"].create(
                {
                    "model": "crm.lead",
                    "res_id": lead.id,
                    "tracking_value_ids": [tracking],
                }
            )
            cls.env.flush_all()
            for value in message.sudo().tracking_value_ids:
                cls._backdate("mail_tracking_value", value.id, at)
        cls.env.invalidate_all()
        return at

    @classmethod
    def _backdate(cls, table, record_id, at):
        # a table of this file
        cls.env.cr.execute(
            f"UPDATE {table} SET create_date = %s WHERE id = %s",  # noqa: S608
            [at, record_id],
        )

    @classmethod
    def _hand_over(cls, lead, at, accepted=None, **values):
        decision = {}
        if accepted:
            decision = {
                "state": "accepted",
                "decided_at": accepted,
                "decided_by_name": "Carl",
                "signature": "aGVsbG8=",
            }
        return (
            cls.env["performance.acceptance"]
            ._workflow_engine()
            .create(
                {
                    "name": "Desks",
                    "lead_id": lead.id,
                    "partner_id": lead.partner_id.id,
                    "employee_id": cls.sales.id,
                    "company_id": lead.company_id.id or cls.company.id,
                    "deliverables": "Desks",
                    "state": "submitted",
                    "submitted_at": at,
                    **decision,
                    **values,
                }
            )
        )

    @classmethod
    def _complain(cls, lead, at, **values):
        return (
            cls.env["performance.complaint"]
            ._workflow_engine()
            .create(
                {
                    "name": "Too late",
                    "partner_id": cls.customer.id,
                    "lead_id": lead.id,
                    "employee_id": cls.sales.id,
                    "company_id": cls.company.id,
                    "cause_id": cls.cause.id,
                    "filed_at": at,
                    **values,
                }
            )
        )

    @classmethod
    def _say(cls, lead, at, score, kind="nps"):
        return cls.env["performance.voice"].create(
            {
                "kind": kind,
                "company_id": cls.company.id,
                "partner_id": cls.customer.id,
                "lead_id": lead.id,
                "employee_id": cls.sales.id,
                "score": score,
                "scale_min": 0,
                "scale_max": 10,
                "answered_at": at,
                "source": "import",
            }
        )

    # === ASSERTIONS ===#

    def _visits(self, lead, user=None):
        """``{name of a step: visit}`` of a deal."""
        self.env.flush_all()
        self.env.invalidate_all()
        Visit = self.Visit.with_user(user) if user else self.Visit
        found = Visit.search([("lead_id", "=", lead.id)])
        return {visit.step_id.sudo().name: visit for visit in found}

    def _assert_days(self, lead, **days):
        """Compare the dwell times by step, and which steps there are."""
        found = {
            name: round(visit.dwell_days, 3)
            for name, visit in self._visits(lead).items()
        }
        self.assertEqual(found, days)

    def _assert_outcomes(self, lead, **outcomes):
        found = {name: visit.outcome for name, visit in self._visits(lead).items()}
        self.assertEqual(found, outcomes)
