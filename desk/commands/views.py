"""Saved views of the list, and the order in which a person has them."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import Department, User
from desk import events
from desk.models import SavedView, ViewOrder
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import BadRequest, Conflict, Invalid, NotFound
from flowtic.core.events import change, record
from flowtic.core.policy import require

FIELDS = ("name_de", "name_en", "icon", "colour", "query")
SHARES = ("own", "department", "everybody")
MOST = 100  # views of one person, and shared ones of one place
MAX_QUERY = 4000
MAX_NAME = 60
_KEY = re.compile(r"(?:[a-z]{1,20}|v[1-9][0-9]{0,17})\Z", re.ASCII)


@command
def save_view(
    actor: Actor, view: SavedView | None, *, share: str = "", department: Department | None = None, **values: Any
) -> SavedView:
    """Creates (None) or changes a view. `share`: own, department (with `department`) or everybody; '' leaves it.

    A view that is taken back from others becomes the actor's own.
    """
    require(actor, "view.save")
    row = SavedView(created_at=clock.now()) if view is None else _locked(actor, view)
    before = {name: getattr(row, name) for name in FIELDS}
    if view is not None:
        require(actor, "view.edit", row)
    if unknown := set(values) - set(FIELDS):
        raise Invalid(fields=dict.fromkeys(unknown, _("Unknown field.")))
    for name, value in _clean(values).items():
        setattr(row, name, value)
    row.name_de, row.name_en = row.name_de or row.name_en, row.name_en or row.name_de
    if share or view is None:
        _share(actor, row, share or "own", department)
        require(actor, "view.edit", row)
        _check_number(row)
    row.updated_at = clock.now()
    try:
        row.full_clean(exclude=("owner", "department"))  # one of both is empty
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from error
    row.save()
    if row.owner_id is None:
        changes = [
            change(name, before[name], getattr(row, name)) for name in FIELDS if before[name] != getattr(row, name)
        ]
        record(actor, events.VIEW_SAVED, row, changes=changes)
    return row


@command
def delete_view(actor: Actor, view: SavedView) -> None:
    """Nobody has it any more; the tickets stay what they are."""
    row = _locked(actor, view)
    require(actor, "view.edit", row)
    if row.owner_id is None:
        record(actor, events.VIEW_DELETED, row, data={"name": row.name_en, "query": row.query})
    row.delete()


@command
def arrange_views(actor: Actor, person: User, *, shown: Sequence[str], hidden: Sequence[str]) -> ViewOrder:
    """The side bar of the person: keys in order, and those that are left out."""
    require(actor, "view.save")
    if actor.user is None or person.pk != actor.user.pk:
        raise NotFound(_("Everybody arranges their own views."))
    keys = [*shown, *hidden]
    if len(keys) > 4 * MOST or not all(_KEY.match(key) for key in keys):
        raise Invalid(fields={"shown": _("There is no view of this name.")})
    own = list(dict.fromkeys(hidden))
    values = {"shown": ",".join(dict.fromkeys(key for key in shown if key not in own)), "hidden": ",".join(own)}
    row, made = ViewOrder.objects.select_for_update().get_or_create(person=person, defaults=values)
    if not made:
        row.shown, row.hidden = values["shown"], values["hidden"]
        row.save(update_fields=["shown", "hidden"])
    return row


def _locked(actor: Actor, view: SavedView) -> SavedView:
    """The row as it is now; a view that is not the actor's to see does not exist for them."""
    row = SavedView.objects.visible_to(actor).filter(pk=view.pk).select_for_update().first()
    if row is None:
        raise NotFound(_("There is no view of this name."))
    return row


def _clean(values: dict[str, Any]) -> dict[str, str]:
    cleaned = {}
    for name, value in values.items():
        text = str(value or "")
        if name.startswith("name"):
            # Characters that draw nothing, or turn the line round, would let a view pass for another one.
            text = "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cf", "Co", "Cs"))
            text = " ".join(text.split())
            if len(text) > MAX_NAME:
                raise Invalid(fields={name: _("A name may have up to %(n)d characters.") % {"n": MAX_NAME}})
        cleaned[name] = _query(text) if name == "query" else text
    if {"name_de", "name_en"} <= set(cleaned) and not (cleaned["name_de"] or cleaned["name_en"]):
        raise Invalid(fields={"name": _("Please enter a name.")})
    return cleaned


def _query(text: str) -> str:
    """The canonical form; raises Invalid for what the list would refuse."""
    # Not above: the list's own parts stand above the commands.
    from desk.list_state import ListState

    if len(text) > MAX_QUERY:
        raise Invalid(fields={"query": _("These are too many filters for one view.")})
    try:
        return ListState.of(QueryDict(text.lstrip("?"))).query
    except BadRequest as error:
        raise Invalid(
            error.message, fields={"query": [one for many in error.fields.values() for one in many]}
        ) from error


def _share(actor: Actor, row: SavedView, share: str, department: Department | None) -> None:
    if share not in SHARES:
        raise Invalid(fields={"share": _("This value does not exist.")})
    if share == "department" and department is None:
        raise Invalid(fields={"department": _("Please choose a department.")})
    row.owner = actor.user if share == "own" else None
    row.department = department if share == "department" else None
    row.everybody = share == "everybody"


def _check_number(row: SavedView) -> None:
    same = SavedView.objects.filter(owner=row.owner, department=row.department, everybody=row.everybody)
    if same.exclude(pk=row.pk).count() >= MOST:
        raise Conflict(_("There are %(n)d views already. Please delete one first.") % {"n": MOST})
