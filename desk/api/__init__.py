"""The desk's part of the REST API."""

from ninja import Router

from desk.api import attachments, comments, document, events, relations, state, tickets, words

routers: list[Router] = [
    tickets.router,
    comments.router,
    state.router,
    events.router,
    attachments.router,
    relations.router,
    words.router,
]

__all__ = ["document", "routers"]
