"""Custom fields of tickets: the form's schema checks the values, and a searchable copy is kept in rows.

The door between desk.formschema, which knows no database, and tickets.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department, User
from desk import formschema
from desk.formschema.kinds import MAX_NUMBER, is_upload
from desk.formschema.pages import Spec, kind_of
from desk.models import Attachment, FormVersion, RequestType, Ticket, TicketFieldValue
from desk.people_search import address_in, meant
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid

MAX_ROW_TEXT = 191
MAX_ID = 2**62


class Existing:
    """Who and what there is, as far as the actor may name it.

    Who only asks names people by an address they know; nothing lists people, and a number is nobody.
    """

    def __init__(self, actor: Actor, *, ticket: Ticket | None = None, files: Collection[str] = ()) -> None:
        self.actor, self.ticket, self.files = actor, ticket, files

    def person(self, value: Any) -> int | None:
        active = User.objects.filter(state=User.State.ACTIVE)
        if not self.actor.can_work and not self.actor.is_system:
            if isinstance(value, int):
                return value if self.actor.is_person and value == self.actor.user.pk else None
            address = address_in(value)
            found = active.filter(email=address).first() if address else None
        elif isinstance(value, int):
            found = active.filter(pk=value).first() if 0 < value <= MAX_ID else None
        elif self.actor.is_system:
            found = active.filter(email=address_in(value)).first()
        else:
            found = meant(self.actor, value)
            found = found if found is not None and found.state == User.State.ACTIVE else None
        return found.pk if found else None

    def department(self, value: Any) -> str | None:
        found = Department.objects.active().filter(key=value).first() if "\0" not in value else None
        return found.key if found else None

    def file(self, key: str) -> str | None:
        known = key in self.files
        if not known and self.ticket is not None:
            known = Attachment.objects.filter(ticket=self.ticket, key=key).exists()
        return key if known else None


class Kept(Existing):
    """The same for a change: who was named before stays, even when they left since."""

    def __init__(self, actor: Actor, ticket: Ticket) -> None:
        super().__init__(actor, ticket=ticket)

    def person(self, value: Any) -> int | None:
        return value if isinstance(value, int) and self._stands(value) else super().person(value)

    def department(self, value: Any) -> str | None:
        return str(value) if self._stands(value) else super().department(value)

    def _stands(self, value: Any) -> bool:
        return not isinstance(value, bool) and any(value == stored for stored in self.ticket_fields.values())

    @property
    def ticket_fields(self) -> Mapping[str, Any]:
        return self.ticket.fields if self.ticket else {}


def schema_of(ticket: Ticket) -> Mapping[str, Any]:
    """The form the ticket answers: the version it was filled with."""
    kind = ticket.request_type
    # The live version's schema is at hand in the type itself.
    if kind is not None and ticket.form_version_id in (None, kind.live_version_id):
        return kind.schema or {}
    return (ticket.form_version.schema or {}) if ticket.form_version else {}


def validate(
    request_type: RequestType | None,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    version: FormVersion | None = None,
    insider: bool | None = None,
) -> dict[str, Any]:
    """The answers of a new ticket in their stored forms. Raises Invalid with one sentence per wrong field.

    `insider`: whether internal fields are asked; None: of those who work tickets. Uploads are still files: the ticket
    has to exist before it can keep them.
    """
    schema = version.schema if version else request_type.schema if request_type else {}
    insider = (actor.can_work or actor.is_system) if insider is None else insider
    # Only the pages can send files along; through every other door they come after the ticket.
    late = {spec["key"] for spec in formschema.fields_of(schema) if kind_of(spec) == "file"}
    late = late if actor.via not in ("web", "admin") else set()
    return formschema.clean(schema, values, now=clock.now(), lookups=Existing(actor), insider=insider, may_miss=late)


def validate_change(actor: Actor, ticket: Ticket, given: Mapping[str, Any]) -> dict[str, Any]:
    """All answers of the ticket after some were given anew. Answers to questions that are hidden now are dropped.

    What the form does not know (any more) stays as it is, unless it is given anew: then it is an error.
    """
    schema = schema_of(ticket)
    specs = {spec["key"]: spec for spec in formschema.fields_of(schema)}
    foreign = {key: value for key, value in ticket.fields.items() if key not in specs and key not in given}
    before = {key: value for key, value in ticket.fields.items() if key in specs}
    # Nobody is held up by what only insiders fill in and nobody has touched yet.
    open_ones = {key for key, spec in specs.items() if spec.get("internal") or kind_of(spec) == "file"}
    found = formschema.clean(
        schema,
        {**before, **given},
        now=clock.now(),
        lookups=Kept(actor, ticket),
        hidden=set(given),
        defaults=False,
        may_miss=open_ones - set(before) - set(given),
    )
    return {**foreign, **found}


def check_schema(schema: Any) -> None:
    """Raises Invalid unless the schema can be published: each problem with its path."""
    problems = formschema.check(schema)
    if problems:
        sentences = [f"{problem.path}: {problem.message}" if problem.path else problem.message for problem in problems]
        raise Invalid(
            _("The form cannot be published."),
            fields={"schema": sentences},
            problems=[{"path": problem.path, "message": problem.message} for problem in problems],
        )


def uploads_in(fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The files among the answers, by field."""
    found = {key: [one for one in value if is_upload(one)] for key, value in fields.items() if isinstance(value, list)}
    return {key: files for key, files in found.items() if files}


