import re

from django.utils.translation import gettext as _

from accounts import events
from accounts.models import ApprovedDomain, Department, User
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

_DOMAIN = re.compile(r"^(?=.{3,190}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$")


@command
def save_approved_domain(actor: Actor, *, domain: str, role: str, departments: list[Department]) -> ApprovedDomain:
    """Sign-ups with a confirmed address of `domain` become active with that role and those departments."""
    require(actor, "approved_domain.edit")
    domain = domain.strip().lower().lstrip("@")
    if not _DOMAIN.match(domain):
        raise Invalid(fields={"domain": _("Please enter a domain such as example.com.")})
    if role == User.Role.ADMIN or role not in User.Role.values:
        raise Invalid(fields={"role": _("Nobody becomes admin without a decision.")})
    row, created = ApprovedDomain.objects.get_or_create(domain=domain, defaults={"role": role})
    before = None if created else row.role
    row.role = role
    row.save(update_fields=["role"])
    row.departments.set(departments)
    record(actor, events.DOMAIN_CHANGED, row, changes=[change("role", before, role)], data={"domain": domain})
    return row


@command
def remove_approved_domain(actor: Actor, row: ApprovedDomain) -> None:
    """Sign-ups of that domain wait for a decision again."""
    require(actor, "approved_domain.edit", row)
    record(actor, events.DOMAIN_CHANGED, row, changes=[change("role", row.role, None)], data={"domain": row.domain})
    row.delete()
