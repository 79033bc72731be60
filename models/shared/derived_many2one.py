from odoo import fields


class DerivedMany2one(fields.Many2one):
    """A link that another foreign key of the same row vouches for already.

    PostgreSQL checks a foreign key once for each row, and a table that grows by tens of
    thousands of rows at a time feels each of them. To be used only where the row has
    another foreign key that guarantees this one: say in a comment which.
    """

    def update_db_foreign_key(self, model, column):
        """No foreign key of its own."""
