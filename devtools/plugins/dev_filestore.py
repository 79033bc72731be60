"""Pytest plugin: no test class collects the garbage of the filestore.

Workers have a database each, but pytest-odoo lets them share one filestore. At the end
of every test class Odoo removes the files that its own database does not know, and so
the asset bundle that a browser of the other worker is about to load. The filestore is
dropped with the database of the run anyway.
"""


def pytest_sessionstart():
    """Keep Odoo from collecting; its configuration is read by now."""
    from odoo.tests.common import TransactionCase

    TransactionCase._gc_filestore = classmethod(lambda cls: None)
