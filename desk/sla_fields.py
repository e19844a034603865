"""What conditions of promises may look at, with labels and choices in the reader's language."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department, User
from desk.models import Priority, RequestType, Ticket
from flowtic.core.conditions import FieldInfo


def policy_fields() -> dict[str, FieldInfo]:
    """By path; three small queries."""
    departments = _named(Department.objects.all())
    infos = [
        FieldInfo("ticket.priority", _("Priority"), "choice", _named(Priority.objects.all())),
        FieldInfo("ticket.department", _("Department"), "department", departments),
        FieldInfo("ticket.request_type", _("Request type"), "choice", _named(RequestType.objects.all())),
        FieldInfo("ticket.kind", _("Kind"), "choice", _labels(Ticket.Kind.choices)),
        FieldInfo("ticket.source", _("Source"), "choice", _labels(Ticket.Source.choices)),
        FieldInfo("ticket.subject", _("Subject")),
        FieldInfo("ticket.tags", _("Tags"), "multi_choice"),
        FieldInfo("requester.email", _("E-mail of the requester")),
        FieldInfo("requester.name", _("Name of the requester")),
        FieldInfo("requester.department", _("Departments of the requester"), "multi_choice", departments),
        FieldInfo("requester.manager", _("Manager of the requester (e-mail)")),
        FieldInfo("requester.role", _("Role of the requester"), "choice", _labels(User.Role.choices)),
    ]
    return {info.key: info for info in infos}


def _named(rows: Iterable[Any]) -> dict[str, dict[str, str]]:
    return {row.key: {"de": row.name_de, "en": row.name_en} for row in rows}


def _labels(choices: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    return {str(key): str(label) for key, label in choices}
