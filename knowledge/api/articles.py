"""`/articles`."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from flowtic.core import ratelimit
from flowtic.core.api import PAGE, actor_of, answer, listing, once, reads, words, writes, wrong_parameter
from flowtic.core.idempotency import Answer
from flowtic.core.paging import Sort
from flowtic.core.plain_text import VISIBLE_LINE
from flowtic.core.policy import require
from knowledge.api.bodies import ArticleIn, ArticleOut, ArticlePage, ArticlePatch
from knowledge.api.naming import (
    article_answer,
    article_named,
    article_once,
    category_named,
    day,
    etag,
    given,
    original_named,
    owner_named,
    state_of_things,
    unless_stale,
)
from knowledge.api.present import article_full, article_row
from knowledge.commands import change_article, create_article, publish_article, remove_article, save_draft
from knowledge.models import Article, Category
from knowledge.queries import in_category, readable, search_articles

router = Router(tags=["Knowledge"])
SORTS = {"updated": Sort("-updated", ("-updated_at",)), "title": Sort("title", ("title",))}
STATES, LANGUAGES = list(Article.State.values), list(Article.Language.values)
QUERY: dict[str, Any] = {
    "q": {"type": "string", "pattern": VISIBLE_LINE, "maxLength": 300, "description": "Every word, in title or text."},
    "state": {"type": "string", "enum": STATES},
    "language": {"type": "string", "enum": LANGUAGES},
    "category": {"type": "string", "description": "Key; with everything below it.", "x-desk": "article_category"},
    "sort": {"type": "string", "enum": list(SORTS)},
    **PAGE,
}


@router.get("/articles", summary="Find articles", **reads("articles:read", ArticlePage, query=QUERY))
def list_articles(request: HttpRequest) -> HttpResponse:
    """The articles that you may read, newest change first; texts are not in the list.

    Users read public ones, agents all active ones, support and admins everything.
    """
    actor = actor_of(request)
    rows = readable(actor)
    for name, allowed in (("state", STATES), ("language", LANGUAGES), ("sort", list(SORTS))):
        if name in request.GET and request.GET[name] not in allowed:
            raise wrong_parameter(name, ", ".join(allowed))
    rows = rows.filter(**{name: request.GET[name] for name in ("state", "language") if name in request.GET})
    if "category" in request.GET:
        category = Category.objects.visible_to(actor).filter(key=request.GET["category"]).first()
        if category is None:
            raise wrong_parameter("category", _("This value does not exist."))
        rows = in_category(rows, category)
    text = words(request, "q", 300)
    if text is not None:
        ratelimit.limit("search", f"u{actor.user.pk}")
        rows = search_articles(actor, text, rows=rows)
    sort = SORTS[request.GET.get("sort", "updated")]
    return listing(request, rows, sort, lambda found: [article_row(row) for row in found])


@router.post("/articles", summary="New article", **writes("articles:write", {201: ArticleOut}, 409))
def post_article(request: HttpRequest, body: ArticleIn) -> HttpResponse:
    """For support and admins. A draft, unless `publish` says otherwise."""
    return once(request, lambda: _create(request, body))


def _create(request: HttpRequest, body: ArticleIn) -> Answer:
    actor = actor_of(request)
    require(actor, "article.write")
    category, original = category_named(actor, body.category), original_named(actor, body.original)
    with transaction.atomic(), state_of_things():
        row = create_article(
            actor,
            title=body.title,
            body=body.body,
            category=category,
            language=body.language,
            tags=body.tags or [],
            public=body.public,
            original=original,
        )
        if body.publish:
            row = publish_article(actor, row, note="")
    return article_once(request, row.pk, 201)


@router.get("/articles/{id}", summary="One article", **reads("articles:read", ArticleOut, 404))
def get_article(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002  (the name in the address)
    """With its text. An article that is not yours to read does not exist."""
    actor = actor_of(request)
    row = article_named(actor, id)
    return answer(article_full(actor, row), headers=etag(row))


@router.patch(
    "/articles/{id}", summary="Change an article", **writes("articles:write", {200: ArticleOut}, 404, 409, 412)
)
def patch_article(request: HttpRequest, id: str, body: ArticlePatch) -> HttpResponse:  # noqa: A002
    """For support and admins. Title, text, category and tags go into the draft; everything else takes effect at once.

    Honours `If-Match`.
    """
    actor = actor_of(request)
    row = article_named(actor, id)
    require(actor, "article.write", row)
    text = given(body, ("title", "body", "tags"))
    if body.category is not None:
        text["category"] = category_named(actor, body.category)
    with unless_stale(request, row):
        if text:
            row = save_draft(actor, row, rev=None, **text)
        if values := _properties(body):
            change_article(actor, row, **values)
    return article_answer(request, row.pk)


def _properties(body: ArticlePatch) -> dict[str, Any]:
    """Null is a value of owner and review: nobody, never. What is not named stays."""
    values = given(body, ("language", "public"))
    if "owner" in body.model_fields_set:
        values["owner"] = owner_named(body.owner)
    if "review_on" in body.model_fields_set:
        values["review_on"] = day(body.review_on, "review_on")
    return values


@router.delete(
    "/articles/{id}",
    summary="Delete a draft",
    **writes("articles:write", {204: None}, 404, 409, media=()),
)
def delete_article(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """Only an article that was never published (409 else): make others inactive."""
    actor = actor_of(request)
    row = article_named(actor, id)
    require(actor, "article.write", row)
    remove_article(actor, row)
    return answer(None, 204)
