from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.named import Named
from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField

DEEPEST = 5


class CategoryQuerySet(models.QuerySet["Category"]):
    def visible_to(self, actor: Actor) -> "CategoryQuerySet":
        """All for those who write, the ones in use for agents, for users only what holds a public article."""
        from knowledge.models.article import Article

        if actor.works_in_every_department:
            return self
        if actor.can_work:
            return self.filter(active=True)
        return self.filter(pk__in=Article.objects.visible_to(actor).values("category"))


class Category(Named):
    """A place in the tree of articles."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent category")
    )
    key = IdentityField(_("key"), max_length=40, unique=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    active = models.BooleanField(_("active"), default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("article category")
        verbose_name_plural = _("article categories")


def below(categories: Iterable[Category], root: Category) -> set[int]:
    """The ids of a category and of all below it, out of rows that were read before."""
    children: dict[int | None, list[int]] = {}
    for row in categories:
        children.setdefault(row.parent_id, []).append(row.pk)
    found, waiting = {root.pk}, [root.pk]
    while waiting:
        for pk in children.get(waiting.pop(), ()):
            if pk not in found:
                found.add(pk)
                waiting.append(pk)
    return found
