"""Texts that are written again and again: the desk's, kept by support and admins, and everybody's own."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import Department
from desk import canned_texts, events
from desk.models import CannedReply
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

MAX_OWN = 500


@command
def save_canned_reply(
    actor: Actor,
    reply: CannedReply | None,
    *,
    name: str,
    text_de: str = "",
    text_en: str = "",
    departments: Sequence[Department] = (),
    active: bool = True,
    own: bool = False,
) -> CannedReply:
    """Creates (None) or changes one. `own`: a new one belongs to the actor; later that is fixed."""
    now = clock.now()
    if reply is None:
        row = CannedReply(owner=actor.user if own else None, created_at=now, updated_at=now)
    else:
        row = CannedReply.objects.select_for_update().get(pk=reply.pk)
    require(actor, "canned_reply.edit", row)
    name = " ".join(name.replace("\0", "").split())
    texts = {"text_de": text_de.replace("\0", "").strip(), "text_en": text_en.replace("\0", "").strip()}
    _check(name, texts)
    if reply is None and own and CannedReply.objects.filter(owner=actor.user).count() >= MAX_OWN:
        raise Invalid(_("You have too many replies of your own."))
    new = {"name": name, **texts, "active": active}
    changes = [
        change(field, getattr(row, field), value) for field, value in new.items() if getattr(row, field) != value
    ]
    for field, value in new.items():
        setattr(row, field, value)
    row.updated_at = now
    row.save()
    before, after = set(row.departments.values_list("pk", flat=True)), {one.pk for one in departments}
    if before != after:
        row.departments.set(after)
        changes.append(change("departments", sorted(before), sorted(after)))
    if changes and row.owner_id is None:
        record(actor, events.CONFIG_CHANGED, row, changes=changes, data={"subject": row.name, "created": reply is None})
    return row


@command
def remove_canned_reply(actor: Actor, reply: CannedReply) -> None:
    """What was written with it stays."""
    require(actor, "canned_reply.edit", reply)
    if reply.owner_id is None:
        record(actor, events.CONFIG_CHANGED, reply, data={"subject": reply.name, "removed": reply.name})
    reply.delete()


def _check(name: str, texts: dict[str, str]) -> None:
    wrong: dict[str, list[str]] = {}
    if not name or len(name) > 80:
        wrong["name"] = [_("Please enter a name of at most 80 characters.")]
    if not any(texts.values()):
        wrong["text_de"] = [_("Please write a text in one language at least.")]
    for field, text in texts.items():
        try:
            canned_texts.check(text)
        except Invalid as error:
            wrong[field] = error.fields["text"]
    if wrong:
        raise Invalid(fields=wrong)
