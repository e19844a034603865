"""What language models may cost in a day: taken before a call, settled after it, exact whoever calls at once."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ai_assist.models import AssistSettings, DayUsage
from ai_assist.queries import settings
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import TooMany

ALL = 0
NOTHING = Decimal(0)


class BudgetUsedUp(TooMany):
    """Today nothing more is asked."""

    code = "budget"


@dataclass(frozen=True)
class Reservation:
    """What was taken for one call. A worker that dies leaves it taken: rather too careful than over the limit."""

    day: date
    people: tuple[int, ...]
    tokens: int
    cost: Decimal


@command
def reserve(actor: Actor, *, tokens: int, cost: Decimal) -> Reservation:
    """Takes what a call may need at most from today's budget. Raises BudgetUsedUp with a sentence."""
    limits, day = settings(), today()
    people = (ALL, actor.user.pk) if actor.user is not None else (ALL,)
    DayUsage.objects.bulk_create([DayUsage(day=day, person_key=key) for key in people], ignore_conflicts=True)
    # The row of all first, always: whoever waits, waits in the same order.
    for key in people:
        most = limits.tokens_per_day if key == ALL else limits.tokens_per_person
        if not _take(day, key, tokens, cost, most, limits.cost_per_day if key == ALL else NOTHING):
            raise BudgetUsedUp(_sentence(limits, day, key, tokens))
    return Reservation(day, people, tokens, cost)


@command
def settle(actor: Actor, reservation: Reservation, *, tokens: int, cost: Decimal) -> None:
    """Puts what the call really took in the place of what was taken for it."""
    for key in reservation.people:
        DayUsage.objects.filter(day=reservation.day, person_key=key).update(
            tokens=F("tokens") + (tokens - reservation.tokens), cost=F("cost") + (cost - reservation.cost)
        )


def today() -> date:
    return timezone.localdate(clock.now())


def left(actor: Actor) -> int | None:
    """Tokens that the actor may still use today; None without any limit."""
    limits, day = settings(), today()
    keys = {ALL: limits.tokens_per_day, **({actor.user.pk: limits.tokens_per_person} if actor.user else {})}
    used = dict(DayUsage.objects.filter(day=day, person_key__in=keys).values_list("person_key", "tokens"))
    rest = [most - used.get(key, 0) for key, most in keys.items() if most]
    return max(0, min(rest)) if rest else None


def price(tokens_in: int, tokens_out: int, price_in: Decimal, price_out: Decimal) -> Decimal:
    """Money for so many tokens, by prices for a million."""
    return ((price_in * tokens_in + price_out * tokens_out) / 1_000_000).quantize(Decimal("0.000001"))


def _take(day: date, key: int, tokens: int, cost: Decimal, most_tokens: int, most_cost: Decimal) -> bool:
    rows = DayUsage.objects.filter(day=day, person_key=key)
    if most_tokens:
        rows = rows.filter(tokens__lte=most_tokens - tokens)
    if most_cost:
        rows = rows.filter(cost__lte=most_cost - cost)
    return bool(rows.update(calls=F("calls") + 1, tokens=F("tokens") + tokens, cost=F("cost") + cost))


def _sentence(limits: AssistSettings, day: date, key: int, tokens: int) -> str:
    if key != ALL:
        return _(
            "Your share of the language model for today is used up (%(most)s tokens). It starts anew tomorrow."
        ) % {"most": number_format(limits.tokens_per_person, use_l10n=True, force_grouping=True)}
    used = DayUsage.objects.filter(day=day, person_key=ALL).values_list("tokens", flat=True).first() or 0
    if limits.tokens_per_day and used + tokens > limits.tokens_per_day:
        return _(
            "Today's budget of the language model is used up (%(most)s tokens). It starts anew tomorrow; an "
            "administrator can raise it."
        ) % {"most": number_format(limits.tokens_per_day, use_l10n=True, force_grouping=True)}
    return _(
        "Today's budget of the language model is used up (%(most)s %(currency)s). It starts anew tomorrow; an "
        "administrator can raise it."
    ) % {"most": number_format(limits.cost_per_day, 2, use_l10n=True), "currency": limits.currency}
