"""Screens of customer facts, with many records and with few, and the nightly rule.

The many: 200,000 complaints and 1,000,000 answers. A screen must not ask more for them;
its time stands beside the same screen with a tenth of the records, and beside SQL
that a person would write for the same content.
"""

from odoo.tools import SQL

from ...models.measure.incident.clusters import clusters
from ..bench import best
from ..web_client import as_user, form_of, kanban_of, list_of, salesperson

OFFICER = "officer@bench.example"
COMPLAINT, VOICE = "performance.complaint", "performance.voice"
# {model: (order, rows and columns of the pivot, its measure)}
SHAPES = {
    COMPLAINT: ("filed_at", ("cause_id", "filed_at:month"), "reopen_count:sum"),
    VOICE: ("answered_at", ("employee_id", "kind"), "percent:avg"),
}
# what a person would ask: {screen: {model: statement}}
BY_HAND = {
    "list": {
        model: f"SELECT id, partner_id, employee_id FROM {table} WHERE company_id = 1 "
        f"ORDER BY {order} DESC, id DESC LIMIT 80"
        for model, table, order in (
            (COMPLAINT, "performance_complaint", "filed_at"),
            (VOICE, "performance_voice", "answered_at"),
        )
    },
    "pivot": {
        COMPLAINT: "SELECT cause_id, date_trunc('month', filed_at), COUNT(*), "
        "SUM(reopen_count) FROM performance_complaint WHERE company_id = 1 "
        "GROUP BY CUBE (1, 2)",
        VOICE: "SELECT employee_id, kind, COUNT(*), AVG(percent) "
        "FROM performance_voice WHERE company_id = 1 GROUP BY CUBE (1, 2)",
    },
    "customer": {
        "all": "SELECT (SELECT COUNT(*) FROM performance_complaint c "
        "WHERE c.commercial_partner_id = p.id AND state IN ('new', 'open', 'waiting')),"
        " (SELECT COUNT(*) FROM performance_voice v "
        "WHERE v.commercial_partner_id = p.id AND is_valid) "
        "FROM res_partner p WHERE name = 'Customer 1'",
    },
}


def run(bench):
    """Open every screen as everybody, then let the night come."""
    both = bench.others["facts"], bench.others["few_facts"]
    for name in both:
        bench.timed(prepare, name)
    by_hand = {
        (screen, model): best(repeat(bench, both[0], ask(statement)))
        for screen, statements in BY_HAND.items()
        for model, statement in statements.items()
    }
    for (screen, model), taken in by_hand.items():
        add(bench, f"{model}: {screen}, SQL by hand", taken)
    for who, user in (("officer", officer), ("lead", lead), ("salesperson", own)):
        for model in SHAPES:
            for screen, function in SCREENS.items():
                hand = by_hand.get((screen, model)) if who == "officer" else None
                compare(
                    bench,
                    f"{model}: {screen} of the {who}",
                    lambda env, f=function, m=model, u=user: f(u(env), m),
                    hand,
                )
        page = customer_page(bench, user)
        hand = by_hand["customer", "all"] if who == "officer" else None
        compare(bench, f"page of the largest customer, {who}", page, hand)
    nightly(bench, *both)


# === PEOPLE ===#


def prepare(env):
    """Make an officer; give two salespeople the roles of the addon."""
    groups = [
        env.ref(f"customer_performance.group_{name}") for name in ("user", "lead")
    ]
    people = env["res.users"].search([("login", "like", "salesperson%")], order="id")
    people[-1:].group_ids += groups[0]
    # the first of a department leads the others in it
    people[:1].group_ids += groups[1]
    names = ("customer_performance.group_officer", "base.group_partner_manager")
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": "Officer",
            "login": OFFICER,
            "tz": "UTC",
            "group_ids": [(4, env.ref(name).id) for name in names],
        }
    )


def officer(env):
    """Return the environment of who reads all."""
    return as_user(env, env["res.users"].search([("login", "=", OFFICER)]))


def lead(env):
    """Return the environment of who reads those of the own line."""
    return salesperson(env, 1)


def own(env):
    """Return the environment of who reads the own ones."""
    user = env.ref("customer_performance.group_user").user_ids
    return as_user(env, user.filtered(lambda one: one.login.startswith("sales")))


# === SCREENS ===#


def list_screen(env, model):
    """Open the list."""
    return list_of(env, model)


def kanban_screen(env, model):
    """Open the cards in their columns."""
    return kanban_of(env, model, "state" if model == COMPLAINT else "kind")


def pivot_screen(env, model):
    """Open the pivot."""
    _order, (row, column), measure = SHAPES[model]
    groupings = [[], [column], [row], [row, column]]
    return env[model].formatted_read_grouping_sets([], groupings, ["__count", measure])


SCREENS = {"list": list_screen, "kanban": kanban_screen, "pivot": pivot_screen}


def customer_page(bench, user):
    """Return what reads the page of the customer who complains most.

    A browser has the view already.
    """
    wanted = {}
    for database in (bench.others["facts"], bench.others["few_facts"]):
        with bench.env(database) as env:
            largest = env["res.partner"].search([("name", "=", "Customer 1")])
            wanted[database] = largest.id, form_of(user(env), "res.partner")

    def work(env):
        customer, fields = wanted[env.cr.dbname]
        return user(env)["res.partner"].browse(customer).web_read(fields)

    return work


# === COMPARISONS ===#


def ask(statement):
    """Return what sends one statement and fetches what it finds."""

    def work(env):
        return env.execute_query(SQL(statement))

    return work


def repeat(bench, database, function):
    """Do something several times; the first time fills Odoo's caches."""
    bench.timed(function, database)
    return [
        bench.timed(function, database) for _turn in range(bench.effort.repetitions)
    ]


def compare(bench, what, function, by_hand=None):
    """Open a screen with many records and with few."""
    many, few = (
        best(repeat(bench, bench.others[name], function))
        for name in ("facts", "few_facts")
    )
    add(bench, what, many, ratio=many.seconds / few.seconds, of="few records")
    if by_hand:
        add(bench, what, many, ratio=many.seconds / by_hand.seconds, of="SQL by hand")
    bench.table.add(
        "facts",
        f"{what}: queries, {many.queries} and {few.queries}",
        ratio=many.queries / few.queries,
        of="few records",
        at_most=1,
    )


def add(bench, what, taken, **values):
    """Fill the table."""
    bench.table.add(
        "facts", what, seconds=taken.seconds, queries=taken.queries, **values
    )


# === THE NIGHT ===#


def nightly(bench, many, few):
    """Find major incidents: the rule itself, then what is made of it."""
    rule = best(repeat(bench, many, find))
    small = best(repeat(bench, few, find))
    add(
        bench,
        f"rule over {count(bench, many):,} complaints, {rule.result:,} incidents found",
        rule,
        ratio=rule.seconds / small.seconds,
        of=f"{count(bench, few):,} complaints",
    )
    bench.table.add("facts", "the rule is one statement", correct=rule.queries == 1)
    add(bench, "the first night: incidents are made", bench.timed(night, many))
    again = bench.timed(night, many)
    add(bench, "the next night: nothing new", again)
    bench.table.add(
        "facts",
        "the next night found the same",
        correct=again.result == rule.result,
    )


def find(env):
    """Ask which complaints belong together."""
    return len(clusters(env))


def night(env):
    """Do what the scheduled action does; return how many incidents there are."""
    env["performance.incident"]._find()
    return env["performance.incident"].search_count([("kind", "=", "major")])


def count(bench, database):
    """Return how many complaints there are."""
    with bench.env(database) as env:
        return env[COMPLAINT].search_count([])
