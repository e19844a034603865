"""Which ways a run has gone: its log is played through the engine once more. Pure."""

from collections.abc import Callable, Iterable
from typing import Any

from workflows.definition.format import Definition
from workflows.engine.advance import advance, start
from workflows.engine.state import Effect

MOST = 500


def taken_ways(
    events: Iterable[tuple[int, dict[str, Any]]], definitions: Callable[[int], Definition]
) -> set[tuple[str, str]]:
    """(step, next step) of every way that was gone. `events`: (version id, event) in their order."""
    ways: set[tuple[str, str]] = set()
    state: dict[str, Any] | None = None
    for version, event in events:
        definition = definitions(version)
        if state is None and event.get("type") != "start":
            return ways
        result = start(definition, event) if state is None else advance(definition, state, event)
        state = result.state
        ways |= {way for effect in result.effects for way in _ways(effect)}
    return ways


def _ways(effect: Effect) -> list[tuple[str, str]]:
    if effect.kind != "moved":
        return []
    to = effect.data.get("to")
    targets = [to] if isinstance(to, str) else to if isinstance(to, list) else []
    return [(effect.step, target) for target in targets]
