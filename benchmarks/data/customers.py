"""Customers: companies with contacts, and private people."""

from odoo.tools import SQL

from .bulk import bare_table, copy_rows, dice

# of one hundred customers
COMPANIES = 70
CONTACTS_OF_COMPANY = 2


def make_customers(env, count, seed):
    """Make ``count`` customers and two contacts of each company.

    :return: ``{"customer": base, "contact": base, "contacts": number}``
    """
    samples = env["res.partner"].create(
        [
            {"name": "Customer 0", "email": "customer0@shop.example", "city": "Linz"},
            {"name": "Contact 0", "email": "contact0@shop.example"},
        ]
    )
    companies = count * COMPANIES // 100
    contacts = companies * CONTACTS_OF_COMPANY
    env.flush_all()
    with bare_table(env, "res_partner"):
        customer = copy_rows(env, samples[0], count, customer_values(companies, seed))
        contact = copy_rows(env, samples[1], contacts, contact_values(customer))
        env.cr.execute(
            SQL(
                "UPDATE res_partner SET commercial_partner_id = id "
                "WHERE id BETWEEN %s + 1 AND %s + %s",
                customer,
                customer,
                count,
            )
        )
    samples.active = False
    return {"customer": customer, "contact": contact, "contacts": contacts}


def customer_values(companies, seed):
    """Return what differs between customers; the first ones are companies."""
    name = SQL("'Customer ' || g.n")
    email = SQL("'customer' || g.n || '@shop' || g.n || '.example'")
    return {
        "name": name,
        "complete_name": name,
        "email": email,
        "email_normalized": email,
        "is_company": SQL("g.n <= %s", companies),
        "commercial_company_name": SQL(
            "CASE WHEN g.n <= %s THEN %s END", companies, name
        ),
        "commercial_partner_id": SQL("NULL"),
        "create_date": SQL(
            "s.create_date - INTERVAL '1 day' * (%s * 1000)::int", dice(seed)
        ),
    }


def contact_values(customer):
    """Return what differs between the contacts of companies."""
    number = SQL("(1 + (g.n - 1) / %s)", CONTACTS_OF_COMPANY)
    company = SQL("'Customer ' || %s", number)
    email = SQL("'contact' || g.n || '@shop' || %s || '.example'", number)
    return {
        "name": SQL("'Contact ' || g.n"),
        "complete_name": SQL("%s || ', Contact ' || g.n", company),
        "email": email,
        "email_normalized": email,
        "parent_id": SQL("%s + %s", customer, number),
        "commercial_partner_id": SQL("%s + %s", customer, number),
        "commercial_company_name": company,
    }
