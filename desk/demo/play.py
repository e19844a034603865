"""Plays the demo content through the commands, as its people, at the times when it would have happened."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction

from accounts.commands import change_profile, confirm_email, create_person, register_person, save_department
from accounts.demo import Login, make_logins
from accounts.models import Department, Membership, User
from desk import commands
from desk.demo.content import Content, Record, file_bytes, load
from desk.demo.parts import early, parts
from desk.demo.promises import make_promises, tell_until
from desk.models import Priority, Status, Ticket
from flowtic.core import clock, events
from flowtic.core.actor import Actor

MACHINE = Actor.system("demo")
# When the demo company set up its desk; every ticket is younger.
FOUNDED = dt.timedelta(days=90)
# What a new installation is seeded with (accounts/seeds.py); it goes when nothing hangs on it.
SEEDED_DEPARTMENT = "general"


@dataclass(frozen=True)
class Step:
    """One act of a ticket's story and when it happens, in hours before the moment of creation."""

    ticket: str
    hours_ago: float
    act: Callable[[], object]


@dataclass(frozen=True)
class Created:
    people: int
    departments: int
    tickets: int
    logins: list[Login]


def is_there(content: Content) -> bool:
    """Whether this desk has demo people."""
    return User.objects.filter(email__in=[person["email"] for person in content.people]).exists()


def create_demo(now: dt.datetime) -> Created:
    """All of it or nothing; tells nobody: no mail, no delivery."""
    content = load(now)
    logins = make_logins((person["role"], person["email"]) for person in content.people if person.get("login"))
    with transaction.atomic(), events.muted():
        with clock.travel(now - FOUNDED):
            stage = Stage(content, now, logins)
        more = sum(play(now) for play in early)
        steps = [step for ticket in content.tickets for step in stage.steps(ticket)]
        before = now - FOUNDED
        for step in sorted(steps, key=lambda step: -step.hours_ago):
            moment = now - dt.timedelta(hours=step.hours_ago)
            tell_until(moment, since=before)
            with clock.travel(moment):
                _perform(step)
            before = moment
        more += sum(play(now) for play in parts)
        tell_until(now)  # of the tickets that the other parts made
    return Created(len(content.people), len(content.departments), len(content.tickets) + more, logins)


