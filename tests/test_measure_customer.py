from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged, users

from .common import PerformanceCommon


@tagged("post_install", "-at_install")
class TestCustomer(PerformanceCommon):
    """Who acquires and who maintains a customer, and which deal renews which."""

    # === ROLES ===#

    @users("perf_sales")
    def test_nobody_helps_himself_to_a_customer(self):
        customer = self.customer.with_env(self.env)
        for role in ("account_acquirer_id", "account_maintainer_id"):
            with self.assertRefused(AccessError, "sales administrator"):
                customer.write({role: self.env.uid})
            with self.assertRefused(AccessError, "sales administrator"):
                self.env["res.partner"].create({"name": "New", role: self.env.uid})
            with self.assertRefused(AccessError, "sales administrator"):
                self.env["res.partner"].with_context(
                    **{f"default_{role}": self.env.uid}
                ).create({"name": "New"})

    @users("perf_crm")
    def test_roles_are_those_of_the_company_and_kept_in_the_chatter(self):
        customer = self.customer.with_env(self.env)
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": customer.id}
        )
        customer.account_maintainer_id = self.user_sales
        self.assertEqual(contact.account_maintainer_id, self.user_sales)
        self._commit_tracking()
        customer.account_maintainer_id = self.user_sales2
        self._commit_tracking()
        changes = customer.message_ids.sudo().tracking_value_ids
        self.assertEqual(
            changes.filtered("old_value_char").old_value_char, self.user_sales.name
        )
        late = self.env["res.partner"].create(
            {"name": "Late", "parent_id": customer.id}
        )
        self.assertEqual(late.account_maintainer_id, self.user_sales2)

    @users("perf_sales")
    def test_everybody_adds_contacts_to_a_maintained_customer(self):
        self.customer.account_maintainer_id = self.user_sales2
        customer = self.customer.with_env(self.env)
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": customer.id}
        )
        self.assertEqual(contact.account_maintainer_id, self.user_sales2)
        other = self.env["res.partner"].create({"name": "Other"})
        other.parent_id = customer
        self.assertEqual(other.account_maintainer_id, self.user_sales2)
        with self.assertRefused(AccessError, "sales administrator"):
            contact.account_maintainer_id = self.env.user

    def _commit_tracking(self):
        """Changes are noted when a transaction ends."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()

    # === RENEWALS ===#

    @users("perf_sales")
    def test_a_renewal_is_of_the_same_customer(self):
        old = self._create_lead(name="First year").with_env(self.env)
        old.action_set_won()
        new = self._create_lead(name="Second year").with_env(self.env)
        new.renewed_lead_id = old
        self.assertEqual(old.renewal_ids, new)
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRefused(ValidationError, "another customer"):
            new.partner_id = stranger
        with self.assertRefused(ValidationError, "cannot renew itself|Recursion"):
            old.renewed_lead_id = new

    @users("perf_crm")
    def test_the_form_of_a_customer_opens_for_whoever_has_no_part_in_it(self):
        with Form(self.customer.with_env(self.env)) as form:
            form.account_acquirer_id = self.user_sales
        self.assertEqual(self.customer.account_acquirer_id, self.user_sales)
