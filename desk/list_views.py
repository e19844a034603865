"""The views of the list: those that every desk has, and saved ones, in the order a person gave them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, QuerySet, TextField, Value
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from desk.models import SavedView, ViewOrder
from flowtic.core.actor import Actor
from flowtic.core.errors import NotFound
from flowtic.core.prepared import Prepared


@dataclass(frozen=True)
class ListView:
    """One view as the side bar shows it; `query` is its canonical address without '?'."""

    key: str
    label: str
    query: str
    colour: str = "grey"
    icon: str = ""
    pk: int = 0  # 0: built in
    is_own: bool = True

    @property
    def url(self) -> str:
        return "/tickets" if self.key == "open" else f"/tickets?view={self.key}"

    @property
    def is_built_in(self) -> bool:
        return not self.pk


@dataclass(frozen=True)
class SideView:
    """A view as the side bar prints it."""

    key: str
    label: str
    url: str
    colour: str
    icon: str
    current: bool


# key, name, canonical query, colour. What is open is grouped and ordered by the time that is left.
BUILT_IN: list[tuple[str, str | Promise, str, str]] = [
    ("open", _("All open"), "open=true&group=due", "grey"),
    ("mine", _("Assigned to me"), "assignee=me&open=true&snoozed=false&group=due", "teal"),
    ("free", _("Unassigned"), "assignee=none&open=true&snoozed=false&group=due", "amber"),
    ("risk", _("SLA at risk"), "open=true&due=overdue,today&group=due", "red"),
    ("approval", _("Waiting for approval"), "status=waiting_approval", "green"),
    ("waiting", _("Waiting"), "category=waiting", "plum"),
    ("snoozed", pgettext_lazy("view", "Put off"), "snoozed=true", "grey"),
    ("all", _("All tickets"), "", "blue"),
]
KEYS = [row[0] for row in BUILT_IN]


def built_in() -> list[ListView]:
    return [ListView(key, str(label), query, colour) for key, label, query, colour in BUILT_IN]


def offered(actor: Actor) -> tuple[list[ListView], list[ListView]]:
    """(shown, hidden) of this person, each in their order. One query: saved views and the order together."""
    saved, shown, hidden = [], "", ""
    for is_order, pk, owner, name_de, name_en, icon, colour, query in _rows(actor):
        if is_order:
            shown, hidden = name_de, name_en
            continue
        name = name_de if (get_language() or "en").startswith("de") else name_en
        saved.append(ListView(f"v{pk}", name, query, colour, icon, pk, is_own=owner == actor.user.pk))
    saved.sort(key=lambda view: (view.is_own, view.label.casefold(), view.pk))
    return _ordered([*built_in(), *saved], shown.split(","), set(hidden.split(",")))


def _ordered(found: list[ListView], shown: Iterable[str], hidden: set[str]) -> tuple[list[ListView], list[ListView]]:
    places = {key: place for place, key in enumerate(shown)}
    last = len(places)
    ordered = sorted(found, key=lambda view: places.get(view.key, last))
    return [view for view in ordered if view.key not in hidden], [view for view in ordered if view.key in hidden]


def _rows(actor: Actor) -> list[tuple[Any, ...]]:
    """(is the order, id, whose, name or shown keys, name or hidden keys, icon, colour, query)."""
    return _views_and_order.rows(actor)


def _both(actor: Actor) -> QuerySet[Any, Any]:
    nothing = Value("", TextField())
    order = ViewOrder.objects.filter(person=actor.user).values_list(
        Value(1, IntegerField()), "pk", "person_id", "shown", "hidden", nothing, nothing, nothing
    )
    views = SavedView.objects.offered_to(actor).values_list(
        Value(0, IntegerField()), "pk", "owner_id", "name_de", "name_en", "icon", "colour", "query"
    )
    return views.union(order, all=True)


_views_and_order = Prepared(_both)


def saved_view(actor: Actor, key: str) -> SavedView:
    """The saved view of that key, if the actor may see it. Raises NotFound."""
    number = key[1:] if key.startswith("v") else ""
    usable = number.isascii() and number.isdigit() and len(number) < 19
    row = SavedView.objects.visible_to(actor).filter(pk=int(number)).first() if usable else None
    if row is None:
        raise NotFound(gettext("There is no view of this name."))
    return row
