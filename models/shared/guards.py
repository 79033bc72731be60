"""Checks that every public method makes of what a client sends."""

import math

from odoo.exceptions import UserError

# what a column of 16 digits, 4 of them behind the point, can hold
LARGEST = 10**12


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


def number_problem(env, value):
    """Say why something is no number that can be kept; False when it is one.

    :param value: a number, or the text of one from a file; files and clients also send
        nothing, words, NaN and infinity
    """
    if value is None or value is False or value == "":
        return env._("There is no value.")
    try:
        number = float(value)
    except (TypeError, ValueError):
        return env._("“%s” is not a number.", value)
    if not math.isfinite(number) or abs(number) >= LARGEST:
        return env._("“%s” is out of range.", value)
    return False


def check_numbers(env, vals_list, names):
    """Refuse values that no number column can hold.

    :param vals_list: values for ``create`` or ``write``
    :param names: fields to look at; those not given are left alone
    :raise UserError: naming the first that is none
    """
    for vals in vals_list:
        for name in names:
            if vals.get(name) and (problem := number_problem(env, vals[name])):
                raise UserError(problem)
