"""A test run: the engine on a document, with given answers and nothing done outside. Reads and writes no database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desk.formschema.cleaning import facts
from flowtic.core import durations, placeholders
from workflows.definition.format import Definition, Step
from workflows.engine.advance import advance, start
from workflows.engine.state import ERROR, RUNNING, Effect, Event, Result, context

MAX_TURNS = 1000
MAX_SHOWN = 2000
NOTHING: dict[str, Any] = {}
MASK = "•••"
Given = dict[str, Any]


@dataclass
class Trial:
    """What a test run did. `trace`, `effects`: (moment, effect); `unused`: places of answers nobody waited for."""

    definition: Definition
    now: datetime
    state: dict[str, Any] = field(default_factory=dict)
    trace: list[tuple[datetime, Effect]] = field(default_factory=list)
    effects: list[tuple[datetime, Effect]] = field(default_factory=list)
    unused: list[int] = field(default_factory=list)

    def take(self, result: Result) -> None:
        """Notes a result of the engine."""
        self.state = result.state
        for effect in result.effects:
            log = self.trace if effect.kind == "moved" else self.effects
            if effect.kind not in ("ignored", "close_item", "clear_timers", "cancel_effect") and len(log) < MAX_SHOWN:
                log.append((self.now, effect))


def try_out(
    definition: Definition,
    *,
    values: dict[str, Any],
    answers: Sequence[Given],
    ticket: dict[str, Any],
    now: datetime,
) -> Trial:
    """Runs `definition` from its start and gives each answer to the first thing at that step that waits for one.

    Pauses are passed over, child tickets count as closed, the classification says nothing: unless an answer speaks for
    that very step. What waits without an answer is left waiting. `ticket`: the facts of ticket and requester.
    """
    trial = Trial(definition, now)
    own = {one["key"]: one["default"] for one in definition.fields if one.get("default") is not None}
    begin = {"type": "start", "values": {**own, **values}, "facts": ticket, "at": now.isoformat()}
    trial.take(start(definition, begin))
    left = list(enumerate(answers))
    for _turn in range(MAX_TURNS):
        if trial.state["status"] != RUNNING:
            break
        place = next((place for place, (_n, one) in enumerate(left) if _event_for(trial, one)), None)
        event = _event_for(trial, left.pop(place)[1]) if place is not None else None
        event = event or _by_itself(trial, {one["step"] for _n, one in left})
        if event is None:
            break
        trial.take(advance(definition, trial.state, {**event, "at": trial.now.isoformat()}))
    trial.unused = [number for number, _one in left]
    return trial


def _waiting(trial: Trial, step: str) -> list[dict[str, Any]]:
    return [
        token["wait"]
        for token in trial.state["tokens"].values()
        if token["step"] == step and token["state"] != ERROR and token["wait"]
    ]


def _event_for(trial: Trial, given: Given) -> Event | None:
    """The engine's event for an answer, if something at its step waits for one of that kind."""
    if given.get("message"):
        waits = any(token["wait"].get("event") == given["message"] for token in trial.state["tokens"].values())
        return {"type": "message", "name": given["message"]} if waits else None
    step = trial.definition.steps.get(given["step"])
    for wait in _waiting(trial, given["step"]) if step else []:
        for find in _ANSWERS:
            event = find(trial, step, wait, given) if step else None
            if event is not None:
                return event
    return None


def _timer(trial: Trial, step: Step, wait: dict[str, Any], given: Given) -> Event | None:
    key = next((key for key, name in wait.get("timers", NOTHING).items() if name == given.get("timer")), None)
    return {"type": "timer", "timer": key} if key else None


def _effect(trial: Trial, step: Step, wait: dict[str, Any], given: Given) -> Event | None:
    if given.get("timer") or not wait.get("effect"):
        return None
    if given.get("error") is not None:
        failure = {"error": given["error"], "code": "effect_failed", "final": True}
        return {"type": "effect_failed", "effect": wait["effect"], **failure}
    return {"type": "effect_done", "effect": wait["effect"], "result": given.get("result") or {}}


def _item(trial: Trial, step: Step, wait: dict[str, Any], given: Given) -> Event | None:
    wanted = given.get("part")
    items = wait.get("items", NOTHING)
    key = next((key for key, part in items.items() if wanted is None or part == wanted), None)
    if given.get("timer") or key is None:
        return None
    if step.kind == "external" and given.get("error") is not None and not wait.get("person"):
        return {"type": "effect_failed", "item": key, "error": given["error"], "final": True}
    data, outcome = given.get("data") or {}, given.get("outcome") or ""
    if step.kind == "approval":
        outcome = outcome or "approve"
        approvers = step.spec.get("approvers") or []
        form = approvers[items[key]].get("form") if items[key] < len(approvers) else {}
    else:
        outcomes = [one.get("key") for one in step.spec.get("outcomes") or []]
        if outcomes and outcome not in outcomes:
            return None
        form = step.spec.get("form")
    return {"type": "completed", "item": key, "outcome": outcome or "done", "data": facts(form or {}, data), "by": None}


_ANSWERS: tuple[Callable[[Trial, Step, dict[str, Any], Given], Event | None], ...] = (_timer, _effect, _item)


def _by_itself(trial: Trial, spoken_for: set[str]) -> Event | None:
    """What goes on without anybody: pauses end, child tickets close, nothing is classified."""
    for token in trial.state["tokens"].values():
        wait, step = token["wait"], trial.definition.steps.get(token["step"])
        if step is None or token["state"] == ERROR or token["step"] in spoken_for:
            continue
        if wait.get("effect") and step.kind in ("child", "classify"):
            return {"type": "effect_done", "effect": wait["effect"], "result": {}}
        key = next((key for key, name in wait.get("timers", NOTHING).items() if name == "wait"), None)
        if key is not None:
            trial.now += _pause(step)
            return {"type": "timer", "timer": key}
    return None


def _pause(step: Step) -> Any:
    try:
        return min(durations.parse(step.spec.get("duration") or "PT0S"), durations.parse("P365D"))
    except ValueError:
        return durations.parse("PT0S")


def muted(trial: Trial, effect: Effect) -> dict[str, Any]:
    """What an effect would have done, its texts filled with the values at the end; secrets are masked."""
    step = trial.definition.steps.get(effect.step)
    values = effect.data.get("values") or context(trial.state)
    if step is None or effect.kind not in ("call_http", "notify", "open_children"):
        return {key: value for key, value in effect.data.items() if key != "values" or effect.kind == "set_ticket"}
    wanted = {"call_http": ("method", "url", "headers", "body"), "notify": ("to", "subject", "text")}
    spec = {name: step.spec[name] for name in wanted.get(effect.kind, ("tickets",)) if name in step.spec}
    secrets = dict.fromkeys(placeholders.secret_names(spec), MASK)
    try:
        found = placeholders.fill_json(spec, values, secrets)
    except ValueError as error:
        return {"error": str(error)}
    return dict(found)
