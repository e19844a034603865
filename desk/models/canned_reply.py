from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor
from flowtic.core.fields import FlagField


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    def visible_to(self, actor: Actor) -> "CannedReplyQuerySet":
        """One's own, those for everybody and those of one's departments; support and admins manage all shared ones."""
        if not actor.can_work:
            return self.none()
        own = Q(owner=actor.user)
        if actor.works_in_every_department:
            return self.filter(own | Q(owner=None))
        limited = CannedReply.departments.through.objects.all()
        here = limited.filter(department__in=actor.department_ids).values("cannedreply")
        everybody = ~Q(pk__in=limited.values("cannedreply"))
        return self.filter(own | Q(owner=None) & (everybody | Q(pk__in=here)))


class CannedReply(models.Model):
    """A text that is written again and again, in both languages, with placeholders from a fixed list."""

    name = models.CharField(_("name"), max_length=80)
    text_de = models.TextField(_("German text"), blank=True)
    text_en = models.TextField(_("English text"), blank=True)
    # Nobody: it belongs to the desk.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("owner")
    )
    departments = models.ManyToManyField(
        "accounts.Department", related_name="+", blank=True, verbose_name=_("departments")
    )
    active = FlagField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("last change"))

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")

    def __str__(self) -> str:
        return self.name

    def text(self, language: str) -> str:
        """In that language, or in the other one where it is the only one."""
        first, second = (self.text_de, self.text_en) if language == "de" else (self.text_en, self.text_de)
        return first or second