def internal_keys(schema: Any) -> set[str]:
    """The fields that only those who work the ticket see."""
    return {spec["key"] for spec in formschema.fields_of(schema) if spec.get("internal")}


# ---- the searchable copy -------------------------------------------------------------


def write_rows(ticket: Ticket) -> None:
    """Replaces the searchable copy by what `ticket.fields` says."""
    specs = {spec["key"]: spec for spec in formschema.fields_of(schema_of(ticket))}
    TicketFieldValue.objects.filter(ticket=ticket).delete()
    TicketFieldValue.objects.bulk_create(
        row for key, value in ticket.fields.items() for row in _rows(ticket, key, specs.get(key, {"key": key}), value)
    )


def row_text(value: Any) -> str:
    """A value as the copy has it: small letters, so that all databases find the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).casefold()[:MAX_ROW_TEXT]


def row_number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    return number if number.is_finite() and abs(number) < MAX_NUMBER * 100 else None


def row_day(value: date) -> datetime:
    return datetime.combine(value, time(), UTC)


def _rows(ticket: Ticket, key: str, spec: Spec, value: Any) -> Iterable[TicketFieldValue]:
    kind = kind_of(spec)
    if kind == "file":
        return
    if isinstance(value, list):
        for text in dict.fromkeys(row_text(item) for item in value):
            yield TicketFieldValue(ticket=ticket, key=key, text=text)
        return
    row = TicketFieldValue(ticket=ticket, key=key)
    if kind == "money" and isinstance(value, Mapping):
        row.number, row.text = row_number(value.get("amount")), row_text(value.get("currency", ""))
    elif kind in ("number", "person") or (isinstance(value, int | float) and not isinstance(value, bool)):
        row.number = row_number(value)
    elif kind == "date" and (day := _day(value)):
        row.date, row.text = row_day(day), value
    else:
        row.text = row_text(value)
    yield row


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


# ---- in words ------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """One question with its answer in words; `files` instead of words for uploads."""

    key: str
    label: str
    words: str
    internal: bool = False
    files: tuple[Attachment, ...] = ()


class StoredNames:
    """Names of the people, departments and files that some answers point at, fetched in one query each."""

    def __init__(self, answers: Iterable[tuple[Spec, Any]]) -> None:
        wanted: dict[str, set[Any]] = {"person": set(), "department": set(), "file": set()}
        for spec, value in answers:
            if (kind := kind_of(spec)) in wanted:
                several = value if isinstance(value, list) else [value]
                wanted[kind] |= {one for one in several if isinstance(one, int | str) and not isinstance(one, bool)}
        people = [pk for pk in wanted["person"] if isinstance(pk, int) and 0 < pk <= MAX_ID]
        self.people = dict(User.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
        keys, files = [str(key) for key in wanted["department"]], [str(key) for key in wanted["file"]]
        self.departments = {row.key: row.name for row in Department.objects.filter(key__in=keys)} if keys else {}
        self.files = {row.key: row for row in Attachment.objects.filter(key__in=files)} if files else {}

    def person(self, pk: int) -> str:
        return self.people.get(pk, "")

    def department(self, key: str) -> str:
        return self.departments.get(key, "")

    def file(self, key: str) -> str:
        row = self.files.get(key)
        return row.name if row else ""


def answers(ticket: Ticket, *, internal: bool) -> list[Answer]:
    """What was filled in, in the form's order. `internal`: for who works the ticket."""
    specs = [spec for spec in formschema.fields_of(schema_of(ticket)) if internal or not spec.get("internal")]
    given = [(spec, ticket.fields[spec["key"]]) for spec in specs if spec["key"] in ticket.fields]
    names = StoredNames(given)
    found = []
    for spec, value in given:
        files: tuple[Attachment, ...] = ()
        if kind_of(spec) == "file" and isinstance(value, list):
            rows = [names.files.get(key) for key in value if isinstance(key, str)]
            files = tuple(row for row in rows if row and row.ticket_id == ticket.pk)
        words = formschema.value_words(spec, value, names)
        found.append(Answer(spec["key"], formschema.label_of(spec), words, bool(spec.get("internal")), files))
    return found
