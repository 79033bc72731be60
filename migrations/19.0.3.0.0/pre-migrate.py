"""Views that lean on what is gone: they are loaded anew with the others."""

VIEWS = [
    "performance_reading_view_form_cleaning",
    "performance_reading_view_form_explanation",
]


def migrate(cr, version):
    """Before the views are loaded: an old one would be checked with the new ones."""
    if not version:
        return
    cr.execute(
        "DELETE FROM ir_ui_view USING ir_model_data d"
        " WHERE d.module = 'customer_performance' AND d.model = 'ir.ui.view'"
        " AND d.name = ANY(%s) AND ir_ui_view.id = d.res_id",
        [VIEWS],
    )
