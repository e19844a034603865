from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField
from knowledge.models.article import Article

INLINE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")


class ArticleFileQuerySet(models.QuerySet["ArticleFile"]):
    def visible_to(self, actor: Actor) -> "ArticleFileQuerySet":
        """Files of the articles that the actor may read."""
        if actor.works_in_every_department:
            return self
        return self.filter(article__in=Article.objects.visible_to(actor).values("pk"))


class ArticleFile(models.Model):
    """A file of an article, kept privately under a random name."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="files", verbose_name=_("article"))
    key = IdentityField(_("key"), max_length=32, unique=True)
    name = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.BigIntegerField(_("size"))
    sha256 = models.CharField(_("checksum"), max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("created"))

    objects = ArticleFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file of an article")
        verbose_name_plural = _("files of articles")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("knowledge:file", args=[self.key])

    @property
    def path(self) -> str:
        return f"articles/{self.key[:2]}/{self.key}"

    @property
    def is_image(self) -> bool:
        """Whether browsers may show it in the page."""
        return self.content_type in INLINE_TYPES
