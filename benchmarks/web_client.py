"""What a browser asks of Odoo when somebody works."""

from lxml import etree

from odoo.tools.safe_eval import safe_eval

TO_ONE = {"many2one", "reference", "many2one_reference"}
TO_MANY = {"one2many", "many2many"}


def salesperson(env, number=1):
    """Return the environment of a salesperson who sees all deals."""
    login = f"salesperson{number}@bench.example"
    return as_user(env, env["res.users"].search([("login", "=", login)]))


def as_user(env, user):
    """Return the environment that a browser of a user asks in."""
    context = {
        "lang": "en_US",
        "tz": "UTC",
        "allowed_company_ids": user.company_ids.ids,
    }
    return env(user=user, context=context, su=False)


def open_pipeline(env, domain=()):
    """Open the pipeline: the views, the columns with their cards, the bars."""
    Lead = env["crm.lead"]
    view = env.ref("crm.crm_case_kanban_view_leads").sudo()
    action = env.ref("crm.crm_lead_action_pipeline").sudo()
    views = Lead.get_views(
        [(view.id, "kanban"), (action.search_view_id.id, "search"), (False, "list")],
        {"action_id": action.id, "load_filters": True, "toolbar": True},
    )
    arch = etree.fromstring(views["views"]["kanban"]["arch"])
    domain = [("type", "=", "opportunity"), *domain]
    groups = Lead.with_context(read_group_expand=True).web_read_group(
        domain,
        ["stage_id"],
        ["expected_revenue:sum"],
        auto_unfold=True,
        unfold_read_specification=specification(arch, views, "crm.lead"),
        unfold_read_default_limit=20,
    )
    bar = arch.find(".//progressbar")
    colors = safe_eval(bar.get("colors"))
    Lead.read_progress_bar(
        domain, "stage_id", {"field": bar.get("field"), "colors": colors}
    )
    return groups


def views_of_form(env):
    """Ask for the form of a deal, as a browser does once; return what it reads."""
    Lead = env["crm.lead"]
    view = env.ref("crm.crm_lead_view_form").sudo()
    views = Lead.get_views([(view.id, "form")], {"toolbar": True})
    arch = etree.fromstring(views["views"]["form"]["arch"])
    return specification(arch, views, "crm.lead")


def open_form(env, lead_id, wanted):
    """Open a deal in a form whose views the browser has already."""
    return env["crm.lead"].browse(lead_id).web_read(wanted)


def list_of(env, model):
    """Open a list: the views, the first page and how many there are."""
    found = env[model].get_views([(False, "list"), (False, "search")])
    arch = etree.fromstring(found["views"]["list"]["arch"])
    wanted = specification(arch, found, model)
    return env[model].web_search_read([], wanted, limit=80, count_limit=10001)


def kanban_of(env, model, column):
    """Open cards: the views, the columns with the first cards of each."""
    found = env[model].get_views([(False, "kanban"), (False, "search")])
    arch = etree.fromstring(found["views"]["kanban"]["arch"])
    return (
        env[model]
        .with_context(read_group_expand=True)
        .web_read_group(
            [],
            [column],
            [],
            auto_unfold=True,
            unfold_read_specification=specification(arch, found, model),
            unfold_read_default_limit=20,
        )
    )


def form_of(env, model):
    """Ask for a form; return what it reads."""
    found = env[model].get_views([(False, "form")], {"toolbar": True})
    arch = etree.fromstring(found["views"]["form"]["arch"])
    return specification(arch, found, model)


def specification(arch, views, model):
    """Return what the web client asks to read for a view.

    :param arch: the root of the view or of a view inside of a field
    :param dict views: what ``get_views`` returned
    """
    infos = views["models"][model]["fields"]
    found = {}
    for node in fields_of(arch):
        name = node.get("name")
        info = infos.get(name, {})
        wanted = found.setdefault(name, {})
        hidden = node.get("invisible") in ("1", "True")
        if info.get("type") in TO_ONE:
            wanted["fields"] = {} if hidden else {"display_name": {}}
        elif info.get("type") in TO_MANY and not hidden:
            wanted.update(many(node, info, views))
    return found


def many(node, info, views):
    """Return what is asked of the records behind a field."""
    inner = next((child for child in node if child.tag in ("list", "kanban")), None)
    if inner is not None and info["relation"] in views["models"]:
        fields = specification(inner, views, info["relation"])
        return {"fields": fields, "limit": 40, "order": ""}
    if "tags" in (node.get("widget") or ""):
        return {"fields": {"display_name": {}, "color": {}}}
    return {}


def fields_of(arch):
    """Return the field nodes of a view, without those of views inside of fields."""
    depth = len(list(arch.iterancestors("field")))
    return [
        node
        for node in arch.iter("field")
        if len(list(node.iterancestors("field"))) == depth
    ]
