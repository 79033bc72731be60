"""From a role and an emphasis to a scheme that passes all checks.

A role is four areas of work. Each has a weight and KPIs that can stand for it: the
first that can be measured is taken. All that stand for one area have the same nature,
so that a scheme keeps its outcomes and its behaviour whatever is installed.

Sources: account manager over the whole lifecycle 20/30/30/20 (D1), sales profit 50 %,
satisfaction 30 %, renewal 20 % (R23; a satisfied customer is an outcome, so a third of
that share goes to the behaviour that leads to it); weights follow the emphasis (R33);
three to five KPIs (R42); finance at most half (R40), the customer's vote at most 15 %
(R78); templates for retail and finance (R5).
"""

from dataclasses import dataclass, replace

from .allocation import allocate

FEWEST, MOST = 3, 5
FINANCE_MOST = 50
VOTE_MOST = 15
# what an emphasis gains; a scheme without a KPI for it gets one of this weight
SHIFT = 15
# no KPI falls below this by an emphasis: it would guide nobody
LEAST = 5


class NotEnoughError(Exception):
    """Fewer KPIs can be measured than a scheme needs.

    :param areas: lists of codes of which none can be measured
    """

    def __init__(self, areas):
        super().__init__("too few KPIs can be measured")
        self.areas = areas


