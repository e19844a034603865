"""Parent and child tickets: a parent is not done while a child is open."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk.guards import guard
from desk.models import Status, Ticket, TicketLink
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid

DONE = (Status.Category.RESOLVED, Status.Category.CLOSED)
DEEPEST = 20  # generations; more is a mistake


@guard
def children_are_done(actor: Actor, ticket: Ticket, status: Status) -> str:
    """Objects to resolving and closing while a child is open; names it only to who may see it."""
    if status.category not in DONE or not ticket.is_open:
        return ""
    ids = _children([ticket.pk], is_open=True)
    if not ids:
        return ""
    seen = Ticket.objects.visible_to(actor).filter(pk__in=ids).order_by("pk").values_list("number", flat=True)
    text = ngettext("%(n)d child ticket is still open.", "%(n)d child tickets are still open.", len(ids))
    numbers = ", ".join(seen[:5])
    return " ".join(part for part in (text % {"n": len(ids)}, numbers) if part)


def check_family(child: Ticket, parent: Ticket) -> None:
    """Raises Invalid where `child` would become its own ancestor, or a closed parent would get an open child."""
    states = dict(Ticket.objects.filter(pk__in=[child.pk, parent.pk]).values_list("pk", "is_open"))
    if states[child.pk] and not states[parent.pk]:
        raise Invalid(fields={"other": _("A closed ticket cannot get an open child; reopen it first.")})
    generation = [child.pk]
    for _depth in range(DEEPEST):
        generation = _children(generation)
        if not generation:
            return
        if parent.pk in generation:
            break
    raise Invalid(fields={"other": _("The other ticket is below this one already.")})


def _children(ids: list[int], **filters: bool) -> list[int]:
    links = TicketLink.objects.filter(target__in=ids, kind=TicketLink.Kind.CHILD)
    return list(Ticket.objects.filter(pk__in=links.values("source"), **filters).values_list("pk", flat=True))
