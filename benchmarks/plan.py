"""What can be run and how large it is; read by ``./dev`` too, so without Odoo."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone

# in this order: what changes the data most comes last
SCENARIOS = (
    "peers", "shared_scan", "scaling", "incremental", "workers", "kill", "crm",
    "facts", "score",
)  # fmt: skip
SIZES = (250, 1000, 4000, 16000)
QUICK_SIZES = (10, 20, 40, 80)
# leads of one salesperson and salespeople of one customer, in the scenario "scaling"
LEADS_EACH = 60
CUSTOMERS_EACH = 10


def today():
    """Return the day, where the made-up company is: in UTC."""
    return datetime.now(timezone.utc).date()


@dataclass(frozen=True)
class Size:
    """How much data a database holds; the same size gives the same data."""

    employees: int = 1000
    customers: int = 20000
    leads: int = 300000
    seed: int = 1
    # customer facts, in the scenario "facts"
    complaints: int = 0
    answers: int = 0
    # deals were closed up to this day
    until: str = field(default_factory=lambda: today().isoformat())

    @property
    def name(self):
        """Name the size in the name of a database."""
        facts = f"_f{self.complaints}_{self.answers}" if self.complaints else ""
        company = f"e{self.employees}_c{self.customers}_l{self.leads}"
        return f"{company}{facts}_s{self.seed}"

    def as_dict(self):
        """Return it as JSON can carry it."""
        return asdict(self)

    def scaled(self, employees):
        """Return the size of a company with so many salespeople."""
        return replace(
            self,
            employees=employees,
            customers=employees * CUSTOMERS_EACH,
            leads=employees * LEADS_EACH,
        )


QUICK = Size(employees=40, customers=200, leads=4000)
# the same company with many facts about its customers, and with few
FACTS = Size(
    employees=200, customers=20000, leads=2000, complaints=200_000, answers=1_000_000
)
QUICK_FACTS = replace(QUICK, complaints=2000, answers=10_000)
FEWER = 10


def few_facts(size):
    """Return the size of the same company with a tenth of the facts."""
    return replace(
        size, complaints=size.complaints // FEWER, answers=size.answers // FEWER
    )


@dataclass(frozen=True)
class Effort:
    """How often things are repeated."""

    repetitions: int = 5
    # of what takes long
    few: int = 3
    kills: int = 20
    records: int = 1000


QUICK_EFFORT = Effort(repetitions=2, few=1, kills=3, records=40)
