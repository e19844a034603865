from typing import Any

from django.utils.translation import gettext as _

from accounts import events
from accounts.models import User
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

FIELDS = ("manager", "capacity", "calendar")
MOST = 1000
_DEEPEST = 50


@command
def change_working(actor: Actor, person: User, **values: Any) -> User:
    """Changes manager, capacity (most open work, None: no limit) and calendar (None: the department's)."""
    person = User.objects.lock(person.pk)
    require(actor, "person.set_working", person)
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise Forbidden(_("These fields cannot be changed here: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    changes = [
        change(name, _plain(getattr(person, name)), _plain(new))
        for name, new in values.items()
        if getattr(person, name) != new
    ]
    if not changes:
        return person
    if values.get("manager") is not None:
        _check_manager(person, values["manager"])
    capacity = values.get("capacity")
    if capacity is not None and not 0 <= capacity <= MOST:
        raise Invalid(fields={"capacity": _("Give a number from 0 to %(n)d.") % {"n": MOST}})
    for name, new in values.items():
        setattr(person, name, new)
    person.save(update_fields=list(values))
    record(actor, events.PERSON_CHANGED, person, changes=changes)
    return person


def _check_manager(person: User, manager: User) -> None:
    """Nobody is their own manager, not even in a circle."""
    above: int | None = manager.pk
    for _step in range(_DEEPEST):
        if above is None:
            return
        if above == person.pk:
            raise Invalid(fields={"manager": _("Nobody can be their own manager, not even through others.")})
        above = User.objects.values_list("manager_id", flat=True).get(pk=above)


def _plain(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value
