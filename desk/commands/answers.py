"""What the answers of a form mean for the ticket they make: its subject, its files, where it goes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.files import File
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Department
from desk import custom_fields, formschema
from desk.commands.attaching import keep_files
from desk.formschema.pages import Spec, kind_of
from desk.models import Attachment, FormVersion, Priority, RequestType, Ticket
from flowtic.core import localised
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid

MAX_SUBJECT, MAX_SUMMARY = 255, 100_000
_PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")


@dataclass(frozen=True)
class Wishes:
    """What a form says about its ticket where nobody says otherwise."""

    subject: str = ""
    description: str = ""
    priority: Priority | None = None
    department: Department | None = None
    due_at: datetime | None = None


def wishes(
    request_type: RequestType | None, version: FormVersion | None, answers: Mapping[str, Any], *, language: str = ""
) -> Wishes:
    """From fields that set a property of the ticket. A form of pages that sets no texts has them made of its answers.

    `language`: of the requester, for what is made. Internal answers never get into texts that requesters read.
    """
    schema = version.schema if version else request_type.schema if request_type else {}
    if request_type is None or not schema:
        return Wishes()
    specs = {spec.get("maps_to"): spec for spec in formschema.fields_of(schema) if spec.get("maps_to")}
    mapped = {target: answers[spec["key"]] for target, spec in specs.items() if spec["key"] in answers}
    with translation.override(language or translation.get_language() or "en"):
        subject, description = _texts(request_type, schema, specs, answers)
    return Wishes(
        subject=subject,
        description=description,
        priority=Priority.objects.filter(key=mapped.get("priority", "")).first() if "priority" in mapped else None,
        department=_department(mapped.get("department")),
        due_at=_end_of_day(mapped.get("due_at")),
    )


def keep_answers(actor: Actor, ticket: Ticket, uploads: Mapping[str, Sequence[File]]) -> list[Attachment]:
    """Keeps the files of the form's own fields and notes their keys in `ticket.fields`. Raises Invalid per field."""
    internal = custom_fields.internal_keys(custom_fields.schema_of(ticket))
    kept: list[Attachment] = []
    fields = dict(ticket.fields)
    for key, files in uploads.items():
        try:
            found = keep_files(actor, ticket, files, internal=key in internal)
        except Invalid as error:
            raise Invalid(
                error.message, fields={f"fields.{key}": error.fields.get("files", [error.message])}
            ) from error
        fields[key] = [item.key for item in found]
        kept += found
    ticket.fields = fields
    ticket.save(update_fields=["fields"])
    return kept


def _texts(
    request_type: RequestType, schema: Mapping[str, Any], specs: Mapping[Any, Spec], answers: Mapping[str, Any]
) -> tuple[str, str]:
    names = _names(schema, answers)
    own = {spec["key"]: spec for spec in formschema.fields_of(schema) if not spec.get("internal")}

    def say(key: str) -> str:
        return formschema.value_words(own[key], answers.get(key), names) if key in own else ""

    subject = say(specs["subject"]["key"]) if "subject" in specs else ""
    description = say(specs["description"]["key"]) if "description" in specs else ""
    if "pages" not in schema:  # the flat form leaves both to whoever asks
        return subject, description
    if not subject:
        filled = _PLACE.sub(lambda found: say(found[1]), localised.text(schema.get("subject")))
        subject = " ".join(filled.split())[:MAX_SUBJECT] or request_type.name
    return subject, description or _summary(own.values(), answers, names)


def _summary(specs: Any, answers: Mapping[str, Any], names: formschema.Names) -> str:
    lines = []
    for spec in specs:
        words = formschema.value_words(spec, answers.get(spec["key"]), names)
        if words:
            label = formschema.label_of(spec).rstrip(":?")
            lines.append(f"{label}:\n{words}\n" if kind_of(spec) == "long_text" else f"{label}: {words}")
    return "\n".join(lines).strip()[:MAX_SUMMARY] or _("The form was sent without any answer.")


def _names(schema: Mapping[str, Any], answers: Mapping[str, Any]) -> formschema.Names:
    specs = formschema.fields_of(schema)
    return custom_fields.StoredNames(
        (spec, answers[spec["key"]]) for spec in specs if spec["key"] in answers and kind_of(spec) != "file"
    )


def _department(key: Any) -> Department | None:
    return Department.objects.active().filter(key=key).first() if isinstance(key, str) else None


def _end_of_day(day: Any) -> datetime | None:
    if not isinstance(day, str):
        return None
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), time(23, 59)))
