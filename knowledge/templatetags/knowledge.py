"""{% load knowledge %}: small pieces of the knowledge pages."""

from datetime import datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from flowtic.core import time_words
from knowledge.models import Article, Category
from knowledge.rendering import plain

register = template.Library()


@register.simple_tag
def category_url(asked: Any, category: Category) -> str:
    """The list of a category, with the other filters as they are."""
    return reverse("knowledge:browse") + str(asked.query(category=category.key))


@register.simple_tag
def helpful_share(article: Article) -> str:
    """Of all opinions the share that says it helped, in per cent."""
    opinions = article.helpful_yes + article.helpful_no
    return _("%(share)d %%") % {"share": round(100 * article.helpful_yes / opinions)} if opinions else ""


@register.filter
def ago(moment: datetime) -> str:
    """12 minutes ago, as plain words."""
    return time_words.ago(moment)


@register.filter
def beginning(body: str) -> str:
    """The first words of a Markdown text without its marks."""
    return plain(body, 160)
