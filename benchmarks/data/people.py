"""Salespeople: users who are employees, in departments of three levels and teams."""

from odoo.tools import SQL

from .bulk import copy_rows

DIVISIONS = 5
# people in a department, and in a sales team
DEPARTMENT_SIZE = 25
TEAM_SIZE = 50


def make_people(env, count):
    """Make ``count`` salespeople.

    :return: ``{"user": base, "employee": base, "teams": [ids]}``: the n-th has id
        base + n
    """
    departments = make_departments(env, -(-count // DEPARTMENT_SIZE))
    teams = make_teams(env, -(-count // TEAM_SIZE))
    sample = make_sample(env, departments[0], teams[0])
    partner = copy_rows(env, sample.partner_id, count, partner_values())
    user = copy_rows(env, sample, count, user_values(partner, teams))
    copy_relations(env, sample, user, count)
    make_members(env, sample, user, teams, count)
    employee = make_employees(env, sample, count, user, partner, departments)
    retire_sample(sample)
    return {"user": user, "employee": employee, "teams": teams.ids}


def make_departments(env, leaves):
    """Make a company's departments: the whole, divisions, departments."""
    Department = env["hr.department"].with_context(tracking_disable=True)
    top = Department.create({"name": "Sales"})
    divisions = Department.create(
        [
            {"name": f"Division {n}", "parent_id": top.id}
            for n in range(1, min(DIVISIONS, leaves) + 1)
        ]
    )
    return Department.create(
        [
            {
                "name": f"Department {n + 1}",
                "parent_id": divisions[n % len(divisions)].id,
            }
            for n in range(leaves)
        ]
    )


def make_teams(env, count):
    """Make sales teams."""
    Team = env["crm.team"].with_context(tracking_disable=True)
    return Team.create([{"name": f"Team {n}"} for n in range(1, count + 1)])


def make_sample(env, department, team):
    """Make one salesperson with the ORM, the pattern of all others."""
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": "Salesperson 0",
                "login": "salesperson0@bench.example",
                "email": "salesperson0@bench.example",
                "tz": "UTC",
                "group_ids": [
                    (6, 0, env.ref("sales_team.group_sale_salesman_all_leads").ids),
                    (4, env.ref("base.group_user").id),
                ],
            }
        )
    )
    env["crm.team.member"].create({"user_id": user.id, "crm_team_id": team.id})
    env["hr.employee"].with_context(tracking_disable=True).create(
        {
            "name": user.name,
            "user_id": user.id,
            "department_id": department.id,
            "date_version": "2020-01-01",
        }
    )
    return user


def retire_sample(user):
    """Archive the pattern: it is nobody's salesperson."""
    user.employee_ids.active = False
    user.active = False


def partner_values():
    """Return what differs between the contacts of salespeople."""
    name = SQL("'Salesperson ' || g.n")
    email = SQL("'salesperson' || g.n || '@bench.example'")
    return {
        "name": name,
        "complete_name": name,
        "email": email,
        "email_normalized": email,
        "commercial_partner_id": SQL("NULL"),
    }


def user_values(partner, teams):
    """Return what differs between users."""
    return {
        "partner_id": SQL("%s + g.n", partner),
        "login": SQL("'salesperson' || g.n || '@bench.example'"),
        "sale_team_id": pick(teams.ids),
    }


def pick(ids):
    """Return an SQL expression: one of some ids, in turn."""
    return SQL("(%s::int[])[1 + g.n %% %s]", list(ids), len(ids))


def copy_relations(env, sample, user, count):
    """Give the users the groups and the companies of the pattern."""
    for table, column, other in (
        ("res_groups_users_rel", "uid", "gid"),
        ("res_company_users_rel", "user_id", "cid"),
    ):
        env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(column)s, %(other)s) "
                "SELECT %(base)s + g.n, r.%(other)s "
                "FROM %(table)s AS r, generate_series(1, %(count)s) AS g(n) "
                "WHERE r.%(column)s = %(sample)s",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                other=SQL.identifier(other),
                base=user,
                count=count,
                sample=sample.id,
            )
        )


def make_members(env, sample, user, teams, count):
    """Put the users into their teams."""
    member = sample.crm_team_member_ids
    values = {"user_id": SQL("%s + g.n", user), "crm_team_id": pick(teams.ids)}
    copy_rows(env, member, count, values)


def make_employees(env, sample, count, user, partner, departments):
    """Make the employees of the users: resource, employee, version."""
    pattern = sample.employee_ids
    name = SQL("'Salesperson ' || g.n")
    users = SQL("%s + g.n", user)
    resource = copy_rows(
        env, pattern.resource_id, count, {"name": name, "user_id": users}
    )
    employee = copy_rows(
        env,
        pattern,
        count,
        {
            "name": name,
            "legal_name": name,
            "work_email": SQL("'salesperson' || g.n || '@bench.example'"),
            "resource_id": SQL("%s + g.n", resource),
            "user_id": users,
            "work_contact_id": SQL("%s + g.n", partner),
            "current_version_id": SQL("NULL"),
            "parent_id": SQL("NULL"),
        },
    )
    version = copy_rows(
        env,
        pattern.version_id,
        count,
        {
            "employee_id": SQL("%s + g.n", employee),
            "department_id": pick(departments.ids),
        },
    )
    finish_employees(env, count, partner, employee, version, len(departments))
    return employee


def finish_employees(env, count, partner, employee, version, departments):
    """Set the links that lead to rows which were made later.

    The first of each department leads the others.
    """
    env.cr.execute(
        SQL(
            "UPDATE hr_employee SET "
            "current_version_id = %(version)s + id - %(employee)s, "
            "parent_id = CASE WHEN id - %(employee)s > %(departments)s THEN "
            "%(employee)s + 1 + (id - %(employee)s - 1) %% %(departments)s END "
            "WHERE id BETWEEN %(employee)s + 1 AND %(employee)s + %(count)s",
            version=version,
            employee=employee,
            departments=departments,
            count=count,
        )
    )
    env.cr.execute(
        SQL(
            "UPDATE res_partner SET commercial_partner_id = id "
            "WHERE id BETWEEN %s + 1 AND %s + %s",
            partner,
            partner,
            count,
        )
    )
