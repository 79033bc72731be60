from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .reward_common import RewardCommon


@tagged("post_install", "-at_install")
class TestRewardWorkflow(RewardCommon):
    """From evidence to release: who may do what, and what is left behind."""

    def setUp(self):
        super().setUp()
        self.lead = self._won()
        self.signing = self._milestone(self.lead)
        self.delivery = self._milestone(self.lead, "delivery")

    def _activities(self, record):
        return {
            (a.activity_type_id.name, a.user_id)
            for a in record.activity_ids.filtered("active")
        }

    def _wizard(self, action, user, **values):
        model = self.env[action["res_model"]].with_user(user)
        wizard = model.with_context(**action["context"]).create(values)
        return wizard.action_confirm()

    # === THE WAY ===#

    def test_whole_way(self):
        self.assertEqual(
            self._activities(self.signing), {("Approve Bonus", self.user_manager)}
        )
        self._approve(self.signing)
        self.assertRecordValues(
            self.signing,
            [{"state": "approved", "approved_by_id": self.user_manager.id}],
        )
        self.assertEqual(
            self._activities(self.signing),
            {
                ("Release Bonus", user)
                for user in self.env.ref(
                    "customer_performance.group_officer"
                ).all_user_ids
                if self.company in user.company_ids and user.active
            },
        )
        self.assertIn(self.user_hr, self.signing.activity_ids.user_id)
        self._release(self.signing)
        self.assertRecordValues(
            self.signing, [{"state": "released", "released_by_id": self.user_hr.id}]
        )
        self.assertFalse(self._activities(self.signing))
        self._assert_accounts(self.signing, earned=10, released=10)

    def test_evidence(self):
        action = self.delivery.with_user(self.user_sales).action_submit()
        file = (
            self.env["ir.attachment"]
            .with_user(self.user_sales)
            .create({"name": "acceptance.txt", "raw": b"ok"})
        )
        self._wizard(
            action,
            self.user_sales,
            evidence="Signed on Monday",
            attachment_ids=[Command.set(file.ids)],
        )
        self.assertRecordValues(
            self.delivery,
            [
                {
                    "state": "review",
                    "evidence": "Signed on Monday",
                    "submitted_by_id": self.user_sales.id,
                }
            ],
        )
        messages = self.delivery.message_ids
        self.assertEqual(messages.attachment_ids.mapped("name"), ["acceptance.txt"])
        self.assertIn("Signed on Monday", self._notes(self.delivery))
        # whoever decides can open the file
        self.assertEqual(
            messages.attachment_ids.with_user(self.user_manager).raw, b"ok"
        )

    def test_evidence_of_others_is_refused(self):
        """A client can name any attachment; it does not get hold of it that way."""
        secret = self.env["ir.attachment"].create(
            {"name": "secret", "raw": b"x", "res_model": "res.users", "res_id": 1}
        )
        action = self.delivery.with_user(self.user_sales).action_submit()
        with self.assertRaises(AccessError):
            self._wizard(
                action,
                self.user_sales,
                evidence="x",
                attachment_ids=[Command.set(secret.ids)],
            )

    def test_evidence_is_needed(self):
        for evidence in ("", "   ", None):
            with self.assertRaisesRegex(UserError, "evidence"):
                self.delivery.with_user(self.user_sales)._submit(evidence)

    def test_who_submits(self):
        for user in (self.user_sales, self.user_manager, self.user_hr):
            milestone = self._milestone(self._won(), "service")
            with self.subTest(user=user.login):
                self.assertTrue(milestone.with_user(user).can_submit)
                moved, left = milestone.with_user(user)._submit("Done")
                self.assertEqual((len(moved), len(left)), (1, 0))
        for user in (self.user_crm, self.user_auditor):
            with self.subTest(user=user.login):
                milestone = self.delivery.with_user(user)
                self.assertFalse(milestone.can_submit)
                self.assertTrue(milestone._submit("Done")[1])

    def test_measured_stage_takes_no_evidence(self):
        self.plan.stage_ids[0].target = 99999
        signing = self._milestone(self._won()).with_user(self.user_sales)
        self.assertFalse(signing.can_submit)
        _moved, left = signing._submit("Trust me")
        self.assertIn("measured from records", left[signing])

    # === WHO APPROVES ===#

    def _assert_approver(self, milestone, user):
        milestone.invalidate_recordset()
        for other in (self.user_manager, self.user_crm, self.user_crm_hr):
            with self.subTest(user=other.login):
                seen = milestone.with_user(other)
                self.assertEqual(
                    seen.has_access("read") and seen.can_approve, other in user
                )

    def test_leader_of_the_team(self):
        self._assert_approver(self.signing, self.user_manager)
        self.assertEqual(self.signing.approver_ids, self.user_manager)
        with self.assertRaisesRegex(UserError, "is decided by Perf Manager"):
            self.signing.with_user(self.user_crm).action_approve()

    def test_team_without_leader(self):
        self.team.user_id = False
        self._assert_approver(self.signing, self.user_crm + self.user_crm_hr)

    def test_leader_archived(self):
        self.user_manager.action_archive()
        self._assert_approver(self.signing, self.user_crm + self.user_crm_hr)

    def test_deal_without_team(self):
        lead = self._create_lead()
        lead.team_id = False
        lead.action_set_won()
        self._assert_approver(self._milestone(lead), self.user_crm + self.user_crm_hr)

    def test_leader_is_the_beneficiary(self):
        lead = self._won(user_id=self.user_manager.id)
        signing = self._milestone(lead)
        self.assertEqual(signing.employee_id, self.manager)
        self._assert_approver(signing, self.user_crm + self.user_crm_hr)
        with self.assertRaisesRegex(UserError, "your own bonus"):
            signing.with_user(self.user_manager).action_approve()
        self.assertNotIn(self.user_manager, signing.activity_ids.user_id)

    def test_sales_administrator_does_not_approve_his_own(self):
        self.team.user_id = False
        self._create_employee("Carl CRM", self.user_crm)
        signing = self._milestone(self._won(user_id=self.user_crm.id))
        self._assert_approver(signing, self.user_crm_hr)
        with self.assertRaisesRegex(UserError, "your own bonus"):
            signing.with_user(self.user_crm).action_approve()
        for verb in ("hold", "reject"):
            with self.assertRaises(UserError):
                signing.with_user(self.user_crm)._workflow_apply(verb, "Mine")

    def test_nobody_to_approve(self):
        self.team.user_id = False
        (self.user_crm + self.user_crm_hr).action_archive()
        signing = self.signing.with_user(self.user_hr)
        self.assertIn(
            "Give the sales team a leader", signing._workflow_error("approve")
        )

    # === WHO RELEASES ===#

    def test_release_takes_another_person(self):
        self.team.user_id = self.user_crm_hr
        self.signing.with_user(self.user_crm_hr).action_approve()
        with self.assertRaisesRegex(UserError, "somebody else has to release"):
            self.signing.with_user(self.user_crm_hr).action_release()
        self.assertNotIn(self.user_crm_hr, self.signing.activity_ids.user_id)
        self._release(self.signing)
        self.assertEqual(self.signing.state, "released")

    def test_officer_does_not_release_his_own(self):
        self.user_hr.group_ids += self.env.ref("sales_team.group_sale_salesman")
        signing = self._milestone(self._won(user_id=self.user_hr.id))
        self._approve(signing)
        with self.assertRaisesRegex(UserError, "your own bonus"):
            signing.with_user(self.user_hr).action_release()
        self.assertNotIn(self.user_hr, signing.activity_ids.user_id)
        signing.with_user(self.user_hr2).action_release()

    def test_only_officers_release(self):
        self._approve(self.signing)
        for user in (
            self.user_sales,
            self.user_manager,
            self.user_crm,
            self.user_auditor,
        ):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.signing.with_user(user).action_release()

    # === HOLD AND REJECT ===#

    def test_hold_and_resume(self):
        day = fields.Date.add(fields.Date.today(), days=12)
        action = self.signing.with_user(self.user_manager).action_hold()
        self._wizard(action, self.user_manager, reason="Contract?", review_date=day)
        self.assertRecordValues(
            self.signing,
            [
                {
                    "state": "held",
                    "held_from": "review",
                    "hold_origin": "person",
                    "hold_reason": "Contract?",
                    "review_date": day,
                }
            ],
        )
        self._assert_accounts(self.signing, forecast=10, held=10)
        self.assertEqual(self.signing.activity_ids.date_deadline, day)
        self.assertEqual(
            self._activities(self.signing), {("Review Held Bonus", self.user_manager)}
        )
        self.assertIn("Contract?", self._notes(self.signing))
        with self.assertRaises(UserError):
            self.signing.with_user(self.user_sales).action_resume()
        self.signing.with_user(self.user_manager).action_resume()
        self.assertRecordValues(
            self.signing,
            [{"state": "review", "hold_reason": False, "review_date": False}],
        )
        self._assert_accounts(self.signing, forecast=10)

    def test_hold_after_approval(self):
        self._approve(self.signing)
        self.signing.with_user(self.user_manager)._hold("Refund?", fields.Date.today())
        self._assert_accounts(self.signing, earned=10, held=10)
        with self.assertRaises(UserError):
            self._release(self.signing)
        self.signing.with_user(self.user_manager).action_resume()
        self.assertEqual(self.signing.state, "approved")
        self._release(self.signing)

    def test_hold_without_a_date_gets_one(self):
        """The plain reason dialog holds as well, for thirty days."""
        with freeze_time("2026-03-01"):
            self.signing.with_user(self.user_manager)._workflow_apply("hold", "Why")
        self.assertEqual(self.signing.review_date, fields.Date.to_date("2026-03-31"))

    def test_hold_dialog_is_checked(self):
        action = self.signing.with_user(self.user_manager).action_hold()
        with self.assertRaisesRegex(ValidationError, "past"):
            self._wizard(
                action, self.user_manager, reason="Why", review_date="2020-01-01"
            )
        with self.assertRaisesRegex(UserError, "reason"):
            self._wizard(action, self.user_manager, reason="  ")
        with self.assertRaisesRegex(UserError, "is decided by"):
            action = self.signing.with_user(self.user_crm).action_hold()
            self._wizard(action, self.user_crm, reason="Why")
        self.assertFalse(self.signing.review_date)

    def test_reopened_deal_cannot_be_resumed_by_hand(self):
        self.lead.stage_id = self.stage_new
        self.assertFalse(self.signing.with_user(self.user_manager).can_resume)
        with self.assertRaisesRegex(UserError, "not won"):
            self.signing.with_user(self.user_manager).action_resume()

    def test_reject_and_reconsider(self):
        signing = self.signing.with_user(self.user_manager)
        self.assertEqual(
            signing.action_reject()["res_model"], "performance.reason.wizard"
        )
        with self.assertRaisesRegex(UserError, "reason"):
            signing._workflow_apply("reject", " ")
        signing._workflow_apply("reject", "No new customer")
        self._assert_accounts(self.signing)
        self.assertIn("No new customer", self._notes(self.signing))
        told = self.signing.message_ids[:1].notified_partner_ids
        self.assertEqual(told, self.user_sales.partner_id)
        entry = self.Entry.search([("milestone_id", "=", self.signing.id)], limit=1)
        self.assertEqual((entry.amount, entry.reason), (-10, "No new customer"))
        signing._workflow_apply("reconsider", "It is one")
        self.assertEqual(self.signing.state, "review")
        self._assert_accounts(self.signing, forecast=10)

    # === IN BULK, TWICE, FORGED ===#

    def test_bulk_says_what_was_left(self):
        other = self._milestone(self._won(user_id=self.user_manager.id))
        chosen = self.signing + self.delivery + other
        result = chosen.with_user(self.user_manager).action_approve()
        message = result["params"]["message"]
        self.assertIn("1 done.", message)
        self.assertIn("2 left:", message)
        self.assertIn("your own bonus", message)
        self.assertIn("Delivery", message)
        self.assertEqual(chosen.mapped("state"), ["approved", "pending", "review"])
        self._assert_accounts(chosen, forecast=25, earned=10)

    def test_bulk_hold_and_submit(self):
        chosen = self.signing + self.delivery
        action = chosen.with_user(self.user_manager).action_hold()
        result = self._wizard(action, self.user_manager, reason="Audit")
        self.assertIn("1 left:", result["params"]["message"])
        self.assertEqual(chosen.mapped("state"), ["held", "pending"])
        action = chosen.with_user(self.user_sales).action_submit()
        result = self._wizard(action, self.user_sales, evidence="Done")
        self.assertEqual(chosen.mapped("state"), ["held", "review"])

    def test_double_click(self):
        self._approve(self.signing)
        entries = self.Entry.search_count([("milestone_id", "=", self.signing.id)])
        self._approve(self.signing)
        self.assertEqual(
            self.Entry.search_count([("milestone_id", "=", self.signing.id)]), entries
        )
        self._release(self.signing)
        self._release(self.signing)
        self._assert_accounts(self.signing, earned=10, released=10)

    def test_named_twice_in_one_call(self):
        """A client may send the same id twice; the ledger books once."""
        signing = self._milestone(self._won())
        twice = self.Milestone.browse([signing.id, signing.id])
        self._approve(twice)
        self._assert_accounts(signing, earned=10)
        self._release(twice)
        self._assert_accounts(signing, earned=10, released=10)

    def test_two_at_once(self):
        """The row is taken by somebody else: a clear message, nothing written."""
        with (
            patch.object(
                type(self.signing), "lock_for_update", side_effect=LockError("")
            ),
            self.assertRaisesRegex(UserError, "Somebody else is deciding"),
        ):
            self._approve(self.signing)
        self.assertEqual(self.signing.state, "review")

    def test_all_or_nothing(self):
        """One record that cannot move stops the others when they move together."""
        both = self.signing + self.delivery
        with self.assertRaises(UserError):
            both.with_user(self.user_manager)._workflow_apply("approve")
        self.assertEqual(both.mapped("state"), ["review", "pending"])

    def test_steps_of_the_engine_are_not_for_people(self):
        for verb in ("attain", "suspend", "cancel"):
            with self.assertRaisesRegex(UserError, "nobody takes it by hand"):
                milestone = self.delivery if verb == "attain" else self.signing
                milestone.with_user(self.user_crm_hr)._workflow_apply(verb)
        wizard = (
            self.env["performance.reason.wizard"]
            .with_user(self.user_sales)
            .create(
                {
                    "res_model": "performance.milestone",
                    "res_ids": str(self.delivery.id),
                    "verb": "attain",
                    "reason": "Forged",
                }
            )
        )
        with self.assertRaisesRegex(UserError, "nobody takes it by hand"):
            wizard.action_confirm()

    def test_nothing_is_written_by_hand(self):
        """Not even by the superuser, with whatever context."""
        for values in [
            {"state": "released"},
            {"amount": 1e6},
            {"employee_id": self.hr.id},
            {"evidence": "x"},
            {"approved_by_id": self.user_crm.id},
            {"review_date": "2030-01-01"},
            {"rate": 99},
        ]:
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.signing.with_context(performance_workflow=True).write(values)
        with self.assertRaisesRegex(AccessError, "by winning a deal"):
            self.Milestone.create(self.signing.read(load="")[0])
        with self.assertRaisesRegex(UserError, "never deleted"):
            self.signing.unlink()
        with self.assertRaisesRegex(UserError, "not copied"):
            self.signing.copy()

    def test_form_is_read_only(self):
        form = Form(self.signing.with_user(self.user_manager))
        self.assertEqual(form.state, "review")
        with self.assertRaises(AssertionError):
            form.amount = 3
