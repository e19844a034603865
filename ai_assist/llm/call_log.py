"""The log of calls as administrators filter, page and export it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from ai_assist.models import ModelCall, Suggestion
from flowtic.core.actor import Actor

PAGE, MOST_ROWS = 50, 10_000
# A cell that a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Asked:
    """What the page is to show; anything unknown filters nothing."""

    feature: str = ""
    result: str = ""
    q: str = ""
    first: date | None = None
    last: date | None = None
    before: int = 0

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        feature = given.get("feature", "")
        return cls(
            feature=feature if feature in Suggestion.Feature.values else "",
            result=given.get("result", "") if given.get("result", "") in ("ok", "failed", "accepted") else "",
            q=given.get("q", "").strip()[:100],
            first=_date(given.get("first", "")),
            last=_date(given.get("last", "")),
            before=_number(given.get("before", "")),
        )

    @staticmethod
    def choices() -> dict[str, Any]:
        results = [("ok", _("answered")), ("failed", _("failed")), ("accepted", _("accepted by somebody"))]
        return {"features": Suggestion.Feature.choices, "results": results}


def rows(actor: Actor, asked: Asked) -> QuerySet[ModelCall]:
    found = ModelCall.objects.visible_to(actor).select_related("person", "ticket", "suggestion__decided_by")
    if asked.feature:
        found = found.filter(feature=asked.feature)
    if asked.result == "accepted":
        found = found.filter(suggestion__outcome=Suggestion.Outcome.ACCEPTED)
    elif asked.result:
        found = found.filter(error="") if asked.result == "ok" else found.exclude(error="")
    if asked.q:
        words = Q(person__name__icontains=asked.q) | Q(model__icontains=asked.q) | Q(ticket__number=asked.q)
        found = found.filter(words | Q(provider__icontains=asked.q) | Q(input_hash=asked.q.lower()))
    if asked.first:
        found = found.filter(created_at__gte=_midnight(asked.first))
    if asked.last:
        found = found.filter(created_at__lt=_midnight(asked.last + timedelta(days=1)))
    return found.order_by("-pk")


def page(actor: Actor, asked: Asked) -> dict[str, Any]:
    """Some rows, and from where the next ones go on."""
    found = rows(actor, asked).defer("input_text", "output_text")
    if asked.before:
        found = found.filter(pk__lt=asked.before)
    shown = list(found[: PAGE + 1])
    return {"rows": shown[:PAGE], "next": shown[PAGE - 1].pk if len(shown) > PAGE else None}


def totals(actor: Actor, asked: Asked) -> dict[str, Any]:
    sums = (
        rows(actor, asked)
        .order_by()
        .aggregate(calls=Count("pk"), tokens_in=Sum("tokens_in"), tokens_out=Sum("tokens_out"), cost=Sum("cost"))
    )
    return {name: value or 0 for name, value in sums.items()}


def csv_rows(actor: Actor, asked: Asked) -> Iterator[list[Any]]:
    """A line of heads, then a line for each call, newest first."""
    yield ["time", "feature", "provider", "model", "person", "ticket", "tokens_in", "tokens_out", "cost", "status",
           "error", "attempts", "milliseconds", "input_hash", "outcome", "decided_by"]  # fmt: skip
    found = rows(actor, asked).defer("input_text", "output_text")
    for row in found[:MOST_ROWS]:
        decided = row.suggestion.decided_by if row.suggestion else None
        cells = [
            row.created_at.isoformat(), row.feature, row.provider, row.model, row.person.name if row.person else "",
            row.ticket.number if row.ticket else "", row.tokens_in, row.tokens_out, row.cost, row.status or "",
            row.error, row.attempts, row.milliseconds, row.input_hash, row.suggestion.outcome if row.suggestion else "",
            decided.name if decided else "",
        ]  # fmt: skip
        yield [f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in cells]


def _date(text: str) -> date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _midnight(day: date) -> Any:
    return timezone.make_aware(datetime.combine(day, time.min))
