"""Articles for a text that is being written: looked up in a dialog, put in as a link or as text."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.views.gate import PersonRequest
from flowtic.core import ratelimit
from knowledge.commands import note_use
from knowledge.inserting import insertion
from knowledge.queries import matching_articles, readable, search_articles
from knowledge.views.gate import knowledge_page, visible_article

SHOWN = 8


@require_safe
@knowledge_page
def choices(request: PersonRequest) -> HttpResponse:
    """Articles that hold the words of `q`; without, those that fit the text `about` (a ticket's subject)."""
    q, about = request.GET.get("q", "").strip()[:300], request.GET.get("about", "").strip()[:500]
    ratelimit.limit("search", f"u{request.user.pk}")
    if q:
        rows = search_articles(request.actor, q, rows=readable(request.actor).active())  # type: ignore[attr-defined]
        articles = list(rows.order_by("-helpful_yes", "-updated_at")[:SHOWN])
    else:
        articles = [row for row, _score, _words in matching_articles(request.actor, about, SHOWN)] if about else []
    context = {"articles": articles, "q": q, "number": request.GET.get("for", "")[:40]}
    return render(request, "knowledge/insert/_choices.html", context)


@require_POST
@knowledge_page
def insert(request: PersonRequest, pk: int) -> HttpResponse:
    """What to put into the text (`as`: link or text; `kind`: reply or note), as JSON; notes the use in `for`."""
    row = visible_article(request, pk)
    note_use(request.actor, row, ticket_number=request.POST.get("for", ""))
    base = settings.BASE_URL
    portal = row.public and request.POST.get("kind") != "note"
    address = base + (reverse("knowledge:help_article", args=[row.slug]) if portal else row.get_absolute_url())
    whole = request.POST.get("as") == "text"
    return JsonResponse({"text": insertion(row, address=address, base=base, whole=whole)})
