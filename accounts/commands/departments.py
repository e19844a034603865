from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import Department
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

FIELDS = ("key", "name_de", "name_en", "active", "is_default", "position", "calendar")


@command
def save_department(actor: Actor, department: Department | None, **values: Any) -> Department:
    """Creates (None) or changes a department; the first one becomes the default, a new default replaces the old."""
    require(actor, "department.edit", department)
    created = department is None
    row = Department() if department is None else Department.objects.select_for_update().get(pk=department.pk)
    if not created and values.get("key", row.key) != row.key:
        raise Invalid(fields={"key": _("The key of a department is fixed.")})
    old = {} if created else {name: getattr(row, name, None) for name in values}
    changes = [change(name, _plain(old[name]), _plain(values[name])) for name in old if old[name] != values[name]]
    if not created and not changes:
        return row
    for name, value in values.items():
        if name not in FIELDS:
            raise Invalid(fields={name: _("Unknown field.")})
        setattr(row, name, value)
    if not Department.objects.exclude(pk=row.pk).filter(is_default=True).exists():
        row.is_default = True
    if row.is_default and not row.active:
        raise Conflict(_("The default department cannot be retired; choose another default first."))
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from error
    row.save()
    if row.is_default:
        Department.objects.exclude(pk=row.pk).filter(is_default=True).update(is_default=False)
    name = events.DEPARTMENT_CREATED if created else events.DEPARTMENT_CHANGED
    record(actor, name, row, changes=changes, data={"key": row.key})
    return row


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value
