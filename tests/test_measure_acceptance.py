from datetime import datetime, timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from ..models.shared.workflow import ENGINE
from .acceptance_common import AcceptanceCommon, picture


@tagged("post_install", "-at_install")
class TestAcceptance(AcceptanceCommon):
    """Prepared, submitted, decided, corrected; by whom, and what stays as it was."""

    # === PREPARED ===#

    @users("perf_sales")
    def test_prepared_from_the_deal(self):
        deal = self.deal.with_env(self.env)
        deal.partner_id = self.contact
        action = deal.action_request_acceptance()
        form = Form(
            self.Acceptance.with_env(self.env).with_context(**action["context"])
        )
        form.deliverables = "Forty desks"
        acceptance = form.save()
        self.assertRecordValues(
            acceptance.sudo(),
            [
                {
                    "name": "Installation",
                    "lead_id": self.deal.id,
                    "partner_id": self.contact.id,
                    "commercial_partner_id": self.customer.id,
                    "employee_id": self.sales.id,
                    "company_id": self.company.id,
                    "submission": 1,
                    "state": "draft",
                    "is_first_pass": False,
                }
            ],
        )
        deal.invalidate_recordset()
        self.assertEqual(deal.acceptance_count, 1)
        shown = self.Acceptance.search(deal.action_open_acceptances()["domain"])
        self.assertEqual(shown, acceptance)

    def test_department_and_customer_of_the_submission_stay(self):
        old, new = self.env["hr.department"].create(
            [{"name": name, "company_id": self.company.id} for name in ("Old", "New")]
        )
        self.sales.department_id = old
        acceptance = self._submitted()
        self.sales.department_id = new
        self.contact.parent_id = self.other_customer
        self.env.flush_all()
        self.assertEqual(acceptance.department_id, old)
        self.assertEqual(acceptance.commercial_partner_id, self.customer)

    def test_contact_of_another_customer(self):
        with self.assertRefused(ValidationError, "does not belong to the customer"):
            self._create_acceptance(partner_id=self.user_portal2.partner_id.id)

    def test_not_on_a_deal_that_one_does_not_see(self):
        self.deal.user_id = self.user_sales2
        with self.assertRefused(AccessError, "."):
            self._create_acceptance(employee_id=self.sales.id)

    # === SUBMITTED ===#

    def test_submit(self):
        acceptance = self._create_acceptance()
        with self.mock_mail_gateway():
            acceptance.with_user(self.user_sales).action_submit()
        self.assertEqual(acceptance.state, "submitted")
        self.assertEqual(acceptance.submitted_by_id, self.user_sales)
        self.assertEqual(acceptance.sent_to, "carl@customer.example")
        today = fields.Date.today()
        self.assertAlmostEqual(
            acceptance.due_date, today + timedelta(days=14), delta=timedelta(days=1)
        )
        self.assertEqual(acceptance.activity_ids.user_id, self.user_sales)
        mail = next(m for m in self._mails if "carl@" in str(m["email_to"]))
        token = acceptance.sudo().access_token
        self.assertTrue(token)
        self.assertIn(
            f"/my/acceptances/{acceptance.id}?access_token={token}", mail["body"]
        )
        self.assertIn("Installation", mail["subject"])

    def test_what_is_missing(self):
        user = self.user_sales
        for values, text in (
            ({"deliverables": " "}, "say what is delivered"),
            ({"due_date": "2020-01-01"}, "has passed"),
            ({"partner_id": self.customer.id}, "no valid e-mail address"),
        ):
            acceptance = self._create_acceptance(**values).with_user(user)
            self.assertTrue(acceptance.can_submit)
            with self.assertRefused(UserError, text):
                acceptance.action_submit()

    def test_the_contact_is_not_one_of_us(self):
        """The link would come back to whoever is paid for the acceptance."""
        self.user_sales.partner_id.email = "sam@us.example"
        self.contact.email = "Sam <SAM@us.example>"
        acceptance = self._create_acceptance()
        with self.assertRefused(UserError, "is one of us"):
            acceptance.with_user(self.user_sales).action_submit()

    def test_what_was_submitted_does_not_change(self):
        acceptance = self._submitted()
        for env in (acceptance.env, self.env(user=self.user_sales)):
            record = acceptance.with_env(env)
            for values in (
                {"deliverables": "Thirty desks"},
                {"employee_id": self.sales2.id},
                {"partner_id": self.customer.id},
                {"due_date": "2030-01-01"},
                {"name": "Another"},
            ):
                with self.assertRefused(AccessError, "does not change any more"):
                    record.write(values)
        with self.assertRefused(UserError, "not deleted"):
            acceptance.unlink()

    # === THE LINK STAYS WITH THE CUSTOMER ===#

    def test_nobody_inside_reads_the_link(self):
        acceptance = self._submitted()
        token = acceptance.sudo().access_token
        for user in (self.user_sales, self.user_manager, self.user_hr, self.user_admin):
            own = acceptance.with_user(user)
            with self.assertRaises(AccessError):
                own.read(["access_token"])
            with self.assertRaises(AccessError):
                own.search([("access_token", "=like", "a%")])
            with self.assertRaises(AccessError):
                own.write({"access_token": "known"})
            self.assertNotIn(token, own.get_portal_url())
            self.assertNotIn(token, own._get_share_url())
            messages = self.env["mail.message"].with_user(user).search([])
            self.assertFalse(
                messages.filtered(lambda m, token=token: token in (m.body or ""))
            )

    def test_the_mail_template_shows_no_link_to_staff(self):
        acceptance = self._submitted()
        template = self.env.ref("customer_performance.mail_template_acceptance")
        body = template.with_user(self.user_sales)._render_field(
            "body_html", acceptance.ids
        )[acceptance.id]
        self.assertIn("/my/acceptances/", body)
        self.assertNotIn(acceptance.sudo().access_token, body)

    # === DECIDED ===#

    def test_accepted(self):
        acceptance = self._submitted("2026-02-02 08:00:00")
        self._accept(acceptance, "2026-02-05 09:00:00")
        self.assertRecordValues(
            acceptance,
            [
                {
                    "state": "accepted",
                    "is_first_pass": True,
                    "decided_at": datetime(2026, 2, 5, 9),
                    "decided_by_name": "Carl Contact",
                    "decided_via": "link",
                    "decided_ip": "192.0.2.1",
                }
            ],
        )
        self.assertTrue(acceptance.signature)
        self.assertFalse(acceptance.activity_ids)
        told = acceptance.message_ids.filtered(lambda m: "Accepted by" in m.body)
        self.assertIn("Carl Contact", told.body)
        self.assertEqual(told.author_id, self.contact)

    def test_refused_and_corrected(self):
        acceptance = self._submitted()
        self._refuse(acceptance)
        self.assertEqual(acceptance.refusal_reason, "Two desks wobble.")
        self.assertFalse(acceptance.is_first_pass)
        self.assertEqual(acceptance.activity_ids.user_id, self.user_sales)
        own = acceptance.with_user(self.user_sales)
        self.assertTrue(own.can_resubmit)
        action = own.action_resubmit()
        second = self.Acceptance.browse(action["res_id"])
        self.assertRecordValues(
            second,
            [
                {
                    "state": "draft",
                    "submission": 2,
                    "previous_id": acceptance.id,
                    "partner_id": self.contact.id,
                    "deliverables": "Forty desks, mounted.",
                    "display_name": "Installation (2)",
                }
            ],
        )
        self.assertEqual(own.action_resubmit()["res_id"], second.id)
        second.with_user(self.user_sales).write({"deliverables": "Desks, repaired."})
        second.with_user(self.user_sales).action_submit()
        self.assertNotEqual(second.access_token, acceptance.access_token)
        self._accept(second)
        self.assertFalse(second.is_first_pass)
        with self.assertRefused(UserError, "neither refused nor withdrawn"):
            second.with_user(self.user_sales).action_resubmit()

    def test_withdrawn(self):
        acceptance = self._submitted()
        own = acceptance.with_user(self.user_sales)
        self.assertEqual(
            own.action_withdraw()["res_model"], "performance.reason.wizard"
        )
        own._workflow_apply("withdraw", "Wrong floor plan.")
        self.assertEqual(acceptance.withdraw_reason, "Wrong floor plan.")
        with self.assertRefused(UserError, "not submitted for acceptance"):
            self._accept(acceptance)
        second = self.Acceptance.browse(own.action_resubmit()["res_id"])
        self.assertEqual(second.submission, 2, "withdrawing is no way to a clean start")

    def test_only_once(self):
        acceptance = self._submitted()
        self._accept(acceptance)
        signature = acceptance.signature
        for decide in (self._accept, self._refuse):
            with self.assertRefused(UserError, "was decided already: Accepted by"):
                decide(acceptance)
        self.assertEqual(acceptance.signature, signature)
        self.assertFalse(acceptance.refusal_reason)

    def test_decided_ones_do_not_change(self):
        acceptance = self._submitted()
        self._accept(acceptance)
        for user in (self.user_sales, self.user_hr, self.user_admin):
            own = acceptance.with_user(user)
            for values in (
                {"state": "draft"},
                {"decided_at": "2026-01-01 00:00:00"},
                {"decided_by_name": "Somebody"},
                {"signature": picture(size=(50, 50))},
                {"is_first_pass": False},
                {"submission": 2},
                {"commercial_partner_id": self.other_customer.id},
            ):
                with self.assertRefused(AccessError, "workflow only"):
                    own.write(values)
            with self.assertRefused(UserError, "starts from"):
                own._workflow_apply("withdraw", "why not")

    def test_a_signature_is_no_file_that_could_be_exchanged(self):
        acceptance = self._submitted()
        self._accept(acceptance)
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "performance.acceptance"),
                ("res_id", "=", acceptance.id),
                ("res_field", "!=", False),
            ]
        )
        self.assertFalse(files)

    @mute_logger("odoo.sql_db")
    def test_the_database_wants_complete_decisions(self):
        acceptance = self._submitted().with_context(performance_workflow=ENGINE)
        for values in (
            {"state": "accepted"},
            {"state": "accepted", "decided_at": "2030-01-01", "decided_by_name": "X"},
            {"state": "refused", "decided_at": "2030-01-01", "decided_by_name": "X"},
            {"decided_at": "2030-01-01"},
            {"submission": 2},
        ):
            with self.assertRaises(psycopg2.errors.CheckViolation):
                acceptance.write(values)
                self.env.flush_all()

    # === STAFF NEVER DECIDES ===#

    def test_staff_does_not_decide(self):
        acceptance = self._submitted()
        for user in (
            self.user_sales,
            self.user_manager,
            self.user_hr,
            self.user_admin,
        ):
            own = acceptance.with_user(user)
            for verb in ("accept", "refuse"):
                with self.assertRefused(UserError, "decided by the customer"):
                    own._workflow_apply(verb, "I say so")
                wizard = self.env["performance.reason.wizard"].with_user(user)
                with self.assertRefused(UserError, "decided by the customer"):
                    wizard.create(
                        {
                            "res_model": "performance.acceptance",
                            "res_ids": str(acceptance.id),
                            "verb": verb,
                            "reason": "I say so",
                        }
                    ).action_confirm()
            with self.assertRefused(UserError, "one of our staff"):
                self._accept(acceptance, user=user)
        self.assertEqual(acceptance.state, "submitted")

    def test_nobody_is_created_decided(self):
        for values in (
            {"state": "accepted"},
            {"decided_at": "2026-01-01 00:00:00"},
            {"submission": 3},
            {"signature": picture()},
        ):
            with self.assertRefused(AccessError, "workflow only"):
                self._create_acceptance(**values)
        defaults = {f"default_{k}": v for k, v in (("state", "accepted"),)}
        created = (
            self.Acceptance.with_user(self.user_sales)
            .with_context(**defaults)
            .create(
                {"name": "X", "partner_id": self.contact.id, "lead_id": self.deal.id}
            )
        )
        self.assertEqual(created.state, "draft")

    # === THE DEAL ===#

    def test_the_deal_stays(self):
        self._submitted()
        with self.assertRefused(UserError, "has acceptances"):
            self.deal.unlink()

    def test_a_copy_is_a_first_submission_again(self):
        acceptance = self._submitted()
        self._refuse(acceptance)
        copy = acceptance.with_user(self.user_sales).copy()
        self.assertRecordValues(
            copy,
            [{"state": "draft", "submission": 1, "refusal_reason": False}],
        )
        self.assertFalse(copy.sudo().access_token)

    # === NUMBERS ===#

    def test_kpis(self):
        """First submissions decided in the quarter count once, by their decision."""
        rate, days, passed = (
            self.env.ref(f"customer_performance.kpi_{name}")
            for name in ("acceptance_rate", "acceptance_days", "acceptances_passed")
        )
        for decided in ("2026-02-03", "2026-02-05", "2026-02-07"):
            self._accept(self._submitted("2026-02-01 00:00:00"), f"{decided} 00:00:00")
        refused = self._submitted("2026-02-01 00:00:00")
        self._refuse(refused, "2026-02-09 00:00:00")
        again = self.Acceptance.browse(
            refused.with_user(self.user_sales).action_resubmit()["res_id"]
        )
        with self._at("2026-02-10 00:00:00"):
            again.with_user(self.user_sales).action_submit()
        self._accept(again, "2026-02-20 00:00:00")
        late = self._submitted("2026-03-01 00:00:00")
        self._accept(late, "2026-05-01 00:00:00")
        self._submitted("2026-03-01 00:00:00")
        withdrawn = self._submitted("2026-03-01 00:00:00")
        withdrawn.with_user(self.user_sales)._workflow_apply("withdraw", "Wrong")
        self.env.flush_all()
        kpis = rate + days + passed
        kpis._measure(self.period)
        kpis._measure(self.period, subjects=[self.deal, self.customer])
        subjects = (
            {"employee_id": self.sales},
            {"lead_id": self.deal},
            {"partner_id": self.customer},
            {"team_id": self.team},
        )
        for subject in subjects:
            self.assertEqual(self._reading(rate, **subject).value, 75, subject)
            self.assertEqual(self._reading(passed, **subject).value, 3, subject)
            # 2, 4, 6, 8 days and 10 of the correction
            self.assertAlmostEqual(self._reading(days, **subject).value, 6, 4)
