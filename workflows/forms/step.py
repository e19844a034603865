"""The form of a work item: the fields of its step, and the words that go with the outcome."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from desk.custom_fields import Existing, StoredNames
from desk.formschema import examine, fields_of, label_of, value_words
from desk.formschema.cleaning import Examined
from desk.formschema.kinds import currencies_of
from desk.formschema.pages import Spec, kind_of
from desk.formschema.web import Asking, KeptFile, SchemaForm
from desk.models import Attachment, Ticket
from desk.people_search import label
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError


class StepForm(SchemaForm):
    """`known`: everything the workflow knows; conditions read it, and fields of the same name begin with it.

    What is shown depends on it too, so that the page asks exactly what the command will demand.
    """

    # Who rejects need not fill in what only an approval asks.
    fields_count = True
    note = forms.CharField(required=False, strip=False, label=_("Reason"), widget=forms.Textarea)

    @cached_property
    def examined(self) -> Examined:
        values = {**self.known, **self._with_kept(), **(self.values if self.is_bound else {})}
        return examine(
            self.schema,
            values,
            now=self.asking.now,
            lookups=self.asking.lookups,
            insider=self.asking.insider,
            context=self.known,
        )

    @property
    def has_fields(self) -> bool:
        return bool(self.specs)

    @property
    def data_for_command(self) -> dict[str, Any]:
        """What was typed into the fields that are shown; what is hidden is dropped."""
        return {key: value for key, value in self.values.items() if key in self.examined.shown}

    def clean(self) -> dict[str, Any]:
        return super().clean() if self.fields_count else self.cleaned_data

    def add_refusal(self, error: CommandError) -> None:
        """The same, for errors that name a value of the step as `data.<key>`."""
        renamed = {name.replace("data.", "fields.", 1) if name.startswith("data.") else name: text
                   for name, text in error.fields.items()}  # fmt: skip
        error.fields = {"" if name == "outcome" else name: text for name, text in renamed.items()}
        super().add_refusal(error)

    def typed_words(self) -> list[tuple[str, str]]:
        """(question, what was typed), for when the step can no longer be done."""
        given = [(spec, self.values.get(spec["key"])) for spec in self._own if kind_of(spec) != "file"]
        found = [(label_of(spec), value_words(spec, value)) for spec, value in given if value not in (None, "", [])]
        note = str(self.data.get("note", "")).strip() if self.is_bound else ""
        return [*found, *([(str(_("Comment")), note)] if note else [])]


def step_form(
    actor: Actor, ticket: Ticket, schema: Mapping[str, Any], known: Mapping[str, Any], insider: bool, **bound: Any
) -> StepForm:
    """The form for this person. `bound`: data and files of a POST, auto_id."""
    lookups = Existing(actor, ticket=ticket)
    needs_departments = any(kind_of(spec) == "department" for spec in fields_of(schema))
    departments = Department.objects.visible_to(actor).active() if needs_departments else ()
    asking = Asking(
        now=clock.now(),
        lookups=lookups,
        insider=insider,
        departments=[(row.key, row.name) for row in departments],
        max_upload=settings.FLOWTIC_MAX_UPLOAD,
    )
    kept = _kept_files(ticket, schema, known)
    return StepForm(schema=schema, asking=asking, known={**known, **_as_typed(schema, known)}, kept=kept, **bound)


def _as_typed(schema: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """What the engine knows as plain facts, in the shape that the fields have it in."""
    specs = [spec for spec in fields_of(schema) if known.get(spec["key"]) is not None]
    found = {spec["key"]: _field_value(spec, known[spec["key"]]) for spec in specs}
    people = {key: value for key, value in found.items() if isinstance(value, int) and _is(specs, key, "person")}
    names = User.objects.in_bulk(set(people.values())) if people else {}
    return {**found, **{key: label(names[pk]) for key, pk in people.items() if pk in names}}


def _field_value(spec: Spec, value: Any) -> Any:
    if kind_of(spec) == "money" and isinstance(value, int | float):
        return {"amount": str(value), "currency": currencies_of(spec)[0]}
    return value


def _is(specs: Sequence[Spec], key: str, kind: str) -> bool:
    return any(spec["key"] == key and kind_of(spec) == kind for spec in specs)


def _kept_files(ticket: Ticket, schema: Any, known: Mapping[str, Any]) -> dict[str, list[KeptFile]]:
    """Files that an earlier round of the step brought."""
    wanted = {spec["key"]: known.get(spec["key"]) for spec in fields_of(schema) if kind_of(spec) == "file"}
    keys = [key for value in wanted.values() if isinstance(value, list) for key in value if isinstance(key, str)]
    rows = {row.key: row for row in Attachment.objects.filter(ticket=ticket, key__in=keys)} if keys else {}
    return {
        field: [KeptFile(rows[key].key, rows[key].name, rows[key].size) for key in value if key in rows]
        for field, value in wanted.items()
        if isinstance(value, list)
    }


def stored_words(schema: Any, values: Mapping[str, Any], *, insider: bool) -> list[tuple[str, str]]:
    """(question, answer) of what was saved with a step."""
    specs = [spec for spec in fields_of(schema) if spec["key"] in values and (insider or not spec.get("internal"))]
    given = [(spec, values[spec["key"]]) for spec in specs]
    names = StoredNames(given)
    said = [(label_of(spec), value_words(spec, value, names)) for spec, value in given]
    return [(question, answer) for question, answer in said if answer]
