"""The knowledge base, and replies that an agent will read before anybody else does."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from ai_assist.commands import suggestions
from ai_assist.mcp.plans import planned
from ai_assist.mcp.tools.tickets import Confirmation, Number, worked_ticket
from ai_assist.mcp.untrusted import from_outside
from ai_assist.models import Suggestion
from flowtic.core.actor import Actor
from flowtic.core.errors import NotFound
from knowledge.models import Article
from knowledge.queries import matching_articles

MOST = 10


def search_articles(
    actor: Actor,
    words: Annotated[str, Field(min_length=1, max_length=2000, description="A question or the words of a problem")],
    limit: Annotated[int, Field(ge=1, le=MOST)] = 5,
) -> dict[str, Any]:
    """Articles of the knowledge base that fit, best first."""
    found = matching_articles(actor, words, limit=limit)
    return {"articles": [{**_row(article), "score": round(score, 3)} for article, score, _words in found]}


def read_article(actor: Actor, id: Annotated[int, Field(ge=1)]) -> dict[str, Any]:  # noqa: A002
    """One article with its text. Articles that are not public are for the people who work here."""
    article = Article.objects.visible_to(actor).select_related("category", "owner").filter(pk=id).first()
    if article is None:
        raise NotFound(_("This article does not exist."))
    return {**_row(article), "text": from_outside(article.body, article.owner.name if article.owner else "")}


def draft_reply(
    actor: Actor,
    number: Number,
    text: Annotated[str, Field(min_length=1, max_length=10_000, description="Markdown")],
    confirmation: Confirmation = "",
) -> dict[str, Any]:
    """Lay a reply beside a ticket for an agent to read, change and send. It is not sent by this."""
    ticket = worked_ticket(actor, number)
    plan = _("Lay a draft of a reply beside %(ticket)s. Nobody outside sees it.") % {"ticket": ticket.number}
    answer = planned(actor, "draft_reply", None, {"number": number, "text": text}, confirmation, plan)
    if answer is None:
        row = suggestions.begin(actor, Suggestion.Feature.REPLY, ticket=ticket, options={"via": "mcp"})
        suggestions.finish(row, text=text, engine=Suggestion.Engine.LLM, engine_version="mcp")
        answer = {"done": True, "ticket": ticket.number, "suggestion": row.key}
    return answer


def _row(article: Article) -> dict[str, Any]:
    return {
        "id": article.pk,
        "title": article.title,
        "category": article.category.name,
        "language": article.language,
        "public": article.public,
        "version": article.version,
    }
