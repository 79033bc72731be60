"""The journey of single deals, as data for the picture of it."""

from odoo.fields import Datetime
from odoo.tools import float_repr
from odoo.tools.misc import format_date

# beside the text that says the same
BORDERS = {
    "passed": "border-success",
    "arrived": "border-success",
    "here": "border-primary",
    "back": "border-warning",
    "lost": "border-danger",
}


def pictures(leads):
    """What is drawn of each deal.

    :param leads: deals that the user may read
    :return: list of dictionaries, in the order of the deals; without those that follow
        no journey
    """
    env = leads.env
    rows = env["performance.journey.visit"]._rows_of(leads)
    # sudo: the process of a deal that one may read is no secret
    journeys = env["performance.journey"].sudo()
    ids = {row["journey_id"] for steps in rows.values() for row in steps.values()}
    steps_of = {
        journey.id: (journey.name, journey.step_ids.sorted())
        for journey in journeys.browse(ids)
    }
    outcomes = dict(
        env["performance.journey.visit"]._fields["outcome"]._description_selection(env)
    )
    drawn = []
    for lead in leads:
        visited = rows.get(lead.id)
        if visited:
            journey = next(iter(visited.values()))["journey_id"]
            name, steps = steps_of[journey]
            drawn.append(
                {
                    "deal": lead.name,
                    "journey": name,
                    "steps": _steps(env, steps, visited, outcomes),
                }
            )
    return drawn


def _steps(env, steps, visited, outcomes):
    last = next(
        place
        for place, step in enumerate(steps)
        if visited.get(step.id, {}).get("outcome") in ("here", "arrived", "lost")
    )
    is_lost = visited[steps[last].id]["outcome"] == "lost"
    drawn = []
    for place, step in enumerate(steps):
        row = visited.get(step.id)
        if row:
            drawn.append(_visited(env, step, row, outcomes[row["outcome"]]))
            continue
        state = env._("Skipped")
        if place > last:
            state = env._("Not reached") if is_lost else env._("Ahead")
        drawn.append(
            {"name": step.name, "outcome": "ahead", "state": state, "border": ""}
        )
    return drawn


def _visited(env, step, row, state):
    facts = []
    if row["entry_count"] > 1:
        facts.append(env._("came %s times", row["entry_count"]))
    if row["complaint_count"]:
        facts.append(env._("Complaints: %s", row["complaint_count"]))
    if row["voice_count"]:
        facts.append(
            env._(
                "Answers: %(count)s, satisfaction %(percent)s %%",
                count=row["voice_count"],
                percent=_number(row["voice_percent"], 0),
            )
        )
    return {
        "name": step.name,
        "outcome": row["outcome"],
        "state": state,
        "border": BORDERS[row["outcome"]],
        "dates": _dates(env, row),
        "dwell": row["dwell_days"] is not None and _days(env, row["dwell_days"]),
        "target": _target(env, row),
        "is_exceeded": row["target_state"] == "exceeded",
        "facts": facts,
    }


def _dates(env, row):
    first, last = (
        at and format_date(env, Datetime.context_timestamp(env.user, at).date())
        for at in (row["entered_at"], row["left_at"])
    )
    if not last:
        return env._("since %s", first)
    return first if first == last else f"{first} – {last}"


def _target(env, row):
    if row["target_state"] == "none":
        return False
    days = _days(env, row["target_days"])
    if row["target_state"] == "exceeded":
        return env._("Over the target of %s", days)
    return env._("Within the target of %s", days)


def _days(env, value):
    days = _number(value, 1)
    return env._("1 day") if days == "1" else env._("%s days", days)


def _number(value, digits):
    text = float_repr(float(value), digits)
    return text.removesuffix(".0")
