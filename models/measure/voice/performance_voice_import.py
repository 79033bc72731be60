from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ....tools.voice import clip, percent_of_scale
from ...shared.guards import number_problem
from ..reading.natural_keys import NaturalKeys, as_text
from .people import People

OFFICER = "customer_performance.group_officer"
# {column of a file: whether it has to be filled}
COLUMNS = {
    "import_reference": True,
    "import_method": True,
    "import_date": True,
    "import_score": True,
    "import_scale": False,
    "import_employee": True,
    "import_customer": False,
    "import_comment": False,
}
METHODS = ("mystery_shopper", "interview")
MOST_MESSAGES = 100
LONGEST_REFERENCE = 100


class PerformanceVoice(models.Model):
    """Results of mystery shoppers and interviewers, brought in with Odoo's importer.

    A file names people and customers by what is known of them (e-mail, badge,
    reference). All rows are looked at before the first is written; a reference that is
    known already updates that answer. Officers import; who did stands on the answer.
    """

    _inherit = "performance.voice"

    import_reference = fields.Char(
        string="Reference in the File", store=False, groups=OFFICER
    )
    import_method = fields.Char(
        string="Method (mystery_shopper or interview)", store=False, groups=OFFICER
    )
    import_date = fields.Char(string="Day (YYYY-MM-DD)", store=False, groups=OFFICER)
    import_score = fields.Char(string="Points", store=False, groups=OFFICER)
    import_scale = fields.Char(
        string="Points at Most (100)", store=False, groups=OFFICER
    )
    import_employee = fields.Char(
        string="Employee E-mail or Badge", store=False, groups=OFFICER
    )
    import_customer = fields.Char(
        string="Customer Reference, E-mail or Name", store=False, groups=OFFICER
    )
    import_comment = fields.Char(string="Remark", store=False, groups=OFFICER)

    @api.model
    def load(self, fields, data):
        """Odoo's own import, for results of mystery shoppers and interviews.

        :return: as Odoo's; with a message for each wrong row, and nothing written
        :raise AccessError: for everybody but officers
        """
        if not self.env.user.has_group(OFFICER):
            raise AccessError(self.env._("Only a performance officer imports answers."))
        rows = [dict(zip(fields, row, strict=False)) for row in data]
        read = self._read_rows(fields, rows)
        problems = [
            self._import_message(index, text)
            for index, (_vals, text) in enumerate(read)
            if text
        ]
        if problems or not rows:
            return {"ids": False, "messages": problems[:MOST_MESSAGES], "nextrow": 0}
        return {
            "ids": self._take_over([vals for vals, _text in read]).ids,
            "messages": [],
            "nextrow": 0,
        }

    def _import_message(self, index, text):
        return {
            "type": "error",
            "message": text,
            "record": index,
            "rows": {"from": index, "to": index},
        }

    def _read_rows(self, columns, rows):
        """``[(values, problem)]``, one for each row; either is empty."""
        if unknown := [name for name in columns if name not in COLUMNS]:
            text = self.env._(
                "These columns cannot be imported: %s.",
                ", ".join(as_text(name) for name in unknown),
            )
            return [({}, text) for _row in rows]
        # no text column holds a NUL, and no key does
        rows = [
            {name: as_text(row.get(name)).replace("\x00", "") for name in COLUMNS}
            for row in rows
        ]
        found = NaturalKeys(self.env).resolve(
            [
                {name: row[name] for name in ("import_employee", "import_customer")}
                for row in rows
            ]
        )
        seen = set()
        return [
            self._read_row(cells, links, problems, seen)
            for cells, (links, problems) in zip(rows, found, strict=True)
        ]

    def _read_row(self, cells, links, problems, seen):
        empty = [
            self._fields[name]._description_string(self.env)
            for name, needed in COLUMNS.items()
            if needed and not cells[name]
        ]
        if empty:
            return {}, self.env._("“%s” is empty.", empty[0])
        if problems:
            return {}, problems[0][1]
        if problem := self._cell_problem(cells, seen):
            return {}, problem
        seen.add(cells["import_reference"])
        return {
            "reference": cells["import_reference"],
            "method": cells["import_method"],
            "answered_at": self._import_day(cells["import_date"]),
            "score": float(cells["import_score"]),
            "scale_max": float(cells["import_scale"] or 100),
            "comment": clip(cells["import_comment"]),
            "employee_id": links["employee_id"],
            "partner_id": links.get("partner_id", False),
        }, False

    def _cell_problem(self, cells, seen):
        """What is wrong with the cells of one row, or False."""
        if cells["import_reference"] in seen:
            return self.env._(
                "The file says this twice: %s.", cells["import_reference"]
            )
        if len(cells["import_reference"]) > LONGEST_REFERENCE:
            return self.env._("The reference is too long.")
        if cells["import_method"] not in METHODS:
            return self.env._(
                "“%(method)s” is not a method; use one of: %(methods)s.",
                method=cells["import_method"],
                methods=", ".join(METHODS),
            )
        day = self._import_day(cells["import_date"])
        if not day or day > fields.Datetime.now():
            return self.env._(
                "“%s” is not a day of the past; write it as 2026-03-31.",
                cells["import_date"],
            )
        highest = cells["import_scale"] or "100"
        for number in (cells["import_score"], highest):
            if problem := number_problem(self.env, number):
                return problem
        if percent_of_scale(float(cells["import_score"]), 0, float(highest)) is None:
            return self.env._(
                "%(score)s does not lie between 0 and %(highest)s.",
                score=cells["import_score"],
                highest=highest,
            )
        return False

    @staticmethod
    def _import_day(text):
        """Noon of that day, or None."""
        try:
            return datetime.fromisoformat(text[:10]).replace(hour=12)
        except ValueError:
            return None

    def _take_over(self, vals_list):
        """Write the rows of a file, known references over what they said before."""
        company = self.env.company
        for vals in vals_list:
            vals.update(
                kind="evaluation",
                company_id=company.id,
                scale_min=0,
                source="import",
                imported_by_id=self.env.uid,
            )
        self._add_departments(vals_list)
        # sudo: officers import and change nothing otherwise; load() asked for the group
        known = {
            voice.reference: voice
            for voice in self.sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("reference", "in", [vals["reference"] for vals in vals_list]),
                ]
            )
        }
        fresh = iter(
            self.sudo().create([v for v in vals_list if v["reference"] not in known])
        )
        ids = []
        for vals in vals_list:
            if voice := known.get(vals["reference"]):
                voice.write(vals)
            ids.append((voice or next(fresh)).id)
        return self.browse(ids)

    def _add_departments(self, vals_list):
        # sudo: as the engine, the departments of people over time
        env = self.sudo().env
        people = People(env)
        pairs = [
            (env["hr.employee"].browse(v["employee_id"]), v["answered_at"])
            for v in vals_list
        ]
        found = people.departments(pairs)
        for vals in vals_list:
            key = vals["employee_id"], vals["answered_at"].date()
            vals["department_id"] = found.get(key, False)
