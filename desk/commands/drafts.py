"""Beginning a form anew while a draft of it exists: the draft waits behind the new one until that is sent."""

import secrets
from typing import Any

from django.db.models import QuerySet

from desk.models import DraftFile, FormDraft, RequestType
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.policy import require

# In the values of a new draft: {"values", "page", "files"} of the one that waits.
BEFORE = "_before"


@command
def begin_anew(actor: Actor, request_type: RequestType) -> None:
    """An empty draft; what was filled in before comes back when the new one is thrown away, and goes when it is sent.

    Only one waits: begun anew twice, it is still the first.
    """
    require(actor, "form.fill", request_type)
    draft = FormDraft.objects.select_for_update().filter(person=actor.user, request_type=request_type).first()
    if draft is None:
        return
    before = draft.values.get(BEFORE)
    if before is None:
        files = list(draft.files.values_list("key", flat=True))
        before = {"values": draft.values, "page": draft.page, "files": files}
    else:
        files_of(draft).delete()
    _write(draft, {BEFORE: before}, "")


def bring_back(draft: FormDraft) -> bool:
    """Throws the new one away for the one that waits behind it, if any; the draft is locked."""
    before = draft.values.get(BEFORE)
    if before is None:
        return False
    files_of(draft).delete()
    _write(draft, before["values"], before["page"])
    return True


def files_of(draft: FormDraft) -> QuerySet[DraftFile]:
    """The files of what is being filled in, without those of the one that waits."""
    return draft.files.exclude(key__in=(draft.values.get(BEFORE) or {}).get("files", []))


def typed(draft: FormDraft) -> dict[str, Any]:
    """The answers of what is being filled in."""
    return {key: value for key, value in draft.values.items() if key != BEFORE}


def _write(draft: FormDraft, values: dict[str, Any], page: str) -> None:
    # Another token: it is another ticket.
    draft.values, draft.page, draft.token = values, page, secrets.token_hex(16)
    draft.updated_at = clock.now()
    draft.save(update_fields=["values", "page", "token", "updated_at"])
