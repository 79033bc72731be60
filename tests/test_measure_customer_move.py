from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged, users

from .complaint_common import ComplaintCommon

ROLES = ("account_acquirer_id", "account_maintainer_id")


@tagged("post_install", "-at_install")
class TestCustomerMove(ComplaintCommon):
    """A contact leaves its company: nothing is lost or taken without a word."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write(
            {
                "account_acquirer_id": cls.user_sales.id,
                "account_maintainer_id": cls.user_sales2.id,
            }
        )
        cls.rival = cls.env["res.partner"].create(
            {
                "name": "Rival",
                "is_company": True,
                "company_id": cls.company.id,
                "account_maintainer_id": cls.user_manager.id,
            }
        )
        cls.newcomer = cls.env["res.partner"].create(
            {"name": "New Contact", "parent_id": cls.customer.id}
        )

    def _roles(self, partner):
        return [partner[role] for role in ROLES]

    def _notes(self, partner):
        return " ".join(partner.message_ids.mapped("body"))

    @users("perf_sales")
    def test_a_contact_without_history_moves_freely(self):
        contact = self.newcomer.with_env(self.env)
        contact.parent_id = self.rival
        none = self.env["res.users"]
        self.assertEqual(self._roles(contact), [none, self.user_manager])
        self.assertEqual(
            self._roles(self.customer), [self.user_sales, self.user_sales2]
        )
        self.assertNotIn("New Contact", self._notes(self.customer))

    @users("perf_sales")
    def test_nobody_gets_a_customer_by_detaching_a_contact(self):
        contact = self.newcomer.with_env(self.env)
        self.assertEqual(contact.account_acquirer_id, self.user_sales)
        contact.parent_id = False
        self.assertEqual(contact.commercial_partner_id, contact)
        self.assertFalse(any(self._roles(contact)))
        self.assertEqual(
            self._roles(self.customer), [self.user_sales, self.user_sales2]
        )

    @users("perf_sales")
    def test_nor_by_making_it_a_company(self):
        contact = self.newcomer.with_env(self.env)
        contact.is_company = True
        self.assertEqual(contact.commercial_partner_id, contact)
        self.assertFalse(any(self._roles(contact)))

    @users("perf_sales", "perf_manager")
    def test_history_does_not_go_along_without_a_word(self):
        complaint = self._file()
        contact = self.contact.with_env(self.env)
        for parent in (False, self.rival.id):
            with self.assertRefused(AccessError, "would go along"):
                contact.parent_id = parent
        with self.assertRefused(AccessError, "would go along"):
            contact.is_company = True
        # from the other side as well
        with self.assertRefused(AccessError, "would go along"):
            self.customer.with_env(self.env).child_ids = [Command.unlink(contact.id)]
        with self.assertRefused(AccessError, "would go along"):
            self.rival.with_env(self.env).child_ids = [Command.link(contact.id)]
        self.assertEqual(complaint.commercial_partner_id, self.customer)

    @users("perf_crm", "perf_hr")
    def test_who_decides_moves_it_and_both_customers_know(self):
        complaint = self._file()
        user = self.env.user
        # officers are no contact managers by themselves
        user.sudo().group_ids += self.env.ref("base.group_partner_manager")
        # there, and back again
        before = self.contact.commercial_partner_id
        after = (self.customer | self.rival) - before
        self.contact.with_env(self.env).parent_id = after
        self.env.flush_all()
        self.assertEqual(complaint.commercial_partner_id, after)
        for customer in (self.customer, self.rival):
            self.assertIn("Test Contact", self._notes(customer))
            notes = customer.message_ids.filtered(lambda m: "Test Contact" in m.body)
            self.assertIn(user.partner_id, notes.author_id)

    @users("perf_sales")
    def test_a_customer_of_somebody_is_not_swallowed(self):
        private = self.env["res.partner"].create({"name": "Private Person"}).sudo()
        private.account_maintainer_id = self.user_sales2
        own = private.with_env(self.env)
        with self.assertRefused(AccessError, "whom somebody acquires or maintains"):
            own.parent_id = self.rival
        self.assertEqual(private.account_maintainer_id, self.user_sales2)
        branch = self.env["res.partner"].create(
            {"name": "Branch", "is_company": True, "parent_id": self.rival.id}
        )
        branch.sudo().account_maintainer_id = self.user_sales2
        # another mother, still a customer of its own
        branch.parent_id = self.customer
        self.assertEqual(branch.account_maintainer_id, self.user_sales2)
        with self.assertRefused(AccessError, "whom somebody acquires or maintains"):
            branch.is_company = False

    @users("perf_sales")
    def test_contacts_below_a_contact_move_along(self):
        below = self.env["res.partner"].create(
            {"name": "Below", "parent_id": self.newcomer.id}
        )
        self._file(partner_id=below.id)
        with self.assertRefused(AccessError, "would go along"):
            self.newcomer.with_env(self.env).parent_id = False

    @users("perf_sales")
    def test_a_form_that_sends_the_same_company_moves_nothing(self):
        contact = self.contact.with_env(self.env)
        self._file()
        contact.write({"name": "Another Name", "parent_id": self.customer.id})
        self.assertEqual(contact.name, "Another Name")

    # === RENEWALS ===#

    @users("perf_sales")
    def test_the_customer_shows_how_renewals_stand(self):
        old = self._create_lead(name="First year")
        old.action_set_won()
        for number in range(4):
            self._create_lead(
                name=f"Renewal {number}",
                renewed_lead_id=old.id,
                partner_id=self.contact.id,
            )
        renewals = old.renewal_ids
        renewals[0].action_set_won()
        renewals[1].action_set_lost()
        renewals[3].user_id = self.user_sales2
        self.env.invalidate_all()
        customer = self.customer.with_env(self.env)
        self.assertEqual(customer.renewal_summary, "1 won, 1 due, 1 lost")
        self.assertEqual(customer.renewal_count, 3)
        contact = self.contact.with_env(self.env)
        self.assertEqual(contact.renewal_count, 3)
        action = customer.action_open_renewals()
        found = self.env["crm.lead"].with_context(**action["context"])
        self.assertEqual(found.search_count(action["domain"]), 3)
        self.assertFalse(self.rival.with_env(self.env).renewal_count)

    @users("perf_employee")
    def test_renewals_are_nothing_to_whoever_reads_no_deals(self):
        customer = self.customer.with_env(self.env)
        self.assertEqual(customer.renewal_count, 0)
        with self.assertRefused(AccessError, ""):
            customer.action_open_renewals()

    # === PAGE ===#

    def test_the_page_costs_the_same_for_few_and_many(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.customer.with_user(self.user_hr).read(
                [
                    "open_complaint_count",
                    "acceptance_count",
                    "voice_count",
                    "renewal_summary",
                    "interaction_count",
                ]
            )
            return self.env.cr.sql_log_count - before

        self._file()
        queries()
        few = queries()
        for _number in range(30):
            self._file()
        self.assertEqual(queries(), few)

    # === MERGING CONTACTS ===#

    def _merge(self, user, contacts, into):
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user)
        wizard.create({})._merge(contacts.ids, into.with_user(user))

    def _twins(self):
        """A contact of this customer, and one of the rival with the same address."""
        twin = self.env["res.partner"].create(
            {"name": "Twin", "parent_id": self.rival.id, "email": self.contact.email}
        )
        return self.contact + twin, twin

    def test_merging_does_not_move_history_without_a_word(self):
        complaint = self._file()
        contacts, twin = self._twins()
        self.user_sales.group_ids += self.env.ref("base.group_partner_manager")
        with self.assertRefused(AccessError, "different customers"):
            self._merge(self.user_sales, contacts, twin)
        self.assertEqual(complaint.partner_id, self.contact)

    def test_who_decides_merges_and_the_chatter_keeps_it(self):
        complaint = self._file()
        contacts, twin = self._twins()
        self.user_hr.group_ids += self.env.ref("base.group_partner_manager")
        self._merge(self.user_hr, contacts, twin)
        self.assertEqual(complaint.partner_id, twin)
        self.assertEqual(complaint.commercial_partner_id, self.rival)
        self.assertIn("was merged into this customer", self._notes(self.rival))

    def test_customers_with_roles_are_merged_by_who_decides(self):
        self.user_sales.group_ids += self.env.ref("base.group_partner_manager")
        self.rival.email = self.customer.email = "info@example.com"
        both = self.customer + self.rival
        with self.assertRefused(AccessError, "different customers"):
            self._merge(self.user_sales, both, self.customer)

    def test_contacts_of_one_customer_are_merged_by_anybody(self):
        complaint = self._file()
        self.user_sales.group_ids += self.env.ref("base.group_partner_manager")
        self.newcomer.email = self.contact.email
        self._merge(self.user_sales, self.contact + self.newcomer, self.newcomer)
        self.assertEqual(complaint.partner_id, self.newcomer)
        self.assertEqual(complaint.commercial_partner_id, self.customer)
