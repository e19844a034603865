"""The desk's part of the REST API."""

from ninja import Router

from desk.api import (
    attachments,
    checklists,
    comments,
    document,
    events,
    form_drafts,
    operations,
    ratings,
    redaction,
    relations,
    search,
    state,
    statuses,
    tags,
    tickets,
    time_entries,
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
    checklists.router,
    time_entries.router,
    ratings.router,
    statuses.router,
    tags.router,
]

__all__ = ["document", "routers"]
