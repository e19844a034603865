"""`/categories`."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from flowtic.core.api import actor_of, answer, once, reads, writes
from flowtic.core.errors import Conflict, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require
from knowledge.api.bodies import CategoryIn, CategoryList, CategoryOut, CategoryPatch
from knowledge.api.naming import category_named, given, state_of_things
from knowledge.api.present import category_plain
from knowledge.commands import remove_category, save_category
from knowledge.models import Category

router = Router(tags=["Knowledge"])


@router.get("/categories", summary="Categories of articles", **reads("articles:read", CategoryList))
def list_categories(request: HttpRequest) -> HttpResponse:
    """Those that hold something you may read; all of them for support and admins."""
    rows = Category.objects.visible_to(actor_of(request)).select_related("parent")
    seen = {row.pk for row in rows}
    # A place above that the reader does not see has no name here.
    found = [{**category_plain(row), **({} if row.parent_id in seen else {"parent": None})} for row in rows]
    return answer({"results": found, "next": None})


@router.post("/categories", summary="New category", **writes("articles:write", {201: CategoryOut}, 409))
def post_category(request: HttpRequest, body: CategoryIn) -> HttpResponse:
    """For support and admins."""

    def effect() -> Answer:
        actor = actor_of(request)
        require(actor, "article_category.edit")
        if Category.objects.filter(key=body.key).exists():
            raise Conflict(_("A category with this key exists."), fields={"key": _("exists already")})
        parent = category_named(actor, body.parent, "parent") if body.parent else None
        with state_of_things():
            row = save_category(actor, None, **{**body.model_dump(), "parent": parent})
        return Answer(201, category_plain(row), {"Location": f"/api/v1/categories/{row.key}"})

    return once(request, effect)


@router.patch(
    "/categories/{key}", summary="Change a category", **writes("articles:write", {200: CategoryOut}, 404, 409)
)
def patch_category(request: HttpRequest, key: str, body: CategoryPatch) -> HttpResponse:
    """For support and admins; the key is fixed."""
    actor = actor_of(request)
    require(actor, "article_category.edit")
    row = _category(key)
    values: dict[str, Any] = given(body, ("name_de", "name_en", "position", "active"))
    if "parent" in body.model_fields_set:
        values["parent"] = category_named(actor, body.parent, "parent") if body.parent else None
    with state_of_things():
        return answer(category_plain(save_category(actor, row, **values)))


@router.delete(
    "/categories/{key}", summary="Delete a category", **writes("articles:write", {204: None}, 404, 409, media=())
)
def delete_category(request: HttpRequest, key: str) -> HttpResponse:
    """Only an empty one (409 else)."""
    actor = actor_of(request)
    require(actor, "article_category.edit")
    remove_category(actor, _category(key))
    return answer(None, 204)


def _category(key: str) -> Category:
    found = Category.objects.select_related("parent").filter(key=key).first() if len(key) <= 40 else None
    if found is None:
        raise NotFound(_("This category does not exist."))
    return found
