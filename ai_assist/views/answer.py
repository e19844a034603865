"""Questions to the knowledge base."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.gate import PersonRequest
from ai_assist import queries
from ai_assist.commands.asking import LONGEST_QUESTION, ask_answer
from ai_assist.llm import why_not
from ai_assist.llm.shown import Draft
from ai_assist.models import Suggestion
from ai_assist.views.gate import readable
from desk.views.gate import desk_page
from flowtic.core.errors import CommandError, NotFound
from flowtic.core.http import wants_fragment
from flowtic.core.policy import require

FEATURE = Suggestion.Feature.ANSWER


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PersonRequest) -> HttpResponse:
    """A form for a question; a POST leads to its answer."""
    require(request.actor, "assist.use")
    if not queries.assistant_on():
        raise NotFound(_("The assistant is off."))
    question, refusal = request.POST.get("question", request.GET.get("q", "")), ""
    if request.method == "POST":
        try:
            return redirect("ai:answer", ask_answer(request.actor, question).key)
        except CommandError as error:
            refusal = error.message
    context = {"question": question, "refusal": refusal, "missing": why_not(FEATURE), "most": LONGEST_QUESTION}
    return render(request, "ai_assist/answer/ask.html", context, status=422 if refusal else 200)


@desk_page
@require_safe
def answer(request: PersonRequest, key: str) -> HttpResponse:
    """The answer, while it grows and after."""
    row = readable(request, key)
    if row.feature != FEATURE:
        raise NotFound(_("This suggestion does not exist."))
    question = str(row.options.get("question", ""))
    context = {"draft": Draft(request.actor, row), "question": question, "most": LONGEST_QUESTION}
    template = "ai_assist/answer/_answer.html" if wants_fragment(request) else "ai_assist/answer/ask.html"
    return render(request, template, {**context, "missing": why_not(FEATURE)})
