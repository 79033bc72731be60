"""What the process of ``./dev bench`` that holds Odoo can do."""

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect

from .data.generate import generate, tidy


def generate_data(request):
    """Fill the database of the request."""
    name = request["database"]
    with Registry(name).cursor() as cr:
        generate(Environment(cr, SUPERUSER_ID, {}), request["parameters"])
    with db_connect(name).cursor() as cr:
        cr._cnx.autocommit = True
        tidy(cr._obj)
    return 0


COMMANDS = {"generate": generate_data}
