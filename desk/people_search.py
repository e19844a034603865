"""Naming a person in a text field: suggestions while typing, and what was meant in the end."""

import re
from collections.abc import Iterable

from django.db.models import Q

from accounts.models import User
from flowtic.core.actor import Actor
from flowtic.core.plain_text import EMAIL

SUGGESTIONS = 8
_ADDRESS = re.compile(EMAIL)
_IN_BRACKETS = re.compile(r"<([^<>]+)>\s*\Z")
_NUMBER = re.compile(r"#([1-9][0-9]{0,17})\Z", re.ASCII)


def label(person: User) -> str:
    """How a person stands in a text field: unmistakable, and read back by `meant`."""
    if not person.email:
        return f"{person.name} #{person.pk}"
    # A comma separates several people.
    return person.email if "," in person.name else f"{person.name} <{person.email}>"


def suggestions(actor: Actor, text: str, *, limit: int = SUGGESTIONS) -> list[User]:
    """People whose name or address has every word of the text."""
    words = text.replace("\0", "").replace("<", " ").replace(">", " ").split()[:5]
    if not words:
        return []
    rows = User.objects.visible_to(actor).exclude(state__in=(User.State.REJECTED, User.State.UNVERIFIED))
    for word in words:
        rows = rows.filter(Q(name__icontains=word) | Q(email__icontains=word.lower()))
    return list(rows.order_by("name", "pk")[:limit])


def address_in(text: str) -> str:
    """The e-mail address in "Name <address>" or the text itself if it is one; else ''."""
    found = _IN_BRACKETS.search(text)
    address = (found.group(1) if found else text).strip().lower()
    return address if len(address) <= 254 and _ADDRESS.fullmatch(address) else ""


def meant(actor: Actor, text: str, *, among: Iterable[str] = ()) -> User | None:
    """The one person the text names by address, "Name #12" or a name that only one has. `among`: roles."""
    rows = User.objects.visible_to(actor)
    if among:
        rows = rows.filter(role__in=list(among))
    address, number = address_in(text), _NUMBER.search(text.strip())
    if address:
        return rows.filter(email=address).first()
    if number:
        return rows.filter(pk=int(number.group(1))).first()
    name = " ".join(text.replace("\0", "").split())
    exact = list(rows.filter(name__iexact=name)[:2]) if name else []
    return exact[0] if len(exact) == 1 else None


def meant_ids(actor: Actor, text: str, *, limit: int = 50) -> list[int]:
    """Everybody whom the words of a filter may mean."""
    number = _NUMBER.search(text.strip())
    return [int(number.group(1))] if number else [person.pk for person in suggestions(actor, text, limit=limit)]
