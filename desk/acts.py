"""Acts: what can be done to a ticket in one step, by macros and to many tickets at once.

An act says beforehand what it would do (policy and present value, nothing is written) and does it through the command
that every other door uses, which asks for the rights again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department, User
from desk import guards
from desk.canned_texts import check as check_placeholders
from desk.canned_texts import filled
from desk.commands import add_watcher, assign_ticket, change_fields, change_status, remove_watcher
from desk.commands.checklists import use_checklist
from desk.commands.conversation import clean_body
from desk.commands.tagging import clean_tags
from desk.models import ChecklistTemplate, Participant, Priority, Status, StatusTransition, Ticket
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError, Invalid
from flowtic.core.policy import allows

SHORT = 160  # signs of a text that a preview shows
MAX_TEXT = 10_000
# Replies and notes of macros and bulk acts wait so long: until then nobody is told, and the undo takes them back too.
HOLD = timedelta(seconds=10)


@dataclass(frozen=True)
class Verdict:
    """What an act would do. `change`, `same` (it is so already) or `refused` with the reason."""

    kind: str
    reason: str = ""
    old: str = ""
    new: str = ""


SAME = Verdict("same")


def refused(reason: str) -> Verdict:
    return Verdict("refused", reason)


class Act:
    """One kind of step. `value` is plain JSON as it is stored; `thing` is what it means, looked up once per run."""

    key = ""
    label: str | Promise = ""
    action = "ticket.edit"

    def clean(self, value: Any) -> Any:
        """The value to store. Raises Invalid."""
        raise NotImplementedError

    def thing(self, actor: Actor, value: Any) -> Any:
        """Raises Invalid for what is gone by now."""
        return value

    def said(self, thing: Any) -> str:
        """The value in words."""
        return str(thing)

    def present(self, ticket: Ticket) -> str:
        """What is there now, in words."""
        return ""

    def verdict(self, actor: Actor, ticket: Ticket, thing: Any) -> Verdict:
        """What would happen to a ticket that the actor sees. Reads only."""
        if not allows(actor, self.action, ticket):
            return refused(_("no right"))
        if ticket.merged_into_id:
            return refused(_("merged into another ticket"))
        if self.is_so(actor, ticket, thing):
            return SAME
        reason = self.objection(actor, ticket, thing)
        if reason:
            return refused(reason)
        return Verdict("change", old=self.present(ticket), new=self.said(thing))

    def is_so(self, actor: Actor, ticket: Ticket, thing: Any) -> bool:
        return False

    def objection(self, actor: Actor, ticket: Ticket, thing: Any) -> str:
        return ""

    def run(self, actor: Actor, ticket: Ticket, thing: Any) -> Any:
        """Calls the command, which raises what it refuses with."""
        raise NotImplementedError


class _Row(Act):
    """Sets a column to one of few rows with a key."""

    model: Any = None

    def clean(self, value: Any) -> str:
        rows = self.model.objects.filter(key=value) if isinstance(value, str) else self.model.objects.none()
        found = rows.first()
        if found is None or not getattr(found, "active", True):
            raise Invalid(fields={self.key: _("This value does not exist.")})
        return found.key

    def thing(self, actor: Actor, value: Any) -> Any:
        self.clean(value)
        return self.model.objects.get(key=value)

    def present(self, ticket: Ticket) -> str:
        return str(getattr(ticket, self.key))

    def is_so(self, actor: Actor, ticket: Ticket, thing: Any) -> bool:
        return getattr(ticket, f"{self.key}_id") == thing.pk

    def run(self, actor: Actor, ticket: Ticket, thing: Any) -> Any:
        return change_fields(actor, ticket, **{self.key: thing})


class SetDepartment(_Row):
    key, label, model = "department", gettext_lazy("Department"), Department


class SetPriority(_Row):
    key, label, model = "priority", gettext_lazy("Priority"), Priority


class SetStatus(_Row):
    key, label, model, action = "status", gettext_lazy("Status"), Status, "ticket.change_status"

    def thing(self, actor: Actor, value: Any) -> Any:
        found = super().thing(actor, value)
        found.ways = set(StatusTransition.objects.filter(target=found).values_list("source_id", "role"))
        return found

    def objection(self, actor: Actor, ticket: Ticket, thing: Any) -> str:
        if (ticket.status_id, ticket.acting_role(actor)) not in thing.ways:
            return _("not allowed from %(status)s") % {"status": ticket.status}
        try:
            guards.check(actor, ticket, thing)
        except CommandError as error:
            return error.message
        return ""

    def run(self, actor: Actor, ticket: Ticket, thing: Any) -> Any:
        return change_status(actor, ticket, status=thing)


class Assign(Act):
    """To a person by id, to `me`, or to nobody (`none`)."""

    key, label = "assignee", gettext_lazy("Assignee")

    def clean(self, value: Any) -> str | int:
        if value in ("me", "none"):
            return str(value)
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise Invalid(fields={self.key: _("This person does not exist.")})
        if not User.objects.workers().filter(pk=int(text)).exists():
            raise Invalid(fields={self.key: _("This person does not exist.")})
        return int(text)

    def thing(self, actor: Actor, value: Any) -> Any:
        if value in ("me", "none"):
            return actor.user if value == "me" else None
        return User.objects.workers().get(pk=self.clean(value))

    def said(self, thing: Any) -> str:
        return thing.name if thing else _("nobody")

    def present(self, ticket: Ticket) -> str:
        return ticket.assignee.name if ticket.assignee else _("nobody")

    def is_so(self, actor: Actor, ticket: Ticket, thing: Any) -> bool:
        return ticket.assignee_id == (thing.pk if thing else None)

    def objection(self, actor: Actor, ticket: Ticket, thing: Any) -> str:
        own = ticket.assignee_id == actor.user.pk
        takes = thing is not None and ticket.assignee_id is None and thing.pk == actor.user.pk
        action = "ticket.claim" if takes else ("ticket.release" if own else "ticket.dispatch")
        if not allows(actor, action, ticket):
            return _("no right")
        if not ticket.is_open:
            return _("closed")
        if thing is not None and not ticket.department.has_agent(thing):
            return _("%(name)s does not work in %(department)s") % {"name": thing, "department": ticket.department}
        return ""

    def run(self, actor: Actor, ticket: Ticket, thing: Any) -> Any:
        return assign_ticket(actor, ticket, assignee=thing)


class _Tags(Act):
    def clean(self, value: Any) -> list[str]:
        names = value.split(",") if isinstance(value, str) else value
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            raise Invalid(fields={self.key: _("Please enter tags.")})
        found = sorted(clean_tags(names))
        if not found:
            raise Invalid(fields={self.key: _("Please enter tags.")})
        return found

    def said(self, thing: Any) -> str:
        return ", ".join(thing)

    def present(self, ticket: Ticket) -> str:
        return ", ".join(sorted(self._now(ticket)))

    def _now(self, ticket: Ticket) -> set[str]:
        return {tag.name for tag in ticket.tags.all()}


class AddTags(_Tags):
    key, label = "add_tags", gettext_lazy("Add tags")

    def is_so(self, actor: Actor, ticket: Ticket, thing: Any) -> bool:
        return set(thing) <= self._now(ticket)

    def run(self, actor: Actor, ticket: Ticket, thing: Any) -> Any:
        ticket = Ticket.objects.lock(ticket.pk)
        return change_fields(actor, ticket, tags=sorted(self._now(ticket) | set(thing)))


class RemoveTags(_Tags):
    key, label = "remove_tags", gettext_lazy("Remove tags")

    def is_so(self, actor: Actor, ticket: Ticket, thing: Any) -> bool:
        return not set(thing) & self._now(ticket)

    def run(self, actor: Actor, ticket: Ticket, thing: Any) -> Any:
        ticket = Ticket.objects.lock(ticket.pk)
        return change_fields(actor, ticket, tags=sorted(self._now(ticket) - set(thing)))


class Watch(Act):
    key, label, action, watches = "watch", gettext_lazy("Watch"), "ticket.watch", True

    def clean(self, value: Any) -> bool:
        return True

    def said(self, thing: Any) -> str:
        return _("yes") if self.watches else _("no")

    def is_so(self, actor: Actor, ticket: Ticket, thing: Any) -> bool:
        rows = Participant.objects.filter(ticket=ticket, person=actor.user, reason=Participant.Reason.WATCHER)
        return rows.exists() == self.watches

    def run(self, actor: Actor, ticket: Ticket, thing: Any) -> Any:
        return (add_watcher if self.watches else remove_watcher)(actor, ticket, person=actor.user)


class Unwatch(Watch):
    key, label, watches = "unwatch", gettext_lazy("Stop watching"), False


class AddChecklist(Act):
    key, label = "checklist", gettext_lazy("Add a checklist")

    def clean(self, value: Any) -> int:
        text = str(value)
        rows = ChecklistTemplate.objects.filter(active=True)
        found = rows.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 19 else None
        if found is None:
            raise Invalid(fields={self.key: _("This checklist does not exist.")})
        return found.pk

    def thing(self, actor: Actor, value: Any) -> ChecklistTemplate:
        return ChecklistTemplate.objects.get(pk=self.clean(value))

    def is_so(self, actor: Actor, ticket: Ticket, thing: Any) -> bool:
        return set(thing.items) <= set(ticket.checklist.values_list("text", flat=True))

    def run(self, actor: Actor, ticket: Ticket, thing: Any) -> Any:
        return use_checklist(actor, ticket, template=thing)


class _Text(Act):
    internal = True

    def clean(self, value: Any) -> str:
        text = value if isinstance(value, str) else ""
        if not text.strip():
            raise Invalid(fields={self.key: _("Please write something.")})
        if len(text) > MAX_TEXT:
            raise Invalid(fields={self.key: _("The text is too long.")})
        try:
            check_placeholders(text)
        except Invalid as error:
            raise Invalid(error.message, fields={self.key: error.message}) from error
        return clean_body(text)

    def said(self, thing: Any) -> str:
        return Truncator(" ".join(thing.split())).chars(SHORT)

    def verdict(self, actor: Actor, ticket: Ticket, thing: Any) -> Verdict:
        found = super().verdict(actor, ticket, thing)
        return Verdict("change", new=filled(thing, actor, ticket)) if found.kind == "change" else found


class AddNote(_Text):
    key, label, action = "note", gettext_lazy("Internal note"), "ticket.note"

    def run(self, actor: Actor, ticket: Ticket, thing: Any) -> Any:
        from desk.commands.undoing import hold_message

        return hold_message(actor, ticket, body=filled(thing, actor, ticket), seconds=HOLD, kind="note")


class SendReply(_Text):
    key, label, action = "reply", gettext_lazy("Reply"), "ticket.reply"

    def objection(self, actor: Actor, ticket: Ticket, thing: Any) -> str:
        return "" if allows(actor, "ticket.view_internal", ticket) else _("no right")

    def run(self, actor: Actor, ticket: Ticket, thing: Any) -> Any:
        from desk.commands.undoing import hold_message

        return hold_message(actor, ticket, body=filled(thing, actor, ticket), seconds=HOLD)


# In the order in which they make sense together: who must know the department, what is said before it closes.
ACTS: dict[str, Act] = {
    act.key: act
    for act in (
        SetDepartment(),
        Assign(),
        SetPriority(),
        AddTags(),
        RemoveTags(),
        Watch(),
        Unwatch(),
        AddChecklist(),
        AddNote(),
        SendReply(),
        SetStatus(),
    )
}


def clean_step(step: Any, acts: dict[str, Act] = ACTS) -> dict[str, Any]:
    """{"do": key, "value": …} as it is stored. Raises Invalid."""
    act = acts.get(str(step.get("do"))) if isinstance(step, dict) else None
    if act is None:
        raise Invalid(fields={"steps": _("This step does not exist.")})
    return {"do": act.key, "value": act.clean(step.get("value"))}


def loaded(actor: Actor, ids: Sequence[int]) -> list[Ticket]:
    """The tickets that the actor sees, in the order of `ids`, with what verdicts look at."""
    rows = Ticket.objects.visible_to(actor).filter(pk__in=ids).defer("description", "fields", "field_versions")
    related = ("status", "priority", "department", "assignee", "requester")
    found = {row.pk: row for row in rows.select_related(*related).prefetch_related("tags")}
    return [found[pk] for pk in ids if pk in found]
