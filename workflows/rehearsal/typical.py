"""What usually happens at a step: how long it takes and how it ends. Pure; filled by `reading`."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from workflows.definition.format import APPROVAL, FORM, Step


@dataclass
class Typical:
    """`seconds`, `outcomes`: by step key; `by_kind`: seconds by kind of step, for steps that are new."""

    seconds: dict[str, float] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    by_kind: dict[str, float] = field(default_factory=dict)
    # What automatic steps answered last, by step key.
    results: dict[str, dict[str, Any]] = field(default_factory=dict)

    def length(self, step: Step) -> timedelta:
        """How long the step takes from its beginning to its end."""
        return timedelta(seconds=self.known_seconds(step) or 0.0)

    def known_seconds(self, step: Step) -> float | None:
        """The same in seconds; None where nothing like it was ever done."""
        found = self.seconds.get(step.key)
        return self.by_kind.get(step.kind) if found is None else found

    def outcome(self, step: Step) -> str:
        """How it usually ends, as far as the step still has this outcome."""
        usual = self.outcomes.get(step.key, "")
        if step.kind == APPROVAL:
            return usual if usual in ("approve", "reject") else "approve"
        if step.kind != FORM:
            return ""
        keys = outcome_keys(step)
        return usual if usual in keys else keys[0] if keys else "done"


def outcome_keys(step: Step) -> list[str]:
    return [one["key"] for one in step.spec.get("outcomes") or [] if one.get("key")]


def learn(done: Iterable[tuple[str, str, float, str]], results: Mapping[str, dict[str, Any]]) -> Typical:
    """`done`: (step, kind, seconds, outcome) of what was completed; medians, and the most frequent outcome."""
    lengths: dict[str, list[float]] = {}
    kinds: dict[str, list[float]] = {}
    ends: dict[str, Counter[str]] = {}
    for step, kind, seconds, outcome in done:
        lengths.setdefault(step, []).append(seconds)
        kinds.setdefault(kind, []).append(seconds)
        ends.setdefault(step, Counter())[outcome] += 1
    return Typical(
        seconds={step: median(found) for step, found in lengths.items()},
        outcomes={step: max(sorted(found), key=found.__getitem__) for step, found in ends.items()},
        by_kind={kind: median(found) for kind, found in kinds.items()},
        results=dict(results),
    )
