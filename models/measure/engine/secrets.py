"""What only system administrators may read, and so may nobody else count by."""

from odoo.fields import NO_ACCESS

from .dependencies import Dependencies

# who administers the system may read these anyway
SYSTEM = {"base.group_system", "base.group_erp_manager"}


def may_ask_anything(env):
    """Whether the user at work administers the system, however the code runs."""
    user = env.user
    return user._is_superuser() or user.has_group("base.group_system")


def secrets(env, definition):
    """What a definition leads to that only system administrators read.

    The engine reads with all rights. Whoever defines what it counts could otherwise
    ask, by a filter, what he may not read.

    :return: names of fields or of a model; empty where there is nothing to hide
    """
    needs = Dependencies(env, definition)
    for model in env.registry.values():
        columns = needs.columns.get(model._table) if model._auto else None
        if not columns:
            continue
        found = {
            name
            for name in columns & model._fields.keys()
            if _is_secret(model._fields[name].groups)
        }
        if found or _is_secret_model(env, model._name):
            return ", ".join(sorted(found)) or model._description
    return ""


def _is_secret(groups):
    """Whether a field's groups leave it to system administrators, or to nobody."""
    if not groups:
        return False
    return groups == NO_ACCESS or set(groups.split(",")) <= SYSTEM


def _is_secret_model(env, name):
    """Whether nobody but system administrators may read a model."""
    # sudo: who may read what is no secret itself
    rights = env["ir.model.access"].sudo()
    found = rights.search([("model_id.model", "=", name), ("perm_read", "=", True)])
    groups = env["res.groups"].sudo()
    for xmlid in SYSTEM:
        groups |= env.ref(xmlid).sudo()
    return all(right.group_id and right.group_id in groups for right in found)
