"""Plays the stories beside this file through the commands, at the times when it would have happened."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from accounts.commands.skills import set_skills
from accounts.models import Skill, User
from desk.commands import change_status, create_ticket
from desk.demo.parts import part
from desk.models import RequestType, Status, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.secrets import save_secret
from workflows import templates_library
from workflows.commands.children import open_children, report_closed_child
from workflows.commands.drive import definition_of
from workflows.commands.external import complete_external, lease_items
from workflows.commands.library import install_template
from workflows.commands.messages import send_message
from workflows.commands.starting import start_by_rules
from workflows.commands.timers import due_timers, fire_timer
from workflows.commands.work_items import claim_work_item, complete_work_item
from workflows.jobs import settle
from workflows.models import EffectRun, Instance, WorkItem

STORIES = Path(__file__).resolve().parent / "stories.yaml"
HOST = "flowtic.example"
MACHINE = Actor.system("demo")
# The last act of a story happens so long before the demo begins.
LAST = dt.timedelta(hours=1)
QUICK = dt.timedelta(minutes=4)
Record = dict[str, Any]


@part
def play(now: dt.datetime) -> int:
    """Installs the templates and plays every story; answers how many tickets there are for it."""
    document = yaml.safe_load(STORIES.read_text(encoding="utf-8"))
    before = Ticket.objects.count()
    with clock.travel(now - dt.timedelta(days=60)):
        _install(document)
    for story in document["stories"]:
        try:
            Play(story, now).run()
        except Exception as error:
            error.add_note(f"In the demo story {story['subject']}.")
            raise
    return Ticket.objects.count() - before


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@{HOST}")


def _install(document: Record) -> None:
    admin = Actor(person("ada"), "web")
    for name, note in document["secrets"].items():
        save_secret(admin, name, value="demo-key-without-meaning", note=note)
    for key in templates_library.names():
        install_template(admin, key)
    for name, levels in document["skills"].items():
        skills = {Skill.objects.get(key=key): level for key, level in levels.items()}
        set_skills(admin, person(name), skills=skills)


class Play:
    """One ticket and what happens to it."""

    def __init__(self, story: Record, now: dt.datetime) -> None:
        self.story, self.now = story, now
        self.began = now - dt.timedelta(hours=story["ago"])

    def run(self) -> None:
        with clock.travel(self.began):
            self._create()
        for moment, act in self._timed():
            with clock.travel(moment):
                self._fire_due()
                self._do(*act)
        # The demo writes to nobody.
        unsent = EffectRun.objects.filter(instance=self.instance, kind="notify", state=EffectRun.State.PENDING)
        unsent.update(state=EffectRun.State.DONE, done_at=self.now)

    def _timed(self) -> Iterator[tuple[dt.datetime, list[Any]]]:
        """People act evenly between the beginning and the last hour, or every `pace` hours; machines are quick."""
        acts = self.story.get("acts") or []
        length = max(self.now - LAST - self.began, dt.timedelta())
        if "pace" in self.story:
            length = min(length, len(acts) * dt.timedelta(hours=self.story["pace"]))
        moment = self.began
        for number, act in enumerate(acts, start=1):
            quick = act[1] == "robot" or self._is_effect(act[0])
            moment = moment + QUICK if quick else max(moment + QUICK, self.began + length * number / len(acts))
            yield moment, act

    def _create(self) -> None:
        story, requester = self.story, person(self.story["requester"])
        kind = RequestType.objects.select_related("department").get(key=story["template"])
        self.ticket = create_ticket(
            Actor(requester, "web"),
            subject=story["subject"],
            description=story["description"],
            request_type=kind,
            fields={key: self._value(value) for key, value in story["fields"].items()},
        )
        instance = start_by_rules(MACHINE, self.ticket)
        if instance is None:
            raise LookupError("no workflow fits")
        self.instance = instance
        self._open_children()

    def _value(self, value: Any) -> Any:
        """`person:nils` is a person, `day:+5` a date; everything else is itself."""
        if isinstance(value, str) and value.startswith("person:"):
            return person(value.removeprefix("person:")).email
        if isinstance(value, str) and value.startswith("day:"):
            return (self.now + dt.timedelta(days=int(value.removeprefix("day:")))).date().isoformat()
        return value

    def _do(self, step: str, what: str, who: str = "", data: Record | None = None, note: str = "") -> None:
        """[step, outcome | claim | robot | done | failed | event | children, person, data, note]."""
        if what == "claim":
            claim_work_item(Actor(person(who), "web"), self._item(step))
        elif what == "robot":
            self._robot(step, data or {})
        elif self._is_effect(step):
            run = EffectRun.objects.get(instance=self.instance, step=step, state=EffectRun.State.PENDING)
            settle(MACHINE, run, result=data, error=note, code="connect" if note else "")
        elif what == "event":
            send_message(MACHINE, self._fresh(), name=step)
        elif what == "children":
            self._close_children(who)
        else:
            item = self._item(step, who)
            actor = Actor(person(who) if who else item.assignee, "web")
            complete_work_item(actor, item, outcome=what, data=data or {}, note=note)
        self._open_children()

    def _is_effect(self, step: str) -> bool:
        found = definition_of(self.instance.version_id).steps.get(step)
        return found is not None and found.kind in ("http", "classify")

    def _item(self, step: str, who: str = "") -> WorkItem:
        rows = WorkItem.objects.open().filter(instance=self.instance, step=step).order_by("part")
        found = [item for item in rows if not who or item.assignee_id == person(who).pk]
        actor = Actor(person(who), "web") if who else MACHINE
        found = found or [item for item in rows if item.assignee_id is None and item.can_be_claimed_by(actor)]
        if not (found or rows):
            raise LookupError(f"nobody is asked at {step}")
        return (found or list(rows))[0]

    def _robot(self, step: str, data: Record) -> None:
        item = self._item(step)
        robot = Actor(person("sven"), "api")
        leased = lease_items(robot, worker="demo-robot", topics=[item.topic], maximum=100, lease_seconds=300)
        mine = next(row for row in leased if row.pk == item.pk)
        complete_external(robot, mine, lease_token=mine.lease_token, variables=data)
        # What belongs to other stories is free again.
        others = [row.pk for row in leased if row.pk != item.pk]
        WorkItem.objects.filter(pk__in=others).update(
            state=WorkItem.State.READY, lease_until=None, lease_token="", worker="", claimed_at=None
        )

    def _open_children(self) -> None:
        waiting = EffectRun.objects.filter(
            instance=self.instance, kind="open_children", state=EffectRun.State.PENDING, children=None
        )
        for run in waiting:
            open_children(MACHINE, run)

    def _close_children(self, who: str) -> None:
        for child in Ticket.objects.filter(links_out__target=self.ticket, is_open=True):
            change_status(Actor(person(who), "web"), child, status=Status.objects.get(key="resolved"))
            report_closed_child(MACHINE, child)

    def _fire_due(self) -> None:
        for timer in due_timers(clock.now(), 100):
            if timer.instance_id == self.instance.pk:
                fire_timer(MACHINE, timer)

    def _fresh(self) -> Instance:
        return Instance.objects.get(pk=self.instance.pk)
