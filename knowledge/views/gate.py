"""The doors of the knowledge pages. A user learns of nothing that is not public, not even that it exists."""

import functools
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.views.gate import PersonRequest, View
from flowtic.core.errors import CommandError, NotFound
from flowtic.core.policy import require
from knowledge.models import Article
from knowledge.queries import readable


def knowledge_page(view: View) -> View:
    """For who works tickets; for users there is no such page."""

    @login_required
    @functools.wraps(view)
    def run(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.actor.is_person:
            return redirect("accounts:pending")
        if not request.actor.can_work:
            raise NotFound(_("This page does not exist."))
        return view(request, *args, **kwargs)

    return run


def writer_page(view: View) -> View:
    """For who writes articles: support and admins. Agents read which right is missing."""

    @knowledge_page
    @functools.wraps(view)
    def run(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(request.actor, "article.write")
        return view(request, *args, **kwargs)

    return run


def visible_article(request: PersonRequest, pk: int) -> Article:
    """The article if the person may read it."""
    found = readable(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This article does not exist."))
    return found


def said(error: CommandError) -> str:
    """A refusal in one line, where no form shows it field by field."""
    return " ".join(message for messages in error.fields.values() for message in messages) or error.message
