"""Bands of values: half-open intervals that leave no gap and do not overlap.

A band is ``(lower, upper, result)``: it holds ``lower <= value < upper``. ``None`` as
upper bound of the last band means "and above".
"""

from itertools import pairwise


def check_bands(bands):
    """Find what is wrong with a set of bands.

    :param list bands: ``[(lower, upper or None, result)]`` in any order
    :return: None when they are contiguous, else ``(code, bound, other bound)``; code is
        ``empty``, ``reversed``, ``gap``, ``overlap`` or ``open`` (a band without an
        upper bound below another one)
    """
    if not bands:
        return "empty", None, None
    ordered = sorted(bands, key=lambda band: band[0])
    for lower, upper, _result in ordered:
        if upper is not None and upper <= lower:
            return "reversed", lower, upper
    for (lower, upper, _), (following, _, _) in pairwise(ordered):
        if upper is None:
            return "open", lower, following
        if following > upper:
            return "gap", upper, following
        if following < upper:
            return "overlap", following, upper
    return None


def find_band(bands, value):
    """The band a value lies in.

    Below the first band the first counts, at and above the upper bound of the last band
    the last: a value always has a band, so that no edge pays nothing by accident.

    :param list bands: contiguous bands, see :func:`check_bands`
    :return: ``(lower, upper, result)``
    """
    ordered = sorted(bands, key=lambda band: band[0])
    found = ordered[0]
    for band in ordered:
        if value >= band[0]:
            found = band
    return found
