"""`/tags/rename` and `/tags/merge`: for admins, on all tickets at once."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from desk.api.answers import TagOut
from desk.api.bodies import TagName
from desk.commands import merge_tags, rename_tag
from desk.models import Tag
from flowtic.core.api import actor_of, once, writes
from flowtic.core.api_shapes import In
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require

router = Router(tags=["The desk's words"])


class TagRenameIn(In):
    name: TagName
    to: TagName


class TagMergeIn(In):
    name: TagName
    into: TagName


@router.post("/tags/rename", summary="Rename a tag", **writes("admin", {200: TagOut}, 409))
def post_tag_rename(request: HttpRequest, body: TagRenameIn) -> HttpResponse:
    """Everything that names it follows: rules, views, templates. A name that exists already is a 409: merge the two."""
    actor = actor_of(request)
    require(actor, "desk.configure")
    tag = _tag(body.name, "name")

    def effect() -> Answer:
        try:
            return Answer(200, {"name": rename_tag(actor, tag, name=body.to).name})
        except Invalid as error:  # a name of invisible signs only
            raise Conflict(error.message, fields={"to": next(iter(error.fields.values()), [""])[0]}) from error

    return once(request, effect)


@router.post("/tags/merge", summary="Merge a tag into another", **writes("admin", {200: TagOut}, 409))
def post_tag_merge(request: HttpRequest, body: TagMergeIn) -> HttpResponse:
    """Every ticket with `name` has `into` instead; `name` is gone. Answers the one that stays."""
    actor = actor_of(request)
    require(actor, "desk.configure")
    tag, into = _tag(body.name, "name"), _tag(body.into, "into")
    if tag.pk == into.pk:
        raise Conflict(_("Choose another tag."), fields={"into": _("is the same tag")})
    return once(request, lambda: Answer(200, {"name": merge_tags(actor, tag, into=into).name}))


def _tag(name: str, field: str) -> Tag:
    found = Tag.objects.filter(name=name.strip().lower()).first()
    if found is None:
        raise Conflict(_("This tag does not exist."), fields={field: _("does not exist")})
    return found
