"""Renaming, merging and deleting tags; everything that names them follows."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import events, tag_uses
from desk.commands.tagging import clean_tags
from desk.concurrency import touch
from desk.models import Tag, Ticket
from flowtic.core.actor import Actor
from flowtic.core.bulk import update_rows
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

BATCH = 500
TAKEN = gettext_lazy("This tag exists already. Merge the two instead.")


@command
def rename_tag(actor: Actor, tag: Tag, *, name: str) -> Tag:
    """The same tag under another name, on all tickets at once."""
    require(actor, "desk.configure", tag)
    tag = Tag.objects.select_for_update().get(pk=tag.pk)
    new = _clean(name)
    if new == tag.name:
        return tag
    if Tag.objects.filter(name=new).exists():
        raise Conflict(str(TAKEN), fields={"name": str(TAKEN)})
    old, tag.name = tag.name, new
    tag.save(update_fields=["name"])
    _touch_tickets(tag)
    followed = tag_uses.replaced(old, new)
    record(actor, events.CONFIG_CHANGED, tag, changes=[change("name", old, new)], data={"followed": followed})
    return tag


@command
def merge_tags(actor: Actor, tag: Tag, *, into: Tag) -> Tag:
    """Every ticket with `tag` has `into` instead; `tag` is gone."""
    require(actor, "desk.configure", tag)
    if tag.pk == into.pk:
        raise Invalid(fields={"into": _("Choose another tag.")})
    rows = {row.pk: row for row in Tag.objects.select_for_update().filter(pk__in=(tag.pk, into.pk)).order_by("pk")}
    if len(rows) < 2:
        raise Conflict(_("One of the two tags does not exist any more."))
    through = Ticket.tags.through
    number = _touch_tickets(tag)
    both = set(through.objects.filter(tag=into).values_list("ticket_id", flat=True))
    moved = [row for row in through.objects.filter(tag=tag) if row.ticket_id not in both]
    for row in moved:
        row.tag_id = into.pk
    update_rows(moved, ["tag"])
    through.objects.filter(tag=tag).delete()
    followed = tag_uses.replaced(tag.name, into.name)
    data = {"merged": tag.name, "into": into.name, "tickets": number, "followed": followed}
    record(actor, events.CONFIG_CHANGED, into, changes=[change("merged", tag.name, into.name)], data=data)
    rows[tag.pk].delete()
    return rows[into.pk]


@command
def delete_tag(actor: Actor, tag: Tag) -> None:
    """Takes the tag from all tickets. Rules that ask for it find nothing from then on, so they have to go first."""
    require(actor, "desk.configure", tag)
    tag = Tag.objects.select_for_update().get(pk=tag.pk)
    asked = tag_uses.named_by(tag.name)
    if asked:
        raise Conflict(_("This tag is still named by: %(places)s.") % {"places": ", ".join(asked)})
    number = _touch_tickets(tag)
    record(actor, events.CONFIG_CHANGED, tag, data={"removed": tag.name, "tickets": number})
    tag.delete()


def _clean(name: str) -> str:
    found = clean_tags([name])
    if not found:
        raise Invalid(fields={"name": _("Please give a name.")})
    return found[0]


def _touch_tickets(tag: Tag) -> int:
    """The tickets of the tag count as changed: who has their old tags on screen is told so. Returns how many."""
    number, after = 0, 0
    while True:
        rows: list[Any] = list(
            Ticket.objects.select_for_update()
            .filter(tags=tag, pk__gt=after)
            .order_by("pk")
            .only("pk", "version", "field_versions")[:BATCH]
        )
        if not rows:
            return number
        for ticket in rows:
            touch(ticket, "tags")
        update_rows(rows, ["version", "field_versions"])
        number, after = number + len(rows), rows[-1].pk
