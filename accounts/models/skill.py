from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.named import Named
from flowtic.core.fields import IdentityField

LOWEST, HIGHEST = 1, 5


class Skill(Named):
    """Something that some people can do better than others."""

    key = IdentityField(_("key"), max_length=40, unique=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["key"]
        verbose_name = _("skill")
        verbose_name_plural = _("skills")


class PersonSkill(models.Model):
    """How well a person can do it: 1 (a little) to 5 (expert)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="people")
    level = models.PositiveSmallIntegerField(
        _("level"), default=3, validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)]
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "skill"], name="person_skill_once")]
        verbose_name = _("skill of a person")
        verbose_name_plural = _("skills of people")

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"
