"""Drafts of replies and notes: kept while somebody types, on every device, and shared with colleagues if wanted."""

from django.utils.translation import gettext as _

from desk.commands.creation import MAX_TEXT
from desk.models import ComposerDraft, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Forbidden, Invalid, NotFound, Stale
from flowtic.core.policy import require


@command
def save_composer_draft(
    actor: Actor,
    ticket: Ticket,
    *,
    kind: str,
    body: str,
    draft: ComposerDraft | None = None,
    revision: int | None = None,
    shared: bool | None = None,
) -> ComposerDraft | None:
    """The draft as it is now; None when nothing is left of one's own.

    `draft`: a shared one of a colleague; else one's own of that kind. `revision`: what the person saw; 0 is "none
    yet". Another one there refuses with Stale, which carries the text that is newer. No fact of the ticket's history.
    """
    require(actor, "ticket.note" if kind == ComposerDraft.Kind.NOTE else "ticket.reply", ticket)
    require(actor, "ticket.view_internal", ticket)
    body = body.replace("\0", "").replace("\r\n", "\n")
    if len(body) > MAX_TEXT:
        raise Invalid(_("The text is too long."), fields={"body": _("The text is too long.")})
    row = _locked(actor, ticket, kind, draft)
    if row is None:
        return _first(actor, ticket, kind, body, revision=revision, shared=shared)
    if revision is not None and revision != row.revision and body.strip() != row.body.strip():
        raise _stale(row)
    own = actor.user is not None and row.person_id == actor.user.pk
    if not own and (shared is False or not body.strip()):
        raise Forbidden(_("Only who began the draft may take it away."))
    if own and not body.strip() and not row.files.exists():
        row.delete()
        return None
    wanted = row.shared if shared is None else shared
    if (row.body, row.shared) == (body, wanted):
        return row
    row.body, row.shared, row.changed_by, row.updated_at = body, wanted, actor.user, clock.now()
    row.revision += 1
    row.save(update_fields=["body", "shared", "changed_by", "updated_at", "revision"])
    return row


@command
def drop_composer_draft(actor: Actor, ticket: Ticket, *, kind: str, draft_id: int | None = None) -> None:
    """What was sent is no draft any more. `draft_id`: the shared one that was sent."""
    require(actor, "ticket.view_internal", ticket)
    if row := draft_in_use(actor, ticket, kind, draft_id):
        row.delete()


def draft_in_use(actor: Actor, ticket: Ticket, kind: str, draft_id: int | None) -> ComposerDraft | None:
    """What somebody writes a message of that kind from: the shared draft that is open, else their own."""
    rows = ComposerDraft.objects.filter(ticket=ticket, kind=kind)
    opened = rows.filter(pk=draft_id, shared=True).first() if draft_id else None
    return opened or rows.filter(person=actor.user).first()


def _locked(actor: Actor, ticket: Ticket, kind: str, draft: ComposerDraft | None) -> ComposerDraft | None:
    rows = ComposerDraft.objects.select_for_update()
    if draft is None:
        return rows.filter(person=actor.user, ticket=ticket, kind=kind).first()
    found = rows.filter(pk=draft.pk, ticket=ticket).first()
    if found is None or not (found.shared or found.person_id == getattr(actor.user, "pk", None)):
        raise NotFound(_("This draft was sent or taken away in the meantime."))
    return found


def _first(
    actor: Actor, ticket: Ticket, kind: str, body: str, *, revision: int | None, shared: bool | None
) -> ComposerDraft | None:
    if not body.strip():
        return None
    if revision:
        raise Stale(_("This draft was sent or taken away in the meantime."), body="", revision=0, by="")
    now = clock.now()
    fields = {"body": body, "shared": bool(shared), "changed_by": actor.user, "updated_at": now}
    row, made = ComposerDraft.objects.get_or_create(person=actor.user, ticket=ticket, kind=kind, defaults=fields)
    if not made and row.body != body:
        raise _stale(row)
    return row


def _stale(row: ComposerDraft) -> Stale:
    by = row.changed_by.name if row.changed_by else ""
    return Stale(_("This draft was changed somewhere else."), body=row.body, revision=row.revision, by=by)
