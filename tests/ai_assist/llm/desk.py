"""What the tests of the writing features tell of: articles, solved tickets, a ticket to answer."""

from typing import Any

from desk.commands import add_comment, change_status
from desk.models import Status, Ticket
from flowtic.core.actor import Actor
from knowledge.commands import create_article, publish_article, save_category, set_state
from knowledge.models import Article, Category
from tests.factories import make_ticket

MACHINE = Actor.system("test")
PROBLEM = "The VPN certificate has expired and the tunnel does not open since this morning."


def category() -> Category:
    found = Category.objects.first()
    if found is None:
        found = save_category(MACHINE, None, key="network", name_de="Netz", name_en="Network", parent=None)
    return found


def make_article(title: str, body: str, *, public: bool = False, language: str = "en") -> Article:
    """An active article."""
    article = create_article(
        MACHINE, title=title, body=body, category=category(), language=language, tags=[], public=public
    )
    publish_article(MACHINE, article, note="")
    article.refresh_from_db()
    if article.state != Article.State.ACTIVE:
        article = set_state(MACHINE, article, state=Article.State.ACTIVE)
    return article


def solved(requester: Any, department: Any, agent: Any, *, answer: str, **fields: Any) -> Ticket:
    """A closed ticket with a public answer."""
    ticket = make_ticket(requester, department, **fields)
    add_comment(Actor(agent, "web"), ticket, body=answer, internal=False)
    return change_status(MACHINE, Ticket.objects.get(pk=ticket.pk), status=Status.objects.get(key="closed"))


def vpn_ticket(requester: Any, department: Any, **fields: Any) -> Ticket:
    given = {"subject": "VPN certificate expired", "description": PROBLEM}
    return make_ticket(requester, department, **{**given, **fields})
