"""One ticket in the sandbox: the engine, a clock of its own, answers out of a recording, nothing done outside. Pure.

At a visit that the recording knows, everything happens as it did then, as long after the beginning of the visit as it
did then. Everywhere else the step ends as it usually does, after the time that it usually takes. So a run that is given
the version it ran on does exactly what it did.
"""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flowtic.core import paths
from workflows.definition.format import APPROVAL, FORM, Definition, Step
from workflows.engine.advance import Walk
from workflows.engine.state import ERROR, RUNNING, Effect, Event, context
from workflows.rehearsal.recording import MICRO, NOTHING, Follower, Recording, Visit, Walked, timer_spec
from workflows.rehearsal.typical import Typical, outcome_keys

MAX_EVENTS = 2000
LATER = 1_000_000  # what was computed comes after what is in the log, at the same moment
Moments = Callable[[datetime, dict[str, Any], str], datetime | None]  # (start, spec, department) -> moment


@dataclass(slots=True)
class Order:
    """Work that somebody gets: what the owner rule needs to know. `closed` None: still open at the end."""

    step: str
    part: int
    visit: str
    kind: str
    owner: Mapping[str, Any]
    department: str
    field_value: Any
    opened: datetime
    closed: datetime | None = None


@dataclass(order=True, slots=True)
class _Planned:
    at: datetime
    seq: int
    visit: Visit | None = field(compare=False)
    answer: dict[str, Any] = field(compare=False)


