"""Run in Odoo's shell: KPIs on orders, invoices and tasks are right."""

from datetime import datetime

from odoo import Command

DAY = datetime(2026, 2, 10, 12)
BEFORE = "2025-11-10"
EXPECTED = {
    "ORDER_AMOUNT": 800,
    "DEAL_ORDER_AMOUNT": 100,
    "GROSS_MARGIN": 320,
    "REPEAT_ORDERS": 40,
    "INVOICED_REVENUE": 470,
    "REVENUE_GROWTH": 17.5,
    "INVOICED_RETENTION": 83.3333,
    "TASKS_DONE": 80,
    "MILESTONES_REACHED": 75,
}

company = env.ref("base.main_company")
context = {
    "allowed_company_ids": company.ids,
    "no_reset_password": True,
    "tracking_disable": True,
}
env = env(context={**env.context, **context})
if not company.chart_template:
    env["account.chart.template"].try_loading(
        "generic_coa", company=company, install_demo=False
    )


def group(*names):
    """Links to groups."""
    return [Command.link(env.ref(name).id) for name in names]


def set_by_sql(record, **values):
    """Write columns that Odoo sets by itself."""
    env.flush_all()
    for name, value in values.items():
        env.cr.execute(
            f"UPDATE {record._table} SET {name} = %s WHERE id = ANY(%s)",
            (value, record.ids),
        )
    record.invalidate_recordset()


user = env["res.users"].create(
    {
        "name": "Sam Seller",
        "login": "sam.seller",
        "email": "sam.seller@example.com",
        "company_id": company.id,
        "company_ids": [Command.set(company.ids)],
        "group_ids": group(
            "base.group_user", "sales_team.group_sale_salesman_all_leads"
        ),
    }
)
employee = env["hr.employee"].create(
    {"name": "Sam Seller", "user_id": user.id, "company_id": company.id}
)
team = env["crm.team"].create({"name": "Sellers", "company_id": company.id})
period = env["performance.period"].create(
    {"kind": "quarter", "date_start": "2026-01-01", "company_id": company.id}
)
customers = env["res.partner"].create(
    [
        {"name": f"Customer {n}", "is_company": True, "user_id": user.id}
        for n in range(6)
    ]
)
buyers = customers[:5]
product = env["product.product"].create(
    {
        "name": "Product",
        "type": "consu",
        "list_price": 100,
        "standard_price": 60,
        "taxes_id": [Command.clear()],
        "company_id": company.id,
    }
)

# orders: five customers, the first two order twice; one quotation, one cancelled
lead = env["crm.lead"].create(
    {
        "name": "Deal",
        "type": "opportunity",
        "user_id": user.id,
        "team_id": team.id,
        "partner_id": buyers[0].id,
        "company_id": company.id,
    }
)


def order(partner, quantity=1, confirm=True, **values):
    """An order of the day."""
    found = env["sale.order"].create(
        {
            "partner_id": partner.id,
            "user_id": user.id,
            "team_id": team.id,
            "company_id": company.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": quantity,
                        "price_unit": 100,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
            **values,
        }
    )
    if confirm:
        found.action_confirm()
    return found


orders = env["sale.order"].union(*[order(partner) for partner in buyers])
orders |= order(buyers[0], opportunity_id=lead.id) | order(buyers[1], 2)
set_by_sql(orders, date_order=DAY)
order(buyers[0], confirm=False)
order(buyers[0])._action_cancel()


# invoices: five of the quarter and a refund; six before; one a year before
def invoice(partner, day, amount=100, kind="out_invoice"):
    """A posted invoice of the seller."""
    line = {"name": "x", "quantity": 1, "price_unit": amount}
    move = env["account.move"].create(
        {
            "move_type": kind,
            "partner_id": partner.id,
            "invoice_date": day,
            "invoice_user_id": user.id,
            "company_id": company.id,
            "invoice_line_ids": [
                Command.create({**line, "tax_ids": [Command.clear()]})
            ],
        }
    )
    move.action_post()


for partner in buyers:
    invoice(partner, "2026-02-10")
    invoice(partner, BEFORE)
invoice(customers[5], BEFORE)
invoice(buyers[0], "2025-02-10", 400)
invoice(buyers[0], "2026-02-20", 30, "out_refund")

# tasks and milestones
project = env["project.project"].create(
    {
        "name": "Project",
        "user_id": user.id,
        "partner_id": buyers[0].id,
        "company_id": company.id,
        "allow_milestones": True,
    }
)
task = {
    "name": "Task",
    "project_id": project.id,
    "user_ids": [Command.set(user.ids)],
    "date_deadline": DAY,
}
for state in ("1_done",) * 4 + ("01_in_progress", "1_canceled"):
    env["project.task"].create({**task, "state": state})
for number in range(4):
    env["project.milestone"].create(
        {
            "name": f"Milestone {number}",
            "project_id": project.id,
            "deadline": "2026-02-10",
            "is_reached": number < 3,
        }
    )

env.flush_all()
kpis = env["performance.kpi"].search([("source", "!=", "manual")])
kpis._measure(period)
assert not kpis.filtered("is_quarantined"), kpis.filtered("is_quarantined").mapped(
    lambda kpi: (kpi.code, kpi.error)
)
wrong = {}
for code, value in EXPECTED.items():
    reading = env["performance.reading"].search(
        [
            ("kpi_id.code", "=", code),
            ("period_id", "=", period.id),
            ("employee_id", "=", employee.id),
        ]
    )
    found = reading.value if reading.state == "ok" else reading.explanation
    if reading.state != "ok" or abs(found - value) > 0.001:
        wrong[code] = (found, value)
assert not wrong, wrong
