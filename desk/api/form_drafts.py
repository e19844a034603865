"""`/request-types/{key}/draft`: the next version of a form; read, save, check, throw away, publish."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from desk import formschema
from desk.api.answers import FormDraftOut, FormProblems, RequestTypeOut
from desk.api.bodies import FormCheckIn, FormIn, FormPublishIn
from desk.api.present import Plain, person_ref, request_type_plain
from desk.api.words import broken_form
from desk.commands import discard_form_draft, publish_form_draft, save_form_draft
from desk.models import FormVersionDraft, RequestType
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, answer, expected_version, once, reads, stamp, writes
from flowtic.core.errors import Invalid, NotFound, PreconditionFailed
from flowtic.core.idempotency import Answer
from flowtic.core.json_values import MAX_DEPTH, depth_of
from flowtic.core.policy import require

router = Router(tags=["The desk's words"])
SCOPE = "workflows:admin"


@router.get("/request-types/{key}/draft", summary="The form's draft", **reads(SCOPE, FormDraftOut, 404))
def get_form_draft(request: HttpRequest, key: str) -> HttpResponse:
    """For admins and leads of the owning department, with what is wrong in it. Without a draft (`exists` false) the
    published form to begin with. The `ETag` is the draft's revision."""
    return _draft_answer(actor_of(request), _edited(actor_of(request), key))


@router.put(
    "/request-types/{key}/draft", summary="Save the form's draft", **writes(SCOPE, {200: FormDraftOut}, 404, 409, 412)
)
def put_form_draft(request: HttpRequest, key: str, body: FormIn) -> HttpResponse:
    """The whole form, finished or not; nothing is asked differently until it is published. Honours `If-Match`."""
    actor = actor_of(request)
    row = _edited(actor, key)
    save_form_draft(actor, row, schema=body.form, rev=_expected_rev(request, row))
    return _draft_answer(actor, row)


@router.delete(
    "/request-types/{key}/draft",
    summary="Throw the draft away",
    **writes(SCOPE, {200: FormDraftOut}, 404, 409, 412, media=()),
)
def delete_form_draft(request: HttpRequest, key: str) -> HttpResponse:
    """What is published stays. Honours `If-Match`."""
    actor = actor_of(request)
    row = _edited(actor, key)
    discard_form_draft(actor, row, rev=_expected_rev(request, row))
    return _draft_answer(actor, row)


@router.post("/request-types/{key}/validate", summary="Check a form", **writes(SCOPE, {200: FormProblems}, 404))
def post_form_check(request: HttpRequest, key: str, body: FormCheckIn | None = None) -> HttpResponse:
    """The form of the body, else the draft, else what is published: every problem with path and sentence."""
    row = _edited(actor_of(request), key)
    given = body.form if body else None
    form = _form_of(row, _draft_of(row)) if given is None else given
    if depth_of(form) > MAX_DEPTH:
        raise Invalid(fields={"form": _("The form is nested too deeply.")})
    return once(request, lambda: Answer(200, _problems(form)))


@router.post(
    "/request-types/{key}/publish",
    summary="Publish the form's draft",
    **writes(SCOPE, {200: RequestTypeOut}, 404, 409, 412),
)
def post_form_publish(request: HttpRequest, key: str, body: FormPublishIn | None = None) -> HttpResponse:
    """For admins, and for leads where `leads_publish` is set: the draft is asked from now on.

    A draft with mistakes is 409 with a sentence per path. Honours `If-Match` (the draft's revision).
    """
    actor = actor_of(request)
    row = _edited(actor, key)
    require(actor, "form.publish_draft", row)

    def effect() -> Answer:
        rev = _expected_rev(request, row)
        try:
            publish_form_draft(actor, row, note=body.note if body else "", rev=rev)
        except Invalid as error:  # the body is well formed; the draft is not
            error.status = 409
            raise broken_form(error) from error
        return Answer(200, request_type_plain(actor, _found(key)))

    return once(request, effect)


def _found(key: str) -> RequestType:
    rows = RequestType.objects.select_related("department", "live_version")
    found = rows.filter(key=key).first() if len(key) <= 40 and "\0" not in key else None
    if found is None:
        raise NotFound(_("This request type does not exist."))
    return found


def _edited(actor: Actor, key: str) -> RequestType:
    """The request type, for those who may edit its form; types that are switched off are hidden from others."""
    found = _found(key)
    if not found.active and not actor.is_admin and found.department_id not in actor.lead_department_ids:
        raise NotFound(_("This request type does not exist."))
    require(actor, "form.edit", found)
    return found


def _draft_of(row: RequestType) -> FormVersionDraft:
    found = FormVersionDraft.objects.filter(request_type=row).select_related("saved_by").first()
    return found or FormVersionDraft(request_type=row)


def _form_of(row: RequestType, draft: FormVersionDraft) -> Any:
    return draft.schema if draft.schema is not None else row.schema or {}


def _draft_answer(actor: Actor, row: RequestType) -> HttpResponse:
    draft = _draft_of(row)
    form = _form_of(row, draft)
    body = {
        "form": form,
        "exists": draft.schema is not None,
        "rev": draft.rev,
        "based_on": draft.based_on,
        "by": person_ref(actor, draft.saved_by),
        "at": stamp(draft.saved_at),
        **_problems(form),
    }
    return answer(body, headers={"ETag": f'"{draft.rev}"'})


def _problems(form: Any) -> Plain:
    found = formschema.check(form)
    return {"valid": not found, "problems": [{"path": one.path, "message": one.message} for one in found]}


def _expected_rev(request: HttpRequest, row: RequestType) -> int | None:
    """The draft revision that `If-Match` demands; raises PreconditionFailed when it is not the current one."""
    expected, current = expected_version(request), _draft_of(row).rev
    if expected is not None and expected != current:
        raise PreconditionFailed(_("The draft has revision %(rev)s by now.") % {"rev": current})
    return expected
