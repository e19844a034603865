"""Fills an empty Flowtic database with N tickets of the benchmark corpus and prints the rate.

    python benchmarks/load.py N BENCH_FOLDER TOKEN_FILE      (FLOWTIC_DATA_DIR / DATABASE_URL say where)

People and tokens come from the commands, tickets in bulk in the shape the commands give them: events, search and all.
"""

import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, sys.argv[2])
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

import django

django.setup()

import corpus
from django.core.management import call_command
from django.db import transaction

from accounts.commands import create_contact, create_person, create_token, save_department
from accounts.models import Department, User
from desk import events
from desk.models import Comment, Participant, Priority, Status, Ticket
from desk.search import KIND
from flowtic.core import search
from flowtic.core.actor import Actor
from flowtic.core.events import build
from flowtic.core.maintenance import refresh_statistics
from flowtic.core.models import Counter, Event

PASSWORD = "bench-pass-1-flowtic"
STATUS = {
    "new": "pending_assignment",
    "open": "assigned",
    "waiting": "waiting_requester",
    "resolved": "resolved",
    "closed": "closed",
}
BATCH = 1000
MACHINE = Actor.system("benchmark")


def people() -> tuple[list[Department], list[User]]:
    departments = [
        save_department(MACHINE, None, key=name.lower(), name_de=name, name_en=name) for name in corpus.DEPARTMENTS
    ]
    agents = []
    for number in range(corpus.AGENTS):
        login, first, last = corpus.agent_name(number)
        # agent00 sees everything as the peers' user does; the others work in three departments each.
        role = "support" if number == 0 else "agent"
        places = {departments[(number + step) % 10]: False for step in range(3)} if number else {}
        agents.append(
            create_person(
                MACHINE,
                email=f"{login}@bench.example",
                name=f"{first} {last}",
                role=role,
                departments=places,
                password=PASSWORD if number < 2 else None,
            )
        )
    scopes = ["tickets:read", "tickets:write", "people:read"]
    tokens = {
        f"agent{number:02d}": create_token(MACHINE, agents[number], name="benchmark", scopes=scopes, expires_at=None)[1]
        for number in (0, 1)
    }
    Path(sys.argv[3]).write_text(json.dumps(tokens))
    return departments, agents


def main() -> None:
    call_command("migrate", verbosity=0)
    total, started = int(sys.argv[1]), time.perf_counter()
    departments, agents = people()
    statuses = {row.key: row for row in Status.objects.all()}
    priorities = {row.key: row for row in Priority.objects.all()}
    requesters: dict[str, User] = {}
    for start in range(1, total + 1, BATCH):
        rows = [corpus.ticket(number) for number in range(start, min(start + BATCH, total + 1))]
        for row in rows:
            if row.requester not in requesters:
                name = row.requester.partition("@")[0]
                requesters[row.requester] = create_contact(MACHINE, email=row.requester, name=name.title())
        with transaction.atomic():
            write(rows, departments, agents, statuses, priorities, requesters)
    Counter.objects.update_or_create(name="ticket", defaults={"value": total})
    refresh_statistics()  # as the schedule does
    print(f"{total} tickets in {time.perf_counter() - started:.1f} s")


def write(rows, departments, agents, statuses, priorities, requesters) -> None:
    tickets = []
    for row in rows:
        status = statuses[STATUS[row.status]]
        last = row.comments[-1][2]
        done = {"resolved_at": last} if row.status in ("resolved", "closed") else {}
        done |= {"closed_at": last} if row.status == "closed" else {}
        tickets.append(
            Ticket(
                pk=row.number,
                number=f"FT-2024-{row.number:06d}",
                subject=row.subject,
                description=row.body,
                source="api",
                requester=requesters[row.requester],
                assignee=None if row.agent is None else agents[row.agent],
                department=departments[row.department],
                status=status,
                is_open=status.is_open,
                priority=priorities[corpus.PRIORITIES[row.priority]],
                created_at=row.created,
                updated_at=last,
                first_response_at=row.comments[0][2],
                **done,
            )
        )
    Ticket.objects.bulk_create(tickets)
    Participant.objects.bulk_create(
        Participant(ticket=t, person=t.requester, level="public", reason="requester", created_at=t.created_at)
        for t in tickets
    )
    Comment.objects.bulk_create(
        Comment(
            ticket_id=row.number,
            author=agents[agent],
            body=text,
            html=f"<p>{text}</p>\n",
            html_rules=1,
            via="web",
            created_at=when,
        )
        for row in rows
        for agent, text, when in row.comments
    )
    made = [
        build(MACHINE, events.CREATED, ticket, ticket_id=ticket.pk, data={"number": ticket.number})
        for ticket in tickets
    ]
    made += [
        build(Actor(agents[agent], "web"), events.COMMENTED, ticket, ticket_id=ticket.pk)
        for row, ticket in zip(rows, tickets, strict=True)
        for agent, _text, _when in row.comments
    ]
    Event.objects.bulk_create(made)
    search.index_many(
        KIND,
        (
            (
                ticket.pk,
                f"{ticket.number} {ticket.subject}",
                "\n".join(
                    [
                        ticket.description,
                        *(text for _a, text, _w in row.comments),
                        ticket.requester.name,
                        ticket.requester.email,
                    ]
                ),
                "",
            )
            for row, ticket in zip(rows, tickets, strict=True)
        ),
        new=True,
    )


main()
