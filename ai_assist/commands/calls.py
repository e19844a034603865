"""The log of calls: written at every call, its texts emptied after a while."""

from datetime import timedelta
from decimal import Decimal

from ai_assist.models import ModelCall, Suggestion
from ai_assist.queries import settings
from desk.models import Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.leases import leased

LONGEST_TEXT = 60_000
BATCH = 2000


@command
def keep_call(
    actor: Actor,
    suggestion: Suggestion | None,
    *,
    ticket: Ticket | None,
    feature: str,
    provider: str,
    model: str,
    input_hash: str,
    input_text: str,
    output_text: str,
    tokens_in: int,
    tokens_out: int,
    cost: Decimal,
    status: int | None,
    error: str,
    attempts: int,
    milliseconds: int,
) -> ModelCall:
    """Keeps one call: masked text out, text back, what it took, who asked. The key is in none of it."""
    return ModelCall.objects.create(
        suggestion=suggestion,
        ticket=ticket,
        person=actor.user,
        feature=feature[:10],
        provider=provider[:100],
        model=model[:120],
        input_hash=input_hash,
        input_text=_kept(input_text),
        output_text=_kept(output_text),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        cost=cost,
        status=status,
        error=error[:40],
        attempts=attempts,
        milliseconds=max(0, min(milliseconds, 2**31 - 1)),
        created_at=clock.now(),
    )


@leased("ai.forget_texts", 600)
def forget_texts() -> int:
    """Empties the texts of calls older than the days an administrator set; figures stay. Returns how many."""
    limit = clock.now() - timedelta(days=settings().keep_texts_days)
    rows = ModelCall.objects.filter(created_at__lt=limit).exclude(input_text="", output_text="")
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return ModelCall.objects.filter(pk__in=ids).update(input_text="", output_text="")


def _kept(text: str) -> str:
    """What every database takes: no zero byte, no half of a pair."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")[:LONGEST_TEXT]
