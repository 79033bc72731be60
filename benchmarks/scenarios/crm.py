"""CRM itself, with the addon and without it.

A salesperson opens the pipeline and deals, makes deals, changes and wins them, one by
one and many at once. The twin database has the same data and not this addon.
"""

from ..twins import Twins
from ..web_client import open_form, open_pipeline, salesperson, views_of_form

# how often views are opened
TURNS = 50
OPEN = """
    SELECT id FROM crm_lead WHERE won_status = 'pending' AND type = 'opportunity'
    ORDER BY hashtext(name), id LIMIT %s
"""
MOST = 1.03


def run(bench):
    """Compare every kind of work."""
    twins = Twins(bench, bench.others["addon"], bench.others["bare"])
    bench.timed(measure_once, twins.with_addon)
    look(bench, twins)
    count = bench.effort.records
    for what, function in (
        ("creating", create),
        ("changing", change),
        ("winning", win),
    ):
        found = twins.compare(function, open_deals(twins, count))
        add(bench, f"{what} {count:,}, one by one", found)
    for what, function in (
        ("creating", create_many),
        ("changing", change_many),
        ("winning", win_many),
    ):
        at_once(bench, twins, what, function)
    with_plan(bench, twins)


def measure_once(env):
    """Bring the addon to the state of one in use: it watches what it measures."""
    run = env["performance.run"]._start("nightly")
    run._work(lambda _count: True)


def open_deals(twins, count):
    """Return the same open deals of both databases: ``{database: ids}``."""
    found = {}
    for name in twins.both:
        with twins.bench.env(name) as env:
            env.cr.execute(OPEN, [count])
            found[name] = [number for (number,) in env.cr.fetchall()]
    return found


def batches(found, size):
    """Cut lists of ids: ``{database: [ids, ids, ...]}``, each of so many."""
    return {
        name: [ids[start : start + size] for start in range(0, len(ids), size)]
        for name, ids in found.items()
    }


def look(bench, twins):
    """Open the pipeline, one's own and that of all, and the form."""

    def pipeline(env, _item):
        open_pipeline(env)

    def my_pipeline(env, _item):
        open_pipeline(env, [("user_id", "=", env.uid)])

    for what, function in (("my pipeline", my_pipeline), ("everybody's", pipeline)):
        turns = {name: [None] * TURNS for name in twins.both}
        # the first of all fills Odoo's caches
        twins.compare(function, {name: [None] for name in twins.both})
        add(bench, f"{what}, opened {TURNS} times", twins.compare(function, turns))
    views = twins.compare(lambda env, _item: views_of_form(env), turns)
    add(bench, f"views of the form, which a browser keeps, {TURNS} times", views, False)
    found = open_deals(twins, max(TURNS, bench.effort.records // 5))
    opened = len(found[twins.without])
    add(bench, f"form of {opened} deals", twins.compare(form, with_views(twins, found)))


def with_views(twins, found):
    """Return the deals and what the form reads: ``{database: [(id, what)]}``."""
    items = {}
    for name, ids in found.items():
        with twins.bench.env(name) as env:
            wanted = views_of_form(salesperson(env))
        items[name] = [(number, wanted) for number in ids]
    return items


def form(env, item):
    """Open one deal."""
    open_form(env, *item)


def at_once(bench, twins, what, function):
    """Do something to many deals in one request; the addon's queries must not grow."""
    turns, count = bench.effort.few, bench.effort.records
    few = max(1, count // 10)
    found = open_deals(twins, count * turns)
    small = twins.compare(function, batches(found, few))
    requests = turns * count // few
    add(bench, f"{what} {few:,} at once, {requests} times", small)
    large = twins.compare(function, batches(open_deals(twins, count), count))
    more, most = small.more_queries / requests, large.more_queries
    bench.table.add(
        "crm",
        f"{what} at once: queries of the addon for {few:,} and for {count:,}: "
        f"{more:g} and {most:g}",
        ratio=growth(more, most),
        of=f"those for {few:,}",
        at_most=1,
    )


def growth(small, large):
    """Return how many times more queries a larger number of deals needs."""
    if large - small < 1:
        return 1.0
    return large / max(small, 1)


def with_plan(bench, twins):
    """Win deals that pay a bonus: the addon makes milestones, which is its work."""
    count = max(TURNS, bench.effort.records // 5)
    with bench.env(twins.with_addon) as env:
        env.ref("customer_performance.bonus_plan_whole_lifecycle").active = True
        env.cr.commit()
    found = twins.compare(win, open_deals(twins, count))
    add(bench, f"winning {count:,} that pay a bonus, one by one", found, goal=False)


def add(bench, what, found, goal=True):
    """Fill the table."""
    bench.table.add(
        "crm",
        f"{what}: without the addon",
        seconds=found.seconds_without,
        queries=found.queries_without,
    )
    bench.table.add(
        "crm",
        f"{what}: with the addon",
        seconds=found.seconds,
        queries=found.queries,
        ratio=found.ratio,
        of="without it",
        at_most=MOST if goal else None,
    )


# === WORK ===


def values(env, number):
    """Return what a deal is created with."""
    return {
        "name": f"Deal {number}",
        "type": "opportunity",
        "contact_name": "Somebody",
        "email_from": f"somebody{number}@new.example",
        "expected_revenue": 1000,
        "user_id": env.uid,
    }


def create(env, number):
    """Create a deal."""
    env["crm.lead"].create(values(env, number))


def change(env, lead_id):
    """Move a deal to another stage with another amount."""
    lead = env["crm.lead"].browse(lead_id)
    stage = env["crm.stage"].search([("id", "!=", lead.stage_id.id)], limit=1)
    lead.write({"expected_revenue": 1234, "priority": "2", "stage_id": stage.id})


def win(env, lead_id):
    """Press the button that wins a deal."""
    env["crm.lead"].browse(lead_id).action_set_won_rainbowman()


def create_many(env, numbers):
    """Create deals in one request, as an import does."""
    env["crm.lead"].create([values(env, number) for number in numbers])


def change_many(env, ids):
    """Change deals in one request."""
    env["crm.lead"].browse(ids).write({"expected_revenue": 1234, "priority": "2"})


def win_many(env, ids):
    """Win deals in one request."""
    env["crm.lead"].browse(ids).action_set_won()
