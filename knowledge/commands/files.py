"""Files of articles; readers of an article may fetch them."""

import secrets
from collections.abc import Sequence

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require
from flowtic.core.uploads import MAX_FILES, digest_of, inspect
from knowledge import events
from knowledge.models import Article, ArticleFile

MAX_FILES_OF_AN_ARTICLE = 100


@command
def add_files(actor: Actor, article: Article, *, files: Sequence[File]) -> list[ArticleFile]:
    """Keeps uploads at the article; none of them when one is not allowed."""
    article = Article.objects.lock(article.pk)
    require(actor, "article.write", article)
    if not files:
        raise Invalid(fields={"files": _("Choose a file.")})
    if len(files) > MAX_FILES or article.files.count() + len(files) > MAX_FILES_OF_AN_ARTICLE:
        raise Invalid(fields={"files": _("Up to 10 files at a time and 100 in all.")})
    prepared = [(upload, *inspect(upload)) for upload in files]
    return [_keep(actor, article, *entry) for entry in prepared]


@command
def remove_file(actor: Actor, file: ArticleFile) -> None:
    """Takes a file away; the fact stays in the events."""
    article = Article.objects.lock(file.article_id)
    require(actor, "article.write", article)
    record(
        actor,
        events.FILE_REMOVED,
        article,
        changes=[change("file", file.name, None)],
        data={"title": article.title},
    )
    # The file itself goes with the sweep of files without a row (knowledge/schedule.py).
    file.delete()


def _keep(actor: Actor, article: Article, upload: File, name: str, content_type: str) -> ArticleFile:
    row = ArticleFile(
        article=article,
        key=secrets.token_hex(16),
        name=name,
        content_type=content_type,
        size=upload.size or 0,
        sha256=digest_of(upload),
        uploaded_by=actor.user,
        created_at=clock.now(),
    )
    default_storage.save(row.path, upload)
    row.save(force_insert=True)
    record(
        actor,
        events.FILE_ADDED,
        article,
        changes=[change("file", None, row.name)],
        data={"title": article.title},
    )
    return row
