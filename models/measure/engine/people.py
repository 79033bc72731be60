"""Who was in which department when, as SQL."""

from odoo.tools import SQL

from .window import zone


def spans(company, tz, owner):
    """One row for each employee of a company and stretch in one department.

    Columns: ``employee_id, owner_id, department_id, valid_from, valid_to`` (naive UTC,
    closed-open). The department is that of the employee's version (``hr.version``) at
    the time; before the first version the first counts. Archived employees count: what
    they earned stays theirs.

    :param str owner: what stands on the records, ``user_id`` or ``id`` of the employee
    """
    # OFFSET 0: the instants are computed once for a span, not once for a record
    return SQL(
        """(
        SELECT e.id AS employee_id, %(owner)s AS owner_id, v.department_id,
               CASE WHEN v.nth = 1 OR v.nth IS NULL THEN '-infinity'::timestamp
                    ELSE v.date_version::timestamp AT TIME ZONE %(tz)s
                         AT TIME ZONE 'UTC'
               END AS valid_from,
               COALESCE(v.next_version::timestamp AT TIME ZONE %(tz)s
                        AT TIME ZONE 'UTC', 'infinity'::timestamp) AS valid_to
          FROM hr_employee e
          LEFT JOIN (
               SELECT employee_id, department_id, date_version,
                      ROW_NUMBER() OVER w AS nth,
                      LEAD(date_version) OVER w AS next_version
                 FROM hr_version
                WHERE active AND employee_id IS NOT NULL
               WINDOW w AS (PARTITION BY employee_id ORDER BY date_version, id)
               ) v ON v.employee_id = e.id
         WHERE e.company_id = %(company)s AND %(owner)s IS NOT NULL
        OFFSET 0
        )""",
        owner=SQL.identifier("e", owner),
        tz=zone(tz),
        company=company.id,
    )


def flush(env):
    """Write what the relations here read and the ORM has not written yet."""
    env["hr.employee"].flush_model(["user_id", "company_id"])
    env["hr.version"].flush_model(
        ["employee_id", "department_id", "date_version", "active"]
    )
    env["hr.department"].flush_model(["parent_path"])


def ancestors():
    """One row for each department and each one above it, itself included.

    Columns: ``department_id, above_id``.
    """
    return SQL(
        """(
        SELECT d.id AS department_id, above.id::int AS above_id
          FROM hr_department d,
               unnest(string_to_array(TRIM(TRAILING '/' FROM d.parent_path), '/'))
               AS above(id)
        )"""
    )


def owner_then(model, alias, field, instant):
    """Who stood on a record at an instant, from the tracked changes of its field.

    The first change after the instant tells what stood there before it. Changes within
    a minute belong to the event itself: whoever wins and hands over in one click.

    :return: SQL of a LATERAL relation ``(changed, owner_id)``; no row where nothing
        changed since
    """
    env = model.env
    env["mail.message"].flush_model(["model", "res_id", "date"])
    env["mail.tracking.value"].flush_model()
    field_id = env["ir.model.fields"]._get(model._name, field.name).id
    return SQL(
        """LATERAL (
        SELECT TRUE AS changed, NULLIF(tv.old_value_integer, 0) AS owner_id
          FROM mail_message m
          JOIN mail_tracking_value tv ON tv.mail_message_id = m.id
         WHERE m.model = %s AND m.res_id = %s AND tv.field_id = %s
           AND m.date > %s + INTERVAL '1 minute'
         ORDER BY m.date, tv.id
         LIMIT 1
        )""",
        model._name,
        SQL.identifier(alias, "id"),
        field_id,
        instant,
    )
