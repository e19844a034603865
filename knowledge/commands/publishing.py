"""From a draft to a version that people read, and back out of sight."""

from django.utils.translation import gettext as _

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid, NotFound
from flowtic.core.events import change, record
from flowtic.core.plain_text import one_line
from flowtic.core.policy import require
from knowledge import events, search
from knowledge.commands.drafts import changes_of, drop_draft, keep_draft, refuse_stale
from knowledge.commands.properties import save_changed
from knowledge.commands.texts import set_tags, written_text
from knowledge.models import Article, ArticleVersion


@command
def publish_article(
    actor: Actor, article: Article, *, note: str, rev: int | None = None, translation_current: bool = False
) -> Article:
    """Makes the draft the live text under a new version number; the article is active from now on.

    `translation_current`: the text says what the present version of its original says (always so for the first).
    """
    article = Article.objects.lock(article.pk)
    require(actor, "article.write", article)
    if article.current_draft is None:
        raise Conflict(_("There is nothing new to publish."))
    refuse_stale(article, rev)
    text = written_text(article)
    note = one_line(note)
    if not text["body"].strip():
        raise Invalid(fields={"body": _("An article needs a text before it is published.")})
    if len(note) > 300:
        raise Invalid(fields={"note": _("Up to 300 characters.")})
    changes, old_state = changes_of(article), article.state
    article.title, article.body, article.category = text["title"], text["body"], text["category"]
    set_tags(article, text["tags"])
    if article.original and (translation_current or not article.version):
        article.translated_from = article.original.version
    article.version += 1
    article.state = Article.State.ACTIVE
    drop_draft(article)
    save_changed(article, "title", "body", "category", "version", "state", "draft_rev", "translated_from")
    ArticleVersion.objects.create(
        article=article, number=article.version, author=actor.user, note=note, created_at=clock.now(), **text
    )
    search.index_article(article)
    if old_state != article.state:
        changes.append(change("state", old_state, article.state))
    record(actor, events.PUBLISHED, article, changes=changes, data={"title": article.title, "version": article.version})
    return article


@command
def set_state(actor: Actor, article: Article, *, state: str) -> Article:
    """Takes a published article out of sight (inactive) or brings it back (active)."""
    article = Article.objects.lock(article.pk)
    require(actor, "article.write", article)
    if article.state == state:
        return article
    if state not in (Article.State.ACTIVE, Article.State.INACTIVE):
        raise Invalid(fields={"state": _("An article can be made active or inactive.")})
    if not article.version:
        raise Conflict(_("This article was never published."))
    old, article.state = article.state, state
    save_changed(article, "state")
    record(
        actor,
        events.STATE_CHANGED,
        article,
        changes=[change("state", old, article.state)],
        data={"title": article.title},
    )
    return article


@command
def restore_version(actor: Actor, article: Article, *, number: int, rev: int | None) -> Article:
    """Puts the text of an earlier version into the draft, to be looked at and published."""
    article = Article.objects.lock(article.pk)
    require(actor, "article.write", article)
    version = article.versions.select_related("category").filter(number=number).first()
    if version is None:
        raise NotFound(_("This version does not exist."))
    category = version.category if version.category.active else article.category
    text = {"title": version.title, "body": version.body, "category": category, "tags": list(version.tags)}
    if text == written_text(article):
        return article
    refuse_stale(article, rev)
    keep_draft(actor, article, text)
    record(actor, events.RESTORED, article, data={"title": article.title, "version": number})
    return article
