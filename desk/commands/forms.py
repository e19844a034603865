"""Forms of request types: publishing versions, keeping drafts, sending them, templates of tickets."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from desk import custom_fields, events, formschema
from desk.commands.creation import MAX_SUBJECT, clean_line, create_ticket
from desk.commands.drafts import BEFORE, bring_back, files_of
from desk.commands.tagging import clean_tags
from desk.formschema.pages import kind_of
from desk.models import DraftFile, FormDraft, FormVersion, RequestType, Ticket, TicketTemplate
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require
from flowtic.core.uploads import MAX_FILES, inspect

MAX_NOTE, MAX_DRAFT, MAX_DRAFT_FILES = 500, 500_000, 30
# What a flat form leaves open is asked beside its fields, under names that no field can have.
SUBJECT, DESCRIPTION, REQUESTER = "_subject", "_description", "_requester"
ASIDE = (SUBJECT, DESCRIPTION, REQUESTER)
TEMPLATE_VALUES = {
    *("key", "name_de", "name_en", "department", "request_type"),
    *("subject", "description", "fields", "priority", "tags", "active"),
}


@command
def publish_form(actor: Actor, request_type: RequestType, *, schema: Any, note: str) -> FormVersion:
    """A new version of the form; it is asked from now on. The same form again publishes nothing."""
    request_type = RequestType.objects.select_for_update().get(pk=request_type.pk)
    require(actor, "form.publish", request_type)
    live = request_type.live_version
    if live is not None and live.schema == schema:
        return live
    custom_fields.check_schema(schema)
    return new_version(actor, request_type, schema=schema, note=note)


def new_version(actor: Actor, request_type: RequestType, *, schema: Any, note: str) -> FormVersion:
    """Writes it down; the caller holds the request type locked and has checked the actor and the schema."""
    live = request_type.live_version
    if request_type.public_link:
        check_public(schema)
    last = request_type.versions.aggregate(last=Max("number"))["last"] or 0
    version = FormVersion.objects.create(
        request_type=request_type,
        number=last + 1,
        schema=schema,
        note=clean_line(note)[:MAX_NOTE],
        author=actor.user,
        published_at=clock.now(),
    )
    request_type.schema, request_type.live_version = schema, version
    request_type.save(update_fields=["schema", "live_version"])
    old = live.number if live else None
    record(actor, events.FORM_PUBLISHED, request_type, changes=[change("version", old, version.number)])
    return version


def check_public(schema: Any) -> None:
    """Raises Invalid for a form that strangers must not get: it would tell them who uses this desk."""
    if any(kind_of(spec) == "person" for spec in formschema.fields_of(schema) if not spec.get("internal")):
        raise Invalid(fields={"public_link": _("A form that asks for a person cannot be public.")})


# ---- drafts --------------------------------------------------------------------------


@command
def save_draft(
    actor: Actor,
    request_type: RequestType,
    *,
    page: str,
    values: Mapping[str, Any],
    files: Mapping[str, Sequence[File]],
    dropped: Iterable[str],
) -> FormDraft:
    """What the actor has filled in so far, fitting or not; other pages' values stay.

    `files`: uploads by field, kept until the form is sent; `dropped`: keys of kept files that go again.
    """
    require(actor, "form.fill", request_type)
    now = clock.now()
    draft = FormDraft.objects.select_for_update().filter(person=actor.user, request_type=request_type).first()
    if draft is None:
        draft = FormDraft(person=actor.user, request_type=request_type, created_at=now, token=secrets.token_hex(16))
    known = {BEFORE, *ASIDE, *(spec["key"] for spec in formschema.fields_of(request_type.schema))}
    draft.form_version = request_type.live_version
    draft.values = {key: value for key, value in {**draft.values, **values}.items() if key in known}
    draft.page, draft.updated_at = page[:60], now
    if len(json.dumps(draft.values)) > MAX_DRAFT:
        raise Invalid(_("The form holds too much text."))
    draft.save()
    draft.files.filter(key__in=list(dropped)).delete()
    for field, uploads in files.items():
        if field in known and field != BEFORE:
            _keep(draft, field, uploads)
    return draft


@command
def discard_draft(actor: Actor, request_type: RequestType) -> None:
    """Throws away what the actor has filled in so far; a draft that waits behind it is there again."""
    require(actor, "form.fill", None)
    draft = FormDraft.objects.select_for_update().filter(person=actor.user, request_type=request_type).first()
    if draft is not None and not bring_back(draft):
        draft.delete()


def _keep(draft: FormDraft, field: str, uploads: Sequence[File]) -> None:
    room = min(MAX_FILES - files_of(draft).filter(field=field).count(), MAX_DRAFT_FILES - draft.files.count())
    if len(uploads) > room:
        raise Invalid(fields={f"fields.{field}": _("Up to 10 files at a time.")})
    for upload in uploads:
        try:
            name, _content_type = inspect(upload)
        except Invalid as error:
            raise Invalid(error.message, fields={f"fields.{field}": error.fields.get("files", [])}) from error
        row = DraftFile(draft=draft, field=field, key=secrets.token_hex(16), name=name, size=upload.size or 0)
        row.created_at = draft.updated_at
        default_storage.save(row.path, upload)
        row.save(force_insert=True)


# ---- sending -------------------------------------------------------------------------


@command
def submit_form(
    actor: Actor,
    request_type: RequestType,
    *,
    values: Mapping[str, Any],
    requester: User | None,
    insider: bool,
    source: str,
) -> Ticket:
    """The ticket that a filled-in form asks for; the actor's draft of it goes in the same transaction.

    `values`: answers as typed, with kept files by their keys and uploads as they are. What the answers hide is left
    out.
    """
    require(actor, "form.fill", request_type)
    drafts = FormDraft.objects.select_for_update().filter(request_type=request_type)
    draft = drafts.filter(person=actor.user).first() if actor.user else None
    schema = request_type.schema
    answers = with_files(schema, {key: value for key, value in values.items() if key not in ASIDE}, draft)
    shown = formschema.examine(
        schema, answers, now=clock.now(), lookups=custom_fields.Existing(actor), insider=insider
    ).shown
    ticket = create_ticket(
        actor,
        subject=str(values.get(SUBJECT) or ""),
        description=str(values.get(DESCRIPTION) or ""),
        requester=requester,
        request_type=request_type,
        fields={key: value for key, value in answers.items() if key in shown},
        insider=insider,
        source=source,
    )
    if draft is not None:
        draft.delete()
    return ticket


def with_files(schema: Any, values: Mapping[str, Any], draft: FormDraft | None) -> dict[str, Any]:
    """The values with the draft's kept files opened in place of their keys."""
    kept: dict[str, list[Any]] = {}
    for row in files_of(draft) if draft else ():
        if default_storage.exists(row.path):
            kept.setdefault(row.field, []).append(File(default_storage.open(row.path), name=row.name))
    found = dict(values)
    for spec in formschema.fields_of(schema):
        if kind_of(spec) == "file":
            given = found.pop(spec["key"], None) or []
            uploads = [one for one in given if not isinstance(one, str)] if isinstance(given, list) else []
            if several := [*kept.get(spec["key"], []), *uploads]:
                found[spec["key"]] = several
    return found


