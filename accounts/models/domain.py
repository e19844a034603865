from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from flowtic.core.fields import IdentityField


class ApprovedDomain(models.Model):
    """Sign-ups with a confirmed address of this domain become active without a decision."""

    domain = IdentityField(_("e-mail domain"), max_length=190, unique=True)
    role = models.CharField(_("role"), max_length=10, choices=User.Role.choices, default=User.Role.USER)
    departments = models.ManyToManyField(
        "accounts.Department", blank=True, related_name="+", verbose_name=_("departments")
    )

    class Meta:
        verbose_name = _("approved e-mail domain")
        verbose_name_plural = _("approved e-mail domains")

    def __str__(self) -> str:
        return self.domain
