"""What an empty desk starts with: statuses, transitions, priorities."""

from typing import Any

from desk.models import Priority, Status, StatusTransition

C, K = Status.Category, Status.Kind
STATUSES = [
    ("new", C.PENDING_ASSIGNMENT, K.NEW, "Neu", "New"),
    ("pending_assignment", C.PENDING_ASSIGNMENT, K.PENDING_ASSIGNMENT, "Zuweisung offen", "Pending assignment"),
    ("assigned", C.ASSIGNED, K.ASSIGNED, "Zugewiesen", "Assigned"),
    ("in_progress", C.ASSIGNED, K.IN_PROGRESS, "In Bearbeitung", "In progress"),
    ("waiting_requester", C.WAITING, K.WAITING_REQUESTER, "Wartet auf Antwort", "Waiting for reply"),
    ("waiting_approval", C.WAITING, K.WAITING_APPROVAL, "Wartet auf Freigabe", "Waiting for approval"),
    ("resolved", C.RESOLVED, K.RESOLVED, "Gelöst", "Resolved"),
    ("closed", C.CLOSED, K.CLOSED, "Geschlossen", "Closed"),
    ("rejected", C.CLOSED, K.REJECTED, "Abgelehnt", "Rejected"),
]
PRIORITIES = [
    (1, "low", "Niedrig", "Low"),
    (2, "normal", "Normal", "Normal"),
    (3, "high", "Hoch", "High"),
    (4, "urgent", "Dringend", "Urgent"),
]
INITIAL = "pending_assignment"
WORKERS = ("agent", "support", "admin")
OPEN = ("new", "pending_assignment", "assigned", "in_progress", "waiting_requester", "waiting_approval")


def transitions() -> list[tuple[str, str, str]]:
    """(source, target, role): who works may go anywhere sensible; the requester closes and reopens."""
    rows = []
    for role in WORKERS:
        rows += [(source, target, role) for source in OPEN for target in (*OPEN[1:], "resolved", "closed", "rejected")]
        rows += [(source, target, role) for source in ("resolved", "closed", "rejected") for target in OPEN[1:4]]
        rows += [("resolved", "closed", role)]
    rows += [(source, "closed", "user") for source in (*OPEN, "resolved")]
    rows += [(source, INITIAL, "user") for source in ("resolved", "closed")]
    return [row for row in rows if row[0] != row[1]]


def ensure_seeds(**kwargs: Any) -> None:
    """Fills empty tables; what an admin made is never touched."""
    if not Priority.objects.exists():
        Priority.objects.bulk_create(
            Priority(rank=rank, key=key, name_de=de, name_en=en) for rank, key, de, en in PRIORITIES
        )
    if Status.objects.exists():
        return
    for position, (key, category, kind, de, en) in enumerate(STATUSES):
        Status.objects.create(key=key, category=category, kind=kind, name_de=de, name_en=en, position=position)
    by_key = {status.key: status for status in Status.objects.all()}
    StatusTransition.objects.bulk_create(
        StatusTransition(source=by_key[source], target=by_key[target], role=role)
        for source, target, role in transitions()
    )
