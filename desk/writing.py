"""What stands in the composer when a page opens: a draft for each kind, one's own or a colleague's that was opened."""

from dataclasses import dataclass

from desk.forms.conversation import ComposerForm
from desk.models import ComposerDraft, Status, WaitingFile
from desk.ticket_page import TicketPage

KINDS = ("reply", "note")


@dataclass
class Slot:
    """One kind of message: its text and the draft it is from."""

    kind: str
    text: str = ""
    draft: ComposerDraft | None = None

    @property
    def files(self) -> list[WaitingFile]:
        return list(self.draft.files.all()) if self.draft else []


class Writing:
    """`form`: a sent one comes back as it was; `asked`: the kind that the address names."""

    def __init__(self, view: TicketPage, form: ComposerForm, opened: ComposerDraft | None, asked: str) -> None:
        self.view, self.opened = view, opened
        self.slots = {kind: Slot(kind, draft=self._draft(kind)) for kind in KINDS}
        for slot in self.slots.values():
            slot.text = slot.draft.body if slot.draft else ""
        self.kind = self._kind(form, asked)
        if form.is_bound:
            self.slots[self.kind].text = form["body"].value() or ""

    def _draft(self, kind: str) -> ComposerDraft | None:
        opened = self.opened if self.opened and self.opened.kind == kind else None
        return opened or self.view.own_draft(kind)

    def _kind(self, form: ComposerForm, asked: str) -> str:
        given = str(form["kind"].value()) if form.is_bound else ""
        opened = self.opened.kind if self.opened else ""
        only_note = "note" if self.slots["note"].text and not self.slots["reply"].text else ""
        return next((kind for kind in (given, opened, asked, only_note) if kind in KINDS), "reply")

    @property
    def shown(self) -> Slot:
        """What is in the box now."""
        return self.slots[self.kind]

    @property
    def behind(self) -> Slot:
        """What waits behind the other tab."""
        return self.slots["note" if self.kind == "reply" else "reply"]

    @property
    def after_reply(self) -> str:
        """The status that a reply suggests: who was asked something has the next word."""
        if self.view.ticket.status.kind != Status.Kind.IN_PROGRESS:
            return ""
        waits = (row.key for row in self.view.targets if row.kind == Status.Kind.WAITING_REQUESTER)
        return next(waits, "")