class Sandbox:
    """`recording` None: nothing is known, everything goes as usual."""

    def __init__(
        self, definition: Definition, start: Event, *, recording: Recording | None, typical: Typical, moments: Moments
    ) -> None:
        self.definition, self.typical, self.moments = definition, typical, moments
        self.recording: Recording = recording or {"visits": {}, "loose": [], "sets": []}
        self.now = datetime.fromisoformat(start["at"])
        self.orders: list[Order] = []
        self.events: list[Event] = [start]
        self._agenda: list[_Planned] = []
        self._open: dict[str, Order] = {}
        self._specs: dict[tuple[str, str], dict[str, Any]] = {}
        self._overlay: dict[str, Any] = {}
        self._number = LATER
        self._helped: set[str] = set()
        self.walk = Walk(definition, start)
        self._follower = Follower(self.walk, self.now)
        for answer in self.recording["loose"]:
            self._plan(None, answer, self.now + answer["after"] * MICRO, answer["seq"])
        self._after()

    # ---- going on --------------------------------------------------------------------

    @property
    def walked(self) -> Walked:
        """What has happened so far."""
        return self._follower.walked

    @property
    def open_orders(self) -> Mapping[str, Order]:
        """Work that waits, by the engine's key of its item."""
        return self._open

    @property
    def running(self) -> bool:
        return bool(self.walk.state["status"] == RUNNING)

    def run(self) -> Walked:
        """To the end, or to where nothing happens any more."""
        while self.running and len(self.events) < MAX_EVENTS:
            event = self.proposed()
            if event is None:
                break
            self.give(event)
        return self.finished()

    def finished(self) -> Walked:
        return self._follower.finish()

    def proposed(self) -> Event | None:
        """What happens next; None: nothing, as far as anybody can tell."""
        while True:
            while self._agenda:
                planned = heapq.heappop(self._agenda)
                event = self._event(planned)
                if event is not None:
                    return {**event, "at": max(planned.at, self.now).isoformat()}
            if not self.running or not self._help():
                return None

    def give(self, event: Event) -> bool:
        """One event; False when nobody waits for it."""
        moment = datetime.fromisoformat(event["at"])
        visit, part, _timer = self._follower.target(event)
        if not self.walk.give(event):
            return False
        self.now = moment
        self.events.append(event)
        if visit is not None and event["type"] == "completed" and event.get("by"):
            visit.people[part] = event["by"]
        self._after()
        return True

    def _after(self) -> None:
        """Notes what an event has brought and plans what follows from it."""
        fresh = self._follower.look(self.now)
        for effect in self.walk.effects:
            act = _ACTS.get(effect.kind)
            if act is not None:
                act(self, effect)
        for key in [key for key in self._open if not self._waits_for(key)]:
            self._open.pop(key).closed = self.now
        for visit in fresh:
            known = self._known(visit)
            if known is None:
                self._go_on_as_usual(visit)
            else:
                for answer in known["answers"]:
                    self._plan(visit, answer, visit.opened + answer["after"] * MICRO, answer["seq"])

    def _waits_for(self, key: str) -> bool:
        token = self.walk.state["tokens"].get(key.partition(":")[0])
        return token is not None and key in token["wait"].get("items", NOTHING)

    def _known(self, visit: Visit) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.recording["visits"].get(visit.name)
        return found if found is not None and found["kind"] == visit.kind else None

    def _plan(self, visit: Visit | None, answer: dict[str, Any], at: datetime, seq: int | None = None) -> None:
        self._number += 1
        heapq.heappush(self._agenda, _Planned(at, self._number if seq is None else seq, visit, answer))

    # ---- what is known and what is usual ----------------------------------------------

    def _opened(self, effect: Effect) -> None:
        data = effect.data
        place = self._follower.here.get(data["token"])
        if place is None or data["kind"] not in (FORM, APPROVAL):
            return
        owner = data.get("owner") or NOTHING
        values = context(self.walk.state)
        name = owner.get("field")
        order = Order(
            step=effect.step,
            part=data["part"],
            visit=place[1].name,
            kind=data["kind"],
            owner=owner,
            department=(values.get("ticket") or NOTHING).get("department") or "",
            field_value=paths.find(values, name) if isinstance(name, str) and paths.is_path(name) else None,
            opened=self.now,
        )
        self.orders.append(order)
        self._open[effect.key] = order

    def _timed(self, effect: Effect) -> None:
        """A timer that the recording knows fires as it did; every other when its rule says."""
        place = self._follower.here.get(effect.data["token"])
        if place is None:
            return
        visit, name, spec = place[1], effect.data["timer"], timer_spec(effect)
        self._specs[visit.name, name] = spec
        known = self._known(visit)
        if known is None or known["timers"].get(name) != spec:
            self._plan_timer(visit, name, spec, self.now)

    def _plan_timer(self, visit: Visit, name: str, spec: dict[str, Any], start: datetime) -> None:
        facts = self.walk.state["facts"].get("ticket") or NOTHING
        moment = self.moments(start, spec, facts.get("department") or "")
        self._plan(visit, {"type": "timer", "name": name, "claimed": False, "spec": spec}, moment or start)

    def _ticket_set(self, effect: Effect) -> None:
        """What the run changed in reality stands in the recorded facts already."""
        done = self.recording["sets"]
        for name, value in effect.data["values"].items():
            if [effect.step, name, value] not in done:
                self._overlay[name] = value

    def _go_on_as_usual(self, visit: Visit) -> None:
        step = self.definition.steps.get(visit.step)
        token = self.walk.state["tokens"].get(visit.token)
        if step is None or token is None or token["state"] == ERROR:
            return
        at = max(self.now, visit.opened + self.typical.length(step))
        for part in token["wait"].get("items", NOTHING).values():
            self._plan(visit, self._usual(step, part), at)
        if token["wait"].get("effect"):
            result = self.typical.results.get(step.key, {})
            self._plan(visit, {"type": "effect_done", "result": result}, at)

    def _usual(self, step: Step, part: int) -> dict[str, Any]:
        outcome = self.typical.outcome(step)
        return {"type": "completed", "of": "item", "part": part, "outcome": outcome, "data": {}, "by": None}

    def _help(self) -> bool:
        """Nothing is planned any more: visits that ended otherwise in reality go on as usual; those that still wait
        in reality wait here, too."""
        for _number, visit in list(self._follower.here.values()):
            known = self._known(visit)
            if visit.name in self._helped or (known is not None and not known["over"]):
                continue
            self._helped.add(visit.name)
            self._go_on_as_usual(visit)
            for name in self.walk.state["tokens"][visit.token]["wait"].get("timers", NOTHING).values():
                self._plan_timer(visit, name, self._specs.get((visit.name, name), {}), visit.opened)
        return bool(self._agenda)

    # ---- an answer as the engine's event ------------------------------------------------

    def _event(self, planned: _Planned) -> Event | None:
        """None when what the answer was for is over, or is another thing here."""
        answer, visit = planned.answer, planned.visit
        if visit is None:
            return self._with_facts({key: value for key, value in answer.items() if key not in ("after", "seq")})
        event = {key: value for key, value in answer.items() if key not in _NOT_THE_ENGINES}
        place = self._follower.here.get(visit.token)
        if place is None or place[1] is not visit:
            return None
        token = self.walk.state["tokens"][visit.token]
        found = self._addressed(event, answer, visit, token)
        return self._with_facts(found) if found is not None else None

    def _addressed(self, event: Event, answer: Mapping[str, Any], visit: Visit, token: Any) -> Event | None:
        wait, kind = token["wait"], event["type"]
        if answer.get("of") == "item":
            items = wait.get("items", NOTHING)
            key = next((key for key, part in items.items() if part == answer["part"]), None)
            return self._fitting({**event, "item": key}, visit) if key else None
        if kind in ("effect_done", "effect_failed"):
            return {**event, "effect": wait["effect"]} if wait.get("effect") else None
        if kind == "timer":
            name = answer["name"]
            # As recorded only where the rule is still the same; as computed always.
            same = "spec" in answer or self._same_rule(visit, name)
            timers = wait.get("timers", NOTHING)
            key = next((key for key, one in timers.items() if one == name), None) if same else None
            return {**event, "timer": key} if key else None
        if kind == "retry" and token["state"] != ERROR:
            return None
        return {**event, "token": visit.token}

    def _same_rule(self, visit: Visit, name: str) -> bool:
        known = self._known(visit)
        return known is not None and known["timers"].get(name) == self._specs.get((visit.name, name))

    def _fitting(self, event: Event, visit: Visit) -> Event:
        """An outcome that the step no longer has becomes its usual one."""
        step = self.definition.steps.get(visit.step)
        if step is not None and step.kind == FORM and event["type"] == "completed":
            keys = outcome_keys(step)
            if keys and event.get("outcome") not in keys:
                return {**event, "outcome": self.typical.outcome(step)}
        return event

    def _with_facts(self, event: Event) -> Event:
        """With what this version changed of the ticket, unless the run has done the same in reality."""
        if not self._overlay:
            return event
        facts = event.get("facts") or self.walk.state["facts"]
        return {**event, "facts": {**facts, "ticket": {**(facts.get("ticket") or {}), **self._overlay}}}


_NOT_THE_ENGINES = ("after", "seq", "part", "of", "name", "spec")
_ACTS: dict[str, Callable[[Sandbox, Effect], None]] = {
    "open_item": Sandbox._opened,  # noqa: SLF001  (its own)
    "set_timer": Sandbox._timed,  # noqa: SLF001
    "set_ticket": Sandbox._ticket_set,  # noqa: SLF001
}


def first_event(definition: Definition, old: Definition | None, start: Event) -> Event:
    """The start of a past run for another version: its own fields begin with the defaults of the new one."""
    values = dict(start.get("values") or {})
    for one in old.fields if old else ():
        if one.get("default") is not None and values.get(one["key"]) == one["default"]:
            del values[one["key"]]
    own = {one["key"]: one["default"] for one in definition.fields if one.get("default") is not None}
    return {**start, "values": {**own, **values}}
