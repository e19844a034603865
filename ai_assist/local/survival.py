"""How long things take when some are still going on: Kaplan-Meier curves and their quantiles. Pure."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
LEAST_ENDED = 20  # in a group; else its parent answers
MOST_POINTS = 60  # of a stored curve


@dataclass(frozen=True)
class Spell:
    """Hours until the end, or until now when there is none yet. `groups`: from the narrowest to the widest."""

    hours: float
    ended: bool
    groups: tuple[Hashable, ...]


@dataclass(frozen=True)
class Curve:
    """Points (hours, share still open after it), falling; `ended` and `open` say on how much it rests."""

    points: tuple[tuple[float, float], ...]
    ended: int
    open: int

    def open_after(self, hours: float) -> float:
        """Share that is still open after so long."""
        share = 1.0
        for at, left in self.points:
            if at > hours:
                break
            share = left
        return share

    def quantile(self, part: float, age: float = 0.0) -> float | None:
        """Hours after which that part has ended, of those that were open at `age`; None beyond what was seen."""
        level = self.open_after(age) * (1 - part)
        for at, left in self.points:
            if at > age and left <= level + 1e-12:
                return at
        return None

    def range(self, age: float = 0.0) -> tuple[float, float, float] | None:
        """(low, median, high): eight of ten end in between. The end of what was seen stands for what lies beyond."""
        if not self.points or self.open_after(age) <= 0:
            return None
        last = self.points[-1][0]
        if age >= last:
            return None
        low, middle, high = (self.quantile(part, age) for part in (LOW, MIDDLE, HIGH))
        return low or last, middle or last, high or last

    def stored(self) -> dict[str, Any]:
        points = [[round(at, 4), round(left, 5)] for at, left in self.points]
        return {"points": points, "ended": self.ended, "open": self.open}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Curve":
        points = tuple((float(at), float(left)) for at, left in stored["points"])
        return cls(points, int(stored["ended"]), int(stored["open"]))


def curve(spells: Sequence[Spell]) -> Curve:
    """The estimate: those still open count until they were last seen."""
    ordered = sorted(spells, key=lambda spell: (spell.hours, not spell.ended))
    points: list[tuple[float, float]] = []
    share, at_risk, place = 1.0, len(ordered), 0
    while place < len(ordered):
        hours, gone, ends = ordered[place].hours, 0, 0
        while place < len(ordered) and ordered[place].hours == hours:
            gone, ends, place = gone + 1, ends + ordered[place].ended, place + 1
        if ends:
            share *= 1 - ends / at_risk
            points.append((hours, share))
        at_risk -= gone
    ended = sum(spell.ended for spell in ordered)
    return Curve(_thinned(points), ended, len(ordered) - ended)


def _thinned(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The points at which the share has fallen far enough since the last one kept; always first and last."""
    if len(points) <= MOST_POINTS:
        return tuple(points)
    step = (points[0][1] - points[-1][1]) / (MOST_POINTS - 1)
    kept = [points[0]]
    for point in points[1:-1]:
        if kept[-1][1] - point[1] >= step:
            kept.append(point)
    return (*kept, points[-1])


def curves(spells: Sequence[Spell]) -> dict[Hashable, Curve]:
    """One for every group with enough ends; () is the group of all."""
    members: dict[Hashable, list[Spell]] = {(): list(spells)}
    for spell in spells:
        for group in spell.groups:
            members.setdefault(group, []).append(spell)
    enough = {group: found for group, found in members.items() if sum(s.ended for s in found) >= LEAST_ENDED}
    return {group: curve(found) for group, found in enough.items()}


def choose(known: Mapping[Hashable, Curve], groups: Sequence[Hashable]) -> tuple[Hashable, Curve] | None:
    """The curve of the narrowest group that has one."""
    for group in (*groups, ()):
        if group in known:
            return group, known[group]
    return None


@dataclass
class Coverage:
    """How often ranges held what happened."""

    inside: int = 0
    judged: int = 0

    def add(self, found: tuple[float, float, float] | None, hours: float, *, ended: bool) -> None:
        """One case. Still open below the upper end says nothing yet; still open above it is a miss."""
        if found is None or (not ended and hours <= found[2]):
            return
        self.judged += 1
        self.inside += ended and found[0] <= hours <= found[2]

    @property
    def share(self) -> float | None:
        return self.inside / self.judged if self.judged else None
