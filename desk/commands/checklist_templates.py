"""The lists that are put on tickets as a whole; admins keep them."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department
from desk.commands.checklists import clean_item
from desk.events import CONFIG_CHANGED
from desk.models import ChecklistTemplate, RequestType
from desk.models.checklist import MAX_ITEMS
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import change, record
from flowtic.core.plain_text import one_line
from flowtic.core.policy import require

MAX_NAME = 100


@command
def save_checklist(
    actor: Actor,
    template: ChecklistTemplate | None,
    *,
    name_de: str,
    name_en: str,
    items: list[str],
    department: Department | None = None,
    request_type: RequestType | None = None,
    active: bool = True,
) -> ChecklistTemplate:
    """Makes a list (None) or changes one. Tickets keep what they got from it before."""
    require(actor, "desk.configure", template)
    row = ChecklistTemplate.objects.select_for_update().get(pk=template.pk) if template else ChecklistTemplate()
    found: dict[str, Any] = {
        "name_de": one_line(name_de),
        "name_en": one_line(name_en),
        "items": _items(items),
        "department": department,
        "request_type": request_type,
        "active": active,
    }
    wrong = {
        name: _("The name needs 1 to 100 characters.")
        for name in ("name_de", "name_en")
        if not 0 < len(found[name]) <= MAX_NAME
    }
    if wrong:
        raise Invalid(fields=wrong)
    changes = []
    for name, value in found.items():
        old = None if template is None else getattr(row, name)
        if template is None or old != value:
            changes.append(change(name, getattr(old, "pk", old), getattr(value, "pk", value)))
            setattr(row, name, value)
    if changes:
        row.save()
        record(actor, CONFIG_CHANGED, row, changes=changes, data={"created": template is None, "subject": row.name_en})
    return row


@command
def remove_checklist(actor: Actor, template: ChecklistTemplate) -> None:
    """Deletes a list; tickets keep the lines that they got from it."""
    require(actor, "desk.configure", template)
    record(actor, CONFIG_CHANGED, template, data={"subject": template.name_en, "removed": str(template)})
    template.delete()


def _items(lines: list[str]) -> list[str]:
    texts = [clean_item(line) for line in lines if one_line(line)]
    if not 1 <= len(texts) <= MAX_ITEMS:
        raise Invalid(fields={"items": _("A checklist needs 1 to %(n)d lines.") % {"n": MAX_ITEMS}})
    return list(dict.fromkeys(texts))
