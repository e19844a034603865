"""Demo content of other apps: functions that are called when the desk's own has been played."""

import datetime as dt
from collections.abc import Callable

Part = Callable[[dt.datetime], int]
parts: list[Part] = []
early: list[Part] = []


def part(function: Part) -> Part:
    """Registers `function(now)`, which answers how many tickets it made."""
    parts.append(function)
    return function


def early_part(function: Part) -> Part:
    """Registers `function(now)` to be called before the stories, when people and departments are there."""
    early.append(function)
    return function
