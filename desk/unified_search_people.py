"""People in the one search: by name and address, also when the name is not written quite right."""

import re

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from desk.people_search import suggestions
from flowtic.core.actor import Actor
from flowtic.core.search.operators import Asked
from flowtic.core.search.providers import MAX_HITS, Answer, Hit, Provider, register
from flowtic.core.search.snippets import Pieces
from flowtic.core.search.spelling import SHORTEST, closest, corrected
from flowtic.core.search.text import PART
from flowtic.core.search.words import lower

KIND = "person"
FEW = 3  # hits below which alike names are looked for, too
NEAR = 400  # people compared with a mistyped name
WORDS = 5


def find_people(actor: Actor, asked: Asked, limit: int, typing: bool) -> Answer:
    """People whom the actor may look up; alike names behind those that have every word."""
    if not asked.words:
        return Answer()
    people = suggestions(actor, asked.words, limit=MAX_HITS + 1)
    more = len(people) > MAX_HITS
    alike = _alike(actor, asked.words, {person.pk for person in people}) if len(people) < FEW else []
    known = [word for person in alike for word in PART.findall(person.name)]
    meant = corrected(asked.words, known) if alike and not people and not typing else ""
    shown = [*people[:MAX_HITS], *alike]
    hits = [_hit(person, asked.words) for person in shown[:limit]]
    return Answer(hits, len(shown), more, loose=bool(alike) and not people, meant=meant)


def _alike(actor: Actor, text: str, without: set[int]) -> list[User]:
    """People with a name for each word that is nearly written so."""
    words = [word for word in PART.findall(text)[:WORDS] if len(word) >= SHORTEST]
    if not words or len(words) != len(PART.findall(text)):
        return []
    near = Q()
    for piece in {piece for word in words for piece in (word[:3], word[-3:], word[1:4])}:
        near |= Q(name__icontains=piece)
    rows = User.objects.visible_to(actor).filter(near).exclude(pk__in=without)
    rows = rows.exclude(state__in=(User.State.REJECTED, User.State.UNVERIFIED)).order_by("name", "pk")
    names = rows.values_list("pk", "name")[:NEAR]
    ids = [pk for pk, name in names if all(_has(name, word) for word in words)][:FEW]
    return list(User.objects.filter(pk__in=ids).order_by("name", "pk")) if ids else []


def _has(name: str, word: str) -> bool:
    parts = PART.findall(name)
    return any(lower(word) == lower(part) for part in parts) or closest(word, parts) is not None


def _hit(person: User, words: str) -> Hit:
    facts = (person.email or "", str(User.Role(person.role).label) if person.role != User.Role.USER else "")
    return Hit(
        kind=KIND,
        object_id=person.pk,
        title=_marked(person.name or person.email or f"#{person.pk}", words),
        url=reverse("accounts:person", args=[person.pk]),
        facts=tuple(filter(None, facts)),
        person=person,
    )


def _marked(name: str, words: str) -> Pieces:
    """Every place of a word in the name, as `suggestions` finds them."""
    parts = [re.escape(word) for word in words.split()[:WORDS]]
    pieces = re.split(f"({'|'.join(parts)})", name, flags=re.IGNORECASE) if parts else [name]
    return [(piece, n % 2 == 1) for n, piece in enumerate(pieces) if piece]


register(
    Provider(
        kind=KIND,
        label=gettext_lazy("People"),
        icon="users",
        visible=lambda actor: bool(actor.can_work),
        find=find_people,
        order=30,
        scope="people:read",
    )
)
