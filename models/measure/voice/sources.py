"""From ratings and filled surveys to answers: who said what about whom.

Plain classes. Each reads what it needs for all records at once and returns values for
``performance.voice``; it writes nothing.
"""

from odoo import SUPERUSER_ID, fields

from ....tools.voice import clip
from .people import People


def linked(record, names, comodel):
    """The first link of a record with one of these names that leads to a model."""
    for name in names:
        field = record._fields.get(name)
        leads_there = field and field.type == "many2one"
        if leads_there and field.comodel_name == comodel and record[name]:
            return record[name]
    return record.env[comodel]


def is_employee(env):
    """Whether somebody of the own company is at work, not a customer or the system."""
    return env.uid != SUPERUSER_ID and env.user._is_internal()


class Source:
    """What both kinds of source have in common."""

    def __init__(self, env):
        self.env = env
        self.people = People(env)

    def finish(self, answers):
        """Add what follows from the person responsible and from the customer.

        :param answers: ``[{field: value}]`` with recordsets for links, ``user`` of
            whoever is responsible, and ``email`` of the customer
        :return: values for ``create``
        """
        self._find_employees(answers)
        self._find_departments(answers)
        self._find_internal(answers)
        for vals in answers:
            vals.pop("user")
            vals.pop("email")
            for name, value in vals.items():
                if hasattr(value, "_name"):
                    vals[name] = value.id
        return answers

    def _find_employees(self, answers):
        users = self.env["res.users"].union(*(vals["user"] for vals in answers))
        employees = self.people.by_user(users)
        for vals in answers:
            user, company = vals["user"], vals["company_id"]
            company = (
                company
                or vals["employee_id"].company_id
                or user.company_id
                or self.env.company
            )
            vals["company_id"] = company
            found = vals["employee_id"] or employees.get((user.id, company.id))
            vals["employee_id"] = found or self.env["hr.employee"]
            vals["team_id"] = vals["team_id"] or user.sale_team_id

    def _find_departments(self, answers):
        departments = self.people.departments(
            [
                (vals["employee_id"], vals["answered_at"])
                for vals in answers
                if vals["employee_id"]
            ]
        )
        for vals in answers:
            key = vals["employee_id"].id, vals["answered_at"].date()
            vals["department_id"] = departments.get(key, False)

    def _find_internal(self, answers):
        partners = self.env["res.partner"].union(*(v["partner_id"] for v in answers))
        emails = [email for v in answers if (email := v["email"])]
        inside, addresses = self.people.internal(partners, emails)
        for vals in answers:
            email = (vals["email"] or "").strip().lower()
            if vals["partner_id"].id in inside or email in addresses:
                vals["invalid_reason"] = "internal"


class RatingSource(Source):
    """Ratings of any record: 1 to 5, about the person who was rated."""

    model = "rating.rating"

    def answers(self, ratings):
        """Values of answers, one for each rating that was given.

        :param ratings: ratings with a value; links of the records that were rated tell
            the person, the customer and the deal where the rating does not
        """
        rated = self.people.by_partner(ratings.rated_partner_id)
        records = self._records(ratings)
        return self.finish(
            [
                self._answer(
                    rating,
                    records.get((rating.res_model, rating.res_id)),
                    rated.get(rating.rated_partner_id.id),
                )
                for rating in ratings
            ]
        )

    def _records(self, ratings):
        """``{(model, id): record}`` of what was rated and is still there."""
        found = {}
        for name, group in ratings.grouped("res_model").items():
            if name and name in self.env:
                records = self.env[name].browse(set(group.mapped("res_id"))).exists()
                found.update({(name, record.id): record for record in records})
        return found

    def _answer(self, rating, record, rated):
        if record is None:
            record = self.env["res.partner"]
        lead = (
            record
            if record._name == "crm.lead"
            else linked(record, ("lead_id", "opportunity_id"), "crm.lead")
        )
        partner = (
            rating.partner_id
            or (record if record._name == "res.partner" else None)
            or linked(record, ("partner_id",), "res.partner")
        )
        employee = linked(record, ("employee_id",), "hr.employee")
        user = (
            rated
            or employee.user_id
            or linked(record, ("user_id",), "res.users")
            or lead.user_id
        )
        return {
            "kind": "csat",
            "company_id": linked(record, ("company_id",), "res.company")
            or lead.company_id
            or partner.company_id,
            "partner_id": partner,
            "employee_id": employee if not rated else employee.browse(),
            "user": user,
            "email": partner.email,
            "team_id": linked(record, ("team_id",), "crm.team") or lead.team_id,
            "lead_id": lead,
            "score": rating.rating,
            "scale_min": 1,
            "scale_max": 5,
            "answered_at": rating.rated_on or rating.write_date,
            "comment": clip(rating.feedback),
            "source": "rating",
            "source_model": rating._name,
            "source_id": rating.id,
            "invalid_reason": False,
        }


