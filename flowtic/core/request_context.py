"""The id of the request (or job) that is being worked on: in logs, events and error answers."""

import uuid
from contextvars import ContextVar

current_request_id: ContextVar[str] = ContextVar("flowtic_request_id", default="")


def new_request_id() -> str:
    return uuid.uuid4().hex[:20]
