"""The engine that learns from this desk's own closed tickets. Needs no network and no key.

Only training needs the learning libraries, and imports them when it works. Answering needs NumPy, pages not even that.
"""


def closed_count() -> int:
    """How many tickets could be learned from; below `AssistSettings.least_tickets` the rules answer."""
    from ai_assist.local.tickets import closed_count as count

    return count()
