"""Articles in the one search over everything: active ones first, only what the reader may open."""

from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from flowtic.core import search
from flowtic.core.actor import Actor
from flowtic.core.search.operators import Asked
from flowtic.core.search.providers import MAX_HITS, Answer, Hit, Provider, on_miss, register
from flowtic.core.search.ranking import newest_first, ranked
from flowtic.core.search.snippets import marked, snippet
from flowtic.core.search.spelling import corrected
from flowtic.core.search.text import PART, Question, parse_question
from knowledge.commands import record_miss
from knowledge.models import Article
from knowledge.search import KIND

READ = 8_000  # characters of a text that a snippet is cut from
TITLES = 1_000  # titles whose words may have been meant
LOOSE = 5  # hits that have some of the words
FIT = 0.4  # of the best loose one's score


def find_articles(actor: Actor, asked: Asked, limit: int, typing: bool) -> Answer:
    """Articles that hold every word; for `tag:` those with one of the tags."""
    ids = _found(_rows(actor, asked), asked, typing)
    shown = ids[:MAX_HITS]
    return Answer(_hits(actor, shown[:limit], asked), len(shown), len(ids) > MAX_HITS)


def nearly_articles(actor: Actor, asked: Asked, limit: int) -> Answer:
    """Articles that hold some of the words, and the question with its words put right by titles."""
    rows = _rows(actor, asked)
    several = len(parse_question(asked.words)) > 1
    found = search.best_matches(rows, KIND, asked.words, limit=LOOSE) if several else []
    ids = [row.object_id for row in found if row.score >= FIT * found[0].score]
    return Answer(_hits(actor, ids[:limit], asked), len(ids), meant=_meant(rows, asked))


def _rows(actor: Actor, asked: Asked) -> QuerySet[Article]:
    """What the actor may read, for `tag:` with one of the tags."""
    rows = Article.objects.visible_to(actor)
    if tags := [tag.strip().lower() for value in asked.values("tag") for tag in value.split(",")]:
        rows = rows.filter(pk__in=Article.tags.through.objects.filter(tag__name__in=tags).values("article_id"))
    return rows


def _found(rows: QuerySet[Article], asked: Asked, typing: bool) -> list[int]:
    if not asked.words and not asked.operators:
        return []
    ordered = rows.order_by("-updated_at", "-pk")
    if asked.words:
        ordered = search.filter_by_text(ordered, KIND, asked.words, typing=typing, wanted=MAX_HITS + 1)
    facts = {pk: (at, state) for pk, at, state in ordered.values_list("pk", "updated_at", "state")[: MAX_HITS + 1]}
    scores = ranked(Article.objects.all(), KIND, asked.words, list(facts))
    best = newest_first(scores, {pk: at for pk, (at, _state) in facts.items()})
    return sorted(best, key=lambda pk: facts[pk][1] != Article.State.ACTIVE)


def _meant(rows: QuerySet[Article], asked: Asked) -> str:
    titles = rows.order_by("-updated_at").values_list("title", flat=True)[:TITLES]
    return corrected(asked.words, list(dict.fromkeys(word for title in titles for word in PART.findall(title))))


def _hits(actor: Actor, ids: list[int], asked: Asked) -> list[Hit]:
    question = parse_question(asked.words)
    if not ids:
        return []
    rows = Article.objects.filter(pk__in=ids).select_related("category").defer("body")
    read = Value("") if asked.brief else Left("body", READ)
    by_pk = {article.pk: article for article in rows.annotate(beginning=read)}
    return [_hit(actor, by_pk[pk], question) for pk in ids if pk in by_pk]


def _hit(actor: Actor, article: Any, question: Question) -> Hit:
    if actor.can_work:
        facts = [article.category.name, "" if article.state == Article.State.ACTIVE else article.get_state_display()]
        url = article.get_absolute_url()
    else:
        facts, url = [], reverse("knowledge:help_article", args=[article.slug])
    return Hit(
        kind=KIND,
        object_id=article.pk,
        title=marked(article.title, question),
        url=url,
        snippet=snippet(article.beginning, question),
        facts=tuple(str(fact) for fact in facts if fact),
        at=article.updated_at,
    )


def _note_miss(actor: Actor, words: str) -> None:
    record_miss(actor, text=words, language=get_language() or "en")


register(
    Provider(
        kind=KIND,
        label=_("Articles"),
        icon="book",
        visible=lambda actor: bool(actor.is_person),
        find=find_articles,
        nearly=nearly_articles,
        order=20,
        operators=frozenset({"tag"}),
        scope="articles:read",
    )
)
on_miss("knowledge", _note_miss)
