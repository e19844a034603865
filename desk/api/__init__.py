"""The desk's part of the REST API."""

from ninja import Router

from desk.api import (
    attachments,
    comments,
    document,
    events,
    form_drafts,
    operations,
    redaction,
    relations,
    search,
    state,
    tickets,
    words,
)

routers: list[Router] = [
    tickets.router,
    comments.router,
    redaction.router,
    state.router,
    events.router,
    attachments.router,
    relations.router,
    operations.router,
    words.router,
    search.router,
    form_drafts.router,
]

__all__ = ["document", "routers"]
