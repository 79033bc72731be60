"""Checks that every public method makes of what a client sends."""

from odoo.exceptions import UserError


def exactly_one(records):
    """Refuse a call on no record or on several, in words that people understand.

    :return: the record, checked to exist and to be readable by the user
    :raise UserError: for none or several
    :raise AccessError: when the user may not read it
    :raise MissingError: when it is gone
    """
    if len(records) != 1:
        raise UserError(records.env._("Choose exactly one record for this."))
    records.check_access("read")
    return records