class Stage:
    """The people and departments of the demo, and its tickets as they come into being."""

    def __init__(self, content: Content, now: dt.datetime, logins: list[Login]) -> None:
        self.now = now
        self.passwords = {email: password for _role, email, password in logins}
        self.statuses = {status.key: status for status in Status.objects.all()}
        self.priorities = {priority.key: priority for priority in Priority.objects.all()}
        self.tickets: dict[str, Ticket] = {}
        self.departments: dict[str, Department] = {}
        self.people: dict[str, User] = {}
        admin, *others = content.people
        self.people[admin["key"]] = self._hire(MACHINE, admin)
        boss = self.actor(admin["key"])
        for position, row in enumerate(content.departments, start=1):
            self.departments[row["key"]] = _department(boss, row, position)
        make_promises(boss, self.departments, now)
        if not Ticket.objects.exists():
            _choose_default(boss, next(self.departments[row["key"]] for row in content.departments if row["default"]))
        for row in others:
            self.people[row["key"]] = self._hire(boss, row) if row["state"] == "active" else self._sign_up(row)

    def actor(self, key: str) -> Actor:
        return Actor(self.people[key], "web")

    # ---- people --------------------------------------------------------------------

    def _hire(self, boss: Actor, row: Record) -> User:
        person = create_person(
            boss,
            email=row["email"],
            name=row["name"],
            role=row["role"],
            departments={self.departments[place["key"]]: place["lead"] for place in row["departments"]},
            password=self.passwords.get(row["email"]),
        )
        return change_profile(Actor(person, "web"), person, **_profile(row))

    def _sign_up(self, row: Record) -> User:
        """Somebody who registered, confirmed the address and waits for an admin."""
        person = User(time_zone=row["time_zone"], phone=row["phone"])
        person.set_unusable_password()
        person = register_person(
            person=person,
            email=row["email"],
            name=row["name"],
            reason=row["reason"],
            department=self.departments[row["requested_department"]],
            language=row["language"],
        )
        EmailAddress.objects.create(user=person, email=row["email"], verified=True, primary=True)
        return confirm_email(person)

    # ---- tickets -------------------------------------------------------------------

    def steps(self, row: Record) -> Iterator[Step]:
        """Everything that happens to one ticket, in its order."""
        key, age = row["key"], float(row["hours_ago"])
        files = {file["name"]: file for file in row["files"]}
        clerk, when = self._clerk(row)
        yield Step(key, age, lambda: self._create(row, files))
        yield Step(key, when, lambda: self._sort(clerk, row))
        if row["status"] == "new":
            # No person's transition leads to "new": that is where nobody has looked yet.
            yield Step(key, when, lambda: self._set_status(MACHINE, key, "new"))
        for entry in row["entries"]:
            act = self._happening(key, entry) if "event" in entry else self._comment(key, entry, files)
            yield Step(key, entry["hours_ago"], act)
        for link in row.get("links", []):
            yield Step(key, link["hours_ago"], self._link(key, link))
        if "merge_into" in row:
            merge = row["merge_into"]
            yield Step(key, merge["hours_ago"], lambda: self._merge(key, merge))

    def _clerk(self, row: Record) -> tuple[Actor, float]:
        """Who first handles the ticket, and when: sets what a requester cannot (priority, tags, due date)."""
        for entry in row["entries"]:
            if self.people[entry["by"]].role != User.Role.USER:
                return self.actor(entry["by"]), float(entry["hours_ago"])
        return self.actor("sven"), float(row["hours_ago"]) * 0.8

    def _create(self, row: Record, files: dict[str, Record]) -> None:
        self.tickets[row["key"]] = commands.create_ticket(
            self.actor(row.get("reporter") or row["requester"]),
            subject=row["subject"],
            description=row["description"],
            requester=self.people[row["requester"]],
            department=self.departments[_first(row, "department")],
            kind=row["kind"],
            files=_uploads(row, files),
        )

    def _sort(self, clerk: Actor, row: Record) -> None:
        ticket = self.tickets[row["key"]]
        values = {"priority": self.priorities[_first(row, "priority")], "tags": row["tags"]}
        if "due_in_hours" in row:  # agreed with somebody; everywhere else the promises say it
            values["due_at"] = self.now + dt.timedelta(hours=row["due_in_hours"])
        commands.change_fields(clerk, ticket, **values)
        for watcher in row.get("watchers", []):
            commands.add_watcher(clerk, ticket, person=self.people[watcher])

    def _happening(self, key: str, entry: Record) -> Callable[[], object]:
        def act() -> object:
            actor, ticket, value = self.actor(entry["by"]), self.tickets[key], entry["value"]
            if entry["event"] == "status":
                return self._set_status(actor, key, value)
            if entry["event"] == "priority":
                return commands.change_fields(actor, ticket, priority=self.priorities[value])
            if entry["event"] == "department":
                return commands.change_fields(actor, ticket, department=self.departments[value])
            if value == entry["by"]:
                return commands.claim_ticket(actor, ticket)
            return commands.assign_ticket(actor, ticket, assignee=self.people[value])

        return act

    def _set_status(self, actor: Actor, key: str, status: str) -> Ticket:
        return commands.change_status(actor, self.tickets[key], status=self.statuses[status])

    def _comment(self, key: str, entry: Record, files: dict[str, Record]) -> Callable[[], object]:
        return lambda: commands.add_comment(
            self.actor(entry["by"]),
            self.tickets[key],
            body=entry["body"],
            internal=entry["visibility"] == "internal",
            files=_uploads(entry, files),
        )

    def _link(self, key: str, link: Record) -> Callable[[], object]:
        return lambda: commands.link_tickets(
            self.actor(link["by"]), self.tickets[key], other=self.tickets[link["to"]], kind=link["kind"]
        )

    def _merge(self, key: str, merge: Record) -> None:
        commands.merge_ticket(self.actor(merge["by"]), self.tickets[key], into=self.tickets[merge["to"]])


def _perform(step: Step) -> None:
    try:
        step.act()
    except Exception as error:
        error.add_note(f"In demo ticket {step.ticket}, {step.hours_ago} hours ago.")
        raise


def _department(boss: Actor, row: Record, position: int) -> Department:
    """The department of that key; one that is there already stays as it is."""
    known = Department.objects.filter(key=row["key"]).first()
    return known or save_department(
        boss, None, key=row["key"], name_de=row["name_de"], name_en=row["name_en"], position=position
    )


def _choose_default(boss: Actor, department: Department) -> None:
    """Where tickets without a department go from now on; the seeded one retires when nobody works there."""
    save_department(boss, department, is_default=True)
    seeded = Department.objects.filter(key=SEEDED_DEPARTMENT, active=True).first()
    if seeded and not Membership.objects.filter(department=seeded).exists():
        save_department(boss, seeded, active=False)


def _profile(row: Record) -> dict[str, str]:
    return {name: row[name] for name in ("phone", "language", "time_zone")}


def _first(row: Record, field: str) -> str:
    """The value the ticket has before its events change it."""
    for entry in row["entries"]:
        if entry.get("event") == field:
            return str(entry["from"])
    return str(row[field])


def _uploads(row: Record, files: dict[str, Record]) -> list[File]:
    return [ContentFile(file_bytes(files[name]), name=name) for name in row.get("attachments", [])]
