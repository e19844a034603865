from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField
from knowledge.models.category import Category


class Tag(models.Model):
    """A word on articles; lower case, unique."""

    name = IdentityField(_("name"), max_length=60, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("tag of articles")
        verbose_name_plural = _("tags of articles")

    def __str__(self) -> str:
        return self.name


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, actor: Actor) -> "ArticleQuerySet":
        """All for those who write, active ones for agents, public active ones for users, nothing for strangers."""
        if actor.works_in_every_department:
            return self
        if actor.can_work:
            return self.active()
        return self.public() if actor.is_person else self.none()

    def active(self) -> "ArticleQuerySet":
        return self.filter(state=Article.State.ACTIVE)

    def public(self) -> "ArticleQuerySet":
        """What the portal shows."""
        return self.active().filter(public=True)

    def overdue(self, today: date) -> "ArticleQuerySet":
        """Active articles whose date of review has come; the same as `Article.is_overdue`."""
        return self.active().filter(review_on__lte=today)

    def outdated(self) -> "ArticleQuerySet":
        """Translations of an older version; the same as `Article.is_outdated`."""
        return self.filter(original__version__gt=F("translated_from"))

    def lock(self, pk: int) -> "Article":
        return self.select_for_update().get(pk=pk)


class Article(models.Model):
    """A knowledge entry: the text that is live. What is being written is in its draft, what was is in its versions.

    Until the first publication (version 0) the draft's text stands here, too, so that lists can show it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("Inactive")

    class Language(models.TextChoices):
        GERMAN = "de", _("German")
        ENGLISH = "en", _("English")

    key = IdentityField(_("key"), max_length=16, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="articles", verbose_name=_("category"))
    tags = models.ManyToManyField(Tag, blank=True, related_name="articles", verbose_name=_("tags"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    title = models.CharField(_("title"), max_length=200)
    # Fixed from the first publication on: addresses stay.
    slug = IdentityField(_("name in addresses"), max_length=100, unique=True)
    body = models.TextField(_("text"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    public = models.BooleanField(_("public"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    review_on = models.DateField(_("review on"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0)
    # Counts every change of the text being written; an editor that knows an older one is refused.
    draft_rev = models.PositiveIntegerField(_("revision of the draft"), default=0)
    # Counts every change whatsoever: the ETag.
    revision = models.PositiveIntegerField(_("revision"), default=1)
    original = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="translations", verbose_name=_("translation of")
    )
    translated_from = models.PositiveIntegerField(_("translated from version"), default=0)
    helpful_yes = models.PositiveIntegerField(_("helpful"), default=0)
    helpful_no = models.PositiveIntegerField(_("not helpful"), default=0)
    # Where `import_articles` found it: the path for people, its hash to find it again, the hash of what was read.
    imported_from = models.CharField(_("imported from"), max_length=500, blank=True)
    import_key = IdentityField(_("key of the import"), max_length=64, null=True, blank=True, unique=True)
    import_hash = models.CharField(_("checksum of the import"), max_length=64, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("changed"))

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            models.Index(fields=["state", "public"], name="article_state"),
            models.Index(fields=["state", "review_on"], name="article_review"),
            models.Index(fields=["updated_at"], name="article_updated"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("knowledge:article", args=[self.category.key, self.slug])

    def visible_for(self, actor: Actor) -> bool:
        """The same as `visible_to` for one row."""
        if actor.works_in_every_department:
            return True
        return self.state == self.State.ACTIVE and (actor.can_work or (actor.is_person and self.public))

    def is_overdue(self, today: date) -> bool:
        return self.state == self.State.ACTIVE and self.review_on is not None and self.review_on <= today

    @property
    def is_outdated(self) -> bool:
        """Whether the original has been published anew since this translation."""
        return self.original is not None and self.original.version > self.translated_from

    @property
    def current_draft(self) -> Any:
        """The draft, or None when everything is published."""
        return getattr(self, "draft", None)
