from flowtic.core.models.event import Event, EventSeal
from flowtic.core.models.idempotency import IdempotencyKey
from flowtic.core.models.operation import Operation
from flowtic.core.models.outbox import Delivery, Job, LeasedWork
from flowtic.core.models.outgoing import OutgoingCall, Secret
from flowtic.core.models.runtime import Counter, Lease
from flowtic.core.models.search import SearchDocument

__all__ = [
    "Counter",
    "Delivery",
    "Event",
    "EventSeal",
    "IdempotencyKey",
    "Job",
    "Lease",
    "LeasedWork",
    "Operation",
    "OutgoingCall",
    "SearchDocument",
    "Secret",
]
