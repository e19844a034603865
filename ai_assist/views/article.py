"""An article from a solved ticket: drafted by the assistant, read, changed and saved by a person."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest
from ai_assist.commands.asking import ask_article
from ai_assist.commands.suggestions import accept
from ai_assist.llm.shown import Draft
from ai_assist.llm_forms import ArticleForm
from ai_assist.models import Suggestion
from ai_assist.views.gate import assisted_ticket, readable
from desk.views.gate import desk_change, desk_page
from flowtic.core.errors import CommandError, NotFound
from flowtic.core.http import wants_fragment
from flowtic.core.policy import require
from knowledge.commands import create_article
from knowledge.models import Article


@desk_change
def ask(request: PersonRequest, number: str) -> HttpResponse:
    """Has the draft written and leads to it."""
    ticket = assisted_ticket(request, number)
    try:
        row = ask_article(request.actor, ticket)
    except CommandError as error:
        if error.status == 403:
            raise
        messages.error(request, error.message)
        return redirect("desk:ticket", number)
    return redirect("ai:article", row.key)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def article(request: PersonRequest, key: str) -> HttpResponse:
    """The draft to read and change; a POST makes it a draft of the knowledge base."""
    row = readable(request, key)
    if row.feature != Suggestion.Feature.ARTICLE:
        raise NotFound(_("This suggestion does not exist."))
    require(request.actor, "article.write")
    draft = Draft(request.actor, row)
    form = ArticleForm(request.POST if request.method == "POST" else None, draft=draft, actor=request.actor)
    if form.is_bound and form.is_valid():
        try:
            return redirect("knowledge:edit", _saved(request, row, form).pk)
        except CommandError as error:
            form.refuse(error)
    fragment = wants_fragment(request) and not form.is_bound
    template = "ai_assist/article/_draft.html" if fragment else "ai_assist/article/draft.html"
    context = {"draft": draft, "form": form, "ticket": row.ticket}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _saved(request: PersonRequest, row: Suggestion, form: ArticleForm) -> Article:
    """The article as a draft, written by who clicked; the suggestion counts as accepted."""
    data = form.cleaned_data
    found = create_article(
        request.actor,
        title=data["title"],
        body=data["body"],
        category=data["category"],
        language=data["language"],
        tags=data["tags"],
    )
    if row.outcome == Suggestion.Outcome.OPEN and row.state == Suggestion.State.READY:
        accept(request.actor, row, value=found.pk)
    messages.success(request, _("The article is saved as a draft. Read it once more before you publish it."))
    return found
