"""Who is meant by an answer, for many answers at once; a few queries each."""

from collections import defaultdict

from odoo.fields import Domain
from odoo.tools import email_normalize


class People:
    """Employees, their departments over time, and who belongs to the own company.

    :param env: of the engine (superuser): answers are about people whom the customer,
        who writes them, may not read
    """

    def __init__(self, env):
        self.env = env
        self.employees = env["hr.employee"].with_context(active_test=False)

    def by_user(self, users):
        """``{(user id, company id): employee}``; people who left count too."""
        found = self.employees.search(
            [("user_id", "in", users.ids)], order="active, id desc"
        )
        return {(e.user_id.id, e.company_id.id): e for e in found}

    def by_partner(self, partners):
        """``{partner id: user}`` of the logins behind partners."""
        users = (
            self.env["res.users"]
            .with_context(active_test=False)
            .search([("partner_id", "in", partners.ids)], order="active, id desc")
        )
        return {user.partner_id.id: user for user in users}

    def departments(self, pairs):
        """The departments that people were in.

        :param pairs: ``[(employee, datetime)]``
        :return: ``{(employee id, date): department id}``
        """
        ids = list({employee.id for employee, _when in pairs})
        spans = defaultdict(list)
        for version in (
            self.env["hr.version"]
            .search([("employee_id", "in", ids)], order="date_version, id")
            # sudo: contracts are HR's; only the department on a day is taken
            .sudo()
        ):
            spans[version.employee_id.id].append(
                (version.date_version, version.department_id.id)
            )
        found = {}
        for employee, when in pairs:
            day, versions = when.date(), spans[employee.id]
            # before the first version the first counts
            past = [v for v in versions if v[0] and v[0] <= day] or versions[:1]
            found[employee.id, day] = past[-1][1] if past else False
        return found

    def internal(self, partners, emails):
        """Partners and addresses of people of the own companies.

        :return: ``(set of partner ids, set of normalized addresses)``
        """
        own = (
            self.env["res.users"]
            .with_context(active_test=False)
            .search([("partner_id", "in", partners.ids), ("share", "=", False)])
        )
        found = set(own.partner_id.ids)
        companies = self.env["res.company"].search([]).partner_id
        found |= {p.id for p in partners if p.commercial_partner_id in companies}
        written = {email for email in emails if email}
        emails = {e for email in written if (e := email_normalize(email))}
        people = self.employees.search(
            Domain("work_contact_id", "in", partners.ids)
            | Domain("work_email", "in", list(written | emails))
        )
        found |= set(people.work_contact_id.ids) & set(partners.ids)
        addresses = {email_normalize(p.work_email or "") for p in people}
        return found, addresses & emails
