"""What a rehearsed run does otherwise than the real one did. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from workflows.rehearsal.recording import Walked

Way = tuple[str, Any, str]
MOST_STEPS = 60  # of a way that is shown


@dataclass(frozen=True)
class Parting:
    """Where the ways part: at `step` the real run went on to `real`, the rehearsed one to `now`.

    Texts are keys of steps (several joined by "+"); "" stands for: it did not leave the step; `now` "!" for an error.
    """

    step: str
    real: str
    now: str
    code: str = ""


def parting(real: Walked, now: Walked) -> Parting | None:
    """The first place where they part; None while the way is the same."""
    errors = sorted(set(now.errors) - set(real.errors))
    if errors:
        step, code, message = errors[0]
        return Parting(step, _left(real, step), "!", f"{code}: {message}"[:300])
    known = _numbered(real.ways)
    for (step, number), to in _numbered(now.ways).items():
        gone = known.get((step, number))
        if gone != to:
            return Parting(step, gone or "", to)
    there = _numbered(now.ways)
    for (step, number), to in known.items():
        if (step, number) not in there:
            return Parting(step, to, "")
    return Parting("", real.end or real.status, now.end or now.status) if _end(real) != _end(now) else None


def _end(walked: Walked) -> tuple[str, str]:
    return walked.status, walked.end


def _left(walked: Walked, step: str) -> str:
    return next((_text(to) for one, to, _outcome in walked.ways if one == step), "")


def _numbered(ways: Sequence[Way]) -> dict[tuple[str, int], str]:
    """Where the n-th leaving of each step led."""
    found: dict[tuple[str, int], str] = {}
    times: dict[str, int] = {}
    for step, to, _outcome in ways:
        number = times[step] = times.get(step, 0) + 1
        found[step, number] = _text(to)
    return found


def _text(to: Any) -> str:
    return to if isinstance(to, str) else "+".join(to)


def shown_way(walked: Walked) -> list[str]:
    """The steps of a way, for people."""
    return walked.steps[:MOST_STEPS]


@dataclass
class Lengths:
    """How long things took, in seconds, really and rehearsed."""

    real: list[float] = field(default_factory=list)
    now: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        return {"real": spread(self.real), "now": spread(self.now)}


def spread(found: list[float]) -> dict[str, Any]:
    """How many, the middle one, and the one that nine of ten stay below."""
    if not found:
        return {"n": 0, "median": None, "p90": None}
    ordered = sorted(found)
    return {"n": len(ordered), "median": median(ordered), "p90": ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)]}


class Tally:
    """Adds up what single tickets did; `result` is what is stored."""

    def __init__(self) -> None:
        self.total = self.same = self.still_open = 0
        self.groups: dict[Parting, int] = {}
        self.numbers: dict[Parting, int] = {}
        self.steps: dict[str, Lengths] = {}
        self.length = Lengths()
        self.ends: dict[str, Counter[str]] = {"real": Counter(), "now": Counter()}

    def add(self, real: Walked, now: Walked) -> int | None:
        """One ticket; the number of its group, None when it takes the same way."""
        self.total += 1
        for which, walked in (("real", real), ("now", now)):
            self._measure(which, walked)
        found = parting(real, now)
        if found is None:
            self.same += 1
            return None
        number = self.numbers.setdefault(found, len(self.numbers))
        self.groups[found] = self.groups.get(found, 0) + 1
        return number

    def _measure(self, which: str, walked: Walked) -> None:
        self.ends[which]["error" if walked.errors else walked.end or walked.status] += 1
        for visit in walked.visits:
            if visit.closed is not None:
                seconds = (visit.closed - visit.opened).total_seconds()
                getattr(self.steps.setdefault(visit.step, Lengths()), which).append(seconds)
        if walked.ended is not None:
            getattr(self.length, which).append((walked.ended - walked.began).total_seconds())

    def result(self) -> dict[str, Any]:
        groups = sorted(self.groups.items(), key=lambda one: (-one[1], one[0].step))
        return {
            "total": self.total,
            "same": self.same,
            "other": self.total - self.same,
            "groups": [
                {
                    "group": self.numbers[one],
                    "step": one.step,
                    "real": one.real,
                    "now": one.now,
                    "code": one.code,
                    "n": n,
                }
                for one, n in groups
            ],
            "steps": {step: lengths.summary() for step, lengths in self.steps.items()},
            "length": self.length.summary(),
            "ends": {which: dict(found) for which, found in self.ends.items()},
        }


def outcomes(walked: Walked) -> list[Way]:
    """Everything that must be equal where the same version is replayed."""
    return [*walked.ways, ("", walked.end, walked.status)]


def differences(expected: Iterable[Sequence[Any]], found: Iterable[Way]) -> tuple[list[Any], list[Any]]:
    """Ways that were expected and not gone, and those that were gone and not expected."""
    wanted = Counter((one[0], _text(one[1])) for one in expected)
    gone = Counter((one[0], _text(one[1])) for one in found)
    return [list(one) for one in (wanted - gone).elements()], [list(one) for one in (gone - wanted).elements()]
