"""How far a run has come: the steps behind it, those it stands at, and those that most likely follow. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flowtic.core import conditions, formulas
from workflows.definition import format as f
from workflows.definition.format import Definition, Step
from workflows.engine.state import RUNNING, State, context

# What is worth a place in a strip: work of people and machines. Gates, quiet changes and the end are not.
SHOWN_KINDS = (*f.WAITING_KINDS, f.HTTP, f.CHILD, f.CLASSIFY, f.NOTIFY, f.UNKNOWN)


@dataclass(frozen=True)
class Progress:
    """Keys of steps, each in the order of the definition; `tokens` of a step that it stands at."""

    done: tuple[str, ...]
    now: tuple[str, ...]
    ahead: tuple[str, ...]

    @property
    def total(self) -> int:
        return len(self.done) + len(self.now) + len(self.ahead)

    @property
    def place(self) -> int:
        """ "3" of "3/5": the step it stands at counts, a finished run is at its last one."""
        return min(len(self.done) + (1 if self.now else 0), self.total)


def progress(definition: Definition, state: State, now: datetime) -> Progress:
    """`ahead` follows the way that is taken when all goes well; after a way back, steps are ahead once more."""
    here = {token["step"] for token in state["tokens"].values()} if state["status"] == RUNNING else set()
    following = _ahead(definition, here, context(state), now) - here
    behind = set(state["visits"]) - here - following
    return Progress(
        done=tuple(_shown(definition, behind)),
        now=tuple(_shown(definition, here, always=True)),
        ahead=tuple(_shown(definition, following)),
    )


def likely_targets(step: Step, values: Mapping[str, Any], now: datetime) -> list[str]:
    """Where the step most likely leads: all branches of a split, the branch whose condition holds by what is known
    now, else the first way out that is no failure."""
    if step.kind == f.SPLIT:
        return [target.step for target in step.targets()]
    if step.kind == f.DECISION:
        return [_branch(step, values, now)]
    ways = [target for target in step.targets() if target.role not in (f.REJECT, f.ERROR, f.TIMEOUT, "due")]
    return [ways[0].step] if ways else []


def _branch(step: Step, values: Mapping[str, Any], now: datetime) -> str:
    for branch in step.spec.get("branches") or []:
        try:
            if conditions.holds(branch.get("when"), values, now):
                return str(branch.get("next") or "")
        except formulas.FormulaError:
            continue
    return str(step.spec.get("otherwise") or "")


def _ahead(definition: Definition, here: set[str], values: Mapping[str, Any], now: datetime) -> set[str]:
    found: set[str] = set()
    waiting = list(here)
    while waiting:
        step = definition.steps.get(waiting.pop())
        for key in likely_targets(step, values, now) if step else ():
            if key in definition.steps and key not in found:
                found.add(key)
                waiting.append(key)
    return found


def _shown(definition: Definition, keys: set[str], *, always: bool = False) -> Iterator[str]:
    for key, step in definition.steps.items():
        if key in keys and (always or step.kind in SHOWN_KINDS):
            yield key
    if always:
        yield from sorted(key for key in keys if key not in definition.steps)
