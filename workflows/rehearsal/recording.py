"""A past run as plain data: at which visit of which step who answered what, how long after the step had begun.

The names that the engine gives to tokens, items and timers are gone from it, so that another version can be given the
same answers. A recording is JSON: {"began", "start": event, "visits": {"check#1": visit}, "loose": [answer], "sets"}.
Visit: {"kind", "answers": [answer], "timers": {name: spec}, "over": bool}. Answer: the engine's event without its keys,
with "after" (microseconds since the visit, or the run, began) and "seq" (its place in the log).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from workflows.definition.format import Definition
from workflows.engine.advance import Walk, same_for_everybody
from workflows.engine.state import ERROR, RUNNING, Effect, Event

Recording = dict[str, Any]
MICRO = timedelta(microseconds=1)
LOOSE = ("message", "repeat", "cancel")  # events that are for no visit
_KEYS = ("item", "effect", "timer", "token", "at")
NOTHING: dict[str, Any] = {}


@dataclass(slots=True)
class Visit:
    """A token that stands at a step: from when until when, and what came of it."""

    step: str
    name: str  # "check#1"
    token: str
    opened: datetime
    kind: str
    closed: datetime | None = None
    people: dict[int, int] = field(default_factory=dict)  # part -> who completed it


@dataclass
class Walked:
    """Where a run came along. `ways`: (step, next step or steps, outcome) in their order."""

    began: datetime
    visits: list[Visit] = field(default_factory=list)
    ways: list[tuple[str, Any, str]] = field(default_factory=list)
    errors: list[tuple[str, str, str]] = field(default_factory=list)  # (step, code, message) where it stands still
    sets: list[list[Any]] = field(default_factory=list)  # [step, field, value] of changes of the ticket
    status: str = RUNNING
    end: str = ""
    ended: datetime | None = None

    @property
    def steps(self) -> list[str]:
        """The steps that were left, and those where it stands now, in their order."""
        found = [step for step, _to, _outcome in self.ways]
        return found + [visit.step for visit in self.visits if visit.closed is None]


class Follower:
    """Goes along with a walk and notes what happens; also knows which visit a token is on."""

    def __init__(self, walk: Walk, now: datetime) -> None:
        self.walk, self.walked = walk, Walked(now)
        self._counts: dict[str, int] = {}
        self.here: dict[str, tuple[int, Visit]] = {}

    def look(self, now: datetime) -> list[Visit]:
        """After an event: closes visits that are over and returns those that are new."""
        state = self.walk.state
        tokens, walked = state["tokens"], self.walked
        for name, (number, visit) in list(self.here.items()):
            token = tokens.get(name)
            if token is None or token["visit"] != number:
                visit.closed = now
                del self.here[name]
        fresh = []
        for name in sorted(tokens, key=int) if len(tokens) > 1 else tokens:
            token = tokens[name]
            if name not in self.here and (token["wait"] or token["state"] == ERROR):
                visit = self._visit(name, token, now)
                self.here[name] = (token["visit"], visit)
                fresh.append(visit)
        for effect in self.walk.effects:
            if effect.kind == "moved":
                walked.ways.append((effect.step, effect.data["to"], effect.data["outcome"]))
            elif effect.kind == "set_ticket":
                walked.sets += [[effect.step, key, value] for key, value in effect.data["values"].items()]
        if state["status"] != RUNNING and walked.ended is None:
            walked.status, walked.end, walked.ended = state["status"], state["end"] or "", now
        return fresh

    def _visit(self, name: str, token: Mapping[str, Any], now: datetime) -> Visit:
        step = token["step"]
        number = self._counts[step] = self._counts.get(step, 0) + 1
        found = self.walk.definition.steps.get(step)
        visit = Visit(step, f"{step}#{number}", name, now, found.kind if found else "")
        self.walked.visits.append(visit)
        return visit

    def finish(self) -> Walked:
        """What stands still at the end."""
        for token in self.walk.state["tokens"].values():
            if token["state"] == ERROR:
                error = token.get("error") or NOTHING
                self.walked.errors.append((token["step"], error.get("code", ""), error.get("message", "")))
        return self.walked

    def rename(self, step_map: Mapping[str, str]) -> None:
        """The run has moved to a version that calls its steps otherwise."""
        for _number, visit in self.here.values():
            new = step_map.get(visit.step, visit.step)
            if new != visit.step:
                number = self._counts[new] = self._counts.get(new, 0) + 1
                visit.step, visit.name = new, f"{new}#{number}"

    def target(self, event: Event) -> tuple[Visit | None, int, str]:
        """Whom an event is for: the visit, the part of its items, the name of its timer."""
        name, part, timer = event.get("token"), 0, ""
        for token, (_number, visit) in self.here.items():
            wait = self.walk.state["tokens"][token]["wait"]
            if "item" in event and event["item"] in wait.get("items", NOTHING):
                return visit, wait["items"][event["item"]], ""
            if "effect" in event and wait.get("effect") == event["effect"]:
                return visit, part, timer
            if event["type"] == "timer" and event["timer"] in wait.get("timers", NOTHING):
                return visit, part, wait["timers"][event["timer"]]
            if name is not None and token == name:
                return visit, part, timer
        return None, part, timer


def record(events: Iterable[tuple[Definition, Event]]) -> tuple[Recording, Walked]:
    """The log of a run: as a recording, and where it came along. Each event comes with the version it was given to."""
    log = iter(events)
    definition, first = next(log)
    with same_for_everybody():
        began = moment = datetime.fromisoformat(first["at"])
        walk = Walk(definition, first)
        follower = Follower(walk, began)
        found: Recording = {"began": first["at"], "start": first, "visits": {}, "loose": []}
        _note_visits(found, follower, began)
        for seq, (definition, event) in enumerate(log, 2):
            moment = datetime.fromisoformat(event["at"])
            _note(found, follower, event, moment, seq)
            walk.definition = definition
            if walk.give(event):
                if event["type"] == "migrate":
                    follower.rename(event.get("map") or {})
                _note_visits(found, follower, moment)
        walked = follower.finish()
    found["sets"] = walked.sets
    for visit in walked.visits:
        found["visits"].setdefault(visit.name, _entry(visit))["over"] = visit.closed is not None
    return found, walked


def _note(found: Recording, follower: Follower, event: Event, moment: datetime, seq: int) -> None:
    if event["type"] in LOOSE:
        found["loose"].append({**event, "after": _after(moment, follower.walked.began), "seq": seq})
        return
    visit, part, timer = follower.target(event)
    if visit is None:
        return
    plain = {key: value for key, value in event.items() if key not in _KEYS}
    answer = {**plain, "after": _after(moment, visit.opened), "seq": seq}
    if "item" in event:
        answer |= {"part": part, "of": "item"}
        if event["type"] == "completed" and event.get("by"):
            visit.people[part] = event["by"]
    if timer:
        answer["name"] = timer
    found["visits"].setdefault(visit.name, _entry(visit))["answers"].append(answer)


def _note_visits(found: Recording, follower: Follower, moment: datetime) -> None:
    for visit in follower.look(moment):
        found["visits"].setdefault(visit.name, _entry(visit))
    for effect in follower.walk.effects:
        if effect.kind == "set_timer":
            place = follower.here.get(effect.data["token"])
            if place is not None:
                found["visits"][place[1].name]["timers"][effect.data["timer"]] = timer_spec(effect)


def _entry(visit: Visit) -> dict[str, Any]:
    return {"kind": visit.kind, "answers": [], "timers": {}, "over": False}


def timer_spec(effect: Effect) -> dict[str, Any]:
    """What decides when a timer fires."""
    return {key: value for key, value in effect.data.items() if key not in ("token", "timer")}


def _after(moment: datetime, since: datetime) -> int:
    return (moment - since) // MICRO
