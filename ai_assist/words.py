"""What the assistant says to people: fields and values, why something was suggested, and what became of it.

Suggestions hold codes, keys and ids; they are put into words in the reader's language, under the reader's rights.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from ai_assist import events, fields
from ai_assist.models import Suggestion
from desk.models import Ticket
from desk.sentences import explains
from flowtic.core import localised
from flowtic.core.actor import Actor
from flowtic.core.models import Event

FIELD_NAMES: dict[str, str | Promise] = {
    "department": gettext_lazy("Department"),
    "priority": gettext_lazy("Priority"),
    "request_type": gettext_lazy("Request type"),
}
MODE_NAMES: dict[str, str | Promise] = {
    Suggestion.Mode.WATCH: pgettext_lazy("trust in suggestions", "watch"),
    Suggestion.Mode.SUGGEST: pgettext_lazy("trust in suggestions", "suggest"),
    Suggestion.Mode.FILL: pgettext_lazy("trust in suggestions", "fill in"),
}
MOST_TICKETS = 3
MOST_WORDS = 5


@dataclass
class Names:
    """Names of everything that some suggestions speak of, fetched together; tickets only those the actor works."""

    values: dict[str, dict[int, Any]] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)

    def value(self, name: str, stored: Any) -> str:
        """The value as people say it; a dash for none."""
        row = self.values.get(name, {}).get(stored) if isinstance(stored, int) else None
        return row.name if row is not None else "–"


def names_for(actor: Actor, suggestions: Iterable[Suggestion]) -> Names:
    """At most one query for each field and one for the tickets."""
    rows = list(suggestions)
    wanted: dict[str, set[int]] = {}
    for row in rows:
        if row.field in fields.MODELS:
            others = [pair[0] for pair in row.options.get("others", [])]
            stored = (row.value, row.before, row.outcome_value, *others)
            wanted.setdefault(row.field, set()).update(value for value in stored if isinstance(value, int))
    values = {name: fields.MODELS[name].objects.in_bulk(ids) for name, ids in wanted.items()}
    ids = {pk for row in rows for pk in (*_told_tickets(row.reasons), *_source_tickets(row))}
    seen = Ticket.objects.internal_to(actor) if ids else Ticket.objects.none()
    seen = seen.select_related("status").filter(pk__in=ids)
    return Names(values, {ticket.pk: ticket for ticket in seen.defer("description", "fields", "field_versions")})


def _told_tickets(reasons: Iterable[Mapping[str, Any]]) -> list[int]:
    return [pk for reason in reasons for pk in reason.get("tickets") or [] if isinstance(pk, int)]


def _source_tickets(row: Suggestion) -> list[int]:
    return [source["id"] for source in row.sources if source.get("kind") == "ticket"]


# ---- why -----------------------------------------------------------------------------


def reason_words(reasons: Sequence[Mapping[str, Any]], names: Names) -> str:
    """All reasons in one line: "similar to FT-2026-000123, words: VPN, Zertifikat"; "" for none that can be said."""
    said = [write(reason, names) for reason in reasons if (write := _REASONS.get(str(reason.get("code"))))]
    return ", ".join(text for text in said if text)


def _similar(reason: Mapping[str, Any], names: Names) -> str:
    told = [names.tickets[pk].number for pk in reason.get("tickets") or [] if pk in names.tickets]
    if told:
        return _("similar to %(tickets)s") % {"tickets": ", ".join(told[:MOST_TICKETS])}
    # Tickets of other departments count, but are not named to who may not open them.
    number = len(reason.get("tickets") or [])
    said = ngettext("similar to %(number)d ticket", "similar to %(number)d tickets", number) % {"number": number}
    return said if number else ""


def _words(reason: Mapping[str, Any], _names: Names) -> str:
    told = [str(word) for word in reason.get("words") or []][:MOST_WORDS]
    return _("words: %(words)s") % {"words": ", ".join(told)} if told else ""


def _requester(reason: Mapping[str, Any], _names: Names) -> str:
    number = reason.get("count")
    if not isinstance(number, int):
        return ""
    words = {"n": number}
    return ngettext("%(n)d earlier request alike", "%(n)d earlier requests alike", number) % words


def _model(reason: Mapping[str, Any], _names: Names) -> str:
    if reason.get("agrees"):
        return _("own history and language model agree")
    return _("chosen by the language model")


_REASONS: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "similar": _similar,
    "words": _words,
    "requester": _requester,
    "model": _model,
}


def percent(share: float | None) -> str:
    """94 %, with a narrow space; a dash for nothing."""
    return "–" if share is None else f"{share * 100:.0f}\u202f%"


# ---- what became of it ------------------------------------------------------------------


OUTCOMES: dict[str, str | Promise] = {
    Suggestion.Outcome.OPEN: "",
    Suggestion.Outcome.ACCEPTED: pgettext_lazy("suggestion", "Accepted"),
    Suggestion.Outcome.CHANGED: pgettext_lazy("suggestion", "Something else chosen"),
    Suggestion.Outcome.DISMISSED: pgettext_lazy("suggestion", "Dismissed"),
    Suggestion.Outcome.IGNORED: pgettext_lazy("suggestion", "Not used"),
    Suggestion.Outcome.SUPERSEDED: pgettext_lazy("suggestion", "No longer valid"),
}


def outcome_words(row: Suggestion) -> str:
    """Accepted, dismissed …; "" while it is open."""
    return str(OUTCOMES.get(row.outcome, ""))


def engine_words(engine: str, version: str = "") -> str:
    """Rules, version 1; own history, version 3; language model and which one."""
    label = str(dict(Suggestion.Engine.choices).get(engine, engine))
    if not version or engine == Suggestion.Engine.LLM:
        return f"{label} {version}".strip()
    return _("%(engine)s, version %(version)s") % {"engine": label, "version": version}


@explains(
    events.ACCEPTED,
    events.FILLED,
    events.CHANGED,
    events.DISMISSED,
    events.TAKEN_BACK,
    events.YIELDED,
    events.RATED,
)
def suggestion_words(event: Event) -> dict[str, str]:
    """What it was about, and which engine of which version said so; never the text or what was asked."""
    data = event.data
    name = localised.text(data.get("name"))
    feature = str(dict(Suggestion.Feature.choices).get(data.get("feature"), data.get("feature")))
    what = f"{FIELD_NAMES.get(data.get('field', ''), feature)} {name}".strip() if data.get("field") else feature
    return {"what": what, "engine": engine_words(str(data.get("engine", "")), str(data.get("model") or ""))}


@explains(events.TRUST_CHANGED)
def trust_words(event: Event) -> dict[str, str]:
    name, mode = event.data.get("field", ""), event.data.get("mode", "")
    return {"what": str(FIELD_NAMES.get(name, name)), "mode": str(MODE_NAMES.get(mode, mode))}
