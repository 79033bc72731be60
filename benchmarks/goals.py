"""The same KPIs as goals of Odoo's own gamification, in its batch mode."""

from .kpis import definitions

# so high that no goal is reached
TARGET = 10**12


def make_goals(env, count, period, users):
    """Make a goal of every user for every definition."""
    Definition = env["gamification.goal.definition"]
    made = Definition.create(
        [definition_values(env, one) for one in definitions(count)]
    )
    Goal = env["gamification.goal"].with_context(tracking_disable=True)
    return Goal.create(
        [
            {
                "definition_id": definition.id,
                "user_id": user.id,
                "start_date": period.date_start,
                "end_date": period.date_end,
                "target_goal": TARGET,
                "state": "inprogress",
            }
            for definition in made
            for user in users
        ]
    )


def definition_values(env, definition):
    """Return what a definition of gamification is created with."""
    get = env["ir.model.fields"]._get
    archived = [("active", "in", [True, False])] if definition.archived else []
    return {
        "name": definition.code,
        "computation_mode": "sum" if definition.measure else "count",
        "model_id": env["ir.model"]._get_id("crm.lead"),
        "field_id": get("crm.lead", definition.measure or "id").id,
        "field_date_id": get("crm.lead", "date_closed").id,
        "domain": repr([*definition.domain, *archived]),
        "batch_mode": True,
        "batch_distinctive_field": get("crm.lead", "user_id").id,
        "batch_user_expression": "user.id",
    }


def update_goals(env):
    """Let gamification compute its goals, as its scheduler does."""
    return env["gamification.goal"].search([]).update_goal()


def goal_values(env):
    """Return ``{(code, user id): value}`` of what is not zero."""
    return {
        (goal.definition_id.name, goal.user_id.id): goal.current
        for goal in env["gamification.goal"].search([("current", "!=", 0)])
    }


RESET = (
    "UPDATE gamification_goal SET current = 0, state = 'inprogress', closed = FALSE",
    "VACUUM (ANALYZE) gamification_goal",
)
