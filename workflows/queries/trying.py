"""A test run as its page shows it: what happened, why, what it would have done, and where it stands now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from accounts.models import User
from desk.dispatching.load import loads
from desk.dispatching.words import reason_words
from flowtic.core import localised
from flowtic.core.actor import Actor
from flowtic.core.time_words import span
from workflows.commands.answers import outcomes_of
from workflows.definition.drawing import CURRENT, DONE, FAILED, Drawing, draw, state_words
from workflows.definition.format import APPROVAL, EXTERNAL, FORM, Definition, Step, parse
from workflows.definition.known import Known
from workflows.engine.advance import same_for_everybody
from workflows.engine.state import ERROR, Effect, Event, context
from workflows.models import TestRun
from workflows.names import DatabaseNames
from workflows.queries.trying_words import Muted, Muting, changed_values, event_title, why_words
from workflows.rehearsal.reading import Clockwork, read_people, read_typical
from workflows.rehearsal.recording import NOTHING, record
from workflows.rehearsal.sandbox import Order, Sandbox
from workflows.rehearsal.staffing import Roster, Wish
from workflows.words import error_words, name_of, owner_words

MOST_TURNS = 300


@dataclass(frozen=True)
class Line:
    """One event and what it brought. `ways`: (from, to, why); `values`: (field, before, after)."""

    number: int
    at: datetime
    title: str
    ways: list[tuple[str, str, str]]
    muted: list[Muted]
    values: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Choice:
    key: str
    label: str
    style: str


@dataclass
class Place:
    """Where the run stands, and what can be answered there. `who`, `why`: who would get the work."""

    token: str
    step: Step
    name: str
    item: str = ""
    part: int = 0
    who: str = ""
    why: str = ""
    error: str = ""
    effect: bool = False
    event: str = ""
    timers: list[tuple[str, str]] = field(default_factory=list)
    outcomes: list[Choice] = field(default_factory=list)
    schema: dict[str, Any] = field(default_factory=dict)
    usual: str = ""


class Trying:
    """A test run played anew from what is kept of it."""

    def __init__(self, actor: Actor, run: TestRun) -> None:
        self.actor, self.run = actor, run
        self.definition: Definition = parse(run.document)
        self.typical = read_typical(actor, run.workflow)
        self.lines: list[Line] = []
        self.before: dict[str, Any] = {}
        self._play()

    # ---- playing ---------------------------------------------------------------------

    def _play(self) -> None:
        sample = self.run.sample
        with same_for_everybody():
            self.box = self._box(sample)
        self._note(sample["start"])
        for event in self.run.events:
            with same_for_everybody():
                fits = self.box.give(event)
            if fits:
                self._note(event)

    def _box(self, sample: Mapping[str, Any]) -> Sandbox:
        return Sandbox(
            self.definition,
            sample["start"],
            recording=sample.get("recording"),
            typical=self.typical,
            moments=Clockwork(),
        )

    def _note(self, event: Event) -> None:
        """A line for what the last event brought; noted at once, because the state moves on."""
        values = context(self.box.walk.state)
        effects = list(self.box.walk.effects)
        self.lines.append(
            Line(
                number=len(self.lines),
                at=self.box.now,
                title=event_title(self.definition, event, effects),
                ways=[self._way(effect, values) for effect in effects if effect.kind == "moved"],
                muted=[said for effect in effects if (said := self._muting.of(effect, self.box)) is not None],
                values=changed_values(self.before, self.box.walk.state["values"], self.known),
            )
        )
        self.before = dict(self.box.walk.state["values"])

    def _way(self, effect: Effect, values: Mapping[str, Any]) -> tuple[str, str, str]:
        to = effect.data["to"]
        names = ", ".join(name_of(self.definition, key) for key in ([to] if isinstance(to, str) else to))
        why = why_words(self.definition, effect, values, self.known)
        return name_of(self.definition, effect.step), names, why

    @cached_property
    def known(self) -> Known:
        return Known(self.definition, self.run.sample.get("fields") or None)

    @cached_property
    def _muting(self) -> Muting:
        return Muting(self.definition, self.run.sample, self.who)

    def next(self) -> Event | None:
        """What would happen next by itself or as usual."""
        with same_for_everybody():
            return self.box.proposed()

    def to_end(self) -> list[Event]:
        """Everything until the end, or until nothing happens by itself any more."""
        found: list[Event] = []
        with same_for_everybody():
            while self.box.running and len(self.run.events) + len(found) < MOST_TURNS:
                event = self.box.proposed()
                if event is None:
                    break
                self.box.give(event)
                found.append(event)
        return found

    # ---- where it stands -----------------------------------------------------------------

    @property
    def is_over(self) -> bool:
        return not self.box.running

    @property
    def end(self) -> str:
        return str(self.box.walk.state["end"] or "closed")

    @property
    def duration(self) -> str:
        """How long it would have taken so far: real or usual times, pauses counted."""
        return span(self.box.now - datetime.fromisoformat(self.run.sample["start"]["at"]))

    @cached_property
    def places(self) -> list[Place]:
        found = []
        for name, token in self.box.walk.state["tokens"].items():
            step = self.definition.steps.get(token["step"])
            if step is None:
                continue
            items = token["wait"].get("items", NOTHING)
            for item, part in items.items():
                found.append(self._work(name, step, item, part, token))
            if not items:
                found.append(self._pause(name, step, token))
        return found

    def _place(self, name: str, step: Step, **more: Any) -> Place:
        seconds = self.typical.known_seconds(step)
        usual = span(timedelta(seconds=seconds)) if seconds else ""
        return Place(token=name, step=step, name=name_of(self.definition, step.key), usual=usual, **more)

    def _pause(self, name: str, step: Step, token: Mapping[str, Any]) -> Place:
        error = token.get("error") or {} if token["state"] == ERROR else {}
        wait = token["wait"]
        place = self._place(name, step, effect=bool(wait.get("effect")), event=wait.get("event", ""))
        place.error = error_words(error.get("code", ""), error.get("message", "")) if error else ""
        place.timers = list(wait.get("timers", NOTHING).items())
        return place

    def _work(self, name: str, step: Step, item: str, part: int, token: Mapping[str, Any]) -> Place:
        place = self._place(name, step, item=item, part=part)
        place.timers = list(token["wait"].get("timers", NOTHING).items())
        order = self.box.open_orders.get(item)
        if order is not None:
            place.who, place.why = self.who(order)
        if step.kind == EXTERNAL and not token["wait"].get("person"):
            place.effect = True
            return place
        kind = APPROVAL if step.kind == APPROVAL else FORM
        styles = {"approve": "btn-primary", "reject": "btn-danger-ghost"}
        listed = outcomes_of(step, kind)
        place.outcomes = [
            Choice(
                one["key"],
                localised.text(one.get("label")) or one["key"],
                styles.get(one["key"], "btn-primary" if len(listed) == 1 else ""),
            )
            for one in listed
        ]
        place.schema = form_schema(step, part)
        return place

    # ---- who ----------------------------------------------------------------------------

    def who(self, order: Order) -> tuple[str, str]:
        """Who would get it today, and why; else whose pool it would wait in."""
        requester = (self.box.walk.state["facts"].get("requester") or NOTHING).get("id") or 0
        given = self._roster.choose(
            Wish(order.owner, order.department, order.field_value, order.opened, None, requester=requester)
        )
        if given.person is not None:
            return self._roster.people[given.person].name, reason_words(given.reason)
        pool = {"role": given.role, "skill": given.skill, "level": 0, "department": self._department(given.department)}
        return owner_words(pool), reason_words(given.reason)

    def _department(self, key: str) -> int | None:
        from accounts.models import Department

        return Department.objects.filter(key=key).values_list("pk", flat=True).first() if key else None

    @cached_property
    def _roster(self) -> Roster:
        people = read_people()
        return Roster(people, loads([one.pk for one in people if one.works]))

    # ---- picture and figures -----------------------------------------------------------------

    @cached_property
    def states(self) -> dict[str, str]:
        """Step -> where the run stands with it: done, cur, fail."""
        state = self.box.walk.state
        found = dict.fromkeys(state["visits"], DONE)
        return found | {
            token["step"]: FAILED if token["state"] == ERROR else CURRENT for token in state["tokens"].values()
        }

    @cached_property
    def taken(self) -> set[tuple[str, str]]:
        """(step, next step) of the ways that were gone."""
        found = set()
        for step, to, _outcome in self.box.walked.ways:
            found |= {(step, one) for one in ([to] if isinstance(to, str) else to)}
        return found

    @cached_property
    def drawing(self) -> Drawing:
        return draw(
            self.definition,
            states=self.states,
            taken=self.taken,
            names=DatabaseNames(),
            href=lambda key: f"#step-{key}",
            ident="try-diagram",
        )

    @property
    def marks(self) -> list[tuple[str, str, str, str]]:
        """(step, name, state, the state in words) in the order of the way."""
        visited = [step for step, _to, _outcome in self.box.walked.ways]
        order = [*dict.fromkeys(visited), *(key for key in self.states if key not in visited)]
        return [
            (key, name_of(self.definition, key), self.states[key], state_words(self.states[key]))
            for key in order
            if key in self.states
        ]

    @property
    def is_brief(self) -> bool:
        """Whether nothing of it takes time that is known."""
        return self.box.now - datetime.fromisoformat(self.run.sample["start"]["at"]) < timedelta(minutes=1)

    @property
    def expected(self) -> str:
        """How long all of it would take, gone on with as usual; '' where it does not come to an end by itself
        or nothing is known."""
        with same_for_everybody():
            box = self._box(self.run.sample)
            for event in self.run.events:
                box.give(event)
            box.run()
        took = box.now - datetime.fromisoformat(self.run.sample["start"]["at"])
        return "" if box.running or took < timedelta(minutes=1) else span(took)

    @property
    def is_outdated(self) -> bool:
        """Whether the draft was changed since."""
        draft = self.run.workflow.draft
        return draft is not None and self.run.document != draft

    @property
    def values(self) -> list[tuple[str, str]]:
        """Everything the run knows now."""
        return [(name, said) for name, _before, said in changed_values({}, self.before, self.known)]

    def kept(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """(sample, expected way) of this test run, to be saved as a check."""
        recording, walked = record((self.definition, event) for event in self.box.events)
        sample = {**self.run.sample, "recording": recording}
        ways = [list(way) for way in walked.ways]
        return sample, {"ways": ways, "end": walked.end, "status": walked.status}


def form_schema(step: Step, part: int) -> dict[str, Any]:
    """What is asked at a step; every approver may have a form of their own."""
    if step.kind != APPROVAL:
        return step.spec.get("form") or {}
    approvers = step.spec.get("approvers") or []
    return (approvers[part].get("form") if part < len(approvers) else None) or {}


def requester_of(sample: Mapping[str, Any]) -> User | None:
    facts = sample["start"].get("facts") or {}
    return User.objects.filter(pk=(facts.get("requester") or {}).get("id") or 0).first()
