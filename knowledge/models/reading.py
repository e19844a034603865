"""What reading leaves behind: opinions, uses in tickets, searches that found nothing."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.fields import IdentityField
from knowledge.models.article import Article


class ArticleFeedback(models.Model):
    """Whether an article helped somebody; one opinion per person."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="feedback", verbose_name=_("article"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    helpful = models.BooleanField(_("helpful"))
    note = models.CharField(_("what is missing"), max_length=500, blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "person"], name="article_feedback_once")]
        verbose_name = _("opinion on an article")
        verbose_name_plural = _("opinions on articles")

    def __str__(self) -> str:
        return f"{self.article}: {self.helpful}"


class ArticleUse(models.Model):
    """An article was put into a ticket. The number is plain text: knowledge knows no tickets."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="uses", verbose_name=_("article"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    ticket_number = IdentityField(_("ticket"), max_length=40)
    at = models.DateTimeField(_("when"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "ticket_number"], name="article_use_once")]
        indexes = [models.Index(fields=["ticket_number"], name="article_use_ticket")]
        verbose_name = _("use of an article")
        verbose_name_plural = _("uses of articles")

    def __str__(self) -> str:
        return f"{self.ticket_number}: {self.article}"


class SearchMiss(models.Model):
    """What agents looked for in vain."""

    text = IdentityField(_("search"), max_length=100)
    language = models.CharField(_("language"), max_length=2)
    count = models.PositiveIntegerField(_("times"), default=1)
    last_at = models.DateTimeField(_("last"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "language"], name="search_miss_once")]
        indexes = [models.Index(fields=["last_at"], name="search_miss_last")]
        verbose_name = _("search without a hit")
        verbose_name_plural = _("searches without a hit")

    def __str__(self) -> str:
        return self.text
