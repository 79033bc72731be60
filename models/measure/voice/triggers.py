"""What happens to a customer that he may be asked about."""

from dataclasses import dataclass

from odoo.fields import Domain


@dataclass(frozen=True)
class Trigger:
    """Records of one model that are a reason to ask.

    :param model: technical name
    :param condition: which of its records
    :param date_field: when it happened
    """

    model: str
    condition: Domain
    date_field: str

    def domain(self, company, since):
        """What happened in a company since then."""
        return (
            self.condition
            & Domain("company_id", "in", [company.id, False])
            & Domain(self.date_field, ">=", since)
            & Domain("partner_id", "!=", False)
        )

    @staticmethod
    def key(record):
        """What names a record in a sample."""
        return f"{record._name},{record.id}"

    @staticmethod
    def lead(record):
        """The deal it belongs to."""
        return record if record._name == "crm.lead" else record.lead_id

    def employee(self, record, people):
        """Whom the answer will be about.

        :param people: ``{(user id, company id): employee}``
        """
        if "employee_id" in record._fields and record.employee_id:
            return record.employee_id
        lead = self.lead(record)
        return people.get(lead.user_id.id)


TRIGGERS = {
    "deal_won": Trigger("crm.lead", Domain("won_status", "=", "won"), "date_closed"),
    "complaint_closed": Trigger(
        "performance.complaint",
        Domain("state", "=", "closed") & Domain("is_valid", "=", True),
        "closed_at",
    ),
    "acceptance_decided": Trigger(
        "performance.acceptance",
        Domain("state", "in", ["accepted", "refused"]),
        "decided_at",
    ),
}
