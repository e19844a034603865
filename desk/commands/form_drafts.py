"""Drafts of form versions: the leads of the owning department edit them, whoever may publishes them."""

from typing import Any

from django.utils.translation import gettext as _

from desk import custom_fields, events
from desk.commands.forms import new_version
from desk.formschema.schema import LARGEST
from desk.models import FormVersion, FormVersionDraft, RequestType
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid, Stale
from flowtic.core.events import record
from flowtic.core.json_values import MAX_DEPTH, depth_of, size_of
from flowtic.core.policy import require


@command
def save_form_draft(
    actor: Actor, request_type: RequestType, *, schema: dict[str, Any], rev: int | None = None
) -> FormVersionDraft:
    """Keeps the draft, finished or not. `rev`: the revision it rests on; another one since raises Stale."""
    request_type, draft = _locked(request_type)
    require(actor, "form.edit", request_type)
    _refuse_stale(draft, rev)
    _check_size(schema)
    if draft.schema == schema:
        return draft
    if draft.schema is None:
        draft.based_on = request_type.live_version.number if request_type.live_version else None
    _keep(actor, draft, schema)
    record(actor, events.FORM_DRAFT_SAVED, request_type, data={"rev": draft.rev})
    return draft


@command
def discard_form_draft(actor: Actor, request_type: RequestType, *, rev: int | None = None) -> FormVersionDraft:
    """Throws the draft away; what is published stays."""
    request_type, draft = _locked(request_type)
    require(actor, "form.edit", request_type)
    _refuse_stale(draft, rev)
    if draft.schema is None:
        return draft
    _keep(actor, draft, None)
    record(actor, events.FORM_DRAFT_SAVED, request_type, data={"rev": draft.rev, "discarded": True})
    return draft


@command
def publish_form_draft(actor: Actor, request_type: RequestType, *, note: str, rev: int | None = None) -> FormVersion:
    """The draft becomes the next version that is asked from now on; raises Invalid with every problem and its path."""
    request_type, draft = _locked(request_type)
    require(actor, "form.publish_draft", request_type)
    if draft.schema is None:
        raise Conflict(_("There is no draft to publish."))
    _refuse_stale(draft, rev)
    custom_fields.check_schema(draft.schema)
    if request_type.live_version is not None and request_type.live_version.schema == draft.schema:
        raise Conflict(_("The draft says the same as the published version."))
    version = new_version(actor, request_type, schema=draft.schema, note=note)
    _keep(actor, draft, None)
    return version


def _locked(request_type: RequestType) -> tuple[RequestType, FormVersionDraft]:
    """Both as they are now; the lock on the request type keeps a first draft from being made twice."""
    request_type = RequestType.objects.select_for_update().get(pk=request_type.pk)
    draft = FormVersionDraft.objects.select_for_update().filter(request_type=request_type).first()
    return request_type, draft or FormVersionDraft(request_type=request_type)


def _refuse_stale(draft: FormVersionDraft, rev: int | None) -> None:
    if rev is not None and rev != draft.rev:
        raise Stale(
            _("%(name)s changed the draft in the meantime.") % {"name": draft.saved_by or _("Somebody")}, rev=draft.rev
        )


def _check_size(schema: Any) -> None:
    sentence = ""
    if not isinstance(schema, dict):
        sentence = _("A form is an object with a list of pages or of fields.")
    elif depth_of(schema) > MAX_DEPTH:
        sentence = _("The form is nested too deeply.")
    elif (size := size_of(schema)) is None:
        sentence = _("The form holds something that JSON does not know.")
    elif size > LARGEST:
        sentence = _("The form is too large.")
    if sentence:
        raise Invalid(fields={"form": sentence})


def _keep(actor: Actor, draft: FormVersionDraft, schema: dict[str, Any] | None) -> None:
    draft.schema, draft.saved_by, draft.saved_at = schema, actor.user, clock.now()
    draft.rev += 1
    if schema is None:
        draft.based_on = None
    draft.save()
