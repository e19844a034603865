from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require
from knowledge import events
from knowledge.models import ArticleDraft, ArticleVersion, Category
from knowledge.models.category import DEEPEST, below

FIELDS = ("parent", "key", "name_de", "name_en", "position", "active")
# Words that stand in addresses where a category's key stands.
RESERVED = {"articles", "categories", "files", "gaps", "insert", "new", "preview", "reviews"}


@command
def save_category(actor: Actor, category: Category | None, **values: Any) -> Category:
    """Creates (None) or changes a category; its key is fixed, because it stands in addresses."""
    require(actor, "article_category.edit", category)
    row = Category() if category is None else Category.objects.select_for_update().get(pk=category.pk)
    if unknown := set(values) - set(FIELDS):
        raise Invalid(fields=dict.fromkeys(unknown, _("Unknown field.")))
    if category is not None and values.get("key", row.key) != row.key:
        raise Invalid(fields={"key": _("The key of a category is fixed.")})
    changes = [
        change(name, _plain(getattr(row, name)) if category else None, _plain(value))
        for name, value in values.items()
        if category is None or getattr(row, name) != value
    ]
    if not changes:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    _refuse_place(row)
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from error
    row.save()
    record(actor, events.CATEGORY_CHANGED, row, changes=changes, data={"key": row.key})
    return row


@command
def remove_category(actor: Actor, category: Category) -> None:
    """Deletes a category that holds nothing and never did; others are switched off."""
    category = Category.objects.select_for_update().get(pk=category.pk)
    require(actor, "article_category.edit", category)
    kept = ArticleVersion.objects.filter(category=category), ArticleDraft.objects.filter(category=category)
    if category.children.exists() or category.articles.exists() or any(rows.exists() for rows in kept):
        raise Conflict(_("This category holds articles or other categories. Switch it off instead."))
    record(actor, events.CATEGORY_REMOVED, category, data={"key": category.key, "removed": category.pk})
    category.delete()


def _refuse_place(row: Category) -> None:
    if row.key in RESERVED:
        raise Invalid(fields={"key": _("This word is reserved.")})
    if row.parent is None:
        return
    if row.pk and row.parent_id in below(Category.objects.all(), row):
        raise Invalid(fields={"parent": _("A category cannot stand below itself.")})
    parents = dict(Category.objects.values_list("pk", "parent"))
    depth, place = 1, row.parent_id
    while place is not None and depth <= DEEPEST:
        depth, place = depth + 1, parents.get(place)
    if depth > DEEPEST:
        raise Invalid(fields={"parent": _("Categories can be nested up to 5 deep.")})


def _plain(value: Any) -> Any:
    return value.key if isinstance(value, Category) else value
