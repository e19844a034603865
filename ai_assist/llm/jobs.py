"""The worker's side of asking: writes what somebody asked for."""

from typing import Any

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ai_assist import fields
from ai_assist.commands.asking import KIND
from ai_assist.commands.classifying import keep_guesses
from ai_assist.commands.suggestions import UNFINISHED, fail
from ai_assist.llm import LlmError, answer, article, available, classify, reply, rewrite, summary
from ai_assist.llm.routing import is_set_up
from ai_assist.models import Suggestion
from desk.models import Ticket
from flowtic.core import jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Job

log = structlog.get_logger("flowtic.assistant")

MACHINE = Actor.system("assistant")
REFINE = "ai.refine"

Feature = Suggestion.Feature
_WRITERS: dict[str, Any] = {
    Feature.REPLY: reply,
    Feature.SUMMARY: summary,
    Feature.REWRITE: rewrite,
    Feature.ANSWER: answer,
    Feature.ARTICLE: article,
}


@jobs.job(KIND)
def run_ask(job: Job) -> None:
    """Writes what was asked for, under the rights of who asked, as they are now. Safe to run twice."""
    rows = Suggestion.objects.select_related("ticket", "asked_by").filter(state__in=UNFINISHED)
    suggestion = rows.filter(pk=job.payload["suggestion"], outcome=Suggestion.Outcome.OPEN).first()
    if suggestion is None:
        return
    actor = Actor(suggestion.asked_by, "celery") if suggestion.asked_by else Actor.system("assistant")
    with translation.override(getattr(suggestion.asked_by, "language", "") or settings.LANGUAGE_CODE):
        _write(actor, suggestion)


def _write(actor: Actor, suggestion: Suggestion) -> None:
    """By the language model where there is one, else from this desk's own history."""
    ticket, writer = suggestion.ticket, _WRITERS[suggestion.feature]
    if ticket is not None and not Ticket.objects.internal_to(actor).filter(pk=ticket.pk).exists():
        fail(suggestion, "forbidden", _("You do not work this ticket any more."))
        return
    try:
        if is_set_up(suggestion.feature, ticket) or not hasattr(writer, "local"):
            writer.write(actor, suggestion, ticket)
        else:
            writer.local(actor, suggestion, ticket)
    except LlmError as error:
        log.info("asking_failed", feature=suggestion.feature, reason=error.code)
        fail(suggestion, error.code, error.sentence)
    except Exception:
        log.exception("asking_broke", feature=suggestion.feature)
        fail(suggestion, "error", _("Something went wrong while writing. Work goes on without it; try again later."))


def refine_soon(ticket: Ticket) -> None:
    """Has a model weigh the engine's guesses, on the long queue: mail and suggestions do not wait for a network."""
    if available(Feature.CLASSIFY, ticket):
        jobs.enqueue(MACHINE, REFINE, {"ticket": ticket.pk}, queue="long")


@jobs.job(REFINE)
def run_refine(job: Job) -> None:
    """Replaces the guesses where the model chose something else. Safe to run twice."""
    from ai_assist.local import engine

    ticket = Ticket.objects.filter(pk=job.payload["ticket"], is_open=True).first()
    if ticket is None:
        return
    seen = {field: fields.seen_version(ticket, field) for field in fields.FIELDS}
    guesses = engine.guesses(ticket)
    joined = classify.refine(MACHINE, ticket, guesses)
    if joined != guesses:
        keep_guesses(MACHINE, ticket, guesses=joined, seen=seen)
