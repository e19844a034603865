"""The catalogue that a new ticket begins with: request types on offer, by category, with what was used last."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from desk.models import FormDraft, RequestType, Ticket, TicketTemplate
from flowtic.core.actor import Actor

RECENT, LOOKED_AT = 4, 30
MAX_QUERY = 100


@dataclass(frozen=True)
class Group:
    """The types of one category."""

    name: str
    types: list[RequestType]


@dataclass(frozen=True)
class Catalog:
    """What the first page of a new ticket shows."""

    groups: list[Group]
    recent: list[RequestType]
    drafts: list[FormDraft]
    templates: list[TicketTemplate]
    text: str

    @property
    def is_empty(self) -> bool:
        return not self.groups and not self.templates


def on_offer() -> Any:
    """Request types that can be filled in."""
    return RequestType.objects.filter(active=True)


def catalog(actor: Actor, text: str, *, desk: bool) -> Catalog:
    """The types with every word of `text` in their names, descriptions or category; all of them without."""
    words = text[:MAX_QUERY].casefold().split()
    types = list(on_offer())
    found = [row for row in types if _has(words, row)]
    groups: dict[str, list[RequestType]] = {}
    for row in found:
        groups.setdefault(row.category, []).append(row)
    drafts = FormDraft.objects.filter(person=actor.user, request_type__active=True).select_related("request_type")
    templates = TicketTemplate.objects.visible_to(actor).filter(active=True) if desk else TicketTemplate.objects.none()
    return Catalog(
        groups=[Group(name or (_("Other") if len(groups) > 1 else ""), rows) for name, rows in groups.items()],
        recent=[] if words or len(types) <= RECENT else _recent(actor, {row.pk: row for row in types}),
        drafts=[] if words else list(drafts.order_by("-updated_at")),
        templates=[row for row in templates if _names(words, row.key, row.name_de, row.name_en, row.subject)],
        text=text[:MAX_QUERY],
    )


def _recent(actor: Actor, types: dict[int, RequestType]) -> list[RequestType]:
    """What the person asked for last."""
    own = Ticket.objects.filter(requester=actor.user).order_by("-updated_at", "-pk")
    used = dict.fromkeys(own.values_list("request_type_id", flat=True)[:LOOKED_AT])
    return [types[pk] for pk in used if pk in types][:RECENT]


def _has(words: list[str], row: RequestType) -> bool:
    return _names(words, row.key, row.name_de, row.name_en, row.description_de, row.description_en, row.category)


def _names(words: list[str], *texts: str) -> bool:
    whole = " ".join(texts).casefold()
    return all(word in whole for word in words)
