"""What an article is beside its text: public or not, whose, when to be looked at again, a translation of what."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require
from knowledge import events, search
from knowledge.commands.texts import known_language
from knowledge.models import Article

FIELDS = ("public", "owner", "review_on", "language")


@command
def change_article(actor: Actor, article: Article, **values: Any) -> Article:
    """Sets `public`, `owner`, `review_on` and `language`, as far as given; takes effect at once."""
    article = Article.objects.lock(article.pk)
    require(actor, "article.write", article)
    if unknown := set(values) - set(FIELDS):
        raise Invalid(fields=dict.fromkeys(unknown, _("Unknown field.")))
    found = {name: (getattr(article, name), value) for name, value in values.items() if getattr(article, name) != value}
    if not found:
        return article
    if "language" in found:
        _refuse_language(article, found["language"][1])
    if found.get("owner", (None, None))[1] is not None and not found["owner"][1].can_work:
        raise Invalid(fields={"owner": _("Only people who work tickets can own an article.")})
    for name, (_old, value) in found.items():
        setattr(article, name, value)
    save_changed(article, *found)
    if "language" in found:
        search.index_article(article)
    changes = [change(name, _plain(old), _plain(new)) for name, (old, new) in found.items()]
    record(actor, events.CHANGED, article, changes=changes, data={"title": article.title})
    return article


@command
def mark_reviewed(actor: Actor, article: Article, *, next_on: date | None) -> Article:
    """The text was read and is right; it is to be looked at again on that day (None: never)."""
    article = Article.objects.lock(article.pk)
    require(actor, "article.write", article)
    if next_on is not None and next_on <= clock.now().date():
        raise Invalid(fields={"next_on": _("The next review must be in the future.")})
    old, article.review_on = article.review_on, next_on
    save_changed(article, "review_on")
    changes = [change("review_on", _plain(old), _plain(next_on))]
    record(actor, events.REVIEWED, article, changes=changes, data={"title": article.title})
    return article


@command
def link_translation(actor: Actor, article: Article, *, original: Article | None) -> Article:
    """Says what the article is a translation of, and that it matches its present version; None: of nothing."""
    article = Article.objects.lock(article.pk)
    require(actor, "article.write", article)
    before = (article.original_id, article.translated_from)
    article.original = translation_of(article, original) if original is not None else None
    article.translated_from = article.original.version if article.original else 0
    if before == (article.original_id, article.translated_from):
        return article
    save_changed(article, "original", "translated_from")
    changes = [change("original", before[0], article.original_id)]
    record(actor, events.LINKED, article, changes=changes, data={"title": article.title})
    return article


def translation_of(article: Article, original: Article) -> Article:
    """The article that a translation hangs on: the first of its chain. Raises Conflict where the two do not fit."""
    first = original.original or original
    if first.language == article.language or original.language == article.language:
        raise Conflict(_("A translation is in another language."), fields={"original": _("has the same language")})
    if first.pk == article.pk or (article.pk and article.translations.exists()):
        raise Conflict(_("This article has translations itself."), fields={"original": _("does not fit")})
    if first.translations.filter(language=article.language).exclude(pk=article.pk).exists():
        message = _("There is a translation into this language already.")
        raise Conflict(message, fields={"original": message})
    return first


def save_changed(article: Article, *fields: str) -> None:
    article.revision += 1
    article.updated_at = clock.now()
    article.save(update_fields=["revision", "updated_at", *fields])


def _refuse_language(article: Article, language: str) -> None:
    known_language(language)
    if article.original_id or article.translations.exists():
        raise Conflict(
            _("The language of linked articles is fixed. End the link first."),
            fields={"language": _("is fixed by the link")},
        )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else getattr(value, "pk", value)
