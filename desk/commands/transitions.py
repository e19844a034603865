"""The table of transitions, written by administrators; no change may leave open tickets without a way out."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from desk import events
from desk.models import Status, StatusTransition
from desk.seeds import WORKERS
from desk.transitions import Way, Ways, all_ways, newly_stuck
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid, Stale
from flowtic.core.events import change, record
from flowtic.core.policy import require


class NoWayOut(Conflict):
    """The change would leave a status that some role could not take tickets out of any more."""

    code = "no_way_out"


@command
def set_transitions(actor: Actor, source: Status, *, targets: dict[str, list[Status]]) -> Status:
    """For each role the statuses it may take a ticket to from `source`."""
    require(actor, "desk.configure", source)
    before, known = _transitions(source), _locked()
    StatusTransition.objects.filter(source=source).delete()
    _add((role, source.pk, row.pk) for role, statuses in targets.items() for row in statuses)
    check_ways(known)
    after = _transitions(source)
    if before != after:
        record(actor, events.CONFIG_CHANGED, source, changes=[change("transitions", before, after)])
    return source


@command
def set_role_transitions(actor: Actor, role: str, *, ways: set[Way], seen: str = "") -> None:
    """The whole table of one role. `seen`: fingerprint of what the form showed (see `seen_mark`)."""
    require(actor, "desk.configure")
    if role not in User.Role.values:
        raise Invalid(fields={"role": _("This role does not exist.")})
    before = _locked()
    if seen and seen != seen_mark(before, role):
        raise Stale(_("Somebody changed this table in the meantime. Please look at it again."))
    known = {row.pk: row for row in before.statuses}
    if any(source not in known or target not in known or source == target for source, target in ways):
        raise Invalid(_("One of the statuses does not exist any more."))
    old = before.by_role.get(role, set())
    if ways == old:
        return
    StatusTransition.objects.filter(role=role).delete()
    _add((role, source, target) for source, target in ways)
    check_ways(before)
    changes = [change("transitions", _named(old - ways, known), _named(ways - old, known))]
    row = min(known.values(), key=lambda status: status.pk)
    record(actor, events.CONFIG_CHANGED, row, changes=changes, data={"role": role})


@command
def open_all_ways(actor: Actor, status: Status) -> None:
    """A new status may be reached from and left to every open one by everybody who works tickets."""
    require(actor, "desk.configure", status)
    others = [row.pk for row in Status.objects.filter(active=True).exclude(pk=status.pk) if row.is_open]
    known = set(StatusTransition.objects.values_list("role", "source_id", "target_id"))
    wanted = {(role, source, status.pk) for role in WORKERS for source in others}
    wanted |= {(role, status.pk, target) for role in WORKERS for target in others}
    _add(wanted - known)


def check_ways(before: Ways) -> None:
    """Raises NoWayOut when a role lost the last way out of an open status. For commands, after their change."""
    lost = newly_stuck(before, all_ways())
    if lost:
        role, rows = next(iter(lost.items()))
        names = ", ".join(f"“{row.name}”" for row in rows)
        raise NoWayOut(
            _("Nothing would lead out of %(statuses)s for the role %(role)s: tickets would be stuck there.")
            % {"statuses": names, "role": User.Role(role).label},
            stuck=[row.key for row in rows],
        )


def seen_mark(ways: Ways, role: str) -> str:
    """Short form of the fingerprint, for a hidden field."""
    return hashlib.sha256(ways.fingerprint(role).encode()).hexdigest()[:16]


def _locked() -> Ways:
    """The table as it is, kept from other administrators until the transaction ends."""
    list(Status.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    return all_ways()


def _add(rows: Iterable[tuple[str, int, int]]) -> None:
    StatusTransition.objects.bulk_create(
        StatusTransition(role=role, source_id=source, target_id=target)
        for role, source, target in sorted(rows)
        if source != target
    )


def _transitions(source: Status) -> list[list[str]]:
    rows = StatusTransition.objects.filter(source=source).order_by("role", "target__key")
    return [[role, key] for role, key in rows.values_list("role", "target__key")]


def _named(ways: set[Way], known: dict[int, Any]) -> list[str]:
    return sorted(f"{known[source].key} → {known[target].key}" for source, target in ways)
