"""Notifications that a step or an approval waits for somebody."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.notify import Channel, Group, kind
from desk.notices import Reason, Told, wishes_about
from desk.notifying import leads_to, write_rows
from flowtic.core.models import Event
from workflows import events
from workflows.models import WorkItem


def register() -> None:
    kind(
        "step", _("A step of a workflow is given to me"), in_app=True, mail=Channel.NOW, group=Group.ASSIGNMENT,
        for_users=True, personal=True, order=100,
    )  # fmt: skip
    kind(
        "approval", _("My approval is asked for"), in_app=True, mail=Channel.NOW, group=Group.APPROVAL,
        for_users=True, personal=True, order=110,
    )  # fmt: skip
    leads_to((events.ITEM_OPENED, events.ITEM_ASSIGNED), _address)


def tell_owner(event: Event) -> bool:
    """Writes the notification of whom the event gave the step to; whether a mail is wanted at once."""
    rows = WorkItem.objects.select_related("ticket__department", "assignee").filter(pk=event.subject_id or 0)
    item = rows.first()
    if item is None or item.assignee is None or item.assignee_id == event.actor_id:
        return False
    if event.data.get("assignee") != item.assignee_id or not item.is_open:
        return False
    reason = Reason.APPROVAL if item.kind == WorkItem.Kind.APPROVAL else Reason.STEP
    told = Told(item.assignee, reason, str(reason))
    write_rows(event, item.ticket, [told])
    return wishes_about(item.ticket, [told]).mail(told.person, told.kind, event.created_at) == Channel.NOW


def _address(event: Event) -> str:
    return reverse("workflows:work_item", args=[event.subject_id])
