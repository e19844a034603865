"""Actions about people: who gets the ticket, who is told."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department, Membership, User
from desk.commands import assign_ticket, auto_assign, change_fields
from desk.models import Ticket
from flowtic.core import placeholders
from flowtic.core.errors import Invalid
from flowtic.core.events import record
from workflows import events
from workflows.automation.actions.base import DONE, SAME, Action, Doing, Param, clean_line, clean_text, short

MOST_PEOPLE, MOST_TOLD = 500, 200
REQUESTER, ASSIGNEE, LEAD = "requester", "assignee", "lead"


def _people() -> list[tuple[str, str]]:
    return [(f"person:{row.pk}", row.name) for row in User.objects.workers().order_by("name", "pk")[:MOST_PEOPLE]]


def _departments() -> list[tuple[str, str]]:
    return [(row.key, row.name) for row in Department.objects.active()]


def _owners() -> list[tuple[str, str]]:
    return [
        ("policy", _("whom the department’s way of handing out chooses")),
        ("nobody", _("nobody")),
        *((f"pool:{key}", _("free for all of %(department)s") % {"department": name}) for key, name in _departments()),
        *_people(),
    ]


class AssignTo(Action):
    key, label, icon = "assign", gettext_lazy("Assign"), "user"
    params = (Param("to", gettext_lazy("To"), "select", _owners),)

    def clean(self, spec: dict[str, Any]) -> dict[str, Any]:
        to = spec.get("to")
        if to in ("policy", "nobody"):
            return {"to": to}
        kind, _colon, value = to.partition(":") if isinstance(to, str) else ("", "", "")
        if kind == "pool" and Department.objects.active().filter(key=value).exists():
            return {"to": to}
        if kind == "person" and _worker(value) is not None:
            return {"to": to}
        raise Invalid(fields={"to": _("This person does not exist.")})

    def words(self, spec: dict[str, Any]) -> str:
        kind, _colon, value = str(spec.get("to", "")).partition(":")
        if kind == "policy":
            return _("assign it by the department’s way of handing out")
        if kind == "nobody":
            return _("take it from its assignee")
        if kind == "pool":
            row = Department.objects.filter(key=value).first()
            return _("put it into the queue of %(department)s") % {"department": row.name if row else _gone()}
        person = _worker(value)
        return _("assign it to %(name)s") % {"name": person.name if person else _gone()}

    def run(self, doing: Doing, spec: dict[str, Any]) -> str:
        kind, _colon, value = str(spec["to"]).partition(":")
        ticket, before = doing.ticket, doing.ticket.version
        if kind == "policy":
            auto_assign(doing.actor, ticket)
        elif kind == "nobody":
            assign_ticket(doing.actor, ticket, assignee=None)
        elif kind == "pool":
            row = Department.objects.active().filter(key=value).first()
            if row is None:
                raise Invalid(_("This department does not exist any more."))
            change_fields(doing.actor, ticket, department=row)
            assign_ticket(doing.actor, ticket, assignee=None)
        else:
            person = _worker(value)
            if person is None:
                raise Invalid(_("This person does not work here any more."))
            assign_ticket(doing.actor, ticket, assignee=person)
        return DONE if Ticket.objects.values_list("version", flat=True).get(pk=ticket.pk) != before else SAME


def _worker(text: str) -> User | None:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    return User.objects.workers().filter(pk=int(text)).first()


def _gone() -> str:
    return _("(not there any more)")


def _listeners() -> list[tuple[str, str]]:
    return [
        (ASSIGNEE, _("the assignee")),
        (LEAD, _("who leads the department")),
        (REQUESTER, _("the requester (by mail)")),
        *((f"role:{key}", _("everybody with the role %(role)s") % {"role": label})
          for key, label in User.Role.choices if key in User.WORKING_ROLES),
        *((f"department:{key}", _("everybody in %(department)s") % {"department": name})
          for key, name in _departments()),
        *_people(),
    ]  # fmt: skip


class Tell(Action):
    """A notification in the product and, where people want that, by mail; the requester gets a mail."""

    key, label, icon, outside = "notify", gettext_lazy("Notify"), "bell", True
    params = (
        Param("to", gettext_lazy("Whom"), "several", _listeners),
        Param("subject", gettext_lazy("Subject"), help=gettext_lazy("Placeholders as in notes.")),
        Param("text", gettext_lazy("Text"), "text"),
    )

    def clean(self, spec: dict[str, Any]) -> dict[str, Any]:
        given = spec.get("to")
        wanted = [given] if isinstance(given, str) else given
        known = [key for key, _label in _listeners()]
        if not isinstance(wanted, list) or not wanted or any(one not in known for one in wanted):
            raise Invalid(fields={"to": _("Please choose who is told.")})
        return {
            "to": [one for one in known if one in wanted],
            "subject": clean_line(spec, "subject"),
            "text": clean_text(spec),
        }

    def words(self, spec: dict[str, Any]) -> str:
        names = dict(_listeners())
        said = ", ".join(names.get(one, _gone()) for one in spec.get("to") or [])
        return _("notify %(people)s: “%(text)s”") % {"people": said, "text": short(str(spec.get("subject", "")))}

    def run(self, doing: Doing, spec: dict[str, Any]) -> str:
        people = people_told(spec["to"], doing.ticket)
        if not people:
            return SAME
        doing.kept["subject"] = placeholders.fill(spec["subject"], doing.values)[:250]
        doing.kept["text"] = placeholders.fill(spec["text"], doing.values)[:20_000]
        data = {"run": doing.run.pk, "number": doing.number, "people": [person.pk for person in people]}
        record(doing.actor, events.RULE_TOLD, doing.ticket, ticket_id=doing.ticket.pk, data=data)
        return DONE


def people_told(wanted: Iterable[str], ticket: Ticket) -> list[User]:
    """Active people, each once; of contacts without an account only the requester."""
    found: dict[int, User] = {}
    for one in wanted:
        for person in _meant(one, ticket):
            if person.state == User.State.ACTIVE or (one == REQUESTER and person.state == User.State.CONTACT):
                found.setdefault(person.pk, person)
    return list(found.values())[:MOST_TOLD]


def _meant(one: str, ticket: Ticket) -> Iterable[User]:
    kind, _colon, value = one.partition(":")
    if kind == REQUESTER:
        return [ticket.requester]
    if kind == ASSIGNEE:
        return [ticket.assignee] if ticket.assignee else []
    if kind == LEAD:
        rows = Membership.objects.filter(department=ticket.department_id, is_lead=True)
        return User.objects.active().filter(pk__in=rows.values("user")).order_by("pk")
    if kind == "role":
        return User.objects.active().filter(role=value).order_by("pk")[:MOST_TOLD]
    if kind == "department":
        rows = Membership.objects.filter(department__key=value)
        return User.objects.workers().filter(pk__in=rows.values("user")).order_by("pk")[:MOST_TOLD]
    person = _worker(value)
    return [person] if person else []


PEOPLE_ACTIONS: list[Action] = [AssignTo(), Tell()]
