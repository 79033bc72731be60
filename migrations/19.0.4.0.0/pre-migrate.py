"""Companies that closed resolved complaints by hand go on doing so."""


def migrate(cr, version):
    """Before the column gets its default, by which silence closes after a week.

    The first run after the upgrade would close whatever was resolved long ago, and ask
    all those customers for a rating.
    """
    if not version:
        return
    cr.execute(
        "ALTER TABLE res_company"
        " ADD COLUMN IF NOT EXISTS performance_complaint_close_days integer"
    )
    cr.execute(
        "UPDATE res_company SET performance_complaint_close_days = 0"
        " WHERE performance_complaint_close_days IS NULL"
    )