class SurveySource(Source):
    """Filled customer surveys: the first scale of it, or the mean of all of a form."""

    model = "survey.user_input"

    def answers(self, inputs):
        """Values of answers, one for each survey that holds a score."""
        lines = self._lines(inputs)
        asked = self._requests(inputs)
        found = []
        for filled in inputs:
            scales, texts = lines.get(filled.id, ([], []))
            if score := self._score(filled.survey_id, scales):
                request = asked.get(filled.id, self.env["performance.voice.request"])
                found.append(self._answer(filled, request, score, scales, texts))
        return self.finish(found)

    def _lines(self, inputs):
        """``{input id: (lines of scales, lines of text)}``, by question."""
        found = {}
        for line in self.env["survey.user_input.line"].search(
            [("user_input_id", "in", inputs.ids), ("skipped", "=", False)],
            order="question_sequence, id",
        ):
            scales, texts = found.setdefault(line.user_input_id.id, ([], []))
            if line.question_id.question_type == "scale":
                scales.append(line)
            elif line.answer_type in ("text_box", "char_box"):
                texts.append(line)
        return found

    def _requests(self, inputs):
        requests = self.env["performance.voice.request"].search(
            [("user_input_id", "in", inputs.ids)]
        )
        return {request.user_input_id.id: request for request in requests}

    def _score(self, survey, lines):
        """``(score, lowest, highest)``, or None when nothing was scored."""
        questions = survey._voice_questions()
        given = [line for line in lines if line.question_id in questions]
        # of a form at least half has to be there
        if not given or 2 * len(given) < len(questions):
            return None
        lowest, highest = questions[0].scale_min, questions[0].scale_max
        shares = [
            (line.value_scale - line.question_id.scale_min)
            / (line.question_id.scale_max - line.question_id.scale_min)
            for line in given
        ]
        share = min(max(sum(shares) / len(shares), 0), 1)
        return round(lowest + share * (highest - lowest), 6), lowest, highest

    def _answer(self, filled, request, score, scales, texts):
        partner = request.partner_id or filled.partner_id
        owner = partner.commercial_partner_id.user_id
        end = filled.end_datetime or fields.Datetime.now()
        text = "\n".join(
            filter(None, (t.value_text_box or t.value_char_box for t in texts))
        )
        return {
            "kind": filled.survey_id.voice_kind,
            "company_id": request.company_id or partner.company_id or owner.company_id,
            "partner_id": partner,
            "employee_id": request.employee_id,
            "user": request.employee_id.user_id if request else owner,
            "email": filled.email,
            "team_id": request.lead_id.team_id,
            "lead_id": request.lead_id,
            "score": score[0],
            "scale_min": score[1],
            "scale_max": score[2],
            "answered_at": end,
            "answer_days": self._days(request, end),
            "comment": clip(text),
            "source": "survey",
            "source_model": filled._name,
            "source_id": filled.id,
            "request_id": request,
            "invalid_reason": self._reason(filled, request, scales),
        }

    @staticmethod
    def _days(request, end):
        if not request.sent_at:
            return 0
        return max((end - request.sent_at).total_seconds(), 0) / 86400

    @staticmethod
    def _reason(filled, request, scales):
        # whoever wrote the lines answered, whatever stands on the survey
        writers = {line.create_uid for line in scales} | {
            line.write_uid for line in scales
        }
        if any(w.id != SUPERUSER_ID and w._is_internal() for w in writers):
            return "internal"
        if request.drawn_by != "system" and not filled.survey_id.voice_accept_unasked:
            return "not_drawn"
        return False
