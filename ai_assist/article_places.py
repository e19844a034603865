"""Where people find what the assistant does for articles: the overview of the knowledge base, the menu of a ticket."""

from django.utils.translation import gettext_lazy as _

from ai_assist.queries import offered
from desk.models import Ticket
from desk.ticket_actions import ticket_action
from flowtic.core.actor import Actor
from flowtic.core.policy import allows
from knowledge.actions import Action, register


def may_draft(actor: Actor, ticket: Ticket) -> bool:
    """Whether an article can be drafted from this ticket: it is solved, and the actor writes articles."""
    return not ticket.is_open and allows(actor, "article.write") and offered(actor, ticket)


ticket_action("article", _("Draft an article"), "book", "ai:article_ask", may_draft)
register(Action("ask", _("Ask the knowledge base"), "spark", "ai:ask", offered))