# ---- templates -----------------------------------------------------------------------


@command
def save_template(actor: Actor, template: TicketTemplate, **values: Any) -> TicketTemplate:
    """Makes or changes a ticket template; `template` may be unsaved. Its key stays."""
    created = template._state.adding
    if not created:
        template = TicketTemplate.objects.select_for_update().get(pk=template.pk)
        require(actor, "form.edit", template)
    unknown = set(values) - (TEMPLATE_VALUES if created else TEMPLATE_VALUES - {"key"})
    if unknown:
        raise Invalid(fields=dict.fromkeys(unknown, _("This field is fixed.")))
    changes = []
    for name, value in values.items():
        old = None if created else getattr(template, name)
        if created or old != value:
            changes.append(change(name, _plain(old), _plain(value)))
            setattr(template, name, value)
    require(actor, "form.edit", template)
    if not changes:
        return template
    _check_template(actor, template)
    template.save()
    record(actor, events.TEMPLATE_SAVED, template, changes=changes)
    return template


@command
def remove_template(actor: Actor, template: TicketTemplate) -> None:
    """Deletes a template; tickets that were made from it keep what they have."""
    template = TicketTemplate.objects.select_for_update().get(pk=template.pk)
    require(actor, "form.edit", template)
    record(actor, events.TEMPLATE_SAVED, template, data={"removed": str(template), "subject": str(template)})
    template.delete()


def _check_template(actor: Actor, template: TicketTemplate) -> None:
    if not template.key or not template.name_de or not template.name_en:
        raise Invalid(fields={"key": _("A template needs a key and its names.")})
    if TicketTemplate.objects.filter(key=template.key).exclude(pk=template.pk).exists():
        raise Invalid(fields={"key": _("This key is taken.")})
    template.subject = clean_line(template.subject or "")
    if len(template.subject) > MAX_SUBJECT:
        raise Invalid(fields={"subject": _("The subject may have up to 255 characters.")})
    if not isinstance(template.tags, list) or not all(isinstance(tag, str) for tag in template.tags):
        raise Invalid(fields={"tags": _("Tags are a list of words.")})
    template.tags = clean_tags(template.tags)
    if not isinstance(template.fields, dict):
        raise Invalid(fields={"fields": _("Fields are an object of values by key.")})
    schema = template.request_type.schema if template.request_type else {}
    keys = {spec["key"] for spec in formschema.fields_of(schema)}
    template.fields = formschema.clean(
        schema,
        template.fields,
        now=clock.now(),
        lookups=custom_fields.Existing(actor),
        hidden="drop",
        defaults=False,
        may_miss=keys,
    )


def _plain(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value
