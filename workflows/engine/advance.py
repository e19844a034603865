"""`advance(definition, state, event)`: the one door into the engine.

Events are JSON: {"type", "at" (RFC 3339), "facts"?, ...}. Types and their fields:
start {values} · completed {item, outcome, data, by} · effect_done {effect, result} ·
effect_failed {effect | item, error, code} · timer {timer, claimed} · message {name} · retry {token} ·
skip {token, outcome} · jump {token, to} · repeat {step} · cancel · migrate {map, values}.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone, translation

from workflows.definition.format import Definition
from workflows.engine import automatic, forks, manual, operations  # noqa: F401  (they register their kinds)
from workflows.engine.run import Run
from workflows.engine.state import RUNNING, Effect, Event, Result, State, new_state

_handlers: dict[str, Callable[[Run, Event], bool]] = {
    "completed": manual.complete_item,
    "effect_done": automatic.effect_done,
    "effect_failed": automatic.effect_failed,
    "timer": automatic.timer,
    "message": automatic.message,
    "retry": operations.retry,
    "skip": operations.skip,
    "jump": operations.jump,
    "repeat": operations.repeat,
    "cancel": operations.cancel,
    "migrate": operations.migrate,
}


def start(definition: Definition, event: Event) -> Result:
    """The first state of an instance: a token at the definition's start. `event`: {"type": "start", "values", ...}."""
    state = new_state(event.get("values") or {}, event.get("facts") or {})
    run = Run(definition, state, _moment(event))
    with same_for_everybody():
        run.new_token(definition.start, [])
        run.settle()
    return Result(run.state, tuple(run.effects))


def advance(definition: Definition, state: State, event: Event) -> Result:
    """The state after `event` and what is to be done. `state` is not touched.

    What comes too late, twice or for nobody leaves the state as it is and says so with one effect "ignored".
    """
    handler = _handlers.get(event["type"])
    if handler is None or state["status"] != RUNNING:
        return _ignored(state, event)
    run = Run(definition, state, _moment(event))
    run.state["facts"].update(event.get("facts") or {})
    with same_for_everybody():
        if not handler(run, event):
            return _ignored(state, event)
        run.settle()
    return Result(run.state, tuple(run.effects))


class Walk:
    """An instance whose state nobody else holds: events change it in place, many times faster than `advance`.

    To be used inside `same_for_everybody`. `definition` may be changed between two events.
    """

    def __init__(self, definition: Definition, event: Event) -> None:
        self.definition = definition
        self.state = new_state(event.get("values") or {}, event.get("facts") or {})
        run = Run(definition, self.state, _moment(event), in_place=True)
        run.new_token(definition.start, [])
        run.settle()
        self.effects = run.effects

    def give(self, event: Event) -> bool:
        """False when nobody waited for it; then nothing is changed. `effects`: what the last event brought."""
        handler = _handlers.get(event["type"])
        if handler is None or self.state["status"] != RUNNING:
            return False
        run = Run(self.definition, self.state, _moment(event), in_place=True)
        before = self.state["facts"]
        if event.get("facts"):
            self.state["facts"] = {**before, **event["facts"]}
        if not handler(run, event):
            self.state["facts"] = before
            return False
        run.settle()
        self.effects = run.effects
        return True


def replay(definitions: Callable[[Event], Definition], events: list[Event]) -> State:
    """The state that the logged events lead to; `definitions` names the version an event was meant for."""
    state = start(definitions(events[0]), events[0]).state
    for event in events[1:]:
        state = advance(definitions(event), state, event).state
    return state


@contextmanager
def same_for_everybody() -> Iterator[None]:
    """The surroundings in which the engine works: formulas and dates must not depend on the language and time zone of
    who happens to send the event."""
    with translation.override("en"), timezone.override(None):
        yield


def _ignored(state: State, event: Event) -> Result:
    return Result(state, (Effect("ignored", data={"type": event["type"]}),))


def _moment(event: Event) -> datetime:
    return datetime.fromisoformat(event["at"])
