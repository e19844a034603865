"""Writing imported tickets: many at once, in the shape the single command gives them."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from accounts.commands import save_department
from accounts.models import Department, User
from desk import events
from desk.commands.tagging import tags_named
from desk.importing.draft import Draft
from desk.importing.starters import begin_on
from desk.models import Comment, ImportRun, Participant, Priority, Status, Tag, Ticket
from desk.search import KIND
from flowtic.core import clock, counters, markdown, search
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.events import build
from flowtic.core.models import Event
from flowtic.core.policy import require


@command
def import_batch(
    actor: Actor,
    run: ImportRun,
    *,
    drafts: Sequence[Draft],
    rows_done: int,
    failed: int,
    status: Status,
    departments: dict[str, str],
    start: bool,
) -> int:
    """Writes a batch of checked drafts and moves the run on to `rows_done`: all of it or nothing.

    `departments` maps foreign names to keys; a name without an entry becomes a department. Nobody is notified.
    `start`: open tickets get the workflow that the rules name, too. Returns how many got one.
    """
    require(actor, "desk.configure", run)
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    tickets = _tickets(drafts, status, departments) if drafts else []
    if tickets:
        Ticket.objects.bulk_create(tickets)
        if tickets[0].pk is None:  # MySQL does not return the ids of many rows
            ids = dict(Ticket.objects.filter(number__in=[t.number for t in tickets]).values_list("number", "pk"))
            for ticket in tickets:
                ticket.pk = ids[ticket.number]
        _take_part(tickets)
        _tag(tickets, drafts)
        _answer(tickets, drafts)
        Event.objects.bulk_create(
            build(actor, events.CREATED, ticket, ticket_id=ticket.pk, data={"number": ticket.number, "row": draft.row})
            for ticket, draft in zip(tickets, drafts, strict=True)
        )
        search.index_many(KIND, _search_rows(tickets, drafts), new=True)
    run.rows_done, run.imported, run.failed = rows_done, run.imported + len(tickets), run.failed + failed
    run.save(update_fields=["rows_done", "imported", "failed"])
    return begin_on(tickets) if start else 0


def _tickets(drafts: Sequence[Draft], status: Status, departments: dict[str, str]) -> list[Ticket]:
    now, first = clock.now(), counters.take("ticket", len(drafts))
    places, people = _departments({draft.department for draft in drafts}, departments), _requesters(drafts)
    ranks = {priority.key: priority for priority in Priority.objects.all()}
    return [
        Ticket(
            number=f"{settings.FLOWTIC_NUMBER_PREFIX}-{now.year}-{first + place:06d}",
            subject=draft.subject,
            description=draft.body,
            kind=draft.kind,
            source=Ticket.Source.IMPORT,
            language=draft.language,
            requester=people[_who(draft)],
            department=places[draft.department],
            status=status,
            priority=ranks[draft.priority],
            is_open=status.is_open,
            created_at=draft.created or now,
            updated_at=draft.created or now,
            **_ends(status, draft.created or now),
        )
        for place, draft in enumerate(drafts)
    ]


def _ends(status: Status, moment: datetime) -> dict[str, datetime]:
    if status.category == Status.Category.CLOSED:
        return {"resolved_at": moment, "closed_at": moment}
    return {"resolved_at": moment} if status.category == Status.Category.RESOLVED else {}


def _departments(names: set[str], mapped: dict[str, str]) -> dict[str, Department]:
    """The department of each foreign name: mapped, of the same name or key, the default for '', else a new one."""
    known: dict[str, Department] = {}
    for place in Department.objects.all():
        known |= {place.key.lower(): place, place.name_de.lower(): place, place.name_en.lower(): place}
    default = Department.objects.filter(is_default=True).first()
    found: dict[str, Department] = {}
    for name in sorted(names):
        wanted = mapped.get(name, name)
        row: Department | None = known.get(wanted.lower()) if wanted else default
        if row is None:
            key = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:40] or "imported"
            row = Department.objects.filter(key=key).first() or save_department(
                Actor.system("import"), None, key=key, name_de=wanted[:100], name_en=wanted[:100]
            )
            known[wanted.lower()] = row
        found[name] = row
    return found


def _who(draft: Draft) -> tuple[str, str]:
    return (draft.requester_email, "" if draft.requester_email else draft.requester_name)


def _requesters(drafts: Sequence[Draft]) -> dict[tuple[str, str], User]:
    """One person per e-mail address, one contact per name where there is none."""
    wanted = {_who(draft): draft for draft in drafts}
    emails = [email for email, _name in wanted if email]
    names = [name for email, name in wanted if not email]
    found = {(row.email or "", ""): row for row in User.objects.filter(email__in=emails)}
    contacts = User.objects.filter(email=None, state=User.State.CONTACT, name__in=[name or "Unknown" for name in names])
    found |= {("", "" if row.name == "Unknown" else row.name): row for row in contacts}
    for who, draft in wanted.items():
        if who not in found:
            row = User(
                email=who[0] or None,
                name=draft.requester_name or who[0].partition("@")[0] or "Unknown",
                state=User.State.CONTACT,
                is_active=False,
                language=draft.language,
            )
            row.set_unusable_password()
            row.save()
            found[who] = row
    return found


def _take_part(tickets: list[Ticket]) -> None:
    Participant.objects.bulk_create(
        Participant(
            ticket=ticket,
            person=ticket.requester,
            level=Participant.Level.PUBLIC,
            reason=Participant.Reason.REQUESTER,
            created_at=ticket.created_at,
        )
        for ticket in tickets
    )


def _tag(tickets: list[Ticket], drafts: Sequence[Draft]) -> None:
    names = sorted({name for draft in drafts for name in draft.tags})
    tags: dict[str, Tag] = {tag.name: tag for tag in tags_named(names)} if names else {}
    through = Ticket.tags.through
    through.objects.bulk_create(
        through(ticket_id=ticket.pk, tag_id=tags[name].pk)
        for ticket, draft in zip(tickets, drafts, strict=True)
        for name in draft.tags
    )


def _answer(tickets: list[Ticket], drafts: Sequence[Draft]) -> None:
    """The known answer as first public reply; its HTML is made when somebody reads it."""
    answered = [(ticket, draft) for ticket, draft in zip(tickets, drafts, strict=True) if draft.answer]
    Comment.objects.bulk_create(
        Comment(
            ticket_id=ticket.pk,
            body=draft.answer,
            html_rules=markdown.RULES - 1,
            via="cli",
            created_at=ticket.created_at,
        )
        for ticket, draft in answered
    )
    Ticket.objects.filter(pk__in=[ticket.pk for ticket, _draft in answered], first_response_at=None).update(
        first_response_at=clock.now()
    )


def _search_rows(tickets: list[Ticket], drafts: Sequence[Draft]):  # type: ignore[no-untyped-def]
    for ticket, draft in zip(tickets, drafts, strict=True):
        person = ticket.requester
        public = "\n".join([draft.body, draft.answer, person.name, person.email or ""])
        yield ticket.pk, f"{ticket.number} {ticket.subject}", public, ""
