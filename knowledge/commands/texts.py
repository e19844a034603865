"""What an article's texts may be: cleaned once for every door."""

import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from flowtic.core.errors import Invalid
from flowtic.core.plain_text import one_line
from knowledge.models import Article, Category, Tag

LONGEST_BODY = 200_000
LONGEST_TITLE, LONGEST_TAG, MAX_TAGS = 200, 60, 20
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def clean_title(title: str) -> str:
    """One visible line. Raises Invalid for none and for a too long one."""
    title = one_line(title)
    if not title:
        raise Invalid(fields={"title": _("Please give the article a title.")})
    if len(title) > LONGEST_TITLE:
        raise Invalid(fields={"title": _("A title may have up to 200 characters.")})
    return title


def clean_body(body: str) -> str:
    """Without control characters, with plain line ends. Raises Invalid for a too long text."""
    body = _CONTROLS.sub("", body.replace("\r\n", "\n").replace("\r", "\n"))
    if len(body) > LONGEST_BODY:
        raise Invalid(fields={"body": _("An article may have up to 200,000 characters.")})
    return body


def clean_tags(names: Iterable[str]) -> list[str]:
    """Lower case, one line, each once, sorted. Raises Invalid for too many or too long ones."""
    found = {" ".join(one_line(name.replace(",", " ")).split()).lower() for name in names} - {""}
    if any(len(name) > LONGEST_TAG for name in found):
        raise Invalid(fields={"tags": _("A tag may have up to 60 characters.")})
    if len(found) > MAX_TAGS:
        raise Invalid(fields={"tags": _("An article may have up to 20 tags.")})
    return sorted(found)


def usable_category(category: Category, known: int | None = None) -> Category:
    """The category if articles may be put there (`known`: the one where the article stands already)."""
    if not category.active and category.pk != known:
        raise Invalid(fields={"category": _("This category is no longer in use.")})
    return category


def known_language(language: str) -> str:
    if language not in Article.Language.values:
        raise Invalid(fields={"language": _("Articles are in German or English.")})
    return language


def set_tags(article: Article, names: Sequence[str]) -> None:
    """Gives the article exactly these (clean) tags, making words that are new; two at once make one."""
    known = {tag.name: tag for tag in Tag.objects.filter(name__in=names)}
    for name in sorted(set(names) - set(known)):
        try:
            with transaction.atomic():
                known[name] = Tag.objects.create(name=name)
        except IntegrityError:
            known[name] = Tag.objects.get(name=name)
    article.tags.set(known.values())


def free_slug(title: str, article: Article | None = None) -> str:
    """An address made of the title; with a random ending where another article has it."""
    plain = slugify(title.translate(_GERMAN))[:80].strip("-") or "article"
    others = Article.objects.exclude(pk=article.pk) if article and article.pk else Article.objects.all()
    return f"{plain}-{secrets.token_hex(3)}" if others.filter(slug=plain).exists() else plain


def tag_names(article: Article) -> list[str]:
    return sorted(tag.name for tag in article.tags.all())


def live_text(article: Article) -> dict[str, Any]:
    """Title, body, category and tags as they are published."""
    return {
        "title": article.title,
        "body": article.body,
        "category": article.category,
        "tags": tag_names(article),
    }


def written_text(article: Article) -> dict[str, Any]:
    """The same of what is being written: the draft if there is one, else what is published."""
    draft = article.current_draft
    if draft is None:
        return live_text(article)
    return {"title": draft.title, "body": draft.body, "category": draft.category, "tags": list(draft.tags)}
