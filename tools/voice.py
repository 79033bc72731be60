"""What an answer of a customer is worth, and who is in a sample."""

import hashlib

# the longest comment that is kept with an answer
LONGEST_COMMENT = 4000
# {kind: [(from this per cent of the scale, bucket)]}, best first. Of five steps the
# fourth lies at 75 % and the third at 50 %; of 0 to 10 the 9 at 90 % and the 7 at 70 %.
STEPS = {
    "nps": [(90, "promoter"), (70, "passive"), (0, "detractor")],
    "csat": [(75, "satisfied"), (50, "fair"), (0, "dissatisfied")],
}
STEPS["evaluation"] = STEPS["csat"]


def percent_of_scale(score, lowest, highest):
    """Where a score lies between the two ends of its scale, 0 to 100.

    :return: a float, or None where the scale has no length or the score lies outside
    """
    if highest <= lowest or not lowest <= score <= highest:
        return None
    return round(100.0 * (score - lowest) / (highest - lowest), 6)


def bucket_of(kind, percent):
    """The group in which an answer counts.

    :param str kind: key of ``STEPS``
    :param float percent: of ``percent_of_scale``
    """
    return next(bucket for least, bucket in STEPS[kind] if percent >= least)


def is_in_sample(seed, key, share):
    """Whether something belongs to a random sample.

    It depends on nothing but its arguments: the same sample can be drawn again to check
    it, in any order and at any time, and nobody without the seed can foresee it.

    :param str seed: secret of the sampling rule
    :param str key: what may be drawn, such as ``crm.lead,7``
    :param float share: per cent of all that are drawn, 0 to 100
    """
    digest = hashlib.sha256(f"{seed}/{key}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64 * 100 < share


def clip(text):
    """A comment as it is kept: without margins, cut where it is endless.

    :return: text, or False for none
    """
    text = (text or "").replace("\x00", "").strip()
    if len(text) > LONGEST_COMMENT:
        return f"{text[: LONGEST_COMMENT - 1]}…"
    return text or False
