"""Which records belong to a company."""

from odoo.fields import Domain


def company_path(model, definition):
    """Path from a record to its company; False where it has none."""
    if definition.company_path:
        return definition.company_path
    return "company_id" if "company_id" in model._fields else False


def company_domain(model, definition, company):
    """The records of a company; those without one belong to that of their owner.

    :return: a domain, or None where a record has no company and people decide
    """
    path = company_path(model, definition)
    if not path:
        return None
    own = Domain(path, "=", company.id)
    if owner := definition.employee_path:
        owners = Domain(f"{owner}.company_id", "=", company.id)
        own |= without_company(path) & owners
    return own


def without_company(path):
    """The records whose path leads to no company, or breaks off on the way."""
    *steps, last = path.split(".")
    found = Domain(last, "!=", False)
    for step in reversed(steps):
        found = Domain(step, "any", found)
    return ~found
