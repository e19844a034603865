"""Taking a secret out of a ticket for good: the text is gone for everybody, the fact stays."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from desk import events, search
from desk.custom_fields import write_rows
from desk.models import Attachment, Comment, ComposerDraft, ScheduledSend, Ticket
from flowtic.core import clock, markdown
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.erasure import ERASED, cleaned, erase
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import record
from flowtic.core.models import Event, IdempotencyKey
from flowtic.core.policy import require

MARK = "\u2588\u2588\u2588\u2588\u2588"
# Shorter texts are common words: they go only where they were marked.
EVERYWHERE = 4
MAX_SECRET = 100_000
# What else carries texts of a ticket, by its name there. Lines of a checklist have no author.
_BESIDE = (("ratings", "words"), ("time_entries", "note"), ("checklist", "text"))


@command
def redact_text(actor: Actor, ticket: Ticket, *, comment: Comment | None = None, text: str = "") -> Ticket:
    """Takes `text` out of the comment, or out of the request itself; without `text` all of it, with its files.

    Leads, support and admins take it out of the whole ticket: messages, drafts, answers, history. Authors take it out
    of everything that they wrote themselves.
    """
    ticket = Ticket.objects.lock(ticket.pk)
    part = Comment.objects.select_for_update().get(pk=comment.pk, ticket=ticket) if comment else ticket
    require(actor, "ticket.redact", part)
    whole = part.body if isinstance(part, Comment) else ticket.description
    secret = text.replace("\r\n", "\n").replace("\0", "")[:MAX_SECRET] if text else whole
    if not secret.strip() or secret.strip() == MARK or secret not in whole.replace("\r\n", "\n"):
        message = _("This text is not in the message.")
        if not text:  # all of it was removed before: nothing is wrong with the input
            raise Conflict(message)
        raise Invalid(message, fields={"text": message})
    removal = _Removal(actor, ticket, secret)
    removal.mark(part)
    if len(secret) >= EVERYWHERE:
        removal.everywhere()
    if not text and isinstance(part, Comment):
        part.attachments.all().delete()
    public = not (isinstance(part, Comment) and part.is_internal)
    erased = removal.forget()
    data = {"comment": part.pk if isinstance(part, Comment) else None, ERASED: erased}
    record(actor, events.REDACTED, ticket, ticket_id=ticket.pk, data=data, public=public)
    return ticket


@command
def redact_file(actor: Actor, attachment: Attachment) -> None:
    """Takes a file away for good, its name too; the sweep of files without a row removes its content."""
    ticket = Ticket.objects.lock(attachment.ticket_id)
    require(actor, "ticket.redact", attachment)
    removal = _Removal(actor, ticket, attachment.name)
    erased, public = removal.forget(), not attachment.is_internal
    attachment.delete()
    data = {"comment": attachment.comment_id, ERASED: erased}
    record(actor, events.REDACTED, ticket, ticket_id=ticket.pk, data=data, public=public)


class _Removal:
    """One text on its way out of one ticket that is locked."""

    def __init__(self, actor: Actor, ticket: Ticket, secret: str) -> None:
        self.actor, self.ticket, self.now = actor, ticket, clock.now()
        self.full = actor.leads(ticket.department_id)
        self.clean: Callable[[str], str] = lambda value: value.replace("\r\n", "\n").replace(secret, MARK)
        self.secret = secret
        self.authors: set[int] = {actor.user.pk} if actor.user else set()

    def mark(self, part: Comment | Ticket) -> None:
        if isinstance(part, Comment):
            self._rewrite(part)
        else:
            part.description = self.ticket.description = self.clean(part.description)
            self.ticket.save(update_fields=["description"])

    def everywhere(self) -> None:
        """All that the actor may rewrite: everything, or what they wrote themselves."""
        mine = Q() if self.full else Q(author=self.actor.user)
        for comment in Comment.objects.filter(mine, ticket=self.ticket).select_for_update():
            self._rewrite(comment)
        own = Q() if self.full else Q(person=self.actor.user)
        for model in (ComposerDraft, ScheduledSend):
            rows: Any = model._default_manager
            for row in rows.filter(own, ticket=self.ticket):
                if self.secret in row.body:
                    row.body = self.clean(row.body)
                    row.save(update_fields=["body"])
        for name, column in _BESIDE:
            whose = {} if self.full else {"person": self.actor.user}
            if self.full or name != "checklist":
                self._rewrite_rows(getattr(self.ticket, name).filter(**whose), column)
        if self.full or self.ticket.requester == self.actor.user:
            self._rewrite_ticket()

    def forget(self) -> dict[str, str]:
        """Out of the history, of stored answers and of the search; returns what the fact has to carry."""
        found = Event.objects.filter(ticket_id=self.ticket.pk)
        erased = erase(found if self.full else found.filter(actor=self.actor.user), self.clean)
        for key in IdempotencyKey.objects.filter(user__in=self.authors).iterator():
            answer = cleaned(key.answer, self.clean)
            if answer != key.answer:
                key.answer = answer
                key.save(update_fields=["answer"])
        search.index_ticket(self.ticket)
        return erased

    def _rewrite(self, comment: Comment) -> None:
        body = self.clean(comment.body)
        if self.secret not in comment.body.replace("\r\n", "\n"):
            return
        comment.body, comment.html, comment.html_rules = body, markdown.to_html(body), markdown.RULES
        comment.redacted_at = self.now
        comment.save(update_fields=["body", "html", "html_rules", "redacted_at"])
        if comment.author_id:
            self.authors.add(comment.author_id)

    def _rewrite_rows(self, rows: Any, column: str) -> None:
        for row in rows.select_for_update():
            text = getattr(row, column)
            if self.secret in text:
                setattr(row, column, self.clean(text)[: row._meta.get_field(column).max_length])
                row.save(update_fields=[column])

    def _rewrite_ticket(self) -> None:
        ticket = self.ticket
        ticket.subject = self.clean(ticket.subject)[:255]
        ticket.description = self.clean(ticket.description)
        fields = cleaned(ticket.fields, self.clean)
        if fields != ticket.fields:
            ticket.fields = fields
            write_rows(ticket)
        ticket.save(update_fields=["subject", "description", "fields"])
