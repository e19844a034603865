"""What readers leave behind."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import record
from flowtic.core.plain_text import one_line
from flowtic.core.policy import require
from knowledge import events
from knowledge.models import Article, ArticleFeedback, ArticleUse, SearchMiss

LONGEST_NOTE, LONGEST_MISS, SHORTEST_MISS = 500, 100, 3


@command
def rate_article(actor: Actor, article: Article, *, helpful: bool, note: str) -> Article:
    """Keeps one opinion per person; a later one takes the place of the earlier."""
    article = Article.objects.lock(article.pk)
    require(actor, "article.rate", article)
    note = one_line(note)
    if len(note) > LONGEST_NOTE:
        raise Invalid(fields={"note": _("Up to 500 characters.")})
    given = ArticleFeedback.objects.filter(article=article, person=actor.user).first()
    if given and (given.helpful, given.note) == (helpful, note):
        return article
    values = {"helpful": helpful, "note": note, "at": clock.now()}
    ArticleFeedback.objects.update_or_create(article=article, person=actor.user, defaults=values)
    article.helpful_yes = article.feedback.filter(helpful=True).count()
    article.helpful_no = article.feedback.filter(helpful=False).count()
    article.save(update_fields=["helpful_yes", "helpful_no"])
    record(actor, events.RATED, article, data={"title": article.title, "helpful": helpful})
    return article


@command
def note_use(actor: Actor, article: Article, *, ticket_number: str) -> Article:
    """Remembers that the article was put into a ticket; once per ticket."""
    article = Article.objects.lock(article.pk)
    require(actor, "article.use", article)
    number = one_line(ticket_number)
    if not number or len(number) > 40:
        raise Invalid(fields={"ticket_number": _("This is not the number of a ticket.")})
    if ArticleUse.objects.filter(article=article, ticket_number=number).exists():
        return article
    ArticleUse.objects.create(article=article, ticket_number=number, person=actor.user, at=clock.now())
    record(actor, events.USED, article, data={"title": article.title, "ticket": number})
    return article


@command
def record_miss(actor: Actor, *, text: str, language: str) -> SearchMiss | None:
    """Counts a search of somebody who works tickets that found no article; None for what says nothing.

    What looks like an address of a person or a number is not kept.
    """
    if not actor.can_work:
        return None
    words = " ".join(one_line(text).lower().split())
    letters = sum(char.isalpha() for char in words)
    if letters < SHORTEST_MISS or len(words) > LONGEST_MISS or "@" in words or _mostly_digits(words):
        return None
    language = "de" if language.startswith("de") else "en"
    seen = SearchMiss.objects.filter(text=words, language=language)
    if not seen.update(count=F("count") + 1, last_at=clock.now()):
        try:
            with transaction.atomic():
                return SearchMiss.objects.create(text=words, language=language, last_at=clock.now())
        except IntegrityError:
            seen.update(count=F("count") + 1, last_at=clock.now())
    return seen.first()


@command
def clear_miss(actor: Actor, miss: SearchMiss) -> None:
    """Takes a search off the list: there is an article now, or it needs none."""
    require(actor, "article.write")
    record(actor, events.MISSES_CLEARED, miss, data={"text": miss.text, "removed": miss.pk})
    miss.delete()


def _mostly_digits(words: str) -> bool:
    return sum(char.isdigit() for char in words) * 2 > len(words)
