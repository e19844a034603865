"""Who may do what to articles: support and admins write, agents read what is active, users what is public."""

from typing import Any

from flowtic.core.actor import Actor
from flowtic.core.policy import rule
from knowledge.models import Article

READ, WRITE = "articles:read", "articles:write"


@rule("article.view", scope=READ)
def view(actor: Actor, article: Article) -> bool:
    return article.visible_for(actor)


@rule("article.browse", scope=READ)
def browse(actor: Actor, _subject: Any) -> bool:
    """The agents' pages of the knowledge base."""
    return actor.can_work


@rule("article.write", scope=WRITE)
def write(actor: Actor, _article: Any) -> bool:
    """Create, edit, publish, switch on and off, translate, attach files, set owner and review."""
    return actor.is_support


@rule("article.rate", scope=WRITE)
def rate(actor: Actor, article: Article) -> bool:
    """Say whether it helped; drafts have no readers."""
    return article.state == Article.State.ACTIVE and article.visible_for(actor)


@rule("article.use", scope="tickets:write")
def use(actor: Actor, article: Article) -> bool:
    """Put it into a ticket."""
    return actor.can_work and article.state == Article.State.ACTIVE


@rule("article_category.edit", scope=WRITE)
def edit_category(actor: Actor, _category: Any) -> bool:
    return actor.is_support


@rule("article.see_gaps", scope=READ)
def see_gaps(actor: Actor, _subject: Any) -> bool:
    """What people looked for and did not find."""
    return actor.is_support
