"""Which job and department people held on which days of a period."""

from dataclasses import dataclass, replace
from datetime import date

from odoo.tools import SQL


@dataclass(frozen=True)
class Stretch:
    """Days in a row with the same job and department, both ends included."""

    first: date
    last: date
    job: int | None
    department: int | None

    @property
    def days(self):
        """Number of days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Tenure:
    """One person in a period.

    :param stretches: tuple of :class:`Stretch`, in order
    :param hired: first day of employment as far as it is known, else None
    :param length: days of the period
    """

    stretches: tuple
    hired: date | None
    length: int

    @property
    def days(self):
        """Days held in the period."""
        return sum(stretch.days for stretch in self.stretches)

    @property
    def share(self):
        """Per cent of the period's days, in hundredths."""
        return round(100 * self.days / self.length, 2)

    @property
    def last(self):
        """The last stretch, or None."""
        return self.stretches[-1] if self.stretches else None

    def held(self, jobs, departments):
        """The part of it in one of some jobs and departments; empty sets mean any."""
        return replace(
            self,
            stretches=tuple(
                stretch
                for stretch in self.stretches
                if (not jobs or stretch.job in jobs)
                and (not departments or stretch.department in departments)
            ),
        )

    def months_before(self, day):
        """Whole months of employment before a day; 0 when the hiring is not known."""
        if not self.hired or self.hired > day:
            return 0
        months = (day.year - self.hired.year) * 12 + day.month - self.hired.month
        return months - (day.day < self.hired.day)


class Tenures:
    """Reads the versions of employees (``hr.version``) that touch a period.

    The first version counts from the beginning of time, as everywhere in measuring,
    unless its contract begins later; nobody holds a job after the contract ended or the
    day of departure. Archived people without a day of departure are left out.
    """

    def __init__(self, env, period):
        self.env = env
        self.period = period

    def all(self, employees=None):
        """The tenure of everybody of the company, or of some employees.

        :param employees: ids, None for all
        :return: ``{employee id: Tenure}``; those without a day in it are left out
        """
        length = (self.period.date_end - self.period.date_start).days + 1
        found = {}
        for employee, hired, *stretch in self._rows(employees):
            found.setdefault(employee, (hired, []))[1].append(Stretch(*stretch))
        return {
            employee: Tenure(tuple(stretches), hired, length)
            for employee, (hired, stretches) in found.items()
        }

    def _rows(self, employees):
        self.env["hr.version"].flush_model()
        self.env["hr.employee"].flush_model(["company_id", "active"])
        return self.env.execute_query(
            SQL(
                """
        SELECT employee_id, hired,
               GREATEST(begins, %(first)s::date) AS first_day,
               LEAST(ends, %(last)s::date) AS last_day, job_id, department_id
          FROM (
               SELECT v.employee_id, v.job_id, v.department_id, v.date_version,
                      MIN(COALESCE(v.contract_date_start, v.date_version))
                          OVER (PARTITION BY v.employee_id) AS hired,
                      GREATEST(
                          CASE WHEN ROW_NUMBER() OVER w = 1 THEN '-infinity'::date
                               ELSE v.date_version END,
                          COALESCE(v.contract_date_start, '-infinity'::date)
                      ) AS begins,
                      LEAST(
                          COALESCE(LEAD(v.date_version) OVER w - 1, 'infinity'::date),
                          COALESCE(v.contract_date_end, 'infinity'::date),
                          COALESCE(MAX(v.departure_date)
                                   OVER (PARTITION BY v.employee_id), 'infinity'::date)
                      ) AS ends,
                      e.active OR MAX(v.departure_date)
                          OVER (PARTITION BY v.employee_id) IS NOT NULL AS known
                 FROM hr_version v
                 JOIN hr_employee e ON e.id = v.employee_id
                WHERE v.active AND e.company_id = %(company)s
                  AND (%(everybody)s OR e.id = ANY(%(employees)s))
               WINDOW w AS (PARTITION BY v.employee_id ORDER BY v.date_version, v.id)
               ) s
         WHERE known AND begins <= %(last)s AND ends >= %(first)s AND begins <= ends
         ORDER BY employee_id, date_version
                """,
                first=self.period.date_start,
                last=self.period.date_end,
                company=self.period.company_id.id,
                everybody=employees is None,
                employees=list(employees or ()),
            )
        )
