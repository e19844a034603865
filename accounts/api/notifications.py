"""`/notifications`: what concerns oneself, and that it was read."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from accounts import notify
from accounts.commands import mark_read
from accounts.models import Notification
from flowtic.core.api import PAGE, actor_of, answer, flag, listing, reads, stamp, writes
from flowtic.core.api_shapes import MAX_ID, WHOLE, In, Out
from flowtic.core.paging import Sort

router = Router(tags=["Notifications"])
NEWEST = Sort("-created", ("-id",))
Id = Annotated[int, Field(ge=1, le=MAX_ID), WHOLE]
QUERY: dict[str, Any] = {
    "unread": {"type": "boolean", "description": "`true`: only what was not read yet."},
    **{name: schema for name, schema in PAGE.items() if name != "count"},
}


class NotificationOut(Out):
    id: int
    kind: str
    reason: str
    ticket: str
    subject: str
    text: str
    url: str
    by: str | None
    read_at: str | None
    created_at: str


class NotificationPage(Out):
    results: list[NotificationOut]
    next: str | None


class ReadIn(In):
    ids: Annotated[list[Id], Field(max_length=100)] = Field([], description="These notifications.")
    all: bool = Field(False, description="Everything that is unread.")


class ReadOut(Out):
    unread: int = Field(description="How many are left, counted no further than 100.")


@router.get("/notifications", summary="Notifications", **reads("tickets:read", NotificationPage, query=QUERY))
def list_notifications(request: HttpRequest) -> HttpResponse:
    """Your own, the newest first. Those of tickets that you may no longer read are left out."""
    actor = actor_of(request)
    rows = Notification.objects.visible_to(actor).select_related("event", "event__actor")
    if flag(request, "unread"):
        rows = rows.unread()
    return listing(request, rows, NEWEST, lambda found: [_plain(entry) for entry in notify.entries(actor, found)])


@router.post("/notifications/read", summary="Mark as read", **writes("tickets:read", {200: ReadOut}))
def post_read(request: HttpRequest, body: ReadIn) -> HttpResponse:
    """Those named in `ids`, or `all`. Naming none, or the same ones twice, changes nothing."""
    actor = actor_of(request)
    mark_read(actor, ids=None if body.all else body.ids)
    return answer({"unread": len(notify.unread(actor))})


def _plain(entry: notify.Entry) -> dict[str, Any]:
    row, shown = entry.row, entry.shown
    return {
        "id": row.pk,
        "kind": row.kind,
        "reason": row.reason,
        "ticket": shown.number,
        "subject": shown.subject,
        "text": shown.text,
        "url": shown.url,
        "by": shown.actor.name if shown.actor else None,
        "read_at": stamp(row.read_at),
        "created_at": stamp(row.created_at),
    }
