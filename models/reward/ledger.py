"""What the ledger of a milestone has to show in each state; plain arithmetic, no ORM.

The engine never thinks in single bookings. It compares what the accounts of a milestone
show with what they have to show, and books the difference. So booking twice changes
nothing, and a deal with its full cancellation is zero in every account by construction.
"""

ENTRY_KINDS = [
    ("estimate", "Estimate"),
    ("earning", "Earning"),
    ("hold", "Hold"),
    ("release", "Release"),
    ("adjustment", "Adjustment"),
    ("clawback", "Clawback"),
]

# {account: (kinds of entries, sign of their sum)}; "held" is money set aside, so the
# entry of a hold is negative and the account positive
ACCOUNTS = {
    "forecast": (("estimate",), 1),
    "earned": (("earning", "adjustment", "clawback"), 1),
    "held": (("hold",), -1),
    "released": (("release",), 1),
}

# {state: accounts that hold the amount of the milestone}
DUE = {
    "pending": ("forecast",),
    "review": ("forecast",),
    "approved": ("earned",),
    "released": ("earned", "released"),
    "rejected": (),
    "cancelled": (),
}


def due_balances(state, held_from, amount):
    """What the accounts have to show.

    :param str state: state of the milestone
    :param str held_from: state it was in before it was held, when it is held
    :param amount: money of the milestone
    :return: ``{account: amount}`` of all accounts
    """
    full = (*DUE[held_from], "held") if state == "held" else DUE[state]
    return {account: amount if account in full else 0.0 for account in ACCOUNTS}


def booking(account, difference):
    """The entry that moves an account by a difference.

    :return: (kind of entry, signed amount)
    """
    if account == "earned":
        return ("earning" if difference > 0 else "clawback"), difference
    kinds, sign = ACCOUNTS[account]
    return kinds[0], sign * difference
