"""What people ask the assistant to write. Each returns a suggestion at once; a worker fills it."""

from datetime import timedelta
from typing import Any

from django.conf import settings as site
from django.utils import translation
from django.utils.translation import gettext as _

from ai_assist.commands.suggestions import UNFINISHED, begin
from ai_assist.llm import reply, rewrite, why_not
from ai_assist.llm.routing import is_set_up
from ai_assist.models import Suggestion
from ai_assist.providers.base import LONGEST_TIMEOUT
from desk.models import Ticket
from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.policy import require
from flowtic.core.ratelimit import limit

KIND = "ai.ask"
Feature = Suggestion.Feature
LONGEST_INSTRUCTION, LONGEST_QUESTION = 500, 500
# A question that nobody answered in this time may be asked again (two calls with a repair, and some waiting).
PATIENCE = timedelta(seconds=2 * LONGEST_TIMEOUT + 30)


@command
def ask_reply(actor: Actor, ticket: Ticket, *, tone: str = "", instruction: str = "") -> Suggestion:
    """A draft of the next reply. `tone`: formal, short, friendly; `instruction`: what the agent wishes."""
    if tone not in reply.TONES:
        raise Invalid(fields={"tone": _("There is no such tone.")})
    if len(instruction) > LONGEST_INSTRUCTION:
        raise Invalid(fields={"instruction": _("At most %(most)d characters.") % {"most": LONGEST_INSTRUCTION}})
    return _ask(actor, Feature.REPLY, ticket, {"tone": tone, "instruction": instruction.strip()})


@command
def ask_summary(actor: Actor, ticket: Ticket) -> Suggestion:
    """What the ticket is about, in a few lines."""
    return _ask(actor, Feature.SUMMARY, ticket, {})


@command
def ask_rewrite(actor: Actor, ticket: Ticket | None, *, text: str, how: str) -> Suggestion:
    """The agent's own text in other words: shorter, friendlier, formal, de, en. Raises Conflict without a model."""
    fields = {}
    if how not in rewrite.HOWS:
        fields["how"] = _("There is no such way to rewrite.")
    if not text.strip() or len(text) > rewrite.LONGEST:
        fields["text"] = _("Write something first, at most %(most)d characters.") % {"most": rewrite.LONGEST}
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)
    require(actor, "assist.use", ticket)
    if missing := why_not(Feature.REWRITE, ticket):
        raise Conflict(missing)
    return _ask(actor, Feature.REWRITE, ticket, {"text": text, "how": how})


@command
def ask_answer(actor: Actor, question: str) -> Suggestion:
    """An answer from the knowledge base."""
    if not question.strip() or len(question) > LONGEST_QUESTION:
        text = _("Ask something, in at most %(most)d characters.") % {"most": LONGEST_QUESTION}
        raise Invalid(text, fields={"question": text})
    return _ask(actor, Feature.ANSWER, None, {"question": question.strip()})


@command
def ask_article(actor: Actor, ticket: Ticket) -> Suggestion:
    """A draft of an article from a solved ticket, for whoever may write articles."""
    require(actor, "article.write")
    if ticket.is_open:
        raise Conflict(_("Articles are drafted from solved tickets."))
    return _ask(actor, Feature.ARTICLE, ticket, {})


def _ask(actor: Actor, feature: str, ticket: Ticket | None, options: dict[str, Any]) -> Suggestion:
    """The suggestion that is on its way with the same wish, or a new one."""
    require(actor, "assist.use", ticket)
    running = Suggestion.objects.filter(
        feature=feature,
        ticket=ticket,
        asked_by=actor.user,
        state__in=UNFINISHED,
        outcome=Suggestion.Outcome.OPEN,
        created_at__gt=clock.now() - PATIENCE,
    ).first()
    if running is not None and {name: running.options.get(name) for name in options} == options:
        return running
    if "assist" in site.FLOWTIC_RATE_LIMITS and actor.user is not None:
        limit("assist", actor.user.pk)
    with_model = is_set_up(feature, ticket)
    engine = Suggestion.Engine.LLM if with_model else Suggestion.Engine.LOCAL
    language = (translation.get_language() or "en")[:2]
    row = begin(actor, feature, ticket=ticket, options=options, language=language, engine=engine)
    # What needs no network does not wait behind training.
    jobs.enqueue(actor, KIND, {"suggestion": row.pk}, queue="long" if with_model else "default")
    return row
