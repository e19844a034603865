"""One's own notifications: read, muted, and what one wants to hear of."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from accounts import events
from accounts.models import Department, Notification, NotificationSettings, TicketMute, User
from accounts.notify import Channel, kinds_for
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

Choices = Mapping[str, Mapping[str, Any]]


@command
def mark_read(actor: Actor, *, ids: Sequence[int] | None = None, ticket_id: int | None = None) -> int:
    """Marks one's own notifications as read: those named, those about a ticket, or all. Returns how many."""
    require(actor, "notification.read")
    rows = Notification.objects.filter(person=actor.user, read_at=None)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    if ticket_id is not None:
        rows = rows.filter(ticket_id=ticket_id)
    return rows.update(read_at=clock.now())


@command
def mute_ticket(actor: Actor, *, ticket_id: int) -> None:
    """No more news of the ticket, but for what is meant for this person alone. The door looks whether it is seen."""
    require(actor, "notification.change")
    TicketMute.objects.get_or_create(person=actor.user, ticket_id=ticket_id, defaults={"created_at": clock.now()})


@command
def unmute_ticket(actor: Actor, *, ticket_id: int) -> None:
    """Hears of the ticket again; nothing that was missed comes later."""
    require(actor, "notification.change")
    TicketMute.objects.filter(person=actor.user, ticket_id=ticket_id).delete()


@command
def save_notification_settings(
    actor: Actor,
    *,
    choices: Choices | None = None,
    departments: Mapping[str, Choices] | None = None,
    quiet: tuple[time, time] | None = None,
) -> NotificationSettings:
    """Replaces one's own choices: {kind: {"in_app": bool, "mail": channel}}, those by department, and quiet hours.

    What is left out is left to what everybody gets.
    """
    person = User.objects.lock(actor.user.pk)
    require(actor, "notification.change")
    row, _created = NotificationSettings.objects.get_or_create(person=person)
    before = (row.choices, row.departments, row.quiet_from, row.quiet_until)
    known = set(Department.objects.values_list("key", flat=True))
    unknown = set(departments or {}) - known
    if unknown:
        raise Invalid(fields={"departments": _("There is no department %(key)s.") % {"key": min(unknown)}})
    row.choices = _checked(person, choices or {})
    row.departments = {key: _checked(person, given) for key, given in (departments or {}).items()}
    row.quiet_from, row.quiet_until = quiet or (None, None)
    if before == (row.choices, row.departments, row.quiet_from, row.quiet_until):
        return row
    row.save()
    record(actor, events.NOTIFICATIONS_CHANGED, person, changes=[change("notifications", None, None)])
    return row


def _checked(person: User, choices: Choices) -> dict[str, dict[str, Any]]:
    offered = {one.key for one in kinds_for(person)}
    found: dict[str, dict[str, Any]] = {}
    for key, given in choices.items():
        if key not in offered or given.get("mail") not in Channel.values:
            raise Invalid(fields={key: _("This choice does not exist.")})
        found[key] = {"in_app": bool(given.get("in_app")), "mail": str(given["mail"])}
    return found
