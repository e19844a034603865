"""The checklist in the side panel: lines are added, ticked off, reworded, moved and taken off, one small form each."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.views.gate import PersonRequest
from desk.commands.checklists import add_item, change_item, move_item, remove_item, tick_item, use_checklist
from desk.models import ChecklistItem, ChecklistTemplate, Ticket
from desk.views.gate import desk_change, working_ticket
from desk.views.ticket_parts import changed, refused
from flowtic.core.errors import CommandError, Invalid

PLACE = "#checklist"
ADD = "#checklist [data-add]"


@desk_change
def add(request: PersonRequest, number: str) -> HttpResponse:
    """A new line; the focus stays where the next one is typed."""
    ticket = working_ticket(request, number)
    try:
        add_item(request.actor, ticket, text=request.POST.get("text", ""))
    except CommandError as error:
        return refused(request, number, error, {})
    return changed(request, number, _("Added to the checklist."), focus=ADD, anchor=PLACE)


@desk_change
def use(request: PersonRequest, number: str) -> HttpResponse:
    """All lines of a template."""
    ticket, named = working_ticket(request, number), request.POST.get("template", "")
    rows = ChecklistTemplate.objects.visible_to(request.actor).filter(active=True)
    template = rows.filter(pk=int(named)).first() if named.isascii() and named.isdigit() and len(named) < 19 else None
    try:
        if template is None:
            raise Invalid(_("Please choose a checklist."), fields={"template": _("Please choose a checklist.")})
        use_checklist(request.actor, ticket, template=template)
    except CommandError as error:
        return refused(request, number, error, {})
    return changed(request, number, _("The checklist was added."), focus="#panel-checklist", anchor=PLACE, undo=True)


@desk_change
def change(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """One line; which button was pressed says what: `done`, `to` (up, down), `remove`, else another wording."""
    ticket, post = working_ticket(request, number), request.POST
    focus = f"#check-{pk}"
    try:
        if "done" in post:
            row = tick_item(request.actor, ticket, item=pk, done=post["done"] == "1")
            said = _("Ticked off: %(text)s") if row.is_done else _("Open again: %(text)s")
            said %= {"text": row.text}
        elif "to" in post:
            _move(request, ticket, pk, post["to"])
            said = _("Moved.")
        elif "remove" in post:
            remove_item(request.actor, ticket, item=pk)
            said, focus = _("Taken off the checklist."), ADD
        else:
            change_item(request.actor, ticket, item=pk, text=post.get("text", ""))
            said = _("Changed.")
    except CommandError as error:
        return refused(request, number, error, {})
    return changed(request, number, said, focus=focus, anchor=PLACE, undo="remove" in post)


def _move(request: PersonRequest, ticket: Ticket, pk: int, to: str) -> None:
    order = list(ChecklistItem.objects.filter(ticket=ticket).values_list("pk", flat=True))
    place = order.index(pk) if pk in order else 0
    move_item(request.actor, ticket, item=pk, place=place - 1 if to == "up" else place + 1)