@dataclass(frozen=True)
class Area:
    """A part of a role.

    :param weight: per cent
    :param codes: KPIs that can stand for it, best first
    :param aim: ``acquire``, ``retain``, ``satisfy``, ``respond`` or empty
    """

    weight: int
    codes: tuple
    aim: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a drafted scheme.

    :param code: of the KPI
    :param weight: per cent
    :param instead_of: code of the KPI that would stand here if it could be measured
    :param aim: see ``Area``
    :param is_emphasis: whether it gained by the emphasis
    """

    code: str
    weight: int
    instead_of: str = ""
    aim: str = ""
    is_emphasis: bool = False


def _area(weight, aim, *codes):
    return Area(weight, codes, aim)


RENEWAL = ("RENEWAL_RATE", "RETENTION", "REPEAT_PURCHASE")
RETENTION = ("RETENTION", "RENEWAL_RATE", "REPEAT_PURCHASE")
SATISFACTION = ("VOICE_CSAT", "CSAT_RATINGS", "CSAT")
RESPONSE = ("RESPONSE_24H", "RESPONSE_IN_TIME", "FIRST_RESPONSE")
ANSWER = ("FIRST_RESPONSE", "RESPONSE_IN_TIME", "RESPONSE_24H")
PROACTIVE = ("PROACTIVE_INTERACTIONS", "CUSTOMERS_MET", "ACTIVITIES_DONE")
COMPLAINTS = ("COMPLAINT_RATE", "REPEAT_COMPLAINTS", "NEGATIVE_REVIEWS")

ROLES = {
    "account_manager": (
        _area(20, "acquire", "NEW_REVENUE", "RECURRING_REVENUE", "DEALS_WON"),
        _area(30, "satisfy", "ACCEPTANCE_RATE", *COMPLAINTS),
        _area(30, "respond", *RESPONSE),
        _area(20, "retain", *RENEWAL),
    ),
    "sales": (
        _area(50, "", "GROSS_MARGIN", "PROFIT", "NEW_REVENUE"),
        _area(20, "satisfy", *SATISFACTION),
        _area(10, "respond", *RESPONSE),
        _area(20, "retain", *RENEWAL),
    ),
    "delivery": (
        _area(35, "satisfy", "ACCEPTANCE_RATE", *COMPLAINTS),
        _area(25, "respond", "ACCEPTANCE_DAYS", "RESPONSE_IN_TIME"),
        _area(20, "", "TASKS_DONE", "ACTIVITIES_DONE"),
        _area(20, "", "MILESTONES_REACHED", "RESOLUTION_IN_TIME", "RESOLUTION_RATE"),
    ),
    "customer_service": (
        _area(30, "respond", *ANSWER),
        _area(30, "satisfy", "RESOLUTION_RATE", "RESOLUTION_IN_TIME"),
        _area(25, "", "REPEAT_COMPLAINTS", "COMPLAINT_RATE", "REOPEN_RATE"),
        _area(15, "satisfy", "EVALUATION", *SATISFACTION),
    ),
    "customer_operations": (
        _area(30, "retain", *RETENTION),
        _area(25, "satisfy", "NPS", *SATISFACTION),
        _area(25, "respond", *PROACTIVE),
        _area(20, "", "JOURNEY_IN_TIME", "REOPEN_RATE"),
    ),
    "customer_supervisor": (
        _area(30, "satisfy", *SATISFACTION),
        _area(30, "respond", "RESOLUTION_IN_TIME", "RESOLUTION_TIME"),
        _area(20, "", "REOPEN_RATE", "REPEAT_COMPLAINTS"),
        _area(20, "", "CONVERSATION_QUALITY", "RESPONSE_IN_TIME"),
    ),
    "regional_manager": (
        _area(30, "", "REVENUE_GROWTH", "DEAL_GROWTH", "NEW_REVENUE"),
        _area(30, "retain", *RETENTION),
        _area(20, "acquire", "NEW_CUSTOMERS", "ACTIVE_CUSTOMERS", "DEALS_WON"),
        _area(20, "", "CUSTOMERS_MET", "PROACTIVE_INTERACTIONS"),
    ),
    "product": (
        _area(30, "", "REQUIREMENTS_ADOPTED", "JOURNEY_IN_TIME"),
        _area(25, "satisfy", *COMPLAINTS),
        _area(25, "retain", "NPS", *RETENTION),
        _area(20, "", "REQUIREMENT_ACCURACY", "DEPARTMENT_REQUESTS"),
    ),
    "after_sales": (
        _area(30, "respond", *ANSWER),
        _area(30, "", "RESOLUTION_TIME", "RESOLUTION_IN_TIME"),
        _area(25, "satisfy", "REPEAT_COMPLAINTS", "COMPLAINT_RATE", "REOPEN_RATE"),
        _area(15, "satisfy", "EVALUATION", *SATISFACTION),
    ),
    "success_partner": (
        _area(30, "retain", *RENEWAL),
        _area(25, "", "CUSTOMER_GROWTH", "REPEAT_PURCHASE"),
        _area(25, "respond", *PROACTIVE),
        _area(20, "", "DEDICATED_PLANS", "CUSTOMERS_MET"),
    ),
}

EMPHASES = {
    "acquire": ("NEW_CUSTOMERS", "ACTIVE_CUSTOMERS", "DEALS_WON"),
    "retain": RENEWAL,
    "satisfy": SATISFACTION,
    "respond": RESPONSE,
}

# {industry: {first KPI of an area: what stands there rather}}
INDUSTRIES = {
    "general": {},
    # customers of shops come back rather than renew, and send back rather than reject
    "retail": {
        "RENEWAL_RATE": ("REPEAT_ORDERS", "REPEAT_PURCHASE"),
        "RETENTION": ("REPEAT_ORDERS", "REPEAT_PURCHASE"),
        "ACCEPTANCE_RATE": ("RETURN_RATE", "COMPLAINT_RATE"),
        "NPS": ("NEGATIVE_REVIEWS",),
    },
    # long relations: kept customers, recurring income, complaints that come once
    "finance": {
        "RENEWAL_RATE": ("RETENTION",),
        "NEW_REVENUE": ("RECURRING_REVENUE",),
        "ACCEPTANCE_RATE": ("COMPLAINT_RATE",),
        "COMPLAINT_RATE": ("REPEAT_COMPLAINTS",),
        "VOICE_CSAT": ("NPS",),
        "RESOLUTION_TIME": ("RESOLUTION_IN_TIME",),
    },
}

# starting points where the KPI itself proposes no target
TARGETS = {
    "NEW_REVENUE": 50000,
    "RECURRING_REVENUE": 5000,
    "GROSS_MARGIN": 50000,
    "PROFIT": 50000,
    "DEALS_WON": 5,
    "NEW_CUSTOMERS": 5,
    "ACTIVE_CUSTOMERS": 10,
    "CUSTOMERS_MET": 20,
}


def every_code():
    """Codes of all KPIs that a scheme could be made of."""
    areas = [area for role in ROLES.values() for area in role]
    pools = [area.codes for area in areas]
    pools += EMPHASES.values()
    pools += [codes for swaps in INDUSTRIES.values() for codes in swaps.values()]
    return {code for pool in pools for code in pool}


def generate(role, emphasis, industry, available, financial=(), votes=()):
    """The lines of a scheme.

    :param role: key of ``ROLES``
    :param emphasis: key of ``EMPHASES``, or ``balanced``
    :param industry: key of ``INDUSTRIES``
    :param available: codes of the KPIs that can be measured
    :param financial: codes of the KPIs of the financial perspective
    :param votes: codes of the KPIs by which customers rate people
    :return: list of ``Line``, weights total exactly 100
    :raise NotEnoughError: when fewer than three KPIs are left
    """
    areas = list(ROLES[role])
    if emphasis in EMPHASES and not any(area.aim == emphasis for area in areas):
        areas = _with_aim(areas, emphasis)
        added = True
    else:
        added = False
    lines, lacking = _choose(areas, INDUSTRIES[industry], available)
    if len(lines) < FEWEST:
        raise NotEnoughError(lacking)
    weights = _split(100, [line.weight for line in lines])
    favoured = [i for i, line in enumerate(lines) if line.aim == emphasis]
    if favoured and not added:
        weights = _shift(weights, favoured)
    for group, most in ((financial, FINANCE_MOST), (votes, VOTE_MOST)):
        limited = {i for i, line in enumerate(lines) if line.code in group}
        frozen = {
            i for i, line in enumerate(lines) if line.code in {*financial, *votes}
        }
        weights = _limit(weights, limited, frozen - limited, most)
    return [
        replace(line, weight=weight, is_emphasis=index in favoured)
        for index, (line, weight) in enumerate(zip(lines, weights, strict=True))
    ]


def _with_aim(areas, emphasis):
    """The areas with one more for the emphasis."""
    others = _split(100 - SHIFT, [area.weight for area in areas])
    return [
        *(replace(area, weight=w) for area, w in zip(areas, others, strict=True)),
        Area(SHIFT, EMPHASES[emphasis], emphasis),
    ]


def _choose(areas, swaps, available):
    """A KPI for each area, none twice; and the areas without any."""
    lines, lacking, taken = [], [], set()
    for area in areas:
        codes = dict.fromkeys((*swaps.get(area.codes[0], ()), *area.codes))
        wanted = [code for code in codes if code not in taken]
        code = next((code for code in wanted if code in available), None)
        if not code:
            lacking.append(list(codes))
            continue
        taken.add(code)
        instead_of = wanted[0] if wanted[0] != code else ""
        lines.append(Line(code, area.weight, instead_of, area.aim))
    return lines, lacking


def _split(total, weights):
    """Whole numbers that total exactly ``total``."""
    return [int(part) for part in allocate(total, weights, 1)]


def _shift(weights, favoured):
    """Move weight to the favoured lines, from the others as far as they have it."""
    others = [i for i in range(len(weights)) if i not in favoured]
    spare = [max(0, weights[i] - LEAST) for i in others]
    amount = min(SHIFT, sum(spare))
    if not amount:
        return weights
    weights = list(weights)
    for index, part in zip(others, _split(amount, spare), strict=True):
        weights[index] -= part
    gains = _split(amount, [weights[i] for i in favoured])
    for index, part in zip(favoured, gains, strict=True):
        weights[index] += part
    return weights


def _limit(weights, limited, frozen, most):
    """Give what a group of lines weighs above ``most`` to the lines without a limit."""
    excess = sum(weights[i] for i in limited) - most
    free = [i for i in range(len(weights)) if i not in limited | frozen]
    if excess <= 0 or not free:
        return weights
    weights = list(weights)
    group = sorted(limited)
    cut = _split(most, [weights[i] for i in group])
    for index, weight in zip(group, cut, strict=True):
        weights[index] = weight
    gains = _split(excess, [weights[i] for i in free])
    for index, part in zip(free, gains, strict=True):
        weights[index] += part
    return weights
