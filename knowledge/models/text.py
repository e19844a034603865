from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from knowledge.models.article import Article
from knowledge.models.category import Category


class ArticleVersion(models.Model):
    """What was published, as it was; never changed."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions", verbose_name=_("article"))
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", verbose_name=_("category"))
    tags = models.JSONField(_("tags"), default=list)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("published"))

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="article_version_once")]
        verbose_name = _("version of an article")
        verbose_name_plural = _("versions of articles")

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class ArticleDraft(models.Model):
    """The text that somebody is writing. One per article; gone when it is published."""

    article = models.OneToOneField(Article, models.CASCADE, related_name="draft", verbose_name=_("article"))
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", verbose_name=_("category"))
    tags = models.JSONField(_("tags"), default=list)
    rev = models.PositiveIntegerField(_("revision"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("saved by")
    )
    at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("draft of an article")
        verbose_name_plural = _("drafts of articles")

    def __str__(self) -> str:
        return self.title
