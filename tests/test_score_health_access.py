from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .health_common import NOW, HealthCommon


@tagged("post_install", "-at_install")
class TestScoreHealthAccess(HealthCommon):
    """Who reads the health of whom, who overrides it, and where it is shown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # nobody of ours answers for him; Sue has a deal with one of his contacts
        cls.other = cls._customer(user_id=False)
        cls.contact = cls.env["res.partner"].create(
            {"name": "Contact", "parent_id": cls.other.id}
        )
        cls.env["crm.lead"].search([("partner_id", "=", cls.other.id)]).write(
            {"user_id": cls.user_crm.id}
        )
        cls.lead = cls._create_lead(
            partner_id=cls.contact.id, user_id=cls.user_sales2.id
        )
        cls.env["crm.lead"].search([("partner_id", "=", cls.customer.id)]).write(
            {"user_id": cls.user_sales.id}
        )
        cls._complaint()
        with freeze_time(NOW):
            cls.Health._tell_health(cls.company)

    # === READING ===#

    def _seen(self, user, model="performance.customer.health", name=None):
        field = name or "commercial_partner_id"
        found = self.env[model].with_user(user).search([(field, "!=", False)])
        return found.sudo()[field]

    def test_who_reads(self):
        both = self.customer + self.other
        expected = {
            self.user_sales: self.customer,
            self.user_sales2: self.other,
            self.user_employee: self.env["res.partner"],
            self.user_manager: both,
            self.user_hr: both,
            self.user_auditor: both,
        }
        for user, customers in expected.items():
            with self.subTest(user=user.login):
                self.assertEqual(self._seen(user), customers)
                days = self._seen(user, "performance.customer.health.day")
                self.assertEqual(days, customers)
                cards = self._seen(user, "performance.scorecard", "partner_id")
                self.assertEqual(cards, customers)
        for user in (self.user_outsider, self.user_crm):
            with self.assertRaises(AccessError):
                self._seen(user)

    def test_nobody_writes(self):
        health = self._health()
        for user in (self.user_sales, self.user_hr, self.user_admin):
            with self.assertRaises(AccessError):
                health.with_user(user).write({"score": 100})
            with self.assertRaises(AccessError):
                health.with_user(user).unlink()

    # === OVERRIDE ===#

    def _override(self, user, score=90, until="2026-03-31", reason="They told me"):
        wizard = Form(
            self.env["performance.health.wizard"]
            .with_user(user)
            .with_context(default_health_id=self._health().id)
        )
        self.assertEqual(wizard.score, self._health().shown_score)
        wizard.score = score
        wizard.until = until
        wizard.reason = reason
        with freeze_time(NOW):
            wizard.save().action_confirm()

    def test_override_stays_beside_and_expires(self):
        self._override(self.user_manager)
        health = self._health()
        self.assertEqual((health.score, health.state), (70, "fair"))
        self.assertEqual((health.shown_score, health.shown_state), (90, "healthy"))
        self.assertEqual(health.given_by_id, self.user_manager)
        self._complaint("2026-03-20 09:00:00")
        self._night("2026-03-31 11:00:00")
        self.assertEqual((health.score, health.shown_score), (40, 90))
        self._night("2026-04-01 11:00:00")
        self.assertEqual((health.shown_score, health.shown_state), (40, "critical"))
        self.assertFalse(health.given_reason)
        self.assertIn("They told me", health.message_ids[-1].body)

    def test_override_is_refused(self):
        with self.assertRefused(UserError, "reason"):
            self._override(self.user_hr, reason=" ")
        with self.assertRefused(UserError, "between 0 and 100"):
            self._override(self.user_hr, score=101)
        with self.assertRefused(UserError, "not over"):
            self._override(self.user_hr, until="2026-03-19")
        with self.assertRaises(AccessError):
            self._override(self.user_sales)
        self.customer.account_acquirer_id = self.user_manager
        with self.assertRefused(AccessError, "answer for"):
            self._override(self.user_manager)
        self.assertFalse(self._health().with_user(self.user_manager).can_give)
        self.assertTrue(self._health().with_user(self.user_hr).can_give)

    def test_withdraw(self):
        self._override(self.user_hr)
        health = self._health()
        with self.assertRefused(AccessError, "Only team leads"):
            health.with_user(self.user_sales).action_withdraw()
        health.with_user(self.user_hr2).action_withdraw()
        self.assertEqual(health.shown_score, 70)
        with self.assertRefused(UserError, "Nothing is overridden"):
            health.with_user(self.user_hr2).action_withdraw()

    # === WHERE IT IS SHOWN ===#

    def test_customer_and_contact(self):
        contact = self.contact.with_user(self.user_sales2).with_company(self.company)
        self.assertEqual(contact.health_state, "at_risk")
        self.assertEqual(contact.health_score, 60)
        self.assertTrue(contact.health_reason)
        self.assertEqual(
            contact.action_open_health()["res_id"], self._health(self.other).id
        )
        hidden = self.customer.with_user(self.user_sales2)
        self.assertFalse(hidden.health_state)

    def test_actions(self):
        health = self._health().with_user(self.user_sales)
        self.assertEqual(
            health.action_open_scorecard()["res_id"], health.scorecard_id.id
        )
        action = health.action_open_history()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows, self._days())
        self.assertTrue(health.line_ids.mapped("explanation"))

    def test_deals(self):
        Lead = self.env["crm.lead"].with_user(self.user_sales2)
        self.assertEqual(Lead.browse(self.lead.id).customer_health, "at_risk")
        ours = [("id", "=", self.lead.id)]
        for operator, value, found in (
            ("=", "at_risk", True),
            ("in", ["critical", "healthy"], False),
            ("!=", "at_risk", False),
            ("=", False, False),
            ("!=", False, True),
        ):
            domain = [*ours, ("customer_health", operator, value)]
            self.assertEqual(bool(Lead.search(domain)), found, domain)

    def test_a_page_of_deals_costs_the_same(self):
        leads = self.lead
        for number in range(30):
            leads += self._create_lead(name=f"Deal {number}", partner_id=self.other.id)
        leads.flush_recordset()
        counts = []
        for part in (leads[:2], leads):
            self.env.invalidate_all()
            records = part.with_user(self.user_manager)
            records.mapped("partner_id.name")
            start = self.env.cr.sql_log_count
            records.mapped("customer_health")
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 1)
