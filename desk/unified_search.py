"""Tickets in the one search: rights inside the query, the best and newest first, notes only for who reads them."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.milestones import plain_state
from desk.models import Comment, Ticket
from desk.models.ticket import inside_q
from desk.search import KIND
from desk.ticket_filters import DEFAULT_SORT, filter_tickets, sort_named
from desk.unified_search_operators import NAMES, Reading, read_operators
from flowtic.core import clock, search
from flowtic.core.actor import Actor
from flowtic.core.prepared import Prepared
from flowtic.core.search.operators import Asked
from flowtic.core.search.providers import MAX_HITS, Answer, Hit, Provider, register
from flowtic.core.search.ranking import newest_first, ranked
from flowtic.core.search.snippets import Pieces, has_mark, marked, snippet
from flowtic.core.search.spelling import corrected
from flowtic.core.search.text import PART, Question, parse_question

YEARS = 20  # that "#123" is looked for in
READ = 4_000  # characters of a text that a snippet is cut from
TEXTS = 200  # comments looked at for the snippets of one page
TITLES = 1_000  # newest subjects whose words may have been meant
LOOSE = 10  # hits that have some of the words
FIT = 0.4  # of the best loose one's score
STATUS = ("status__name_de", "status__name_en", "status__key", "status__kind", "status__category")


def find_tickets(actor: Actor, asked: Asked, limit: int, typing: bool) -> Answer:
    """Tickets of which the actor may read what answers the question."""
    reading = read_operators(actor, asked)
    hints = tuple(dict.fromkeys(reading.hints))
    if reading.nothing:
        return Answer(hints=hints)
    named = _named(actor, asked)
    rows = filter_tickets(actor, reading.params, sort=sort_named(DEFAULT_SORT))
    ids = _found(actor, rows, asked, typing)
    more = len(ids) > MAX_HITS
    ids = [*named, *(pk for pk in ids[:MAX_HITS] if pk not in named)]
    return Answer(
        _hits(actor, ids[:limit], asked, named), len(ids), more, hints=hints, url=_list_url(actor, asked, reading)
    )


def nearly_tickets(actor: Actor, asked: Asked, limit: int) -> Answer:
    """Tickets that hold some of the words, and the question with its words put right by newer subjects."""
    reading = read_operators(actor, asked)
    rows = filter_tickets(actor, reading.params, sort=sort_named(DEFAULT_SORT)).order_by()
    several = len(parse_question(asked.words)) > 1 and not reading.nothing
    internal = actor.works_in_every_department
    found = search.best_matches(rows, KIND, asked.words, internal=internal, limit=LOOSE) if several else []
    ids = [row.object_id for row in found if row.score >= FIT * found[0].score]
    return Answer(_hits(actor, ids[:limit], asked, ()), len(ids), meant=_meant(actor, asked))


def _named(actor: Actor, asked: Asked) -> list[int]:
    """Tickets whose number is in the question: "FT-2026-000123", "#123", or the whole question as a number."""
    numbers: set[str] = set()
    for typed in asked.numbers:
        if typed.isdigit():
            year, prefix = clock.now().year, settings.FLOWTIC_NUMBER_PREFIX
            numbers.update(f"{prefix}-{year - n}-{int(typed):06d}" for n in range(YEARS))
            numbers.add(typed)
        else:
            prefix, middle, tail = typed.upper().split("-")
            numbers.update((typed, typed.upper(), f"{prefix}-{middle}-{int(tail):06d}"))
    if asked.words and " " not in asked.words and len(asked.words) <= 40:
        numbers.add(asked.words)
    if not numbers:
        return []
    rows = Ticket.objects.visible_to(actor).filter(number__in=numbers).order_by("-pk")
    return list(rows.values_list("pk", flat=True)[:5])


def _found(actor: Actor, rows: QuerySet[Ticket], asked: Asked, typing: bool) -> list[int]:
    """Ids in order of fit and age: of all matches the newest ones, one more than are counted."""
    if asked.words:
        internal: dict[str, Any] = {"internal": True}
        if not actor.works_in_every_department:
            internal = {"internal_q": inside_q(actor) if actor.can_work else None}
        rows = search.filter_by_text(rows, KIND, asked.words, typing=typing, wanted=MAX_HITS + 1, **internal)
    elif not asked.operators:
        return []
    moments = dict(rows.values_list("pk", "updated_at")[: MAX_HITS + 1])
    if not asked.words:
        return list(moments)
    scores = ranked(Ticket.objects.all(), KIND, asked.words, list(moments), inside=_inside(actor, list(moments)))
    return newest_first(scores, moments)


def _meant(actor: Actor, asked: Asked) -> str:
    """The question with words put right that stand in newer subjects the actor may read; '' if it is fine."""
    subjects = Ticket.objects.visible_to(actor).order_by("-updated_at").values_list("subject", flat=True)[:TITLES]
    known = list(dict.fromkeys(word for subject in subjects for word in PART.findall(subject)))
    return corrected(asked.words, known)


# ---- what is shown of them ----------------------------------------------------------------


def _inside(actor: Actor, ids: Collection[int]) -> set[int]:
    """Those of the tickets whose notes the actor reads."""
    if actor.works_in_every_department:
        return set(ids)
    return {pk for (pk,) in _internal.among(ids, actor)}


_internal = Prepared(
    lambda ids, actor: Ticket.objects.internal_to(actor).filter(pk__in=ids).order_by().values_list("pk")
)
_titles = Prepared(
    lambda ids: (
        Ticket.objects.filter(pk__in=ids)
        .order_by()
        .select_related("status")
        .only("number", "subject", "updated_at", *STATUS)
    )
)


def _hits(actor: Actor, ids: list[int], asked: Asked, exact: Collection[int]) -> list[Hit]:
    question = parse_question(asked.words)
    inside = _inside(actor, ids)
    if asked.brief:
        titles = {ticket.pk: ticket for ticket in _titles.among(ids)}
        shown = [titles[pk] for pk in ids if pk in titles]
        return [_hit(ticket, question, inside=ticket.pk in inside, exact=ticket.pk in exact) for ticket in shown]
    tickets = Ticket.objects.filter(pk__in=ids).for_list().annotate(beginning=Left("description", READ))
    by_pk = {ticket.pk: ticket for ticket in tickets}
    texts = _texts(ids, inside) if question else {}
    found = []
    for pk in ids:
        if ticket := by_pk.get(pk):
            hit = _hit(ticket, question, inside=pk in inside, exact=pk in exact)
            shown, source = _snippet(ticket, texts.get(pk, []), question)
            facts = _facts(ticket) if pk in inside else ()
            found.append(replace(hit, snippet=shown, source=source, facts=facts))
    return found


def _facts(ticket: Ticket) -> tuple[str, ...]:
    facts = (ticket.department.name, ticket.requester.name, ticket.assignee.name if ticket.assignee else "")
    return tuple(filter(None, facts))


def _hit(ticket: Ticket, question: Question, *, inside: bool, exact: bool) -> Hit:
    return Hit(
        kind=KIND,
        object_id=ticket.pk,
        title=marked(ticket.subject, question),
        url=reverse("desk:ticket" if inside else "desk:portal_ticket", args=[ticket.number]),
        lead=ticket.number,
        status=ticket.status if inside else plain_state(ticket.status),
        at=ticket.updated_at,
        exact=exact,
    )


def _texts(ids: Collection[int], inside: Collection[int]) -> dict[int, list[tuple[str, bool]]]:
    """Newest comments of the tickets that may be read: text, and whether it is a note."""
    found: dict[int, list[tuple[str, bool]]] = {}
    rows = Comment.objects.filter(ticket__in=ids, is_internal=False)
    if inside:
        rows = rows | Comment.objects.filter(ticket__in=inside)
    shown = rows.order_by("-pk").annotate(beginning=Left("body", READ))
    for ticket_id, text, is_note in shown.values_list("ticket_id", "beginning", "is_internal")[:TEXTS]:
        found.setdefault(ticket_id, []).append((text, is_note))
    return found


def _snippet(ticket: Any, texts: list[tuple[str, bool]], question: Question) -> tuple[Pieces, str]:
    """The part that answers the question best, and where it is from."""
    if not question:
        return [], ""
    first = snippet(ticket.beginning, question)
    if has_mark(first):
        return first, ""
    for text, is_note in texts:
        pieces = snippet(text, question)
        if has_mark(pieces):
            return pieces, _("Internal note") if is_note else ""
    return first, ""


def _list_url(actor: Actor, asked: Asked, reading: Reading) -> str:
    """Where all of them are: the list with the same filters."""
    if not actor.can_work:
        return f"{reverse('desk:portal_tickets')}?{urlencode({'state': 'all', 'q': asked.words})}"
    pairs = [(name, value) for name, values in reading.params.items() for value in values]
    pairs += [("q", asked.words)] if asked.words else []
    return f"{reverse('desk:ticket_list')}?{urlencode(pairs or [('view', 'all')])}"


register(
    Provider(
        kind=KIND,
        label=gettext_lazy("Tickets"),
        icon="ticket",
        visible=lambda actor: bool(actor.is_person),
        find=find_tickets,
        nearly=nearly_tickets,
        order=10,
        operators=NAMES,
        scope="tickets:read",
    )
)
