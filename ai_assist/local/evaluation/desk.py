"""The engine judged on this desk's own closed tickets; the last report is kept beside the models for its admin."""

import json
import os
from datetime import datetime
from typing import Any

from ai_assist.local import duplicates, store
from ai_assist.local.duration import learn_durations
from ai_assist.local.evaluation.retrieval import figures
from ai_assist.local.evaluation.routing import judge
from ai_assist.local.examples import split
from ai_assist.local.learning import TooLittle
from ai_assist.local.similar import similar_tickets
from ai_assist.local.tickets import TARGETS, closed_count, closed_tickets, examples
from desk.models import Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor

FILE = "quality.json"
MOST_QUESTIONS = 200
PLACES = 10
LEAST_USES = 10


def evaluate() -> dict[str, Any]:
    """Learns anew, beside the models in use, and judges; {} figures where there is too little."""
    known = list(examples())
    duplicates.mark(known)
    parts = split(known)
    routing: dict[str, Any] = {}
    for target in TARGETS:
        try:
            routing[target] = judge(parts, target)
        except TooLittle:
            routing[target] = {}
    learned = learn_durations()
    return {
        "at": clock.now().isoformat(),
        "closed": closed_count(),
        "routing": routing,
        "similar": _similar(),
        "articles": _articles(),
        "duration": learned.scores | {"tickets": learned.rows} if learned else {},
    }


def keep(report: dict[str, Any]) -> None:
    """Stores the report for the admin's page."""
    place = store.folder() / FILE
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partly = place.with_suffix(f".{os.getpid()}.part")
    partly.write_text(json.dumps(report), encoding="utf-8")
    partly.replace(place)


def stored() -> dict[str, Any]:
    """The last report; {} when there is none that can be read."""
    try:
        found = json.loads((store.folder() / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def made_at(report: dict[str, Any]) -> datetime | None:
    """When a report was made; None for none."""
    try:
        return datetime.fromisoformat(str(report["at"]))
    except (KeyError, ValueError):
        return None


def _similar() -> dict[str, Any]:
    """The newest solved tickets ask for others of their department, through the desk's own index."""
    actor, found = Actor.system("assistant"), []
    for ticket in closed_tickets().order_by("-pk")[:MOST_QUESTIONS]:
        ids = [hit.ticket_id for hit in similar_tickets(actor, ticket, limit=PLACES)]
        places = dict(Ticket.objects.filter(pk__in=ids).values_list("pk", "department_id"))
        found.append(_rank([places.get(pk) == ticket.department_id for pk in ids]))
    return figures(found, closed_count()) if found else {}


def _articles() -> dict[str, Any]:
    """Tickets into which somebody put an article ask for that article."""
    from ai_assist.local.articles import matching
    from knowledge.models import Article, ArticleUse

    actor, found = Actor.system("assistant"), []
    used: dict[str, set[int]] = {}
    for number, article in ArticleUse.objects.order_by("-pk").values_list("ticket_number", "article")[:MOST_QUESTIONS]:
        used.setdefault(number, set()).add(article)
    if len(used) < LEAST_USES:
        return {}
    for ticket in Ticket.objects.filter(number__in=used):
        hits = matching(actor, ticket, limit=PLACES)
        found.append(_rank([hit.article_id in used[ticket.number] for hit in hits]))
    return figures(found, Article.objects.count())


def _rank(right: list[bool]) -> int | None:
    return right.index(True) + 1 if True in right else None
