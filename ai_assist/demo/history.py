"""Solved tickets of the demo company's last three months, written all at once as an import would."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from accounts.models import Membership, User
from desk.commands.importing import import_batch
from desk.demo.parts import early_part
from desk.importing.draft import Draft
from desk.models import Comment, ImportRun, Status, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor

FOLDER = Path(__file__).resolve().parent
MACHINE = Actor.system("demo")
NAME = "flowtic-demo-history"
FIRST, LAST = dt.timedelta(days=86), dt.timedelta(days=2)
# Hours until such a ticket is solved; the demo's people are quick.
USUAL = {"urgent": 2.0, "high": 7.0, "normal": 26.0, "low": 70.0}
REQUESTERS = {"de": ("rita", "karla", "omar", "mara"), "en": ("chloe", "oliver", "emma", "rita")}


@early_part
def write_history(now: dt.datetime) -> int:
    """Makes the tickets, oldest first, so that their numbers come before those of the stories. Returns how many."""
    if not User.objects.filter(email="sven@flowtic.example").exists():
        return 0
    drafts = [draft for _place, draft in sorted(_drafts(now), key=lambda pair: pair[0])]
    with clock.travel(now - FIRST):
        run = ImportRun.objects.create(fingerprint=NAME, name=NAME, started_at=clock.now(), finished_at=clock.now())
        closed = Status.objects.get(key="closed")
        values: dict[str, Any] = {"rows_done": len(drafts), "failed": 0, "departments": {}, "start": False}
        import_batch(MACHINE, run, drafts=drafts, status=closed, **values)
    _take_time(drafts)
    return len(drafts)


def history_tickets() -> "list[Ticket]":
    """What was made here, the oldest first."""
    topics = json.loads((FOLDER / "history.json").read_text(encoding="utf-8"))
    subjects = [row["subject"] for topic in topics for row in topic["tickets"]]
    return list(Ticket.objects.filter(subject__in=subjects, status__key="closed").order_by("pk"))


def _drafts(now: dt.datetime) -> Iterator[tuple[dt.datetime, Draft]]:
    """Spread over the months by a digest of their text: the same on every desk."""
    known = set(User.objects.filter(email__endswith="@flowtic.example").values_list("email", flat=True))
    for topic in json.loads((FOLDER / "history.json").read_text(encoding="utf-8")):
        for row in topic["tickets"]:
            digest = hashlib.sha256(row["subject"].encode()).digest()
            at = now - FIRST + (FIRST - LAST) * (int.from_bytes(digest[:3]) / 2**24)
            asking = [f"{key}@flowtic.example" for key in REQUESTERS[row["language"]]]
            asking = [email for email in asking if email in known] or sorted(known)[:1]
            yield (
                at,
                Draft(
                    row=0,
                    subject=row["subject"],
                    body=row["text"],
                    department=topic["department"],
                    priority=topic["priority"],
                    kind="incident" if topic["priority"] in ("high", "urgent") else "request",
                    requester_name="",
                    requester_email=asking[digest[4] % len(asking)],
                    answer=topic["answers"][row["language"]],
                    language=row["language"],
                    created=at,
                ),
            )


def _take_time(drafts: list[Draft]) -> None:
    """An import does not know when something was solved and by whom; the demo does."""
    tickets, people = history_tickets()[-len(drafts) :], _people()
    comments = {comment.ticket_id: comment for comment in Comment.objects.filter(ticket__in=[t.pk for t in tickets])}
    for ticket, draft in zip(tickets, drafts, strict=True):
        share = hashlib.sha256(draft.body.encode()).digest()[0] / 255
        solved = ticket.created_at + dt.timedelta(hours=USUAL[draft.priority] * (0.3 + 1.7 * share**2))
        ticket.source = Ticket.Source.WEB
        ticket.assignee_id = next(people[ticket.department_id])
        ticket.first_response_at = ticket.created_at + (solved - ticket.created_at) / 2
        ticket.resolved_at = ticket.closed_at = ticket.updated_at = solved
        comment = comments[ticket.pk]
        comment.author_id, comment.created_at, comment.via = ticket.assignee_id, ticket.first_response_at, "web"
    names = ["source", "assignee", "first_response_at", "resolved_at", "closed_at", "updated_at"]
    Ticket.objects.bulk_update(tickets, names)
    Comment.objects.bulk_update(comments.values(), ["author", "created_at", "via"])


def _people() -> dict[int, Any]:
    """By department its agents, in turn."""
    rows = Membership.objects.filter(user__role=User.Role.AGENT).order_by("pk").values_list("department", "user")
    found: dict[int, list[int]] = {}
    for department, user in rows:
        found.setdefault(department, []).append(user)
    spare = list(User.objects.filter(role=User.Role.SUPPORT).values_list("pk", flat=True)[:1])
    places = Ticket.objects.values_list("department", flat=True).distinct()
    return {place: cycle(found.get(place) or spare) for place in places}
