"""What a KPI counts, detached from its record."""

from ast import literal_eval
from dataclasses import asdict, dataclass, fields

from odoo.fields import Domain

# {subject type: field of the KPI that holds the path to it}
PATH_FIELDS = {
    "employee": "employee_path",
    "department": "department_path",
    "team": "team_path",
    "customer": "customer_path",
    "opportunity": "opportunity_path",
    "company": "company_path",
}
# sources that count customers (or other keys) rather than records
KEYED = ("repeat", "retention", "first_time")


@dataclass(frozen=True)
class Definition:
    """Everything that decides the number of a KPI; see the fields of the KPI.

    Made from the KPI as it is, or from the version that a closed period froze.
    """

    kpi_id: int
    source: str = "records"
    model_name: str = ""
    domain: str = "[]"
    match_domain: str = "[]"
    against_domain: str = "[]"
    include_archived: bool = False
    date_field: str = ""
    aggregate: str = "count"
    measure_type: str = "field"
    measure_field: str = ""
    duration_start: str = ""
    duration_stop: str = ""
    duration_clock: str = "elapsed"
    distinct_path: str = ""
    employee_path: str = ""
    department_path: str = ""
    team_path: str = ""
    customer_path: str = ""
    opportunity_path: str = ""
    company_path: str = ""
    owner_at: str = "now"
    repeat_count: int = 2
    compare_with: str = "previous"
    formula: str = ""
    minimum_sample: int = 1
    unit: str = "number"

    @classmethod
    def names(cls):
        """Names of the fields, the KPI itself left out."""
        return [field.name for field in fields(cls) if field.name != "kpi_id"]

    @classmethod
    def of(cls, kpi):
        """The definition of a KPI as it is now."""
        values = {
            field.name: kpi[field.name] or field.default
            for field in fields(cls)
            if field.name != "kpi_id"
        }
        values["minimum_sample"] = kpi.minimum_sample
        return cls(kpi_id=kpi.id, **values)

    @classmethod
    def from_json(cls, kpi, data):
        """The definition that a version holds; fields it did not know yet default."""
        known = {name: data[name] for name in cls.names() if name in data}
        return cls(kpi_id=kpi.id, **known)

    def to_json(self):
        """All fields but the KPI, as a version stores them."""
        return {k: v for k, v in asdict(self).items() if k != "kpi_id"}

    # === WHAT IT NEEDS ===#

    @property
    def paths(self):
        """``{subject type: path}`` of the paths that are set."""
        found = {kind: getattr(self, name) for kind, name in PATH_FIELDS.items()}
        return {kind: path for kind, path in found.items() if path}

    @property
    def is_measured(self):
        """Whether it is measured from records."""
        return self.source not in ("manual", "formula")

    @property
    def inner(self):
        """How the records of one subject become one number."""
        if self.source in ("records", "growth"):
            return self.aggregate
        return self.source

    @property
    def is_keyed(self):
        """Whether it counts customers or other keys: parts do not add up."""
        return self.source in KEYED or self.inner == "distinct"

    @property
    def has_measure(self):
        """Whether a number is read from each record."""
        return self.inner in ("sum", "avg", "min", "max")

    @property
    def key_path(self):
        """Path to what a keyed source counts."""
        return self.distinct_path or self.customer_path

    @property
    def looks_back(self):
        """Whether an earlier stretch of time counts too."""
        return self.source in ("growth", "retention")

    def reaches(self, kind):
        """Whether records can be attributed to this kind of subject."""
        if self.source == "formula":
            # its components decide
            return True
        if kind == "department":
            return bool(self.department_path or self.employee_path)
        return kind == "company" or kind in self.paths

    @property
    def scan_key(self):
        """KPIs with the same key read the same rows with the same joins."""
        return (
            self.model_name,
            self.date_field,
            tuple(sorted(self.paths.items())),
            self.owner_at,
        )

    # === DOMAINS ===#

    def parsed(self, name="domain"):
        """A domain of the definition.

        :raise ValueError: or another of ``DOMAIN_ERRORS``, for text that is no domain
        """
        return Domain(literal_eval(getattr(self, name) or "[]"))


# what a text that is no domain raises when it is read, checked or turned into SQL
DOMAIN_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)
