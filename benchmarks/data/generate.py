"""A whole company, from a few numbers."""

import logging
import time
from datetime import date, datetime

from odoo.tools.date_utils import start_of, subtract

from .customers import make_customers
from .facts import make_facts
from .leads import make_leads
from .people import make_people

_logger = logging.getLogger(__name__)


def window(until):
    """Return when deals were closed: eleven months and the running one up to a day.

    :return: the first instant, and the first after the last one
    """
    first = subtract(start_of(until, "month"), months=11)
    return datetime.combine(first, datetime.min.time()), datetime.combine(
        until, datetime.min.time()
    )


def generate(env, size):
    """Fill a database; the same size gives the same data.

    :param dict size: employees, customers, leads, complaints, answers, seed, until
        (ISO date)
    """
    start = time.monotonic()
    seed = size["seed"] * 1000
    people = make_people(env, size["employees"])
    people["users"] = size["employees"]
    customers = make_customers(env, size["customers"], seed)
    until = date.fromisoformat(size["until"])
    make_leads(env, size["leads"], seed, people, customers, window(until))
    if size["complaints"]:
        make_facts(env, size, people, customers)
    env.cr.commit()
    _logger.info("generated in %.1f s", time.monotonic() - start)


def tidy(cursor):
    """Bring statistics and visibility up to date, as a database in use has them.

    :param cursor: a cursor of psycopg2 in autocommit mode
    """
    cursor.execute("VACUUM (ANALYZE)")
