"""Changes of custom fields in the history: by the question and the answer in words, not by key and stored value."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.text import Truncator

from desk import formschema
from desk.custom_fields import StoredNames, schema_of
from desk.formschema.pages import Spec
from desk.models import Ticket
from flowtic.core import localised
from flowtic.core.models import Event

FIELDS = "fields"
MOST = 120  # characters of an answer in a line of history


class FieldChanges:
    """Asks for the forms of the events' tickets and the names in their answers: four queries at most, mostly none."""

    def __init__(self, events: Sequence[Event]) -> None:
        told = [event for event in events if any(item["field"] == FIELDS for item in event.changes)]
        self._specs = _specs({event.ticket_id for event in told if event.ticket_id})
        self._names = StoredNames(_answers(told, self._specs))

    def said(self, event: Event, item: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """(field, old, new) in words for each answer that changed; what no form knows stands for itself."""
        old, new = item["old"] or {}, item["new"] or {}
        specs = self._specs.get(event.ticket_id or 0, {})
        for key in {**old, **new}:
            if old.get(key) != new.get(key):
                spec = specs.get(key, {"key": key})
                label = localised.quoted(formschema.label_of(spec))
                yield label, self._words(spec, old.get(key)), self._words(spec, new.get(key))

    def _words(self, spec: Spec, value: Any) -> str:
        words = " ".join(formschema.value_words(spec, value, self._names).split())
        return Truncator(words).chars(MOST) or "–"


def _specs(tickets: set[int]) -> dict[int, dict[str, Spec]]:
    """By ticket the questions of the form that it answers."""
    if not tickets:
        return {}
    rows = Ticket.objects.filter(pk__in=tickets).select_related("request_type", "form_version")
    rows = rows.only("form_version__schema", "request_type__schema", "request_type__live_version")
    return {row.pk: {spec["key"]: spec for spec in formschema.fields_of(schema_of(row))} for row in rows}


def _answers(events: Iterable[Event], specs: Mapping[int, Mapping[str, Spec]]) -> Iterator[tuple[Spec, Any]]:
    for event in events:
        known = specs.get(event.ticket_id or 0, {})
        for item in event.changes:
            for side in ("old", "new") if item["field"] == FIELDS else ():
                yield from ((known[key], value) for key, value in (item[side] or {}).items() if key in known)
