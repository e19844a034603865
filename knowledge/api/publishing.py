"""What happens to an article: publish, state, versions, review, translation, rating, use."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from flowtic.core.api import actor_of, answer, id_in_path, once, reads, writes
from flowtic.core.errors import Conflict, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require
from knowledge.api.bodies import (
    ArticleOut,
    PublishIn,
    RatingIn,
    RestoreIn,
    ReviewIn,
    StateIn,
    TranslationIn,
    UseIn,
    VersionList,
    VersionOut,
)
from knowledge.api.naming import (
    article_answer,
    article_named,
    article_once,
    day,
    original_named,
    state_of_things,
    unless_stale,
)
from knowledge.api.present import version_full, version_row
from knowledge.commands import (
    link_translation,
    mark_reviewed,
    note_use,
    publish_article,
    rate_article,
    restore_version,
    set_state,
)

router = Router(tags=["Knowledge"])
ARTICLE = "/articles/{id}"


@router.post(
    f"{ARTICLE}/publish", summary="Publish the draft", **writes("articles:write", {200: ArticleOut}, 404, 409, 412)
)
def post_publish(request: HttpRequest, id: str, body: PublishIn) -> HttpResponse:  # noqa: A002
    """Makes the draft the live text under a new version number. Honours `If-Match`."""

    def effect() -> Answer:
        row = article_named(actor_of(request), id)
        require(actor_of(request), "article.write", row)
        with unless_stale(request, row):
            publish_article(actor_of(request), row, note=body.note, translation_current=body.translation_current)
        return article_once(request, row.pk)

    return once(request, effect)


@router.put(f"{ARTICLE}/state", summary="Set the state", **writes("articles:write", {200: ArticleOut}, 404, 409, 412))
def put_state(request: HttpRequest, id: str, body: StateIn) -> HttpResponse:  # noqa: A002
    """Takes a published article out of sight, or brings it back."""
    row = article_named(actor_of(request), id)
    require(actor_of(request), "article.write", row)
    with unless_stale(request, row):
        set_state(actor_of(request), row, state=body.state)
    return article_answer(request, row.pk)


@router.get(f"{ARTICLE}/versions", summary="Versions", **reads("articles:read", VersionList, 404))
def list_versions(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """Newest first; for those who work tickets."""
    row = article_named(actor_of(request), id)
    require(actor_of(request), "article.browse", row)
    rows = row.versions.select_related("author").defer("body")
    return answer({"results": [version_row(one) for one in rows], "next": None})


@router.get(f"{ARTICLE}/versions/{{number}}", summary="One version", **reads("articles:read", VersionOut, 404))
def get_version(request: HttpRequest, id: str, number: str) -> HttpResponse:  # noqa: A002
    row = article_named(actor_of(request), id)
    require(actor_of(request), "article.browse", row)
    found = row.versions.select_related("author", "category").filter(number=id_in_path(number)).first()
    if found is None:
        raise NotFound(_("This version does not exist."))
    return answer(version_full(found))


@router.post(f"{ARTICLE}/restore", summary="Take up a version", **writes("articles:write", {200: ArticleOut}, 404, 409))
def post_restore(request: HttpRequest, id: str, body: RestoreIn) -> HttpResponse:  # noqa: A002
    """Puts the text of an earlier version into the draft, in the place of what is there."""

    def effect() -> Answer:
        row = article_named(actor_of(request), id)
        require(actor_of(request), "article.write", row)
        if not row.versions.filter(number=body.version).exists():
            raise Conflict(_("This version does not exist."), fields={"version": _("does not exist")})
        restore_version(actor_of(request), row, number=body.version, rev=None)
        return article_once(request, row.pk)

    return once(request, effect)


@router.post(f"{ARTICLE}/review", summary="Reviewed", **writes("articles:write", {200: ArticleOut}, 404, 409))
def post_review(request: HttpRequest, id: str, body: ReviewIn) -> HttpResponse:  # noqa: A002
    """The text was read and is right; the next review is on that day."""

    def effect() -> Answer:
        row = article_named(actor_of(request), id)
        require(actor_of(request), "article.write", row)
        with state_of_things():
            mark_reviewed(actor_of(request), row, next_on=day(body.next_on, "next_on"))
        return article_once(request, row.pk)

    return once(request, effect)


@router.put(
    f"{ARTICLE}/translation", summary="Link a translation", **writes("articles:write", {200: ArticleOut}, 404, 409)
)
def put_translation(request: HttpRequest, id: str, body: TranslationIn) -> HttpResponse:  # noqa: A002
    """Says of what the article is a translation, and that it matches its present version."""
    row = article_named(actor_of(request), id)
    require(actor_of(request), "article.write", row)
    link_translation(actor_of(request), row, original=original_named(actor_of(request), body.original))
    return article_answer(request, row.pk)


@router.put(f"{ARTICLE}/rating", summary="Rate", **writes("articles:write", {200: ArticleOut}, 404))
def put_rating(request: HttpRequest, id: str, body: RatingIn) -> HttpResponse:  # noqa: A002
    """Whether it helped you; one opinion per person."""
    row = article_named(actor_of(request), id)
    rate_article(actor_of(request), row, helpful=body.helpful, note=body.note)
    return article_answer(request, row.pk)


@router.post(f"{ARTICLE}/uses", summary="Note a use", **writes("tickets:write", {200: ArticleOut}, 404))
def post_use(request: HttpRequest, id: str, body: UseIn) -> HttpResponse:  # noqa: A002
    """The article was put into that ticket; counted once per ticket."""

    def effect() -> Answer:
        row = article_named(actor_of(request), id)
        note_use(actor_of(request), row, ticket_number=body.ticket)
        return article_once(request, row.pk)

    return once(request, effect)
